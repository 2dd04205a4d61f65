package compare

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// Each request that adds a line to an order adds the line once more. So each new line carries a mark, and an update
// that died half-way is sent again without the lines that are there. A store keeps the meta data of a line after the
// line itself, so a line without a mark may be ours too. A line of the same product above the highest earlier line (the
// write's floor) is therefore not sent again either. Plugins take marks away, put another quantity, name or amount into
// a line, or add it to an existing line. A line that appeared since and that no other write explains, and a line that
// grew, may therefore be ours whatever they hold.

// OrderLines is the name under which the lesson is kept that a store takes the marks of lines away.
const OrderLines storage.Resource = "order_lines"

// LineStates returns the new lines of an update that are not on the order yet, and those that may be on it.
func LineStates(w intent.Write, record json.RawMessage, marksTaken bool) (left, doubtful []intent.NewLine) {
	body, err1 := document.Parse(w.Body)
	order, err2 := document.Parse(record)
	if err1 != nil || err2 != nil {
		return nil, nil
	}
	stored := map[string][]document.Object{}
	for _, list := range intent.LineFields {
		var lines []document.Object
		_ = json.Unmarshal(order[list], &lines) // an order without the list has no such lines
		stored[list] = lines
	}
	take := func(n intent.NewLine, fits func(document.Object) bool) bool {
		at := slices.IndexFunc(stored[n.List], fits)
		if at < 0 {
			return false
		}
		stored[n.List] = slices.Delete(stored[n.List], at, at+1)
		return true
	}
	var unmarked, rest []intent.NewLine
	for _, n := range intent.NewLinesOf(body) {
		if !take(n, func(line document.Object) bool { return intent.MarksLine(w, n, line) }) {
			unmarked = append(unmarked, n)
		}
	}
	was, _ := document.Parse(w.Base) // without it the caller saw no lines
	arrived := func(list string, line document.Object) bool { return arrivedSince(w, was, list, line) }
	for _, n := range unmarked {
		like := func(line document.Object) bool {
			marker := intent.MetaMarker(line["meta_data"])
			return document.Number(line, "id") > w.Floor && (marker == "" || marker == w.ID) &&
				sameLine(n.List, n.Line, line)
		}
		switch {
		case !take(n, like):
			rest = append(rest, n)
		case !marksTaken:
			doubtful = append(doubtful, n)
		}
	}
	for _, n := range rest {
		if take(n, func(line document.Object) bool { return arrived(n.List, line) }) || grownBy(n, was, order) {
			doubtful = append(doubtful, n)
		} else {
			left = append(left, n)
		}
	}
	return left, doubtful
}

// OnlyLeft returns the body of an update without the new lines that are on the order. A list that becomes empty stays,
// because naming it makes the store compute its totals again.
func OnlyLeft(body json.RawMessage, left []intent.NewLine) (json.RawMessage, error) {
	o, err := document.Parse(body)
	if err != nil {
		return nil, err
	}
	for _, list := range intent.LineFields {
		var lines []document.Object
		if document.Kind(o[list]) != '[' {
			continue
		}
		if err := json.Unmarshal(o[list], &lines); err != nil {
			return nil, err
		}
		kept := []document.Object{}
		for i, line := range lines {
			waits := slices.ContainsFunc(left, func(n intent.NewLine) bool { return n.List == list && n.Index == i })
			if line == nil || document.Number(line, "id") != 0 || waits {
				kept = append(kept, line)
			} else {
				// A null keeps the place, so that the marks of the later lines do not change.
				kept = append(kept, nil)
			}
		}
		if o[list], err = json.Marshal(kept); err != nil {
			return nil, err
		}
	}
	return json.Marshal(o)
}

// WithoutGaps removes from the lists of lines every null, which stands for a line that the order already has.
func WithoutGaps(body json.RawMessage) (json.RawMessage, error) {
	o, err := document.Parse(body)
	if err != nil {
		return nil, err
	}
	for _, list := range intent.LineFields {
		var lines []json.RawMessage
		if document.Kind(o[list]) != '[' || json.Unmarshal(o[list], &lines) != nil {
			continue
		}
		lines = slices.DeleteFunc(lines, func(line json.RawMessage) bool { return document.Kind(line) == 'n' })
		if o[list], err = json.Marshal(lines); err != nil {
			return nil, err
		}
	}
	return json.Marshal(o)
}

// HighestLine returns the highest id among the lines of an order.
func HighestLine(record json.RawMessage) int64 {
	order, err := document.Parse(record)
	if err != nil {
		return 0
	}
	var highest int64
	for _, list := range intent.LineFields {
		var lines []document.Object
		_ = json.Unmarshal(order[list], &lines)
		for _, line := range lines {
			highest = max(highest, document.Number(line, "id"))
		}
	}
	return highest
}

// Reckoned says whether an order's total is that of its lines after an update of lines: WooCommerce stores changed
// lines before it computes totals. Where a plugin changes totals, a lost update is sent once more, which does no harm.
func Reckoned(w intent.Write, record json.RawMessage) bool {
	body, err1 := document.Parse(w.Body)
	order, err2 := document.Parse(record)
	if err1 != nil || err2 != nil || w.Resource != storage.Orders {
		return true
	}
	touched := false
	for name := range body {
		touched = touched || strings.HasSuffix(name, "_lines") || name == "line_items"
	}
	if !touched || order["total"] == nil {
		return true
	}
	sum, n := decimal.Zero, int64(1)
	for _, list := range intent.LineFields {
		var lines []document.Object
		_ = json.Unmarshal(order[list], &lines)
		for _, line := range lines {
			sum = sum.Add(document.Amount(line, "total")).Add(document.Amount(line, "total_tax"))
			n++
		}
	}
	return sum.Sub(document.Amount(order, "total")).Abs().LessThanOrEqual(decimal.New(n, -2))
}

// ReckonedAnew names the total of an order that an update of its addresses has changed. WooCommerce computes taxes
// again with today's rates, and replaces sums that a person has set by hand (docs/woocommerce/orders.md#reckoned-anew).
func ReckonedAnew(w intent.Write, before, after json.RawMessage) []intent.FieldError {
	body, err1 := document.Parse(w.Body)
	was, err2 := document.Parse(before)
	is, err3 := document.Parse(after)
	if err1 != nil || err2 != nil || err3 != nil || w.Resource != storage.Orders || w.Action != intent.Update ||
		was["total"] == nil || is["total"] == nil || document.Same(was["total"], is["total"]) {
		return nil
	}
	for _, list := range append(slices.Clone(intent.LineFields), "coupon_lines", "tax_lines") {
		if body[list] != nil {
			return nil // the write asked for a new total
		}
	}
	return []intent.FieldError{{Field: "total", Message: fmt.Sprintf(
		"it went from %s to %s: the store reckons an order anew, with the taxes of today, when an address of it is "+
			"written",
		document.Text(was, "total"), document.Text(is, "total"))}}
}
