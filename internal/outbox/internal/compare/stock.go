package compare

import (
	"encoding/json"
	"fmt"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
)

// Fate is what became of a request whose answer was lost.
type Fate int

// The fates; in doubt a person must look.
const (
	notHappened Fate = iota
	Happened
	InDoubt
)

// StockFate decides from the product as it is now what became of a lost change of stock.
func StockFate(w intent.Write, now json.RawMessage) Fate {
	body, err1 := document.Parse(w.Body)
	before, err2 := document.Parse(w.Base)
	after, err3 := document.Parse(now)
	if err1 != nil || err2 != nil || err3 != nil {
		return InDoubt
	}
	delta, _ := document.Decimal(body["inventory_delta"])
	had, _ := document.Decimal(before["stock_quantity"])
	has, _ := document.Decimal(after["stock_quantity"])
	marker := StockMarkerOf(after)
	switch {
	case marker == w.ID && has.Equal(had.Add(delta)):
		return Happened
	case marker == w.ID:
		return InDoubt
	case marker != "" && marker == StockMarkerOf(before):
		return notHappened
	case has.Equal(had) && document.Same(before["date_modified_gmt"], after["date_modified_gmt"]):
		return notHappened
	}
	return InDoubt
}

// StockOtherwise names the stock of a change that is in effect and did not lead to the expected stock. The expected
// stock is the one read right before the change, plus the change. A sale in between causes a difference, and so do a
// plugin that caps stocks and a request that came twice.
func StockOtherwise(w intent.Write, now json.RawMessage) []intent.FieldError {
	body, err1 := document.Parse(w.Body)
	before, err2 := document.Parse(w.Base)
	after, err3 := document.Parse(now)
	delta, changes := document.Decimal(body["inventory_delta"])
	if err1 != nil || err2 != nil || err3 != nil || !changes || !intent.AddsStock(w) {
		return nil
	}
	had, known := document.Decimal(before["stock_quantity"])
	has, shown := document.Decimal(after["stock_quantity"])
	if !known || !shown || has.Equal(had.Add(delta)) {
		return nil
	}
	return []intent.FieldError{{Field: "stock_quantity", Message: fmt.Sprintf(
		"it was %s right before, which the change makes %s, and the store says %s: something was sold in between, or "+
			"something there set the stock, or the request came twice", had, had.Add(delta), has)}}
}

// StockMarkerOf returns the id of the write that last changed the stock of a product; empty when none of ours did.
func StockMarkerOf(product document.Object) string {
	for _, entry := range validate.Entries(product, "meta_data") {
		if document.Text(entry, "key") == intent.StockMarkerKey {
			return document.Text(entry, "value")
		}
	}
	return ""
}
