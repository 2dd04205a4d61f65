package verdict

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// orderCauses are the causes of what is missing for the wanted scopes of orders.
func (f *granted) orderCauses() []Answer {
	var causes []Answer
	if f.Target.Wants(evidence.OrdersRead, evidence.OrdersWrite, evidence.OrdersDelete) && f.Refuses("orders", "GET") {
		causes = append(causes,
			f.lacking("cap-read-private", "reading orders asks for read_private_shop_orders", f.AllowLine("orders"),
				"read_private_shop_orders"))
	}
	edit := Answer{}
	if f.Target.Wants(evidence.OrdersWrite) {
		edit = f.orderEditCause()
	}
	if edit.ID != "" {
		causes = append(causes, edit)
	}
	if f.Target.Wants(evidence.OrdersWrite) && f.Refuses("orders", "POST") {
		causes = append(causes,
			f.lacking("cap-create-missing", "creating orders asks for publish_shop_orders", f.AllowLine("orders"),
				"publish_shop_orders"))
	}
	if f.Target.Wants(evidence.OrdersWrite, evidence.OrdersDelete) && edit.ID == "" {
		if a := f.statusesToCome(); a.ID != "" {
			causes = append(causes, a)
		}
	}
	if f.Target.Wants(evidence.OrdersWrite) && edit.ID == "" && f.Refuses("orders/batch", "POST") {
		batch := f.lacking("cap-others",
			"changing several orders in one request asks for edit_others_shop_orders, on every kind of storage",
			f.AllowLine("orders/batch"), "edit_others_shop_orders")
		causes = append(causes, batch)
	}
	if f.Target.Wants(evidence.OrdersDelete) {
		if a := f.orderDeleteCause(edit); a.ID != "" {
			causes = append(causes, a)
		}
	}
	return causes
}

// orderEditCause finds why orders that the key may read cannot be changed. Which capability is asked depends on the row
// that the order has in wp_posts (docs/woocommerce/permissions.md).
func (f *granted) orderEditCause() Answer {
	open, shut := f.RecordsBy("orders", http.MethodPut, evidence.ListOrders, evidence.ListOldOrders)
	switch {
	case len(shut) == 0 && len(open) > 0:
		return f.ordersToCome()
	case len(shut) == 0:
		return Answer{} // the shop has none: rightsToCome
	}
	mode, modeKnown := f.Storage()
	shown := []string{
		fmt.Sprintf("order %d: Allow %s", shut[0].ID, strings.Join(f.RecordMethods("orders", shut[0]), ", ")),
		f.AllowLine("orders"), fmt.Sprintf("%d of %d orders cannot be changed", len(shut), len(shut)+len(open)),
	}
	if modeKnown {
		shown = append(shown, "order storage: "+mode.Title())
	}
	if a := f.rowMissing(open, shut, shown); a.ID != "" {
		return a
	}
	if a := f.statusCause(open, shut, shown); a.ID != "" {
		return a
	}
	if len(open) == 0 {
		return f.noOrderEditable(mode, modeKnown, shut, shown)
	}
	return f.someOrdersEditable(open, shut, shown)
}

// ordersToCome finds that no order shows that it cannot be changed, and the owner lacks what changing the next one
// asks. It is said only where his capabilities and the storage are known: in a store without orders, and about the
// orders that the integration itself will make.
func (f *granted) ordersToCome() Answer {
	mode, modeKnown := f.Storage()
	if !f.Owner.Known || !modeKnown || evidence.Total(f.Get(evidence.ListOrders)) < 0 || f.superAdmin() {
		return Answer{}
	}
	shown := []string{"order storage: " + mode.Title(),
		fmt.Sprintf("%d orders in the store, all of those seen may be changed",
			max(0, evidence.Total(f.Get(evidence.ListOrders))))}
	switch {
	case InTables(mode):
		asked := placeholderCaps
		asOrders, known := f.TablesAskOrders()
		if asOrders {
			asked = orderCaps
		}
		if known && len(f.Owner.Missing(asked...)) > 0 {
			return f.tablesCause(Sure, shown)
		}
	case mode == capability.HPOSSync && f.Status.OK: // the order's author is who made it
		if len(f.Owner.Missing(orderCaps...)) > 0 {
			return f.orderCause("cap-others", Sure, "changing orders asks for edit_shop_orders, and for "+
				"edit_others_shop_orders when somebody else made them", shown, orderCaps...)
		}
	case mode == capability.Posts: // the author of every order is user 1
		if len(f.Owner.Missing("edit_others_shop_orders")) > 0 {
			return f.orderCause("cap-others", Sure, "changing orders asks for edit_others_shop_orders", shown,
				"edit_others_shop_orders")
		}
	}
	return Answer{}
}

func (f *granted) noOrderEditable(mode capability.Storage, known bool, shut []evidence.Record, shown []string) Answer {
	lacksPosts, lacksOrders := len(f.Owner.Missing(placeholderCaps...)) > 0, len(f.Owner.Missing(orderCaps...)) > 0
	receipt := f.Get(evidence.OracleReceipt)
	asOrders, _ := f.TablesAskOrders()
	switch {
	case !asOrders && f.Owner.Known && !lacksPosts && !f.Status.OK && f.countRows(shut).posts == 0 && receipt != nil &&
		!evidence.NotRegistered(receipt) && len(evidence.Allowed(receipt)) == 0:
		// Receipts are decided by WordPress alone, past the REST permissions: it is WordPress that finds nothing to
		// change.
		return f.missingRows(shut, shown, Likely)
	case known && InTables(mode) && !f.allPosts(shut):
		return f.tablesCause(Sure, shown)
	case asOrders:
		return f.orderCause("cap-others", Sure, orderTablesWhy, shown, orderCaps...)
	case known:
		return f.orderCause("cap-others", Sure, "changing orders that others made asks for edit_others_shop_orders",
			shown, orderCaps...)
	case f.Owner.Known && lacksPosts && !lacksOrders:
		return f.orderCause("cap-hpos-placeholder", Sure, placeholderWhy, shown, placeholderCaps...)
	case f.Owner.Known && !lacksPosts && lacksOrders:
		return f.orderCause("cap-others", Sure, "changing orders that others made asks for edit_others_shop_orders",
			shown, orderCaps...)
	case f.Permits("orders/batch", "POST"):
		// Who holds edit_others_shop_orders could edit on any other storage.
		return f.orderCause("cap-hpos-placeholder", Likely, placeholderWhy, shown, placeholderCaps...)
	}
	return f.orderCause("cap-others", Possible, eitherWhy, shown, slices.Concat(orderCaps, placeholderCaps)...)
}

// allPosts says whether every sampled order is a post, whatever the storage is now.
func (f *granted) allPosts(list []evidence.Record) bool {
	seen := false
	for _, r := range list {
		x := f.Get(evidence.Rows.Of(fmt.Sprint(r.ID)))
		if x == nil {
			continue
		}
		if x.Status != http.StatusOK {
			return false
		}
		seen = true
	}
	return seen
}

// someOrdersEditable finds what tells the orders that may be changed from the others: their kind of row, or who made
// them.
func (f *granted) someOrdersEditable(open, shut []evidence.Record, shown []string) Answer {
	if asOrders, _ := f.TablesAskOrders(); asOrders {
		return f.someOrdersEditableSince11(open, shut, shown)
	}
	openPosts, shutPosts := f.countRows(open), f.countRows(shut)
	mixed := "the store moved to order tables: orders from before are posts and ask for edit_others_shop_orders, " +
		"later ones are not and ask for edit_others_posts"
	switch {
	case f.Owner.Known && len(f.Owner.Missing(placeholderCaps...)) == 0 && shutPosts.others > 0 && shutPosts.posts == 0:
		return f.missingRows(shut, shown, Likely) // a placeholder he could change, and a post they are not
	case openPosts.posts > 0 && openPosts.others == 0 && shutPosts.others > 0 && shutPosts.posts == 0:
		return f.orderCause("cap-hpos-mixed", Sure, mixed, shown, placeholderCaps...)
	case shutPosts.posts > 0 && shutPosts.others == 0 && openPosts.others > 0 && openPosts.posts == 0:
		return f.orderCause("cap-hpos-mixed", Sure, mixed, shown, orderCaps...)
	case f.Owner.Known && len(f.Owner.Missing(placeholderCaps...)) == 1 && shutPosts.others > 0 && shutPosts.posts == 0:
		return f.orderCause("cap-hpos-placeholder", Sure, "on order tables without compatibility mode orders that "+
			"the key itself made ask for edit_posts, those of others for edit_others_posts", shown, placeholderCaps...)
	case f.Owner.Known && len(f.Owner.Missing(orderCaps...)) == 1 && shutPosts.posts > 0 && shutPosts.others == 0:
		return f.orderCause("cap-others", Sure,
			"orders that the key itself made ask for edit_shop_orders, those of others for edit_others_shop_orders",
			shown, orderCaps...)
	case f.Owner.Known && len(f.Owner.Missing(slices.Concat(placeholderCaps, orderCaps)...)) == 0:
		return f.missingRows(shut, shown, Likely)
	case madeByAPI(open) && !madeByAPI(shut) && shutPosts.others > 0:
		return f.orderCause("cap-hpos-placeholder", Likely, "only orders that the key itself made can be changed; "+
			"those of others ask for edit_others_posts on order tables without compatibility mode", shown,
			"edit_others_posts")
	case shutPosts.posts > 0:
		return f.orderCause("cap-others", Likely,
			"only some orders can be changed: those of others ask for edit_others_shop_orders", shown,
			"edit_others_shop_orders")
	case newerThanAll(shut, open):
		return f.orderCause("cap-hpos-mixed", Likely, mixed, shown, placeholderCaps...)
	case newerThanAll(open, shut):
		return f.orderCause("cap-hpos-mixed", Likely, mixed, shown, orderCaps...)
	}
	return f.missingRows(shut, shown, Likely)
}

// someOrdersEditableSince11 finds that who made an order decides, which is so on every storage since 11.0. Guests'
// orders and those without a row in wp_posts are user 1's there.
func (f *granted) someOrdersEditableSince11(open, shut []evidence.Record, shown []string) Answer {
	switch missing := f.Owner.Missing(orderCaps...); {
	case f.Owner.Known && len(missing) == 0:
		return f.someRefused("orders", shown, orderCaps)
	case f.Owner.Known && len(missing) == 1, madeByAPI(open) && !madeByAPI(shut):
		return f.orderCause("cap-others", Sure,
			"orders that the key itself made ask for edit_shop_orders, those of others for edit_others_shop_orders",
			shown, orderCaps...)
	}
	return f.orderCause("cap-others", Likely, "only some orders can be changed: own ones ask for edit_shop_orders, "+
		"those of others for edit_others_shop_orders", shown, orderCaps...)
}

type rowCount struct{ posts, others int }

func (f *granted) countRows(list []evidence.Record) rowCount {
	var n rowCount
	for _, r := range list {
		switch x := f.Get(evidence.Rows.Of(fmt.Sprint(r.ID))); {
		case x == nil:
		case x.Status == http.StatusOK:
			n.posts++
		case x.Status == http.StatusNotFound || x.Status == http.StatusBadRequest:
			n.others++
		}
	}
	return n
}

func madeByAPI(list []evidence.Record) bool {
	return !slices.ContainsFunc(list, func(r evidence.Record) bool { return r.CreatedVia != "rest-api" })
}

func newerThanAll(a, b []evidence.Record) bool {
	for _, x := range a {
		for _, y := range b {
			if x.ID <= y.ID {
				return false
			}
		}
	}
	return true
}

// rowMissing finds orders that nobody may change, neither edit nor delete, because their row in wp_posts is gone. The
// count of rows tells: orders and refunds have one each.
func (f *granted) rowMissing(open, shut []evidence.Record, shown []string) Answer {
	var locked []evidence.Record
	for _, r := range shut {
		if !f.MayRecord("orders", r, http.MethodDelete) {
			locked = append(locked, r)
		}
	}
	if asOrders, _ := f.TablesAskOrders(); asOrders {
		return Answer{} // a missing row blocks nobody any more
	}
	placeholders, posts := f.Status.Posts("shop_order_placehold"), f.Status.Posts("shop_order")
	orders := evidence.Total(f.Get(evidence.ListOrders))
	if len(locked) == 0 || placeholders < 0 || posts < 0 || orders <= 0 {
		return Answer{}
	}
	if f.Owner.Known && len(f.Owner.Missing(placeholderCaps...)) > 0 && len(f.Owner.Missing(orderCaps...)) > 0 &&
		!f.superAdmin() {
		return Answer{} // with a row he could not change them either
	}
	rows, wanted := placeholders+posts, orders
	if refunds := evidence.Total(f.Get(evidence.ListRefunds)); refunds > 0 {
		wanted += refunds
	}
	gone := wanted - rows
	shown = append(shown, fmt.Sprintf("%d rows in wp_posts for %d orders and refunds", rows, wanted))
	switch {
	case gone <= 0:
		return Answer{}
	case gone >= len(locked), len(open) > 0, rows == 0:
		return f.missingRows(locked, shown, Sure)
	}
	return Answer{}
}

func (f *granted) missingRows(locked []evidence.Record, shown []string, c Confidence) Answer {
	ids := make([]string, 0, 5)
	for _, r := range locked {
		if len(ids) < 5 {
			ids = append(ids, fmt.Sprint(r.ID))
		}
	}
	return Answer{
		ID: "order-post-row-missing", Confidence: c, Shown: shown,
		Vars: map[string]string{"ids": strings.Join(ids, " "), "id": ids[0]},
		Why: fmt.Sprintf("these orders have no row in wp_posts any more, and without it WordPress lets nobody "+
			"change them: %s", strings.Join(ids, ", ")),
	}
}

// orderDeleteCause is asked when deleting is wanted; what already explains that orders cannot be edited explains it
// too.
func (f *granted) orderDeleteCause(edit Answer) Answer {
	open, shut := f.RecordsBy("orders", http.MethodDelete, evidence.ListOrders, evidence.ListOldOrders)
	if len(shut) == 0 {
		if refund := f.Get(evidence.AllowRefund); refund != nil && refund.Status == http.StatusOK &&
			!slices.Contains(evidence.Allowed(refund), http.MethodDelete) && len(open) > 0 {
			if mode, ok := f.Storage(); ok && InTables(mode) {
				return f.lacking("cap-delete", "deleting a refund on order tables without compatibility mode asks "+
					"for delete_posts, and for delete_others_posts when somebody else made it",
					evidence.Describe(refund), "delete_posts", "delete_others_posts")
			}
			return f.lacking("cap-delete", "deleting a refund asks for delete_shop_order, in the singular",
				evidence.Describe(refund), "delete_shop_order")
		}
		if mode, ok := f.Storage(); ok && (mode == capability.HPOSSync || mode == capability.Posts) && f.Owner.Known &&
			!f.Owner.Has("delete_shop_order") && f.Get(evidence.AllowRefund) == nil && len(open) > 0 {
			return f.lacking("cap-delete", "deleting a refund asks for delete_shop_order, in the singular",
				"order storage: "+mode.Title(), "delete_shop_order")
		}
		if mode, ok := f.Storage(); ok && InTables(mode) && f.Owner.Known && f.Get(evidence.AllowRefund) == nil &&
			len(open) > 0 {
			if missing := f.Owner.Missing("delete_posts", "delete_others_posts"); len(missing) > 0 && !f.superAdmin() {
				return f.lacking("cap-delete", "deleting a refund on order tables without compatibility mode asks "+
					"for delete_posts, and for delete_others_posts when somebody else made it",
					"order storage: "+mode.Title(), "delete_posts", "delete_others_posts")
			}
		}
		return Answer{}
	}
	shown := fmt.Sprintf("order %d: Allow %s", shut[0].ID, strings.Join(f.RecordMethods("orders", shut[0]), ", "))
	if !f.Target.Wants(evidence.OrdersWrite) {
		if a := f.rowMissing(open, shut, []string{shown}); a.ID != "" {
			return a
		}
	}
	if a := f.statusDeleteCause(open, shut, shown); a.ID != "" {
		return a
	}
	caps := []string{"delete_shop_orders", "delete_others_shop_orders"}
	if mode, ok := f.Storage(); ok && InTables(mode) {
		caps = f.tablesDeleteCaps()
	}
	a := f.lacking("cap-delete", "deleting orders asks for "+strings.Join(caps, " and "), shown, caps...)
	if edit.ID != "" {
		a.Also = append(a.Also, edit.ID)
	}
	return a
}
