package probe

import (
	"net/url"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// echoRoute is a public list of WordPress, outside of WooCommerce's routes: nobody looks at the arguments of a
// signature there. WooCommerce makes four pages when it is installed, so with one to a page there is a next one.
const echoRoute = "wp/v2/pages"

// echoProbe shows which arguments of an address arrive: WordPress repeats those that reached it, and no others, in the
// Link header to the next page (measured with and without a proxy in between). What is taken away and what is added on
// the way both show there, with no key and no secret involved.
func (c *collection) echoProbe() probe {
	address := c.root.URL(echoRoute)
	if c.root.Query {
		address = c.root.Address + "?rest_route=/" + echoRoute // without the text that makes WooCommerce look at keys
	}
	args := url.Values{"per_page": {"1"}, "_fields": {"id"}}
	for _, name := range evidence.SignatureArgs {
		args.Set(name, "1")
	}
	return probe{id: evidence.EchoPages,
		purpose: "a public list, whose link to the next page repeats the arguments that arrived", url: address,
		route: echoRoute, args: args, fields: []string{"id"}}
}
