package orders

import (
	"net/url"
	"strings"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// networkOrders is the controller of /orders/network in wc/v2 and wc/v3: the orders that wait on one site of a network.
// A single store has no such route (docs/checks/network-route-single-site.md).
type networkOrders struct{ *Store }

// asked is the site that a request is about: the one that blog_id names, else the one that the request came to.
func (c networkOrders) asked(r *rest.Request) (*Store, bool) {
	if blog := r.Param("blog_id"); rest.Truthy(blog) {
		return c.beside(core.AbsInt(blog))
	}
	return c.Store, true
}

// mayList checks the permission with the caller's rights on the site that is asked for. On a site that does not exist
// only a super admin has rights.
func (c networkOrders) mayList(r *rest.Request) error {
	site, ok := c.asked(r)
	there := *r
	there.Caller = nil
	if r.Caller.Known() {
		if ok {
			there.Caller, _ = site.customers.Users.Get(r.Caller.ID)
		}
		if there.Caller.Can("read_private_shop_orders") || r.Caller.SuperAdmin {
			return nil
		}
	}
	return r.Denied("woocommerce_rest_cannot_view", core.CannotList)
}

// list shows orders that are on hold or in progress, whatever status the request asks for.
func (c networkOrders) list(r *rest.Request) (*rest.Response, error) {
	site, ok := c.asked(r)
	if !ok {
		return &rest.Response{Body: rest.List{}}, nil
	}
	there := *r
	there.Base = site.baseBeside(c.Store, r.Base)
	filter := orders{site}.orderListFilter(&there)
	filter.statuses, filter.listed = map[string]bool{"on-hold": true, "processing": true}, false
	page, total := site.listOrders(filter)
	pages := rest.Pages(total, int(filter.PerPage))
	if len(page) == 0 {
		total, pages = 0, 0
	}
	view := site.ViewOf(&there)
	items := make(rest.List, len(page))
	for i, order := range page {
		json, err := rest.ObjectOf(site.orderJSON(order, view))
		if err != nil {
			return nil, err
		}
		json.Set("blog", site.blogJSON(there.Base))
		json.Set("edit_url", there.Base+"/wp-admin/post.php?post="+core.Itoa(order.ID)+"&action=edit")
		json.Set("customer", strings.TrimSpace(order.Billing.FirstName+" "+order.Billing.LastName))
		json.Set("status_name", site.Statuses.name(order.Status))
		json.Set("formatted_total", site.catalogue.PriceTagIn(rest.Float(order.Total), order.Currency, ""))
		items[i] = rest.Item{Data: json, Links: site.orderLinks(&there, order)}
	}
	response := &rest.Response{Body: items}
	rest.Paginate(r, response, "/wc/v3/orders", total, pages)
	return response, nil
}

// baseBeside is the home address of s, for a request that came to the site other at base.
func (s *Store) baseBeside(other *Store, base string) string {
	if s == other {
		return base
	}
	home := s.Home()
	if _, rest, ok := strings.Cut(home, "://"); ok {
		if scheme, _, ok := strings.Cut(base, "://"); ok {
			return scheme + "://" + rest
		}
	}
	return home
}

// blogJSON is WordPress's row of the site in wp_blogs. All values are texts.
func (s *Store) blogJSON(base string) *rest.Object {
	domain, path := base, "/"
	if home, err := url.Parse(base); err == nil {
		domain, path = home.Host, home.Path+"/"
	}
	var installed string
	if administrator, ok := s.customers.Users.Get(1); ok {
		installed = administrator.Registered.UTC().Format(time.DateTime)
	}
	return rest.NewObject(
		"blog_id", core.Itoa(s.customers.SiteID()), "domain", domain, "path", path, "site_id", "1",
		"registered", installed, "last_updated", installed,
		"public", "1", "archived", "0", "mature", "0", "spam", "0", "deleted", "0", "lang_id", "0",
		"blogname", s.Option("blogname"), "siteurl", base, "post_count", "1", "home", base,
	)
}
