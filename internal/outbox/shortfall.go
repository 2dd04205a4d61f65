package outbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/schema"
	"github.com/waybillhq/waybill/internal/storage"
)

// A store may die while it makes a record: WooCommerce stores an order before its lines, its total, its status and its
// payment, and runs other people's code between any two of these. What is there then carries our marker and is half of
// what was asked for.

// unfinished are the statuses that an order has before it gets the one that was asked for.
var unfinished = []string{"pending", "checkout-draft", "draft", "auto-draft"}

// shortfalls names what a created record lacks of what was asked for. Values that somebody or something has rewritten
// are no shortfall: an edit or a plugin leaves another value, a crash leaves none.
func shortfalls(w Write, record json.RawMessage) []FieldError {
	body, err1 := parseObject(w.Body)
	o, err2 := parseObject(record)
	sent, err3 := leaves(w.Body)
	have, err4 := recordLeaves(record)
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
		return []FieldError{{Field: "record", Message: "cannot be read"}}
	}
	var v violations
	for _, path := range sortedKeys(sent) {
		value, stored := sent[path], have[path]
		switch {
		case path == "set_paid":
			if string(value) == "true" && absent(stored) && absent(have["date_paid"]) {
				v.add(path, "the payment is not recorded")
			}
		case path == "status":
			if status := textIn(o, "status"); status != textIn(body, "status") && slices.Contains(unfinished, status) {
				v.add(path, "asked for %s, the store has %q", value, status)
			}
		case saysNothing(w.Resource, path, have), stored != nil && holds(path, value, stored, true):
		case !empty(value) && empty(stored):
			v.add(path, "asked for %s, the store has nothing", value)
		}
	}
	_, missing := matchLines(body, o)
	v.list = append(v.list, missing...)
	switch w.Resource {
	case storage.Orders:
		if lines := sumOfLines(o); lines.IsPositive() && amountIn(o, "total").
			IsZero() && slices.Contains(unfinished, textIn(o, "status")) {
			v.add("total", "is %s, although the lines come to %s: it was never reckoned", textIn(o, "total"), lines)
		}
	case storage.Refunds:
		// The store's own default is to pay back (WC_REST_Order_Refunds_Controller, api_refund).
		if string(body["api_refund"]) != "false" && string(o["refunded_payment"]) == "false" {
			v.add("api_refund", "the store does not say that the money was paid back: look into the payment gateway")
		}
	}
	return v.list
}

// halfMade names what an order lacks that the store stores last: lines, total, status, payment. Another line than was
// asked for is a plugin's doing; fewer lines are a crash's.
func halfMade(w Write, record json.RawMessage) []FieldError {
	body, err1 := parseObject(w.Body)
	o, err2 := parseObject(record)
	if w.Resource != storage.Orders || w.Action != Create || err1 != nil || err2 != nil {
		return nil
	}
	begun := slices.Contains(unfinished, textIn(o, "status"))
	var lacks []FieldError
	for _, f := range shortfalls(w, record) {
		list, _, ofLine := strings.Cut(f.Field, "[")
		switch {
		case f.Field == "status", f.Field == "total", f.Field == "set_paid" && begun:
			lacks = append(lacks, f)
		case ofLine && slices.Contains(lineFields, list) && len(entriesOf(o, list)) < len(entriesOf(body, list)):
			lacks = append(lacks, f)
		}
	}
	return lacks
}

// saysNothing: what no record shows, what it may show under another name, and what a plugin may have taken for itself.
func saysNothing(r storage.Resource, path string, have map[string]json.RawMessage) bool {
	root := rootOf(path)
	switch {
	case slices.Contains(writeOnly, path), strings.HasPrefix(path, "meta_data["), strings.HasPrefix(root, "date_"),
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
	return !known || members.Find(root) == nil // a plugin's own
}

// empty says whether a value is none: null, the empty text, an empty list, false, or the number 0.
func empty(raw json.RawMessage) bool {
	switch text, _ := scalar(raw); {
	case text != nil:
		return *text == "" || *text == "false" || *text == "0"
	case kindOf(raw) == '[':
		var list []json.RawMessage
		return json.Unmarshal(raw, &list) == nil && len(list) == 0
	}
	return false
}

// matchLines finds the lines that a create asked for among those of an order: how many are there, and which are not.
func matchLines(body, order object) (found int, missing []FieldError) {
	for _, name := range []string{"line_items", "shipping_lines", "fee_lines", "coupon_lines"} {
		var sent, stored []object
		if kindOf(body[name]) != '[' || json.Unmarshal(body[name], &sent) != nil ||
			json.Unmarshal(order[name], &stored) != nil {
			continue
		}
		for i, line := range sent {
			if line == nil || numberIn(line, "id") != 0 {
				continue
			}
			at := slices.IndexFunc(stored, func(candidate object) bool { return sameLine(name, line, candidate) })
			if at < 0 {
				missing = append(missing, FieldError{Field: fmt.Sprintf("%s[%d]", name, i),
					Message: "is not on the order"})
				continue
			}
			stored = slices.Delete(stored, at, at+1)
			found++
		}
	}
	return found, missing
}

// sameLine says whether a stored line is what a sent one became.
func sameLine(list string, sent, stored object) bool {
	switch list {
	case "line_items":
		named := false
		for _, field := range []string{"variation_id", "product_id"} {
			if id := numberIn(sent, field); id != 0 {
				// A variation may be sent as the product (the store looks for either).
				if named = true; numberIn(stored, "product_id") != id && numberIn(stored, "variation_id") != id {
					return false
				}
			}
		}
		if sku := textIn(sent, "sku"); sku != "" && !named {
			if named = true; !strings.EqualFold(sku, textIn(stored, "sku")) {
				return false
			}
		}
		if quantity := sent["quantity"]; quantity != nil && !same(quantity, stored["quantity"]) {
			return false
		}
		return named || alike(sent["name"], stored["name"])
	case "shipping_lines":
		return sent["method_id"] == nil || alike(sent["method_id"], stored["method_id"])
	case "coupon_lines":
		return alike(sent["code"], stored["code"])
	}
	return sent["name"] == nil || alike(sent["name"], stored["name"])
}

func hasLines(order object) bool {
	var lines []json.RawMessage
	return json.Unmarshal(order["line_items"], &lines) == nil && len(lines) > 0
}

// sumOfLines is what the lines of an order come to, without tax.
func sumOfLines(order object) decimal.Decimal {
	sum := decimal.Zero
	for _, name := range lineFields {
		var lines []object
		if json.Unmarshal(order[name], &lines) != nil {
			continue
		}
		for _, line := range lines {
			sum = sum.Add(amountIn(line, "total"))
		}
	}
	return sum
}

func amountIn(o object, field string) decimal.Decimal {
	text, _ := scalar(o[field])
	if text == nil {
		return decimal.Zero
	}
	amount, err := decimal.NewFromString(*text)
	if err != nil {
		return decimal.Zero
	}
	return amount
}

// completion is the update that makes a half-made order whole, and whether it is safe to send: nobody has paid it or
// put anything of their own into it, and each list of lines is there as a whole or not at all. Lines that are there are
// not sent again; a list that is empty makes the store reckon anew.
func completion(w Write, body, record json.RawMessage) (json.RawMessage, bool) {
	if w.Resource != storage.Orders || markerOf(record) != w.ID {
		return nil, false
	}
	o, err1 := parseObject(record)
	sent, err2 := parseObject(body)
	if err1 != nil || err2 != nil || !slices.Contains(unfinished, textIn(o, "status")) || !absent(o["date_paid"]) ||
		len(refundsOf(o)) > 0 {
		return nil, false
	}
	for _, name := range lineFields {
		var want, have []object
		_ = json.Unmarshal(sent[name], &want) // no list, no lines
		_ = json.Unmarshal(o[name], &have)
		found, missing := matchLines(object{name: sent[name]}, o)
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
	if err := markNewLines(sent, w.ID); err != nil {
		return nil, false
	}
	out, err := json.Marshal(sent)
	return out, err == nil
}

func refundsOf(order object) []json.RawMessage {
	var list []json.RawMessage
	_ = json.Unmarshal(order["refunds"], &list) // an order without the member has none
	return list
}
