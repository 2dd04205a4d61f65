package doctor

import "github.com/waybillhq/waybill/doctor/internal/evidence"

// Home finds a shop's home address in whatever was pasted: its wp-admin, its REST API. It asks nothing, so a directory
// stays, because a shop may live in one.
func Home(pasted string) (string, error) {
	site, err := evidence.ParseSite(pasted)
	if err != nil {
		return "", err
	}
	return site.Base(), nil
}
