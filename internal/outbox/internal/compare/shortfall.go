package compare

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
	"github.com/waybillhq/waybill/internal/schema"
	"github.com/waybillhq/waybill/internal/storage"
)

// A store may die while it makes a record: WooCommerce stores an order before its lines, its total, its status and its
// payment, and runs the code of plugins between any two of these. The order then carries our marker and is half of what
// was asked for.

// unfinished are the statuses that an order may have before it gets the status that was asked for.
var unfinished = []string{"pending", "checkout-draft", "draft", "auto-draft"}

// Shortfalls names what a created record lacks of what was asked for. A rewritten value is no shortfall: an edit or a
// plugin leaves another value, a crash leaves none.
func Shortfalls(w intent.Write, record json.RawMessage) []intent.FieldError {
	body, err1 := document.Parse(w.Body)
	o, err2 := document.Parse(record)
	sent, err3 := document.Leaves(w.Body)
	have, err4 := document.RecordLeaves(record)
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
		return []intent.FieldError{{Field: "record", Message: "cannot be read"}}
	}
	var v validate.Violations
	for _, path := range document.SortedKeys(sent) {
		value, stored := sent[path], have[path]
		switch {
		case path == "set_paid":
			if string(value) == "true" && document.Absent(stored) && document.Absent(have["date_paid"]) {
				v.Add(path, "the payment is not recorded")
			}
		case path == "status":
			if status := document.Text(o, "status"); status != document.Text(body, "status") &&
				slices.Contains(unfinished, status) {
				v.Add(path, "asked for %s, the store has %q", value, status)
			}
		case saysNothing(w.Resource, path, have), stored != nil && Holds(path, value, stored, true):
		case !empty(value) && empty(stored):
			v.Add(path, "asked for %s, the store has nothing", value)
		}
	}
	_, missing := matchLines(body, o)
	v.List = append(v.List, missing...)
	switch w.Resource {
	case storage.Orders:
		v.List = append(v.List, lackAmounts(body, o)...)
		v.List = append(v.List, undiscounted(body, o)...)
		if lines := sumOfLines(o); lines.IsPositive() && document.Amount(o, "total").
			IsZero() && slices.Contains(unfinished, document.Text(o, "status")) {
			v.Add(
				"total", "is %s, although the lines come to %s: it was never reckoned", document.Text(o, "total"),
				lines,
			)
		}
	case storage.Refunds:
		// The store's default is to pay back (WC_REST_Order_Refunds_Controller, api_refund).
		if string(body["api_refund"]) != "false" && string(o["refunded_payment"]) == "false" {
			v.Add("api_refund", "the store does not say that the money was paid back: look into the payment gateway")
		}
	}
	return v.List
}

// HalfMade names what an order lacks of the parts that the store stores last: lines, total, status, payment. A plugin
// leaves another line than was asked for; a crash leaves fewer lines.
func HalfMade(w intent.Write, record json.RawMessage) []intent.FieldError {
	body, err1 := document.Parse(w.Body)
	o, err2 := document.Parse(record)
	if w.Resource != storage.Orders || w.Action != intent.Create || err1 != nil || err2 != nil {
		return nil
	}
	begun := slices.Contains(unfinished, document.Text(o, "status"))
	var lacks []intent.FieldError
	for _, f := range Shortfalls(w, record) {
		list, _, ofLine := strings.Cut(f.Field, "[")
		switch {
		case f.Field == "status", f.Field == "total", f.Field == "set_paid" && begun:
			lacks = append(lacks, f)
		case ofLine && slices.Contains(intent.LineFields, list) &&
			len(validate.Entries(o, list)) < len(validate.Entries(body, list)):
			lacks = append(lacks, f)
		}
	}
	return lacks
}

// saysNothing says whether a missing value proves nothing: no record shows the member, or shows it under another name,
// or a plugin may have taken the value away.
func saysNothing(r storage.Resource, path string, have map[string]json.RawMessage) bool {
	root := rootOf(path)
	switch {
	case slices.Contains(WriteOnly, path), strings.HasPrefix(path, "meta_data["), strings.HasPrefix(root, "date_"),
		strings.HasSuffix(root, "_lines"):
		return true
	case slices.Contains([]string{"images", "image", "downloads", "stock_quantity", "manual_update", "added_by_user",
		"amount", "line_items"}, root):
		return true
	}
	if _, shown := have[path]; shown {
		return false
	}
	members, known := schema.Of(string(r))
	return !known || members.Find(root) == nil // a plugin's own member
}

// empty says whether a value counts as none: null, the empty text, an empty list, false, or the number 0.
func empty(raw json.RawMessage) bool {
	switch text, _ := document.Scalar(raw); {
	case text != nil:
		return *text == "" || *text == "false" || *text == "0"
	case document.Kind(raw) == '[':
		var list []json.RawMessage
		return json.Unmarshal(raw, &list) == nil && len(list) == 0
	}
	return false
}

// matchLines looks for the lines that a create asked for among those of an order. It returns how many are there, and
// which are missing.
func matchLines(body, order document.Object) (found int, missing []intent.FieldError) {
	for _, name := range []string{"line_items", "shipping_lines", "fee_lines", "coupon_lines"} {
		var sent, stored []document.Object
		if document.Kind(body[name]) != '[' || json.Unmarshal(body[name], &sent) != nil ||
			json.Unmarshal(order[name], &stored) != nil {
			continue
		}
		for i, line := range sent {
			if line == nil || document.Number(line, "id") != 0 {
				continue
			}
			at := slices.IndexFunc(
				stored,
				func(candidate document.Object) bool { return sameLine(name, line, candidate) },
			)
			if at < 0 {
				missing = append(missing, intent.FieldError{Field: fmt.Sprintf("%s[%d]", name, i),
					Message: missingLine(name, line, stored)})
				continue
			}
			stored = slices.Delete(stored, at, at+1)
			found++
		}
	}
	return found, missing
}

// missingLine says what is wrong with a sent line that no stored line is like. A stored line of the same product with
// another quantity may be what the store made of it.
func missingLine(list string, line document.Object, stored []document.Object) string {
	if list == "line_items" {
		for _, other := range stored {
			if sameProduct(line, other) {
				return fmt.Sprintf("is on the order with %s pieces in place of %s", pieces(other), pieces(line))
			}
		}
	}
	return "is not on the order"
}

// sameLine says whether a stored line is what became of a sent line.
func sameLine(list string, sent, stored document.Object) bool {
	switch list {
	case "line_items":
		named := false
		for _, field := range []string{"variation_id", "product_id"} {
			if id := document.Number(sent, field); id != 0 {
				// A variation may be sent as the product: the store looks for either.
				if named = true; document.Number(stored, "product_id") != id &&
					document.Number(stored, "variation_id") != id {
					return false
				}
			}
		}
		if sku := document.Text(sent, "sku"); sku != "" && !named {
			if named = true; !strings.EqualFold(sku, document.Text(stored, "sku")) {
				return false
			}
		}
		if quantity := sent["quantity"]; quantity != nil && !document.Same(quantity, stored["quantity"]) {
			return false
		}
		return named || document.Alike(sent["name"], stored["name"])
	case "shipping_lines":
		return sent["method_id"] == nil || document.Alike(sent["method_id"], stored["method_id"])
	case "coupon_lines":
		return document.Alike(sent["code"], stored["code"])
	}
	return sent["name"] == nil || document.Alike(sent["name"], stored["name"])
}

func hasLines(order document.Object) bool {
	var lines []json.RawMessage
	return json.Unmarshal(order["line_items"], &lines) == nil && len(lines) > 0
}

// sumOfLines returns the sum of an order's lines without tax.
func sumOfLines(order document.Object) decimal.Decimal {
	sum := decimal.Zero
	for _, name := range intent.LineFields {
		var lines []document.Object
		if json.Unmarshal(order[name], &lines) != nil {
			continue
		}
		for _, line := range lines {
			sum = sum.Add(document.Amount(line, "total"))
		}
	}
	return sum
}

// Completion returns the update that completes a half-made order, and whether it is safe to send. It is safe if the
// order was neither paid nor edited, and each list of lines is complete with its amounts, or missing. Existing lines
// are not sent again. A list that is sent empty makes the store compute its totals again.
func Completion(w intent.Write, body, record json.RawMessage) (json.RawMessage, bool) {
	if w.Resource != storage.Orders || intent.MarkerOf(record) != w.ID {
		return nil, false
	}
	o, err1 := document.Parse(record)
	sent, err2 := document.Parse(body)
	if err1 != nil || err2 != nil || !slices.Contains(unfinished, document.Text(o, "status")) ||
		!document.Absent(o["date_paid"]) ||
		len(refundsOf(o)) > 0 || len(lackAmounts(sent, o)) > 0 || len(FreeLines(w, record)) > 0 {
		return nil, false
	}
	for _, name := range intent.LineFields {
		var want, have []document.Object
		_ = json.Unmarshal(sent[name], &want) // a value that is no list has no lines
		_ = json.Unmarshal(o[name], &have)
		found, missing := matchLines(document.Object{name: sent[name]}, o)
		switch {
		case len(have) == 0:
		case len(missing) == 0 && len(have) == found:
			sent[name] = json.RawMessage("[]")
		default:
			return nil, false
		}
		if len(want) == 0 && name == "line_items" {
			sent[name] = json.RawMessage("[]")
		}
	}
	delete(sent, "meta_data") // saved before the marker, which is there
	if err := intent.MarkNewLines(sent, w.ID); err != nil {
		return nil, false
	}
	out, err := json.Marshal(sent)
	return out, err == nil
}

func refundsOf(order document.Object) []json.RawMessage {
	var list []json.RawMessage
	_ = json.Unmarshal(order["refunds"], &list) // an order without the member has none
	return list
}
