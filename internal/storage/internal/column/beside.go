package column

import (
	"encoding/json"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/storage"
)

// Beside is what stands beside the JSON of a record because it is asked for often. Every part of it can be read from
// the JSON again.
type Beside struct {
	Lookup string // see [Lookup]
	// BillingEmail and OrderTotal are an order's, as the store wrote them; nil where it has none, and for other
	// resources.
	BillingEmail, OrderTotal *string
}

// BesideOf reads it from a record, an order in one walk: it runs for every record of a first copy.
func BesideOf(r storage.Resource, id int64, raw []byte) Beside {
	if r != storage.Orders {
		return Beside{Lookup: Lookup(r, id, raw)}
	}
	var b Beside
	for m := jsonvalue.Walk(raw); m.Next(); {
		switch string(m.Name) {
		case "number":
			b.Lookup = orderLookup(id, m.Value)
		case "total":
			b.OrderTotal = written(m.Value)
		case "billing":
			b.BillingEmail = written(jsonvalue.Get(m.Value, "email"))
		}
	}
	return b
}

// written is a text, or a number or word as it is written; nil for none.
func written(value json.RawMessage) *string {
	text := string(value)
	switch jsonvalue.Kind(value) {
	case 0, 'n':
		return nil
	case '"':
		text = jsonvalue.Text(value)
	}
	return &text
}
