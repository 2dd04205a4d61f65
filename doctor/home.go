package doctor

import "github.com/waybillhq/waybill/doctor/internal/evidence"

// Home finds a shop's home address in a pasted text, such as the address of its wp-admin or REST API. It sends no
// request, so it keeps a directory: a shop may live in one.
func Home(pasted string) (string, error) {
	site, err := evidence.ParseSite(pasted)
	if err != nil {
		return "", err
	}
	return site.Base(), nil
}
