package shop

// counters hands out identifiers as the database's auto-increment columns do:
// a number is never used twice, even when its record is deleted.
type counters struct {
	Post                         counter // products, variations, orders, refunds, coupons, attachments
	OrderItem                    counter
	ItemMeta                     counter // wp_woocommerce_order_itemmeta
	OrderMeta                    counter // wc_orders_meta
	PostMeta                     counter
	Comment                      counter // order notes and product reviews
	User                         counter
	UserMeta                     counter
	Term                         counter
	Attribute                    counter
	TaxRate                      counter
	Zone                         counter
	ZoneEntry                    counter
	Webhook                      counter
	Fulfillment, FulfillmentMeta counter
	Key                          counter
}

// A counter holds the last identifier given.
type counter int64

// next takes the next identifier.
func (c *counter) next() int64 {
	*c++
	return int64(*c)
}

// newCounters returns the counters of a fresh installation: WordPress and
// WooCommerce have made their pages (posts up to 9), one comment, and the
// default product category 15 (recordings: ord-seed-simple is post 10).
func newCounters() counters {
	return counters{Post: 9, Comment: 1, User: 0, Term: 15, PostMeta: 4}
}

// NextPostID takes a number from the counter that all posts share.
func (s *Store) NextPostID() int64 { return s.ids.Post.next() }
