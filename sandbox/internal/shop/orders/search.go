package orders

import (
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// found is the search of orders: by id, the beginning of the e-mail address, part of the transaction id, names of
// lines, and the addresses as one text (recordings: flt-search-…).
func (s *Store) found(o *Order, term string) bool {
	if rest.IsNumeric(term) && core.AbsInt(term) == o.ID {
		return true
	}
	folded := fold(term)
	if strings.HasPrefix(fold(o.Billing.Email), folded) || strings.Contains(fold(o.TransactionID), folded) {
		return true
	}
	if s.Storage() == capability.Posts {
		folded = fold(strings.ReplaceAll(term, "Order #", ""))
	}
	return strings.Contains(fold(o.Meta.Text(billingIndexKey)), folded) ||
		strings.Contains(fold(o.Meta.Text(shippingIndexKey)), folded) ||
		o.foundInLines(folded)
}

// foundRefund is the same search for refunds, which have no addresses.
func (d *Document) foundRefund(term string) bool {
	return rest.IsNumeric(term) && core.AbsInt(term) == d.ID || d.foundInLines(fold(term))
}

// foundInLines looks at the names of lines of all kinds, because they share a table.
func (d *Document) foundInLines(folded string) bool {
	for _, line := range d.Lines {
		if strings.Contains(fold(line.Name), folded) {
			return true
		}
	}
	for _, line := range d.Shipping {
		if strings.Contains(fold(line.Title), folded) {
			return true
		}
	}
	for _, fee := range d.Fees {
		if strings.Contains(fold(fee.Name), folded) {
			return true
		}
	}
	for _, tax := range d.Taxes {
		if strings.Contains(fold(tax.RateCode), folded) {
			return true
		}
	}
	for _, coupon := range d.Coupons {
		if strings.Contains(fold(coupon.Code), folded) {
			return true
		}
	}
	return false
}

// fold makes texts comparable as MySQL compares them, ignoring case.
func fold(text string) string { return strings.ToLower(text) }
