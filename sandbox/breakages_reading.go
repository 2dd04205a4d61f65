package sandbox

import (
	"github.com/waybillhq/waybill/sandbox/internal/shop"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
)

// readingBreakages spoil what a reader of the whole store sees, although every single answer looks right: caches that
// give old answers, orders that lists leave out, members that differ on every reading.
func readingBreakages() []Breakage {
	return []Breakage{
		{ID: "cache-rest:woocommerce",
			What: "WooCommerce's own REST cache is on: products and their variations, from 10.6 on taxes and data " +
				"too, stay as they were for an hour", Since: "10.5",
			Faults: []Fault{restCache(`/wc/v3/products(/[0-9]+(/variations(/[0-9]+)?)?)?$`, "private")},
			set: func(s *Store) func() {
				var since bool
				s.shop.View(func(st *shop.Store) { since = st.Has(core.MoreCached) })
				if since {
					_, _ = s.AddFault(restCache(`/wc/v3/(taxes(/[0-9]+)?|data/(currencies|countries|continents)(/.+)?)$`,
						"public"))
				}
				return func() {} // RemoveFault of the same name undoes the change
			}},
		{ID: "cache-rest:unmarked",
			What: "something answers lists with old ones, old dates in them, and no header tells", Faults: []Fault{{
				Match:    Match{Methods: []string{"GET"}, Path: `/wc/v3/(orders|products|customers|coupons|refunds)$`},
				Remember: true}}},
		{ID: "cache-rest:deaf",
			What: "something answers each reader of the API with what he got before, whatever argument is meant to " +
				"pass a cache by, and no header tells", Faults: []Fault{{
				Match: Match{Methods: []string{"GET"}, Path: `/wc/v3/`}, Remember: true, RememberOnly: 200,
				Forgets: []string{"_", "_skip_cache", "skip_cache"}, Varies: []string{"Authorization"},
				RemoveHeaders: []string{"Date"}}}},
		{ID: "pages-unheeded", What: "a cache keeps lists and leaves page and offset out of their addresses",
			Faults: []Fault{{
				Match: Match{Methods: []string{"GET"},
					Path: `/wc/v3/(orders|products|customers|coupons|refunds|products/(categories|tags|reviews))$`},
				Remember: true, RememberOnly: 200, Forgets: []string{"page", "offset"},
				Varies: []string{"Authorization"}, RemoveHeaders: []string{"Date"}}}},
		{ID: "pages-unheeded:plugin", What: "a plugin pages lists of products by its own: always the first page",
			Faults: []Fault{{Match: Match{Methods: []string{"GET"}, Path: `/wc/v3/products$`},
				StripArgs: []string{"page", "offset"}}}},

		{ID: "signed-links", What: "plugins sign links anew on every reading: an invoice in each order, the " +
			"pictures of products", Faults: []Fault{{
			Match: Match{Path: `/wc/v3/(orders|products)`}, Rewrite: []Rewrite{
				{Find: `"order_key":"[^"]*"`,
					Put: `$0,"invoice_url":"https:\/\/cdn.example\/invoice?exp={n}&sig=x{n}"`},
				{Find: `"src":"([^"?]+)"`, Put: `"src":"${1}?Expires={n}&Signature=x{n}"`},
			}}}},

		{
			ID: "status-hidden", What: "a plugin registers a status with exclude_from_search, and orders have it",
			set: inStatus(orders.OrderStatus{Slug: "parked", Name: "Parked", ExcludeFromSearch: true}, true),
		},
		{
			ID: "status-public", What: "a plugin registers a status as public, and orders have it",
			set: inStatus(orders.OrderStatus{Slug: "shipped", Name: "Shipped", Public: true}, true),
		},
		{
			ID: "status-private", What: "a plugin registers a status as private, and orders have it",
			set: inStatus(orders.OrderStatus{Slug: "secret", Name: "Secret", Private: true, ExcludeFromSearch: true}, true),
		},
		{
			ID: "status-unregistered", What: "orders have a status whose plugin was switched off",
			set: inStatus(orders.OrderStatus{Slug: "lost", Name: "Lost"}, false),
		},
	}
}

// restCache keeps answers as WooCommerce's own cache does (docs/woocommerce/answers.md#rest-cache).
func restCache(path, visibility string) Fault {
	return Fault{
		Name:     "cache-rest:woocommerce",
		Match:    Match{Methods: []string{"GET"}, Path: path, Except: `(^|&)_skip_cache=(true|1)(&|$)`},
		Remember: true,
		SetHeaders: map[string]string{
			"Cache-Control": visibility + ", must-revalidate, max-age=3600", "X-WC-Cache": "MISS",
		},
		HitHeaders: map[string]string{"X-WC-Cache": "HIT", "X-WC-Date": "{date}", "Date": "{date}"},
	}
}

// inStatus gives every fifth order a status, which may be registered or not.
func inStatus(status orders.OrderStatus, registered bool) func(*Store) func() {
	return func(s *Store) func() {
		before := map[*orders.Order]string{}
		s.shop.Update(func(st *shop.Store) {
			st.Orders.RegisterOrderStatus(status)
			n := 0
			for o := range st.Orders.Orders.All() {
				if n++; n%5 == 1 && o.Status != "trash" {
					before[o] = o.Status
				}
			}
			setStatuses(st, before, func(string) string { return status.Slug })
			if !registered {
				st.Orders.UnregisterOrderStatus(status.Slug)
			}
		})
		return func() {
			s.shop.Update(func(st *shop.Store) {
				setStatuses(st, before, func(was string) string { return was })
				st.Orders.UnregisterOrderStatus(status.Slug)
			})
		}
	}
}

// setStatuses sets the status of orders as an edit in the database does: no date moves, and no hook runs.
func setStatuses(st *shop.Store, before map[*orders.Order]string, status func(was string) string) {
	for o, was := range before {
		st.Orders.Orders.Change(o, func(o *orders.Order) { o.Status = status(was) })
	}
}
