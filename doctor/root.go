package doctor

import (
	"net/url"
	"strings"
)

// restRoot is where a store's REST API lives.
type restRoot struct {
	address string // "https://shop.example/wp-json/", or "https://shop.example/index.php" for query
	query   bool   // "/index.php?rest_route=/…", the form of a store with plain permalinks
}

// queryRoot is the form of plain permalinks below a home address. index.php is named because nginx answers 405 to anything
// but GET and POST where it finds index.php by itself (measured; WordPress announces its API with index.php for that).
func queryRoot(home string) restRoot {
	return restRoot{address: strings.TrimRight(home, "/") + "/index.php", query: true}
}

// url is the address of a route. In the query form WooCommerce looks at keys only when the address contains its own path
// as text, so that text is added as an argument of no meaning (docs/woocommerce/authentication.md#rest-route-ignores-keys).
func (r restRoot) url(route string) string {
	if !r.query {
		return r.address + route
	}
	address := r.address + "?rest_route=/" + route
	if route != "" {
		address += "&x=wp-json/wc/"
	}
	return address
}

// shown is the root as a person would write it.
func (r restRoot) shown() string {
	if r.query {
		return r.address + "?rest_route=/"
	}
	return r.address
}

// rootFromLink reads an address of the REST API as a store announces it.
func rootFromLink(link string) (restRoot, bool) {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" {
		return restRoot{}, false
	}
	if u.Query().Has("rest_route") {
		u.RawQuery = ""
		u.Path = strings.TrimSuffix(u.Path, "index.php")
		return queryRoot(u.String()), true
	}
	if !strings.HasSuffix(u.Path, "/") {
		u.Path += "/"
	}
	return restRoot{address: u.String()}, true
}

const apiRel = "https://api.w.org/"

// announcedRoot is the address of the REST API in a page's Link header or markup; "" when it announces none.
func announcedRoot(x *Exchange) string {
	if x == nil {
		return ""
	}
	for _, line := range x.Header.Values("Link") {
		for _, part := range strings.Split(line, ",") {
			target, rest, ok := strings.Cut(strings.TrimSpace(part), ">")
			if ok && strings.Contains(rest, apiRel) {
				return strings.TrimPrefix(target, "<")
			}
		}
	}
	return x.Body.APILink
}
