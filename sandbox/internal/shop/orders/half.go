package orders

// dieHalfway stores what WooCommerce has stored of a new order when a plugin dies in the middle of its first save: the
// row, then the meta data, then line after line (WC_Abstract_Order::save, save_items).
func (d *orderDraft) dieHalfway() {
	lines := 0
	switch d.Dies {
	case "woocommerce_new_order_item":
		lines = min(1, len(d.order.Lines))
	case "wp_insert_post", "woocommerce_new_order":
	default:
		return
	}
	half := d.order.clone()
	half.Lines, half.Shipping, half.Fees, half.Coupons, half.Taxes = half.Lines[:lines], nil, nil, nil, nil
	if d.Dies == "wp_insert_post" {
		bare := newOrder()
		bare.Document, bare.Key, bare.Status, bare.CustomerNote = half.Document, half.Key, half.Status,
			half.CustomerNote
		bare.Meta = nil
		half = bare
	}
	d.order = half
	d.saveLines(&half.Document)
	d.store()
	d.Reach(d.Dies)
}
