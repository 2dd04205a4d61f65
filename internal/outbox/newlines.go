package outbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/storage"
)

// A line that an update adds to an order is there once for each request that adds it, so each carries a mark of its
// own, and an update that died half-way is sent again without the lines that are there. Lines keep their meta data in a
// step after their own, so a line without a mark may be ours too: above the highest line that was there before (the
// write's floor), one of the same product is not sent again either.

// orderLines is the name under which it is learned that a store takes the marks of lines away.
const orderLines storage.Resource = "order_lines"

// newLine is a line without an id in the body of an update.
type newLine struct {
	list  string
	index int
	line  object
}

func (n newLine) mark(writeID string) string {
	return fmt.Sprintf("%s/%s/%d", writeID, n.list, n.index)
}

func newLinesOf(body object) []newLine {
	var found []newLine
	for _, list := range lineFields {
		var lines []object
		if kindOf(body[list]) != '[' || json.Unmarshal(body[list], &lines) != nil {
			continue
		}
		for i, line := range lines {
			if line != nil && numberIn(line, "id") == 0 {
				found = append(found, newLine{list, i, line})
			}
		}
	}
	return found
}

// markNewLines puts its mark into each new line of a body.
func markNewLines(o object, writeID string) error {
	for _, list := range lineFields {
		if kindOf(o[list]) != '[' {
			continue
		}
		var lines []object
		if err := json.Unmarshal(o[list], &lines); err != nil {
			return err
		}
		for i, line := range lines {
			if line == nil || numberIn(line, "id") != 0 {
				continue
			}
			meta, err := appendMeta(line["meta_data"], MarkerKey, newLine{list, i, line}.mark(writeID))
			if err != nil {
				return err
			}
			line["meta_data"] = meta
		}
		raw, err := json.Marshal(lines)
		if err != nil {
			return err
		}
		o[list] = raw
	}
	return nil
}

// lineStates says of the new lines of an update which are not on the order yet, and which may be.
func lineStates(w Write, record json.RawMessage, marksTaken bool) (left, doubtful []newLine) {
	body, err1 := parseObject(w.Body)
	order, err2 := parseObject(record)
	if err1 != nil || err2 != nil {
		return nil, nil
	}
	stored := map[string][]object{}
	for _, list := range lineFields {
		var lines []object
		_ = json.Unmarshal(order[list], &lines) // an order without the list has no such lines
		stored[list] = lines
	}
	take := func(n newLine, fits func(object) bool) bool {
		at := slices.IndexFunc(stored[n.list], fits)
		if at < 0 {
			return false
		}
		stored[n.list] = slices.Delete(stored[n.list], at, at+1)
		return true
	}
	var unmarked []newLine
	for _, n := range newLinesOf(body) {
		mark := n.mark(w.ID)
		if !take(n, func(line object) bool { return metaMarker(line["meta_data"]) == mark }) {
			unmarked = append(unmarked, n)
		}
	}
	for _, n := range unmarked {
		like := func(line object) bool {
			marker := metaMarker(line["meta_data"])
			return numberIn(line, "id") > w.Floor && (marker == "" || marker == w.ID) && sameLine(n.list, n.line, line)
		}
		switch {
		case !take(n, like):
			left = append(left, n)
		case !marksTaken:
			doubtful = append(doubtful, n)
		}
	}
	return left, doubtful
}

// onlyLeft is the body of an update without the new lines that are on the order. A list that becomes empty stays,
// because naming it makes the store reckon anew.
func onlyLeft(body json.RawMessage, left []newLine) (json.RawMessage, error) {
	o, err := parseObject(body)
	if err != nil {
		return nil, err
	}
	for _, list := range lineFields {
		var lines []object
		if kindOf(o[list]) != '[' {
			continue
		}
		if err := json.Unmarshal(o[list], &lines); err != nil {
			return nil, err
		}
		kept := []object{}
		for i, line := range lines {
			waits := slices.ContainsFunc(left, func(n newLine) bool { return n.list == list && n.index == i })
			if line == nil || numberIn(line, "id") != 0 || waits {
				kept = append(kept, line)
			} else {
				// The place stays taken, so that the marks of the lines behind it do not change.
				kept = append(kept, nil)
			}
		}
		if o[list], err = json.Marshal(kept); err != nil {
			return nil, err
		}
	}
	return json.Marshal(o)
}

// withoutGaps takes the places of lines out that are on the order already.
func withoutGaps(body json.RawMessage) (json.RawMessage, error) {
	o, err := parseObject(body)
	if err != nil {
		return nil, err
	}
	for _, list := range lineFields {
		var lines []json.RawMessage
		if kindOf(o[list]) != '[' || json.Unmarshal(o[list], &lines) != nil {
			continue
		}
		lines = slices.DeleteFunc(lines, func(line json.RawMessage) bool { return kindOf(line) == 'n' })
		if o[list], err = json.Marshal(lines); err != nil {
			return nil, err
		}
	}
	return json.Marshal(o)
}

// highestLine is the highest id among the lines of an order.
func highestLine(record json.RawMessage) int64 {
	order, err := parseObject(record)
	if err != nil {
		return 0
	}
	var highest int64
	for _, list := range lineFields {
		var lines []object
		_ = json.Unmarshal(order[list], &lines)
		for _, line := range lines {
			highest = max(highest, numberIn(line, "id"))
		}
	}
	return highest
}

// reckoned says whether an order's total is that of its lines, where an update has touched lines: WooCommerce stores
// changed lines before it reckons. A plugin that changes totals makes a lost update be sent once more, which does no
// harm.
func reckoned(w Write, record json.RawMessage) bool {
	body, err1 := parseObject(w.Body)
	order, err2 := parseObject(record)
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
	for _, list := range lineFields {
		var lines []object
		_ = json.Unmarshal(order[list], &lines)
		for _, line := range lines {
			sum = sum.Add(amountIn(line, "total")).Add(amountIn(line, "total_tax"))
			n++
		}
	}
	return sum.Sub(amountIn(order, "total")).Abs().LessThanOrEqual(decimal.New(n, -2))
}
