package column

import (
	"encoding/json"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/storage"
)

// Beside are values of a record's JSON that have columns of their own because they are asked for often. All can be read
// from the JSON again.
type Beside struct {
	Lookup string // see [Lookup]
	// BillingEmail and OrderTotal are an order's values as the store wrote them. They are nil where the order has none,
	// and for other resources.
	BillingEmail, OrderTotal *string
}

// BesideOf reads these values from a record. It walks an order only once, because it runs for every record of a first
// copy.
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

// written is the text of a string, or a number or word as it is written; nil for null and no value.
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
