package validate

import (
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/schema"
	"github.com/waybillhq/waybill/internal/storage"
)

// Amount is a sum of money that a write names.
type Amount struct {
	Path  string // such as "line_items[0].total"
	Value decimal.Decimal
}

// Amounts returns the amounts of money in the body of a write, at every depth. It leaves out those on which the caller
// insists, those that the caller left as they were, and the percentage of a coupon. The amounts of refunds are compared
// with their order instead (internal/price).
func Amounts(w intent.Write) []Amount {
	known, ok := schema.Of(string(w.Resource))
	body, err := document.Parse(w.Body)
	if !ok || err != nil || w.Resource == storage.Refunds {
		return nil
	}
	base, _ := document.Parse(w.Base) // without a record the caller saw nothing
	if w.Resource == storage.Coupons && givesShare(body, base) {
		delete(body, "amount")
	}
	s := sums{v: Violations{Write: w}}
	s.of("", known, body, []document.Object{base})
	return s.found
}

// givesShare says whether a coupon takes off a percentage and not an amount.
func givesShare(body, base document.Object) bool {
	kind := document.Text(body, "discount_type")
	if kind == "" {
		kind = document.Text(base, "discount_type")
	}
	return kind != "fixed_cart" && kind != "fixed_product" && kind != ""
}

// sums collects the amounts of money in a body.
type sums struct {
	v     Violations
	found []Amount
}

func (s *sums) of(at string, known *schema.Member, o document.Object, seen []document.Object) {
	for _, name := range document.SortedKeys(o) {
		path, raw, member := at+name, o[name], known.Find(name)
		if member == nil || member.Computed || s.v.Insisted(path) || unchanged(seen, name, raw) {
			continue
		}
		switch member.Kind {
		case schema.Money, schema.Price:
			if n, is := document.Decimal(raw); is {
				s.found = append(s.found, Amount{Path: path, Value: n})
			}
		case schema.Object:
			if inner, err := document.Parse(raw); err == nil {
				s.of(path+".", member, inner, inside(seen, name))
			}
		case schema.List:
			var entries []document.Object
			_ = json.Unmarshal(raw, &entries) // no list: another check reports it
			for i, entry := range entries {
				s.of(fmt.Sprintf("%s[%d].", path, i), member, entry, alikeFirst(inside(seen, name), entry))
			}
		}
	}
}
