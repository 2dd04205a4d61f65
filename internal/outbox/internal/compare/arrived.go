package compare

import (
	"fmt"
	"slices"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
)

// arrivedSince says whether a line appeared on an order after an update that adds lines was first sent, and carries no
// other write's mark. was is the order as it was before.
func arrivedSince(w intent.Write, was document.Object, list string, line document.Object) bool {
	id := document.Number(line, "id")
	if marker := intent.MetaMarker(line["meta_data"]); id <= w.Floor || marker != "" && marker != w.ID {
		return false // another write's mark explains the line
	}
	if was == nil {
		return w.Floor > 0
	}
	return !slices.ContainsFunc(validate.Entries(was, list), func(before document.Object) bool {
		return document.Number(before, "id") == id
	})
}

// grownBy says whether a line that was there before an update now holds more of what the update adds: more pieces of
// the product, or another amount under the name of the fee.
func grownBy(n intent.NewLine, was, order document.Object) bool {
	for _, before := range validate.Entries(was, n.List) {
		for _, now := range validate.Entries(order, n.List) {
			if document.Number(before, "id") != document.Number(now, "id") {
				continue
			}
			switch {
			case n.List == "line_items" && sameProduct(n.Line, now):
				if pieces(now).GreaterThan(pieces(before)) {
					return true
				}
			case n.List != "line_items" && sameLine(n.List, n.Line, now):
				if document.Amount(now, "total").GreaterThan(document.Amount(before, "total")) {
					return true
				}
			}
		}
	}
	return false
}

// addedLines pairs the lines that an update adds with those that they became. It pairs them by their marks. Where the
// store takes marks away, it pairs them with the lines that appeared since, in the order in which they were sent.
func addedLines(w intent.Write, body, record document.Object) (pairs []linePair) {
	was, _ := document.Parse(w.Base) // without it the caller saw no lines
	taken := map[int64]bool{}
	find := func(n intent.NewLine, fits func(document.Object) bool) bool {
		for _, line := range validate.Entries(record, n.List) {
			if id := document.Number(line, "id"); !taken[id] && fits(line) {
				taken[id] = true
				pairs = append(pairs, linePair{n.List, n.Index, n.Line, line})
				return true
			}
		}
		return false
	}
	added := intent.NewLinesOf(body)
	for _, fits := range []func(n intent.NewLine, line document.Object) bool{
		func(n intent.NewLine, line document.Object) bool { return intent.MarksLine(w, n, line) },
		func(n intent.NewLine, line document.Object) bool {
			return arrivedSince(w, was, n.List, line) && sameLine(n.List, n.Line, line)
		},
		func(n intent.NewLine, line document.Object) bool { return arrivedSince(w, was, n.List, line) },
	} {
		added = slices.DeleteFunc(added, func(n intent.NewLine) bool {
			return find(n, func(line document.Object) bool { return fits(n, line) })
		})
	}
	return pairs
}

// missingCoupons names the coupons of an update that are not on the order. The store applies coupons after it has
// stored the lines and their totals (docs/woocommerce/orders.md#half-lines).
func missingCoupons(body, order document.Object) (missing []intent.FieldError) {
	for i, asked := range validate.Entries(body, "coupon_lines") {
		if document.Number(asked, "id") != 0 || document.Absent(asked["code"]) {
			continue
		}
		if !slices.ContainsFunc(validate.Entries(order, "coupon_lines"), func(line document.Object) bool {
			return document.Alike(asked["code"], line["code"])
		}) {
			missing = append(missing, intent.FieldError{Field: fmt.Sprintf("coupon_lines[%d]", i),
				Message: "is not on the order"})
		}
	}
	return missing
}

// MissingCoupons says whether an order lacks coupons that an update names.
func MissingCoupons(w intent.Write, record []byte) bool {
	body, err1 := document.Parse(w.Body)
	order, err2 := document.Parse(record)
	return err1 == nil && err2 == nil && len(missingCoupons(body, order)) > 0
}

// MarkedLine is a line of an order that carries the mark of a write and is like a new line of an update.
type MarkedLine struct {
	List  string
	Index int // of the update's new line that it is like
	Mark  string
}

// LinesLike returns the lines of an order that carry a mark and are like lines that an update adds: of the same
// product, whatever the quantity, or under the same name.
func LinesLike(w intent.Write, record []byte) (found []MarkedLine) {
	body, err1 := document.Parse(w.Body)
	order, err2 := document.Parse(record)
	if err1 != nil || err2 != nil {
		return nil
	}
	for _, n := range intent.NewLinesOf(body) {
		for _, line := range validate.Entries(order, n.List) {
			like := sameLine(n.List, n.Line, line) || n.List == "line_items" && sameProduct(n.Line, line)
			if mark := intent.MetaMarker(line["meta_data"]); mark != "" && like {
				found = append(found, MarkedLine{n.List, n.Index, mark})
			}
		}
	}
	return found
}
