package orders

import (
	"slices"
	"strings"
)

// Bought says whether a product or variation is in a paid order with that e-mail address.
func (s *Store) Bought(email string, product int64) bool {
	for o := range s.Orders.All() {
		if o.Status != "processing" && o.Status != "completed" || !strings.EqualFold(o.Billing.Email, email) {
			continue
		}
		if slices.ContainsFunc(o.Lines, func(l *ProductLine) bool {
			return l.ProductID == product ||
				l.VariationID == product
		}) {
			return true
		}
	}
	return false
}
