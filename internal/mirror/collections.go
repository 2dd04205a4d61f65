package mirror

import (
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// collection describes one kind of record that a store lists in pages and that the mirror follows record by record.
// What is small and listed whole is a [list] instead.
type collection struct {
	resource storage.Resource
	route    woo.Route
	// dated: after and before select by creation date.
	dated bool
	// modified: modified_after selects by modification date.
	modified bool
	// cheap are the fields a sweep compares. The store builds nothing else: what costs it most are the lines of orders
	// and the pictures of products (measured: 100 orders 0.8 s, ids and dates alone 0.2 s).
	cheap string
	// every is how often a sweep begins.
	every func(Schedule) time.Duration
}

// path is where the store lists all records of the collection.
func (c *collection) path() string { return c.route.List(0) }

// filter is what a sweep asks for: the fields to compare, and of which records.
func (s sweeping) filter(sw *sweep) []string {
	filter := span(sw.From, time.Time{})
	if sw.Deep {
		return filter
	}
	return append(filter, "_fields", s.sweepFields())
}

// sweepFields are the cheap fields for a store. One that does not list refunds by themselves has to show them with
// their orders: a refund's deletion moves no date.
func (s *following) sweepFields() string {
	if s.coll == orders && s.refundsByOrder {
		return s.coll.cheap + ",refunds"
	}
	return s.coll.cheap
}

// collections are in the order in which they are worked on. Refunds come before orders, because whether a store lists
// refunds by themselves decides what the orders' backfill has to note down.
var collections = []*collection{refunds, orders, products, customers, coupons}

var (
	orders = &collection{
		resource: storage.Orders, route: woo.RouteOrders, dated: true, modified: true,
		// A store that keeps orders in posts moves the date of an order only with its status, dates or note: an address
		// or meta data changed by a program leave it as it was (measured on 10.0.2).
		cheap: "id,date_modified_gmt,status,total,customer_id,date_paid_gmt,billing,shipping,payment_method," +
			"transaction_id,meta_data",
		every: func(s Schedule) time.Duration { return s.SweepOrders },
	}
	// refunds are listed by themselves since WooCommerce 9.0; before, they are read order by order (see family.go).
	refunds = &collection{
		resource: storage.Refunds, route: woo.RouteRefunds, dated: true,
		cheap: "id,parent_id,date_created_gmt,amount,reason",
		every: func(s Schedule) time.Duration { return s.SweepCatalog },
	}
	products = &collection{
		resource: storage.Products, route: woo.RouteProducts, dated: true, modified: true,
		// Stock, sales and ratings move without the modification date when an order or a review comes in.
		cheap: "id,date_modified_gmt,status,price,stock_quantity,stock_status,total_sales,on_sale," +
			"average_rating,rating_count",
		every: func(s Schedule) time.Duration { return s.SweepCatalog },
	}
	customers = &collection{
		resource: storage.Customers, route: woo.RouteCustomers,
		cheap: "id,date_modified_gmt,email,role,is_paying_customer,first_name,last_name",
		every: func(s Schedule) time.Duration { return s.SweepCustomers },
	}
	coupons = &collection{
		resource: storage.Coupons, route: woo.RouteCoupons, dated: true, modified: true,
		// A use of the coupon counts without moving the modification date.
		cheap: "id,date_modified_gmt,usage_count,amount,code",
		every: func(s Schedule) time.Duration { return s.SweepCatalog },
	}
)

// family is a kind of record that belongs to a parent and is listed there.
type family struct {
	resource storage.Resource
	route    woo.Route
	// whole: the store answers with all of them, unpaged.
	whole bool
	// wrapped are the members of an answer under which some versions show the list, and one record; empty: none do.
	wrapped [2]string
}

var families = map[storage.Resource]*family{
	// A store lists the variations of all products at /variations since WooCommerce 10.3. It is read to count them and
	// to find their products (strays.go), never for their content: its records are those listed under the products but
	// for _links, which name the product 0 and no capabilities (measured on 11.0.1, 98 variations, with drafts and
	// private ones), so a mirror of it would not hold what the store shows of a variation under its own address. It
	// would save a first copy nine requests in ten for variations, and later syncs none (docs/benchmarks.md).
	storage.Variations: {resource: storage.Variations, route: woo.RouteVariations},
	storage.Refunds:    {resource: storage.Refunds, route: woo.RouteOrderRefunds},
	storage.OrderNotes: {resource: storage.OrderNotes, route: woo.RouteOrderNotes, whole: true},
	storage.Fulfillments: {
		resource: storage.Fulfillments, route: woo.RouteFulfillments, whole: true,
		wrapped: [2]string{"fulfillments", "fulfillment"}, // up to 10.2
	},
}
