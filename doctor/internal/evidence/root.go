package evidence

import (
	"net/url"
	"strings"
)

// KeyedURL is the address of a route outside of WooCommerce's own, in the form in which keys count there.
func (r RestRoot) KeyedURL(route string) string {
	address := r.URL(route)
	if r.Query {
		return address // the text is there already
	}
	u, err := url.Parse(r.Address)
	if err != nil {
		return address
	}
	return address + "?x=" + strings.TrimPrefix(u.Path, "/") + "wc/"
}

// RestRoot is where a store's REST API lives.
type RestRoot struct {
	Address string // "https://shop.example/wp-json/", or "https://shop.example/index.php" for query
	Query   bool   // "/index.php?rest_route=/…", the form of a store with plain permalinks
}

// QueryRoot is the form of plain permalinks below a home address. index.php is named because nginx answers 405 to
// anything but GET and POST where it finds index.php by itself (measured; WordPress announces its API with index.php
// for that).
func QueryRoot(home string) RestRoot {
	return RestRoot{Address: strings.TrimRight(home, "/") + "/index.php", Query: true}
}

// URL is the address of a route. In the query form WooCommerce looks at keys only when the address contains its own
// path as text, so that text is added as an argument of no meaning
// (docs/woocommerce/authentication.md#rest-route-ignores-keys).
func (r RestRoot) URL(route string) string {
	if !r.Query {
		return r.Address + route
	}
	address := r.Address + "?rest_route=/" + route
	if route != "" {
		address += "&x=wp-json/wc/"
	}
	return address
}

// Shown is the root as a person would write it.
func (r RestRoot) Shown() string {
	if r.Query {
		return r.Address + "?rest_route=/"
	}
	return r.Address
}

// RootFromLink reads an address of the REST API as a store announces it.
func RootFromLink(link string) (RestRoot, bool) {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" {
		return RestRoot{}, false
	}
	if u.Query().Has("rest_route") {
		u.RawQuery = ""
		u.Path = strings.TrimSuffix(u.Path, "index.php")
		return QueryRoot(u.String()), true
	}
	if !strings.HasSuffix(u.Path, "/") {
		u.Path += "/"
	}
	return RestRoot{Address: u.String()}, true
}

const apiRel = "https://api.w.org/"

// AnnouncedRoot is the address of the REST API in a page's Link header or markup; "" when it announces none.
func AnnouncedRoot(x *Exchange) string {
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
