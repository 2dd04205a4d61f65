package outbox

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
)

// outdated discards a write of stock that is to be sent again after a newer one was accepted; nil when there is no
// newer one.
func (b *Outbox) outdated(ctx context.Context, w intent.Write) (*Settlement, error) {
	if w.Attempts <= 1 || !intent.SetsStock(w) && !intent.AddsStock(w) {
		return nil, nil // before the first sending, accepting the newer write discards this one
	}
	waiting, err := b.repo.WaitingBehind(ctx, w)
	if err != nil {
		return nil, err
	}
	for _, newer := range waiting {
		if intent.Supersedes(newer, w) {
			w = intent.SupersededBy(w, newer)
			w.DoneAt = b.opts.Now().UTC()
			return &Settlement{Write: w}, nil
		}
	}
	return nil, nil
}

// notManaged rejects a change of a stock that the store does not manage, because the store would ignore it.
func (b *Outbox) notManaged(w intent.Write, current json.RawMessage) *Settlement {
	o, err := document.Parse(current)
	if err != nil || string(o["manage_stock"]) == "true" {
		return nil
	}
	w.State, w.DoneAt = intent.Rejected, b.opts.Now().UTC()
	if document.Text(o, "manage_stock") == "parent" {
		w.Reason = &intent.Reason{Code: intent.CodeInvalid,
			Message: fmt.Sprintf("this variation's stock is that of its product; nothing was sent: change the stock "+
				"of products/%d", w.ParentID),
			Fields: []intent.FieldError{{Field: "inventory_delta", Message: "the stock is that of the product"}}}
		return &Settlement{Write: w}
	}
	w.Reason = &intent.Reason{Code: intent.CodeInvalid,
		Message: "this product's stock is not managed, so there is none to change; nothing was sent: " +
			validate.CountFirst(o),
		Fields: []intent.FieldError{{Field: "inventory_delta", Message: "the product's stock is not managed"}}}
	return &Settlement{Write: w}
}

func signed(n decimal.Decimal) string {
	if n.IsPositive() {
		return "+" + n.String()
	}
	return n.String()
}
