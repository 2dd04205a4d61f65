package compare

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// Whose doing a change is has to be told from two readings of a record, because WooCommerce does not say: between the
// mirror's reading and the store's answer to a write somebody else may have edited the record as well, and a pull may
// come across our own write before its answer does.
//
// Failure policy: a difference counts as our own only when the writes explain all of it. What they do not explain is
// announced as foreign, so that a two-way integration may be told of something it did itself (it reads the record and
// finds nothing to do), and is never left in the dark about an edit of somebody else's.

// Cause finds the write under way (sending or unknown) that made the difference a pull came across: before is nil for a
// record that was not there, after for one that is gone.
func Cause(open []intent.Write, ref storage.Ref, parentID int64, before, after json.RawMessage) (intent.Write, bool) {
	subject := intent.Write{Resource: ref.Resource, RecordID: ref.ID, ParentID: parentID}.Subject()
	var about []intent.Write
	for _, w := range open {
		switch {
		case w.Action == intent.Create && w.Resource == ref.Resource:
			// A create still being sent may be read half-made and then made; after that an edit is somebody's.
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

// CausedAll says whether a settled write explains everything that differs between the mirror's reading before it and
// the store's record after it.
func CausedAll(w intent.Write, before, after json.RawMessage) bool {
	answered := w.Lost == 0 // the record is the answer itself, and not a reading of some time later
	if w.Action == intent.Create && w.Resource != storage.Refunds && w.Resource != storage.OrderNotes {
		return answered
	}
	return caused([]intent.Write{w}, before, after, answered)
}

// Restamped says whether nothing differs but stamps of the store and what it reckons from the rest. That is what a lost
// write of ours does that the store carries out late, after it was settled because the store had its values already.
func Restamped(before, after json.RawMessage) bool {
	return caused([]intent.Write{{Action: intent.Update, Body: json.RawMessage(`{}`)}}, before, after, false)
}

// Untouched says whether a record found after its create was lost is as it was asked for. If not, somebody has edited
// it since (or the store has written a value its own way).
func Untouched(w intent.Write, record json.RawMessage) bool { return Reflects(w, record, false) }

// Marker is the id of the write that created a record; empty when it carries none.
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
	want  map[string]json.RawMessage // the leaves it names
	roots map[string]bool            // the fields that follow from it
	meta  map[string]bool            // the keys of meta data it names
}

func explain(w intent.Write, before json.RawMessage) explanation {
	e := explanation{want: map[string]json.RawMessage{}, roots: map[string]bool{},
		meta: map[string]bool{intent.MarkerKey: true, intent.StockMarkerKey: true}}
	named := map[string]bool{}
	switch {
	case w.Action == intent.Delete:
		named["delete"] = true
	case w.Resource == storage.Refunds || w.Resource == storage.OrderNotes:
		named[string(w.Resource)] = true // seen from the order they belong to
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

// nameMeta notes the keys of meta data that a body names. For an entry that is named by id, the key stands in the
// record.
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

// derived are fields that a store computes from others; they never change by an edit of their own.
var derived = []string{
	"total", "total_tax", "cart_tax", "discount_total", "discount_tax", "shipping_total", "shipping_tax",
	"currency_symbol",
	"needs_payment", "needs_processing", "is_editable", "payment_url", "price_html", "related_ids",
}

// consequences are the fields that change when another one is written: the dates with a status, the other lines with a
// line (WC_Abstract_Order::calculate_totals), the rest of a product with its price or stock.
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
