package core

// counters hands out ids as the database's auto-increment columns do. A number is never used twice, even when its
// record is deleted.
type counters struct {
	Post                         Counter // products, variations, orders, refunds, coupons, attachments
	OrderItem                    Counter
	ItemMeta                     Counter // wp_woocommerce_order_itemmeta
	OrderMeta                    Counter // wc_orders_meta
	PostMeta                     Counter
	Comment                      Counter // order notes and product reviews
	User                         Counter
	UserMeta                     Counter
	Term                         Counter
	Attribute                    Counter
	TaxRate                      Counter
	Zone                         Counter
	ZoneEntry                    Counter
	Webhook                      Counter
	Fulfillment, FulfillmentMeta Counter
	Key                          Counter
}

// Counter holds the last id that was given.
type Counter int64

// Next takes the next id.
func (c *Counter) Next() int64 {
	*c++
	return int64(*c)
}

// newCounters returns the counters of a fresh installation: WordPress and WooCommerce have made their pages (posts up
// to 9), one comment, and the default product category 15 (recordings: ord-seed-simple is post 10).
func newCounters() counters {
	return counters{Post: 9, Comment: 1, User: 0, Term: 15, PostMeta: 4}
}
