package sandbox

import (
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
)

// siteBreakages are what plugins and settings of the site do to routes, roles and records. No single plugin is meant.
func siteBreakages() []Breakage {
	noRoute := `{"code":"rest_no_route","message":"No route was found matching the URL and request method.","data":{"status":404}}`
	unmarked := `^(?:[^M]|M[^o]|$)` // any User-Agent that is not a browser's
	return []Breakage{
		inPlace("redirect-post-to-get", "POST is redirected, and clients follow with GET",
			Match{Methods: []string{"POST"}},
			Answer{Status: 301, Header: map[string]string{"Location": "https://{host}{path}{query}"}}),
		{ID: "redirect-canonical-slash",
			What: "WordPress takes the API for a page: GET gets a slash, POST the home page", Faults: []Fault{
				{Match: Match{Methods: []string{"GET"}, Path: `^/wp-json.*[^/]$`}, Answer: &Answer{
					Status: 301, Header: map[string]string{"Location": "https://{host}{path}/{query}"},
				}},
				{Match: Match{Methods: []string{"POST"}, Path: `^/wp-json`}, Answer: &Answer{
					Status: 200, Body: htmlPage("Test Shop", "<p>Welcome.</p>"),
				}},
			}},
		{ID: "rest-unhooked", What: "a hardening plugin took the REST API out of WordPress", Faults: []Fault{
			{Match: api, Answer: &Answer{Status: 404, Body: htmlPage(
				"Page not found – Test Shop", "<p>It looks like nothing was found at this location.</p>",
			)}},
			{Match: Match{Path: `^/$`}, RemoveHeaders: []string{"Link"}},
		}},
		inPlace("wpcom-hosted", "the site is private on WordPress.com", api,
			jsonAnswer(403, `{"error":"unauthorized","message":"User cannot access this private blog."}`, "X-ac",
				"3.fra _dfw")),
		{
			ID: "woocommerce-inactive", What: "WooCommerce is not active",
			Faults: []Fault{{Match: Match{Path: `/wp-json/wc[/-]`}, Answer: jsonAnswerOf(404, noRoute)}},
			set:    hiding("wc/", "wc-"),
		},
		{
			ID: "wc-namespace-old", What: "WooCommerce is older than 3.5 and has no wc/v3",
			Faults: []Fault{{Match: Match{Path: `/wp-json/wc/v3`}, Answer: jsonAnswerOf(404, noRoute)}},
			set:    hiding("wc/v3", "wc/store", "wc-"),
		},
		{ID: "auth-hook-conflict", What: "a plugin decides who a request is before WooCommerce looks at keys",
			Faults: []Fault{{
				Match: Match{Path: `/wp-json/wc/`}, StripHeaders: []string{"Authorization"}, DropQuery: true}}},
		{ID: "clock-skew", What: "the clock of the server is two hours ahead", set: func(s *Store) func() {
			s.Advance(skew)
			return func() { s.Advance(-skew) }
		}},
		{ID: "ua-bot-cache", What: "the host answers programs from a cache", Faults: []Fault{{
			Match: Match{Methods: []string{"GET"}, Headers: map[string]string{"User-Agent": unmarked}}, Remember: true,
			SetHeaders: map[string]string{"Age": "3600", "X-Cache": "HIT"}}}},
		inPlace("perm-filter-override", "a plugin refuses what the role allows",
			Match{Methods: []string{"GET"}, Path: `/wc/v3/orders`},
			jsonAnswer(403, `{"code":"woocommerce_rest_cannot_view","message":"Sorry, you cannot list resources.","data":{"status":403}}`,
				"Cache-Control", "no-cache, must-revalidate, max-age=0, no-store, private")),
		{ID: "role-caps-stripped", What: "a role editor took several capabilities away", set: without(
			"publish_shop_orders", "edit_others_shop_orders", "edit_others_posts", "manage_product_terms", "list_users",
		)},
		{
			ID: "order-post-row-missing", Until: "11.0", What: "a cleaner deleted the rows of orders in wp_posts",
			set: withOrderRows(func(*orders.Order) capability.PostType { return capability.NoPost }),
		},
		{ID: "cap-hpos-mixed", Until: "11.0",
			What: "the role has no post capabilities, and only orders from before the switch are editable",
			set: func(s *Store) func() {
				role := without("edit_posts", "edit_others_posts", "delete_posts", "delete_others_posts")(s)
				newest := int64(0)
				s.shop.View(func(st *shop.Store) {
					for o := range st.Orders.Orders.All() {
						newest = max(newest, o.ID)
					}
				})
				rows := withOrderRows(func(o *orders.Order) capability.PostType {
					if o.ID == newest {
						return capability.PlaceholderPost
					}
					return capability.ShopOrderPost
				})(s)
				return func() { rows(); role() }
			}},
		inPlace("wc-coming-soon", "visitors see that the shop opens soon; the API works", Match{Path: `^/$`},
			Answer{Status: 200, Body: htmlPage("Test Shop",
				`<div class="woocommerce-coming-soon-default">Pardon our dust! We're working on something amazing.</div>`)}),
		inPlace("rest-solid-security", "a security plugin restricts WordPress's own API", Match{Path: `/wp-json/wp/v2`},
			jsonAnswer(401, `{"code":"itsec_rest_api_access_restricted","message":"You do not have sufficient permission to access this endpoint.","data":{"status":401}}`)),
		{ID: "cache-plugin-broken-json", What: "a cache answers the second equal request with something else",
			Faults: []Fault{{
				Match: Match{Methods: []string{"GET"}, Path: `/wc/v3/orders`, Skip: 1}, Answer: jsonAnswerOf(200,
					`{"namespace":"wc/v3","routes":{}}`)}}},
		inPlace("hpos-query-500", "early order tables fail on some filters",
			Match{Path: `/wc/v3/orders$`, Query: `(?:^|&)(search|product|customer)=`},
			jsonAnswer(500, `{"code":"internal_server_error","message":"<p>There has been a critical error on this website.<\/p>","data":{"status":500},"additional_errors":[]}`)),
		inPlace("sku-lookup-orphan", "the lookup table knows a SKU that no product has",
			Match{Methods: []string{"POST"}, Path: `/wc/v3/products$`, Body: `"sku"`},
			jsonAnswer(400, `{"code":"woocommerce_rest_product_not_created","message":"The SKU is already present in the lookup table","data":{"status":400}}`)),
	}
}

// skew is how far the store's clock is off. It is more than the 15 minutes by which signatures may differ.
const skew = 2 * time.Hour

func jsonAnswerOf(status int, body string) *Answer {
	a := jsonAnswer(status, body)
	return &a
}

// hiding takes the namespaces that begin with a prefix out of the index.
func hiding(prefixes ...string) func(*Store) func() {
	return func(s *Store) func() {
		before := s.hidden.Swap(&prefixes)
		return func() { s.hidden.Store(before) }
	}
}

// withOrderRows changes the rows of wp_posts that orders have. row gives the new row of an order.
func withOrderRows(row func(*orders.Order) capability.PostType) func(*Store) func() {
	return func(s *Store) func() {
		before := map[int64]capability.PostType{}
		set := func(row func(*orders.Order) capability.PostType) {
			s.shop.Update(func(st *shop.Store) {
				var all []*orders.Order
				for o := range st.Orders.Orders.All() {
					all = append(all, o)
				}
				for _, o := range all {
					st.Orders.Orders.Change(o, func(o *orders.Order) { o.Row = row(o) })
				}
			})
		}
		set(func(o *orders.Order) capability.PostType {
			before[o.ID] = o.Row
			return row(o)
		})
		return func() {
			set(func(o *orders.Order) capability.PostType {
				if kept, ok := before[o.ID]; ok {
					return kept
				}
				return o.Row // the order was made after the change
			})
		}
	}
}
