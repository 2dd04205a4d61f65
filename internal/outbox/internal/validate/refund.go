package validate

import (
	"fmt"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
)

// A store makes a refund of any values that it is given (wc_create_refund). A line without refund_total is refunded
// with 0.00 and still counts its pieces. An id that is no line of the order is ignored while its amount is paid. Pieces
// are not compared with those that are left, and nothing is added up. So the lines of a refund are compared with the
// order, and pieces without a price get the order's price.

// refund checks a refund without looking at its order.
func (v *Violations) refund(o document.Object) {
	_, hasAmount := o["amount"]
	lines := Entries(o, "line_items")
	if !hasAmount && len(lines) == 0 {
		v.Add("amount", "a refund needs an amount or line_items")
	}
	if amount, ok := document.Decimal(o["amount"]); hasAmount && ok && !amount.IsPositive() && len(lines) == 0 {
		v.Add("amount", "must be above zero")
	} else if ok && amount.IsNegative() {
		v.Add("amount", "must not be below zero: what is paid back is written without a sign")
	}
	seen := map[int64]bool{}
	for i, line := range lines {
		at := fmt.Sprintf("line_items[%d].", i)
		id := document.Number(line, "id")
		switch {
		case line == nil:
			continue
		case id <= 0:
			v.Add(at+"id", "is missing: which line of the order? waybill orders get %d --json shows them",
				v.Write.ParentID)
		case seen[id]:
			v.Add(at+"id", "line %d stands there twice, and the store would keep the last one", id)
		}
		seen[id] = true
		v.notBelowZero(line, at+"refund_total", "refund_total")
		for k, tax := range Entries(line, "refund_tax") {
			in := fmt.Sprintf("%srefund_tax[%d].", at, k)
			if tax != nil && document.Number(tax, "id") <= 0 {
				v.Add(in+"id", "is missing: the number of the tax rate, as the line's taxes show it")
			}
			if tax != nil && tax["refund_total"] == nil {
				v.Add(in+"refund_total", "is missing")
			}
			v.notBelowZero(tax, in+"refund_total", "refund_total")
		}
	}
}

func (v *Violations) notBelowZero(o document.Object, path, field string) {
	if n, ok := document.Decimal(o[field]); ok && n.IsNegative() {
		v.Add(path, "must not be below zero: what is paid back is written without a sign")
	}
}
