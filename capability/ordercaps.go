package capability

// asksAsOrder reports whether WooCommerce, in the place of WordPress, says what one order asks for. It does since 11.0
// on order tables without synchronisation, for orders whose row in wp_posts is a placeholder or missing. It does so
// only for order types with MetaCaps, which refunds have not. Source: HposOrderCapabilityHelper.php;
// CustomOrdersTableController.php:208-222.
func (s Site) asksAsOrder(resource Resource, rec Record) bool {
	if resource == Refunds || !s.Version.AtLeast(sinceOrderCaps) || rec.Row != PlaceholderPost && rec.Row != NoPost {
		return false
	}
	return s.Storage != HPOSSync && s.Storage != Posts
}

// OrderAuthor is the user whom WordPress takes for the owner of an order, given its row in wp_posts and the row's
// post_author; 0 is nobody. Since 11.0 user 1 owns an order whose row is missing or has author 0 (guests' orders).
func (s Site) OrderAuthor(row PostType, author int64) int64 {
	switch {
	case s.asksAsOrder(Orders, Record{Row: row}) && (row == NoPost || author <= 0):
		return 1
	case row == NoPost:
		return 0
	}
	return author
}

// rowCaps is what one row asks for on this store; ok is false when nobody may.
func (s Site) rowCaps(do verb, resource Resource, rec Record) (needs []string, ok bool) {
	switch {
	case s.asksAsOrder(resource, rec):
		return metaCaps(do, rec.asOrder())
	case rec.Row == PlaceholderPost:
		rec.Registered = "" // a placeholder is a draft, whatever the status of the order
	}
	return metaCaps(do, rec)
}

// asOrder is the record as WooCommerce 11.0 looks at it: like a row of type shop_order. One difference remains. A
// status that a plugin registered as public or private counts as published or private also for writing; WordPress
// counts it for reading only.
func (r Record) asOrder() Record {
	r.Row = ShopOrderPost
	as := "draft"
	switch r.Registered {
	case PublicStatus:
		as = "publish"
	case PrivateStatus:
		as = "private"
	}
	if r.Trashed {
		r.Status, r.TrashedFrom, r.Registered = "trash", as, ""
	} else {
		r.Status = as
	}
	return r
}
