package verdict

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// PublicStatuses are the statuses of plugins that are registered as public; known is false when the store did not say.
func (f *granted) PublicStatuses() (slugs []string, known bool) {
	x := f.Get(evidence.StatusesPublic)
	if x == nil || x.Status != http.StatusOK || x.Body.Kind != "json" {
		return nil, false
	}
	var shown map[string]json.RawMessage
	evidence.ReadJSON(x, &shown)
	for name := range shown {
		if slug, ok := strings.CutPrefix(name, "wc-"); ok {
			slugs = append(slugs, slug)
		}
	}
	slices.Sort(slugs)
	return slugs, true
}

// statusCause finds that a plugin's status keeps orders from being changed: all that cannot be changed have one, and
// others can be changed, or the owner holds what they ask for. On order tables since 11.0 such a status asks for a
// capability of its own.
func (f *granted) statusCause(open, shut []evidence.Record, shown []string) Answer {
	return f.statusCauseFor("edit", open, shut, shown)
}

// statusDeleteCause is the same for deleting.
func (f *granted) statusDeleteCause(open, shut []evidence.Record, shown string) Answer {
	return f.statusCauseFor("delete", open, shut, []string{shown})
}

func (f *granted) statusCauseFor(verb string, open, shut []evidence.Record, shown []string) Answer {
	asOrders, _ := f.TablesAskOrders()
	mode, modeKnown := f.Storage()
	if !asOrders || modeKnown && !InTables(mode) || len(shut) == 0 ||
		slices.ContainsFunc(shut,
			func(r evidence.Record) bool { return slices.Contains(evidence.OwnStatuses, r.Status) }) {
		return Answer{}
	}
	plain := []string{verb + "_shop_orders", verb + "_others_shop_orders"}
	ordinary := slices.ContainsFunc(open,
		func(r evidence.Record) bool { return slices.Contains(evidence.OwnStatuses, r.Status) })
	if !ordinary && !(f.Owner.Known && len(f.Owner.Missing(plain...)) == 0) {
		return Answer{} // nothing shows that it is the status, and not who made the order
	}
	caps, statuses := f.statusCaps(verb, shut)
	if f.Owner.Known && len(f.Owner.Missing(caps...)) == 0 {
		return f.someRefused("orders", shown, caps)
	}
	return f.orderCause("cap-order-status", Sure,
		fmt.Sprintf("orders in the status %s, which a plugin registered, ask on order tables of WooCommerce 11.0 "+
			"for %s besides", strings.Join(statuses, " and "), strings.Join(caps, " and ")),
		append(shown, fmt.Sprintf("order %d (%s): Allow %s", shut[0].ID, shut[0].Status,
			strings.Join(f.RecordMethods("orders", shut[0]), ", "))), caps...)
}

// statusCaps names what the statuses of some orders ask for: published for those registered as public, private for
// others that ask for anything.
func (f *granted) statusCaps(verb string, orders []evidence.Record) (caps, statuses []string) {
	public, known := f.PublicStatuses()
	for _, order := range orders {
		statuses = evidence.AppendNew(statuses, order.Status)
		if !known || slices.Contains(public, order.Status) {
			caps = evidence.AppendNew(caps, verb+"_published_shop_orders")
		}
		if !known || !slices.Contains(public, order.Status) {
			caps = evidence.AppendNew(caps, verb+"_private_shop_orders")
		}
	}
	return caps, statuses
}

// statusesToCome finds that a status is registered as public, no order of it was refused, and the owner lacks what the
// next one asks.
func (f *granted) statusesToCome() Answer {
	public, _ := f.PublicStatuses()
	asOrders, _ := f.TablesAskOrders()
	mode, modeKnown := f.Storage()
	if len(public) == 0 || !asOrders || !modeKnown || !InTables(mode) || !f.Owner.Known || f.superAdmin() {
		return Answer{}
	}
	caps := []string{"edit_published_shop_orders"}
	if f.Target.Wants(evidence.OrdersDelete) {
		caps = append(caps, "delete_published_shop_orders")
	}
	if len(f.Owner.Missing(caps...)) == 0 {
		return Answer{}
	}
	a := f.orderCause("cap-order-status", Sure,
		fmt.Sprintf("a plugin registered the status %s as public: on order tables of WooCommerce 11.0 an order in "+
			"it asks for %s besides, and the key locks itself out of an order that it moves there",
			strings.Join(public, " and "), strings.Join(caps, " and ")),
		[]string{evidence.Describe(f.Get(evidence.StatusesPublic)), "order storage: " + mode.Title()}, caps...)
	a.Warning = true
	return a
}
