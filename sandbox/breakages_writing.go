package sandbox

// writingBreakages leave a writer in doubt: the store has done what was asked, or a part of it, and the answer does not
// say so.
func writingBreakages() []Breakage {
	orders := Match{Methods: []string{"POST"}, Path: `/wc/v3/orders$`}
	refunds := Match{Methods: []string{"POST"}, Path: `/wc/v3/orders/\d+/refunds$`}
	return []Breakage{
		{
			ID:     "write-dies:bare",
			What:   "a plugin kills PHP when the row of an order is stored: nothing but the row is there",
			Faults: []Fault{{Match: orders, Dies: "wp_insert_post"}},
		},
		{
			ID: "write-dies:lines", What: "a plugin kills PHP when an order is new: it has no lines",
			Faults: []Fault{{Match: orders, Dies: "woocommerce_new_order"}},
		},
		{
			ID:     "write-dies:totals",
			What:   "a plugin kills PHP before totals are reckoned: an order stays half-created, pending and 0.00",
			Faults: []Fault{{Match: orders, Dies: "woocommerce_order_before_calculate_totals"}},
		},
		{
			ID: "write-dies:refund", What: "a plugin kills PHP when a refund is new: it stays without its meta data",
			Faults: []Fault{{Match: refunds, Dies: "woocommerce_refund_created"}},
		},
		{ID: "markers-stripped", What: "a plugin takes meta data with a leading underscore out of what is written",
			Faults: []Fault{{
				Match: Match{Methods: []string{"POST", "PUT", "PATCH"}, Path: `/wc/v3/`}, StripMeta: true}}},
		{
			ID: "order-trashed", What: "the answer to a new order is lost, and somebody puts the order into the trash",
			Faults: []Fault{{Match: orders, Drop: AfterCommit, Trashes: true}},
		},
		{ID: "batch-blocked", What: "a firewall answers batches with a page", Faults: []Fault{{
			Match: Match{Methods: []string{"POST"}, Path: `/batch$`}, Answer: &Answer{Status: 403,
				Body: htmlPage("403 Forbidden", "Request blocked by the security rules of this site.")}}}},
	}
}
