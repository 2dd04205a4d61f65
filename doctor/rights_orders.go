package doctor

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
)

// orderCauses: what is missing for the wanted scopes of orders.
func (f *granted) orderCauses() []answer {
	var causes []answer
	if f.t.wants(OrdersRead, OrdersWrite, OrdersDelete) && f.refuses("orders", "GET") {
		causes = append(causes, f.lacking("cap-read-private", "reading orders asks for read_private_shop_orders", f.allowLine("orders"), "read_private_shop_orders"))
	}
	edit := answer{}
	if f.t.wants(OrdersWrite) {
		edit = f.orderEditCause()
	}
	if edit.id != "" {
		causes = append(causes, edit)
	}
	if f.t.wants(OrdersWrite) && f.refuses("orders", "POST") {
		causes = append(causes, f.lacking("cap-create-missing", "creating orders asks for publish_shop_orders", f.allowLine("orders"), "publish_shop_orders"))
	}
	if f.t.wants(OrdersWrite, OrdersDelete) && edit.id == "" {
		if a := f.statusesToCome(); a.id != "" {
			causes = append(causes, a)
		}
	}
	if f.t.wants(OrdersWrite) && edit.id == "" && f.refuses("orders/batch", "POST") {
		batch := f.lacking("cap-others", "changing several orders in one request asks for edit_others_shop_orders, on every kind of storage", f.allowLine("orders/batch"), "edit_others_shop_orders")
		causes = append(causes, batch)
	}
	if f.t.wants(OrdersDelete) {
		if a := f.orderDeleteCause(edit); a.id != "" {
			causes = append(causes, a)
		}
	}
	return causes
}

// orderEditCause: orders that the key may read and not change. Which capability is asked depends on the row that the
// order has in wp_posts (failure-taxonomy 1.1).
func (f *granted) orderEditCause() answer {
	open, shut := f.recordsBy("orders", http.MethodPut, "list.orders", "list.orders.old")
	if len(shut) == 0 {
		return f.ordersToCome()
	}
	mode, modeKnown := f.storage()
	shown := []string{
		fmt.Sprintf("order %d: Allow %s", shut[0].ID, strings.Join(f.recordMethods("orders", shut[0]), ", ")),
		f.allowLine("orders"), fmt.Sprintf("%d of %d orders cannot be changed", len(shut), len(shut)+len(open)),
	}
	if modeKnown {
		shown = append(shown, "order storage: "+mode.Title())
	}
	if a := f.rowMissing(open, shut, shown); a.id != "" {
		return a
	}
	if a := f.statusCause(open, shut, shown); a.id != "" {
		return a
	}
	if len(open) == 0 {
		return f.noOrderEditable(mode, modeKnown, shut, shown)
	}
	return f.someOrdersEditable(open, shut, shown)
}

var (
	placeholderCaps = []string{"edit_posts", "edit_others_posts"}
	orderCaps       = []string{"edit_shop_orders", "edit_others_shop_orders"}
)

const placeholderWhy = "orders live in WooCommerce's own tables without compatibility mode; there changing an order asks for edit_posts and edit_others_posts, the capabilities of blog posts, and for none of the order capabilities"

// ordersToCome: no order shows that it cannot be changed, and the owner lacks what changing the next one asks. It is said
// only where his capabilities and the storage are known: in a store without orders, and about the orders that the
// integration itself will make.
func (f *granted) ordersToCome() answer {
	mode, modeKnown := f.storage()
	if !f.owner.known || !modeKnown || total(f.x("list.orders")) < 0 || f.superAdmin() {
		return answer{}
	}
	shown := []string{"order storage: " + mode.Title(), fmt.Sprintf("%d orders in the store, all of those seen may be changed", max(0, total(f.x("list.orders"))))}
	switch {
	case inTables(mode):
		asked := placeholderCaps
		asOrders, known := f.tablesAskOrders()
		if asOrders {
			asked = orderCaps
		}
		if known && len(f.owner.missing(asked...)) > 0 {
			return f.tablesCause(Sure, shown)
		}
	case mode == capability.HPOSSync && f.status.OK: // the order's author is who made it
		if len(f.owner.missing(orderCaps...)) > 0 {
			return f.orderCause("cap-others", Sure, "changing orders asks for edit_shop_orders, and for edit_others_shop_orders when somebody else made them", shown, orderCaps...)
		}
	case mode == capability.Posts: // the author of every order is user 1
		if len(f.owner.missing("edit_others_shop_orders")) > 0 {
			return f.orderCause("cap-others", Sure, "changing orders asks for edit_others_shop_orders", shown, "edit_others_shop_orders")
		}
	}
	return answer{}
}

// superAdmin: in a network a super admin may do everything, whatever is stored for him on a site.
func (f *granted) superAdmin() bool {
	return f.owner.known && !f.owner.caps.Has("read_private_shop_orders") && f.permits("orders", "GET") ||
		f.owner.known && !f.owner.caps.Has("publish_shop_orders") && f.permits("orders", "POST")
}

func (f *granted) orderCause(id string, c Confidence, why string, shown []string, caps ...string) answer {
	a := answer{id: id, confidence: c, why: why, shown: shown}
	f.nameMissing(&a, caps...)
	return a
}

func (f *granted) noOrderEditable(mode capability.Storage, known bool, shut []listed, shown []string) answer {
	lacksPosts, lacksOrders := len(f.owner.missing(placeholderCaps...)) > 0, len(f.owner.missing(orderCaps...)) > 0
	receipt := f.x("oracle.receipt")
	asOrders, _ := f.tablesAskOrders()
	switch {
	case !asOrders && f.owner.known && !lacksPosts && !f.status.OK && f.countRows(shut).posts == 0 && receipt != nil && !notRegistered(receipt) && len(allowed(receipt)) == 0:
		// Receipts are decided by WordPress alone, past the REST permissions: it is WordPress that finds nothing to change.
		return f.missingRows(shut, shown, Likely)
	case known && inTables(mode) && !f.allPosts(shut):
		return f.tablesCause(Sure, shown)
	case asOrders:
		return f.orderCause("cap-others", Sure, orderTablesWhy, shown, orderCaps...)
	case known:
		return f.orderCause("cap-others", Sure, "changing orders that others made asks for edit_others_shop_orders", shown, orderCaps...)
	case f.owner.known && lacksPosts && !lacksOrders:
		return f.orderCause("cap-hpos-placeholder", Sure, placeholderWhy, shown, placeholderCaps...)
	case f.owner.known && !lacksPosts && lacksOrders:
		return f.orderCause("cap-others", Sure, "changing orders that others made asks for edit_others_shop_orders", shown, orderCaps...)
	case f.permits("orders/batch", "POST"):
		// Who holds edit_others_shop_orders could edit on any other storage.
		return f.orderCause("cap-hpos-placeholder", Likely, placeholderWhy, shown, placeholderCaps...)
	}
	return f.orderCause("cap-others", Possible, eitherWhy, shown, slices.Concat(orderCaps, placeholderCaps)...)
}

// allPosts: every sampled order is a post, whatever the storage is now.
func (f *granted) allPosts(list []listed) bool {
	seen := false
	for _, r := range list {
		x := f.x(fmt.Sprintf("row.%d", r.ID))
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

// someOrdersEditable: a difference between orders, by kind of row, or by who made them.
func (f *granted) someOrdersEditable(open, shut []listed, shown []string) answer {
	if asOrders, _ := f.tablesAskOrders(); asOrders {
		return f.someOrdersEditableSince11(open, shut, shown)
	}
	openPosts, shutPosts := f.countRows(open), f.countRows(shut)
	mixed := "the store moved to order tables: orders from before are posts and ask for edit_others_shop_orders, later ones are not and ask for edit_others_posts"
	switch {
	case f.owner.known && len(f.owner.missing(placeholderCaps...)) == 0 && shutPosts.others > 0 && shutPosts.posts == 0:
		return f.missingRows(shut, shown, Likely) // a placeholder he could change, and a post they are not
	case openPosts.posts > 0 && openPosts.others == 0 && shutPosts.others > 0 && shutPosts.posts == 0:
		return f.orderCause("cap-hpos-mixed", Sure, mixed, shown, placeholderCaps...)
	case shutPosts.posts > 0 && shutPosts.others == 0 && openPosts.others > 0 && openPosts.posts == 0:
		return f.orderCause("cap-hpos-mixed", Sure, mixed, shown, orderCaps...)
	case f.owner.known && len(f.owner.missing(placeholderCaps...)) == 1 && shutPosts.others > 0 && shutPosts.posts == 0:
		return f.orderCause("cap-hpos-placeholder", Sure, "on order tables without compatibility mode orders that the key itself made ask for edit_posts, those of others for edit_others_posts", shown, placeholderCaps...)
	case f.owner.known && len(f.owner.missing(orderCaps...)) == 1 && shutPosts.posts > 0 && shutPosts.others == 0:
		return f.orderCause("cap-others", Sure, "orders that the key itself made ask for edit_shop_orders, those of others for edit_others_shop_orders", shown, orderCaps...)
	case f.owner.known && len(f.owner.missing(slices.Concat(placeholderCaps, orderCaps)...)) == 0:
		return f.missingRows(shut, shown, Likely)
	case madeByAPI(open) && !madeByAPI(shut) && shutPosts.others > 0:
		return f.orderCause("cap-hpos-placeholder", Likely, "only orders that the key itself made can be changed; those of others ask for edit_others_posts on order tables without compatibility mode", shown, "edit_others_posts")
	case shutPosts.posts > 0:
		return f.orderCause("cap-others", Likely, "only some orders can be changed: those of others ask for edit_others_shop_orders", shown, "edit_others_shop_orders")
	case newerThanAll(shut, open):
		return f.orderCause("cap-hpos-mixed", Likely, mixed, shown, placeholderCaps...)
	case newerThanAll(open, shut):
		return f.orderCause("cap-hpos-mixed", Likely, mixed, shown, orderCaps...)
	}
	return f.missingRows(shut, shown, Likely)
}

// someOrdersEditableSince11: on every storage the difference is who made the order. Guests' orders and those without a row
// in wp_posts are user 1's there.
func (f *granted) someOrdersEditableSince11(open, shut []listed, shown []string) answer {
	switch missing := f.owner.missing(orderCaps...); {
	case f.owner.known && len(missing) == 0:
		return f.someRefused("orders", shown, orderCaps)
	case f.owner.known && len(missing) == 1, madeByAPI(open) && !madeByAPI(shut):
		return f.orderCause("cap-others", Sure, "orders that the key itself made ask for edit_shop_orders, those of others for edit_others_shop_orders", shown, orderCaps...)
	}
	return f.orderCause("cap-others", Likely, "only some orders can be changed: own ones ask for edit_shop_orders, those of others for edit_others_shop_orders", shown, orderCaps...)
}

type rowCount struct{ posts, others int }

func (f *granted) countRows(list []listed) rowCount {
	var n rowCount
	for _, r := range list {
		switch x := f.x(fmt.Sprintf("row.%d", r.ID)); {
		case x == nil:
		case x.Status == http.StatusOK:
			n.posts++
		case x.Status == http.StatusNotFound || x.Status == http.StatusBadRequest:
			n.others++
		}
	}
	return n
}

func madeByAPI(list []listed) bool {
	return !slices.ContainsFunc(list, func(r listed) bool { return r.CreatedVia != "rest-api" })
}

func newerThanAll(a, b []listed) bool {
	for _, x := range a {
		for _, y := range b {
			if x.ID <= y.ID {
				return false
			}
		}
	}
	return true
}

// rowMissing: orders that nobody may change, neither edit nor delete, because their row in wp_posts is gone. The count of
// rows tells: orders and refunds have one each.
func (f *granted) rowMissing(open, shut []listed, shown []string) answer {
	var locked []listed
	for _, r := range shut {
		if !f.mayRecord("orders", r, http.MethodDelete) {
			locked = append(locked, r)
		}
	}
	if asOrders, _ := f.tablesAskOrders(); asOrders {
		return answer{} // a missing row blocks nobody any more
	}
	placeholders, posts := f.status.posts("shop_order_placehold"), f.status.posts("shop_order")
	orders := total(f.x("list.orders"))
	if len(locked) == 0 || placeholders < 0 || posts < 0 || orders <= 0 {
		return answer{}
	}
	if f.owner.known && len(f.owner.missing(placeholderCaps...)) > 0 && len(f.owner.missing(orderCaps...)) > 0 && !f.superAdmin() {
		return answer{} // with a row he could not change them either
	}
	rows, wanted := placeholders+posts, orders
	if refunds := total(f.x("list.refunds")); refunds > 0 {
		wanted += refunds
	}
	gone := wanted - rows
	shown = append(shown, fmt.Sprintf("%d rows in wp_posts for %d orders and refunds", rows, wanted))
	switch {
	case gone <= 0:
		return answer{}
	case gone >= len(locked), len(open) > 0, rows == 0:
		return f.missingRows(locked, shown, Sure)
	}
	return answer{}
}

func (f *granted) missingRows(locked []listed, shown []string, c Confidence) answer {
	ids := make([]string, 0, 5)
	for _, r := range locked {
		if len(ids) < 5 {
			ids = append(ids, fmt.Sprint(r.ID))
		}
	}
	return answer{
		id: "order-post-row-missing", confidence: c, shown: shown, vars: map[string]string{"ids": strings.Join(ids, " "), "id": ids[0]},
		why: fmt.Sprintf("these orders have no row in wp_posts any more, and without it WordPress lets nobody change them: %s", strings.Join(ids, ", ")),
	}
}

// orderDeleteCause is asked when deleting is wanted; what already explains that orders cannot be edited explains it too.
func (f *granted) orderDeleteCause(edit answer) answer {
	open, shut := f.recordsBy("orders", http.MethodDelete, "list.orders", "list.orders.old")
	if len(shut) == 0 {
		if refund := f.x("allow.refund"); refund != nil && refund.Status == http.StatusOK && !slices.Contains(allowed(refund), http.MethodDelete) && len(open) > 0 {
			if mode, ok := f.storage(); ok && inTables(mode) {
				return f.lacking("cap-delete", "deleting a refund on order tables without compatibility mode asks for delete_posts, and for delete_others_posts when somebody else made it", describe(refund), "delete_posts", "delete_others_posts")
			}
			return f.lacking("cap-delete", "deleting a refund asks for delete_shop_order, in the singular", describe(refund), "delete_shop_order")
		}
		if mode, ok := f.storage(); ok && (mode == capability.HPOSSync || mode == capability.Posts) && f.owner.known && !f.owner.has("delete_shop_order") && f.x("allow.refund") == nil && len(open) > 0 {
			return f.lacking("cap-delete", "deleting a refund asks for delete_shop_order, in the singular", "order storage: "+mode.Title(), "delete_shop_order")
		}
		if mode, ok := f.storage(); ok && inTables(mode) && f.owner.known && f.x("allow.refund") == nil && len(open) > 0 {
			if missing := f.owner.missing("delete_posts", "delete_others_posts"); len(missing) > 0 && !f.superAdmin() {
				return f.lacking("cap-delete", "deleting a refund on order tables without compatibility mode asks for delete_posts, and for delete_others_posts when somebody else made it",
					"order storage: "+mode.Title(), "delete_posts", "delete_others_posts")
			}
		}
		return answer{}
	}
	shown := fmt.Sprintf("order %d: Allow %s", shut[0].ID, strings.Join(f.recordMethods("orders", shut[0]), ", "))
	if !f.t.wants(OrdersWrite) {
		if a := f.rowMissing(open, shut, []string{shown}); a.id != "" {
			return a
		}
	}
	if a := f.statusDeleteCause(open, shut, shown); a.id != "" {
		return a
	}
	caps := []string{"delete_shop_orders", "delete_others_shop_orders"}
	if mode, ok := f.storage(); ok && inTables(mode) {
		caps = f.tablesDeleteCaps()
	}
	a := f.lacking("cap-delete", "deleting orders asks for "+strings.Join(caps, " and "), shown, caps...)
	if edit.id != "" {
		a.also = append(a.also, edit.id)
	}
	return a
}
