package outbox

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/storage"
)

// A stock is written in two ways.
//
// An absolute stock (stock_quantity) is what somebody counted: it wins over a sale in between, which under the policy
// merge is no conflict, and over every stock of the same product that still waits, which is discarded and never goes
// out after it.
//
// A change of stock (inventory_delta) is added by the store itself to what it has, so a sale in between is kept. It is
// not a thing that can be sent twice, and its effect cannot be told from a sale. So it travels alone, with a marker of
// its own in the product's meta data, and the product is read right before. WooCommerce saves the meta data first and
// the stock after it (WC_Product_Data_Store_CPT::update). When the answer is lost:
//
//	marker there, stock is the one before and the change   done
//	marker there, another stock                            parked: the store may have died between the two, or somebody bought
//	marker not there, nothing moved since                  not in effect: sent again once the store's limit has passed
//	marker not there, the older marker of another change   the same: the store shows our markers
//	marker not there, something moved                      parked: a plugin may have taken the marker away
//
// One limit: the store adds to the stock that it has read a moment before (some milliseconds), as it does for every
// edit.

// StockMarkerKey is the meta key under which a product carries the id of the last change of its stock.
const StockMarkerKey = "_waybill_stock"

// stockFields are what a write of stock may name beside nothing else.
var stockFields = map[string]bool{"stock_quantity": true, "manage_stock": true, "inventory_delta": true}

// setsStock says whether a write sets a stock to a number.
func (w Write) setsStock() bool { return w.names("stock_quantity") }

// addsStock says whether a write changes a stock by a number.
func (w Write) addsStock() bool { return w.names("inventory_delta") }

func (w Write) names(field string) bool {
	if w.Action != Update || w.Resource != storage.Products && w.Resource != storage.Variations {
		return false
	}
	body, err := parseObject(w.Body)
	return err == nil && body[field] != nil
}

// Supersedes says whether a write makes an earlier one of the same record pointless, because it sets the stock that the
// other one sets or changes, and the other one does nothing else.
func (w Write) Supersedes(older Write) bool {
	if !w.setsStock() || w.Subject() != older.Subject() || w.Seq <= older.Seq || !older.setsStock() &&
		!older.addsStock() {
		return false
	}
	mine, err1 := parseObject(w.Body)
	theirs, err2 := parseObject(older.Body)
	if err1 != nil || err2 != nil {
		return false
	}
	for name := range theirs {
		if !stockFields[name] || name == "manage_stock" && mine[name] == nil {
			return false
		}
	}
	return true
}

// SupersededBy is an earlier write of stock as it ends when a newer one was accepted.
func (w Write) SupersededBy(newer Write) Write {
	w.State, w.DoneAt = Discarded, newer.AcceptedAt
	w.Reason = &Reason{Code: CodeSuperseded,
		Message: fmt.Sprintf("a newer stock was written (%s): this one was not sent any more", newer.ID)}
	return w
}

// outdated discards a write of stock that comes back to be sent again after a newer one was accepted: nil if there is
// none.
func (b *Outbox) outdated(ctx context.Context, w Write) (*Settlement, error) {
	if w.Attempts <= 1 || !w.setsStock() && !w.addsStock() {
		return nil, nil // until it is first sent, the acceptance of the newer one discards it
	}
	waiting, err := b.repo.WaitingBehind(ctx, w)
	if err != nil {
		return nil, err
	}
	for _, newer := range waiting {
		if newer.Supersedes(w) {
			w = w.SupersededBy(newer)
			w.DoneAt = b.opts.Now().UTC()
			return &Settlement{Write: w}, nil
		}
	}
	return nil, nil
}

// wins says whether an absolute stock may cover what was changed at a path meanwhile.
func (w Write) wins(path string) bool {
	return w.Policy == Merge && w.setsStock() && (path == "stock_quantity" || path == "manage_stock")
}

// keepBefore keeps the product as it is right before its stock is changed: it tells after a lost answer what became of
// it.
func (b *Outbox) keepBefore(ctx context.Context, claim storage.Claim, j job, current map[int64]json.RawMessage) error {
	var kept []Settlement
	for i := range j.writes {
		if w := &j.writes[i]; w.addsStock() && current[w.RecordID] != nil {
			w.Base = current[w.RecordID]
			kept = append(kept, Settlement{Write: *w})
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return b.repo.SettleWrites(ctx, claim, kept)
}

// countFirst says how the stock of a product begins to be counted.
func countFirst(product object) string {
	return fmt.Sprintf("set a counted quantity first: waybill products stock STORE %s=N",
		cmp.Or(textIn(product, "sku"), "SKU"))
}

// notManaged rejects a change of a stock that the store does not keep: it would pass over it.
func (b *Outbox) notManaged(w Write, current json.RawMessage) *Settlement {
	o, err := parseObject(current)
	if err != nil || string(o["manage_stock"]) == "true" {
		return nil
	}
	w.State, w.DoneAt = Rejected, b.opts.Now().UTC()
	w.Reason = &Reason{Code: CodeInvalid,
		Message: "this product's stock is not managed, so there is none to change; nothing was sent: " + countFirst(o),
		Fields:  []FieldError{{Field: "inventory_delta", Message: "the product's stock is not managed"}}}
	return &Settlement{Write: w}
}

// fate is what became of a request whose answer was lost.
type fate int

const (
	notHappened fate = iota
	happened
	inDoubt
)

// stockFate tells what became of a lost change of stock by the product as it is now.
func stockFate(w Write, now json.RawMessage) fate {
	body, err1 := parseObject(w.Body)
	before, err2 := parseObject(w.Base)
	after, err3 := parseObject(now)
	if err1 != nil || err2 != nil || err3 != nil {
		return inDoubt
	}
	delta, _ := decimalOf(body["inventory_delta"])
	had, _ := decimalOf(before["stock_quantity"])
	has, _ := decimalOf(after["stock_quantity"])
	marker := stockMarkerOf(after)
	switch {
	case marker == w.ID && has.Equal(had.Add(delta)):
		return happened
	case marker == w.ID:
		return inDoubt
	case marker != "" && marker == stockMarkerOf(before):
		return notHappened
	case has.Equal(had) && same(before["date_modified_gmt"], after["date_modified_gmt"]):
		return notHappened
	}
	return inDoubt
}

func stockMarkerOf(product object) string {
	for _, entry := range entriesOf(product, "meta_data") {
		if textIn(entry, "key") == StockMarkerKey {
			return textIn(entry, "value")
		}
	}
	return ""
}

// doubt parks a lost change of stock with what is known of it.
func (b *Outbox) doubt(w Write, now json.RawMessage) Settlement {
	body, _ := parseObject(w.Body)
	before, _ := parseObject(w.Base)
	after, _ := parseObject(now)
	delta, _ := decimalOf(body["inventory_delta"])
	had, _ := decimalOf(before["stock_quantity"])
	w.State = Parked
	w.Reason = &Reason{Code: CodeInDoubt,
		Message: fmt.Sprintf("the answer to the change by %s was lost: the stock was %s before, is %s now, and would "+
			"be %s if nothing else had happened. Look at the product's orders, then retry to change it once more, or "+
			"discard",
			signed(delta), had, allText(after["stock_quantity"]), had.Add(delta))}
	return Settlement{Write: w}
}

func signed(n decimal.Decimal) string {
	if n.IsPositive() {
		return "+" + n.String()
	}
	return n.String()
}
