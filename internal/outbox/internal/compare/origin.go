package compare

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// WooCommerce does not say who made a change, so this is decided from two readings of a record. Between the mirror's
// reading and the answer to our write another program may have edited the record too. A pull may also meet our own
// write before its answer comes.
//
// Failure policy: a difference counts as our own only when the writes explain all of it. Any other difference is
// announced as foreign. A two-way integration may then be told of its own change (it reads the record and finds nothing
// to do), but never misses a foreign edit.

// Cause returns the write under way (sending or unknown) that made a difference which a pull met; false when none did.
// before is nil for a new record, after for one that is gone.
func Cause(open []intent.Write, ref storage.Ref, parentID int64, before, after json.RawMessage) (intent.Write, bool) {
	subject := intent.Write{Resource: ref.Resource, RecordID: ref.ID, ParentID: parentID}.Subject()
	var about []intent.Write
	for _, w := range open {
		switch {
		case w.Action == intent.Create && w.Resource == ref.Resource:
			// A create that is still being sent may be read half-made and then whole. A later edit is foreign.
			fits := w.ParentID == parentID && w.Floor != intent.NoFloor && ref.ID > w.Floor && after != nil &&
				intent.Created(w, after)
			if fits && (before == nil || w.State == intent.Sending) {
				return w, true
			}
		case before != nil && w.Subject() == subject:
			about = append(about, w)
		}
	}
	for _, w := range about {
		if after == nil && w.Action == intent.Delete && w.RecordID == ref.ID {
			return w, true
		}
	}
	if len(about) == 0 || before == nil || after == nil || !caused(about, before, after, false) {
		return intent.Write{}, false
	}
	return about[0], true
}

// CausedAll says whether a settled write explains every difference between the mirror's reading before the write and
// the store's record after it.
func CausedAll(w intent.Write, before, after json.RawMessage) bool {
	answered := w.Lost == 0 // the record is the answer itself, not a later reading
	if w.Action == intent.Create && w.Resource != storage.Refunds && w.Resource != storage.OrderNotes {
		return answered
	}
	return caused([]intent.Write{w}, before, after, answered)
}

// Restamped says whether two readings differ only in the store's dates and in what the store computes from the rest.
// That is the effect of a lost write of ours that the store carries out late, after the write was settled because the
// store had its values already.
func Restamped(before, after json.RawMessage) bool {
	return caused([]intent.Write{{Action: intent.Update, Body: json.RawMessage(`{}`)}}, before, after, false)
}

// Untouched says whether a record that was found after the answer to its create was lost is as the create asked for.
// Otherwise it was edited since, or the store has changed a value.
func Untouched(w intent.Write, record json.RawMessage) bool { return Reflects(w, record, false) }

// Marker returns the id of the write that created a record; empty when the record carries no marker.
func Marker(record json.RawMessage) string { return intent.MarkerOf(record) }

// caused says whether writes explain all of a difference. A difference in a field that a write names is explained only
// while the field has the value that was asked for, or when the record is that write's own answer.
func caused(writes []intent.Write, before, after json.RawMessage, answered bool) bool {
	was, err1 := document.RecordLeaves(before)
	is, err2 := document.RecordLeaves(after)
	if err1 != nil || err2 != nil {
		return false
	}
	explained := make([]explanation, len(writes))
	for i, w := range writes {
		explained[i] = explain(w, before)
	}
	for _, path := range changedPaths(was, is) {
		value, there := is[path]
		if !slices.ContainsFunc(explained, func(e explanation) bool { return e.covers(path, value, there, answered) }) {
			return false
		}
	}
	return true
}

// explanation is what one write may have changed in a record.
type explanation struct {
	want  map[string]json.RawMessage // the leaves that the write names
	roots map[string]bool            // the fields that change with them
	meta  map[string]bool            // the keys of meta data that the write names
}

func explain(w intent.Write, before json.RawMessage) explanation {
	e := explanation{want: map[string]json.RawMessage{}, roots: map[string]bool{},
		meta: map[string]bool{intent.MarkerKey: true, intent.StockMarkerKey: true}}
	named := map[string]bool{}
	switch {
	case w.Action == intent.Delete:
		named["delete"] = true
	case w.Resource == storage.Refunds || w.Resource == storage.OrderNotes:
		named[string(w.Resource)] = true // seen from the order to which they belong
	default:
		body, err := document.Parse(w.Body)
		if err != nil {
			return e
		}
		e.want, _ = document.Leaves(w.Body)
		for name := range body {
			named[name] = true
		}
		e.nameMeta(body["meta_data"], before)
	}
	for name := range named {
		for _, follows := range consequences[name] {
			e.roots[follows] = true
		}
	}
	return e
}

// nameMeta notes the keys of meta data that a body names. For an entry that is named by id, the record has the key.
func (e explanation) nameMeta(list, before json.RawMessage) {
	var named []document.Object
	_ = json.Unmarshal(list, &named) // a body without a list names none
	keys := map[int64]string{}
	if record, err := document.Parse(before); err == nil {
		var stored []document.Object
		_ = json.Unmarshal(record["meta_data"], &stored) // a record without meta data has no keys
		for _, entry := range stored {
			keys[document.Number(entry, "id")] = document.Text(entry, "key")
		}
	}
	for _, entry := range named {
		if key := document.Text(entry, "key"); key != "" {
			e.meta[key] = true
		}
		if id := document.Number(entry, "id"); id != 0 {
			e.meta[keys[id]] = true
		}
	}
}

func (e explanation) covers(path string, value json.RawMessage, there, answered bool) bool {
	root := rootOf(path)
	if slices.Contains(volatile, root) || slices.Contains(derived, root) || e.roots[root] {
		return true
	}
	if key, ok := strings.CutPrefix(path, "meta_data["); ok {
		return e.meta[strings.TrimSuffix(key, "]")]
	}
	for want, wanted := range e.want {
		switch {
		case want == path:
			return answered || Holds(path, wanted, value, there)
		case strings.HasPrefix(path, want+"."), strings.TrimSuffix(path, "_gmt") == strings.TrimSuffix(want, "_gmt"):
			return true
		}
	}
	return false
}

// derived are fields that a store computes from others. They never change by an edit of their own.
var derived = []string{
	"total", "total_tax", "cart_tax", "discount_total", "discount_tax", "shipping_total", "shipping_tax",
	"currency_symbol",
	"needs_payment", "needs_processing", "is_editable", "payment_url", "price_html", "related_ids",
}

// consequences maps a field to the fields that change with it: the dates with a status, the other lines with a line
// (WC_Abstract_Order::calculate_totals), the rest of a product with its price or stock.
var consequences = func() map[string][]string {
	dates := []string{"date_paid", "date_paid_gmt", "date_completed", "date_completed_gmt"}
	lines := []string{"line_items", "shipping_lines", "fee_lines", "coupon_lines", "tax_lines"}
	price := []string{"price", "on_sale", "purchasable"}
	stock := []string{"manage_stock", "stock_quantity", "stock_status", "backorders", "backorders_allowed",
		"backordered", "purchasable", "low_stock_amount"}
	place := []string{"slug", "permalink", "permalink_template", "generated_slug", "purchasable", "date_created",
		"date_created_gmt"}
	all := map[string][]string{
		"status":                   append(slices.Clone(dates), place...),
		"set_paid":                 append([]string{"status", "transaction_id"}, dates...),
		"delete":                   append([]string{"status"}, place...),
		string(storage.Refunds):    append([]string{"refunds", "status"}, dates...),
		"name":                     place,
		"slug":                     place,
		"type":                     {"variations", "has_options", "price", "purchasable"},
		"attributes":               {"default_attributes", "has_options"},
		"virtual":                  {"shipping_required", "shipping_taxable"},
		"tax_status":               {"shipping_taxable"},
		"shipping_class":           {"shipping_class_id"},
		"email":                    {"avatar_url"},
		"currency":                 lines,
		"customer_id":              {"billing", "shipping"},
		string(storage.OrderNotes): nil,
	}
	for _, name := range lines {
		all[name] = lines
	}
	for _, name := range []string{"regular_price", "sale_price", "date_on_sale_from", "date_on_sale_from_gmt",
		"date_on_sale_to", "date_on_sale_to_gmt"} {
		all[name] = price
	}
	for _, name := range []string{"manage_stock", "stock_quantity", "inventory_delta", "stock_status", "backorders"} {
		all[name] = stock
	}
	return all
}()
