package orders

import (
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// Refund is money given back for an order. Its lines are the refunded lines with negative numbers.
type Refund struct {
	Document

	Amount   string
	Reason   string
	By       int64 // the user who made it
	PaidBack bool  // through the gateway
}

// Note is a note on an order, written by the store or a person.
type Note struct {
	ID       int64
	OrderID  int64
	Author   string
	Email    string // of the user who signed it
	Text     string
	Customer bool // the customer gets it by e-mail
	Created  time.Time
}

// RecordID is the note's id. Notes and reviews share one counter.
func (n *Note) RecordID() int64 { return n.ID }

// Fulfillment says which pieces of an order were sent, or will be (docs/woocommerce/orders.md#fulfillments). Its meta
// data keep their types.
type Fulfillment struct {
	ID      int64
	OrderID int64
	Status  string
	Updated time.Time
	Deleted time.Time // zero unless deleted; a deleted fulfilment keeps its row
	Meta    core.MetaList
}

// RecordID is the fulfilment's id. Fulfilments have a counter of their own.
func (f *Fulfillment) RecordID() int64 { return f.ID }
