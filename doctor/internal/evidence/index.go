package evidence

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// RestIndex is what the REST index says.
type RestIndex struct {
	Name           string          `json:"name"`
	URL            string          `json:"url"`
	Home           string          `json:"home"`
	Namespaces     []string        `json:"namespaces"`
	Authentication json.RawMessage `json:"authentication"`
	GMTOffset      json.RawMessage `json:"gmt_offset"`
	Timezone       string          `json:"timezone_string"`
}

// ReadIndex reads an answer as a REST index; nil when it is none.
func ReadIndex(x *Exchange) *RestIndex {
	if x == nil || x.Status != http.StatusOK || x.Body.Kind != "json" || x.Body.JSON == nil {
		return nil
	}
	var index RestIndex
	if json.Unmarshal(x.Body.JSON, &index) != nil || len(index.Namespaces) == 0 {
		return nil
	}
	return &index
}

// IsRedirect reports an answer that sends the client elsewhere, and where to.
func IsRedirect(x *Exchange) (to string, ok bool) {
	if x == nil || x.Status < 300 || x.Status > 399 || x.Status == http.StatusNotModified {
		return "", false
	}
	location := x.Header.Get("Location")
	if location == "" {
		return "", false
	}
	from, err := url.Parse(x.Request.URL)
	if err != nil {
		return location, true
	}
	target, err := from.Parse(location)
	if err != nil {
		return location, true
	}
	return target.String(), true
}

// LostInRewriting reports that the home page comes from WordPress, while at the API's address the web server itself
// fails: nginx that tries a file which is not there answers 500 and not 404.
func LostInRewriting(index, home *Exchange) bool {
	return index != nil && index.Status == http.StatusInternalServerError && IsServerPage(index) &&
		(HasMark(home, "wordpress") || AnnouncedRoot(home) != "")
}

// Silent reports that there was no answer at all.
func Silent(x *Exchange) bool { return x == nil || x.Fault != nil && x.Status == 0 }

// HasWooCommerce reports that the index lists a namespace of WooCommerce.
func (i *RestIndex) HasWooCommerce() bool {
	return slices.ContainsFunc(i.Namespaces, func(n string) bool { return strings.HasPrefix(n, "wc/v") })
}

// OffersAppPasswords is what the store says about application passwords, which WordPress offers only where
// it knows of TLS (docs/woocommerce/authentication.md#safe-probes). known is false when that could not be read.
func (i *RestIndex) OffersAppPasswords() bool {
	return i != nil && strings.Contains(string(i.Authentication), "application-passwords")
}
