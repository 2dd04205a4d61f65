package wire

import (
	"time"

	"github.com/waybillhq/waybill/internal/trace"
)

// Traced is where the orders are that a question may mean.
type Traced struct {
	Orders []TracedOrder `json:"orders"`
	// More says that the question may mean more orders than were followed.
	More bool `json:"more"`
}

// TracedOrder is the way of one order.
type TracedOrder struct {
	Store string `json:"store"`
	// OrderID is absent where the shop has no such order.
	OrderID int64   `json:"order_id,omitempty"`
	Number  string  `json:"number,omitempty"`
	Status  string  `json:"status,omitempty"`
	Verdict Verdict `json:"verdict"`
	Hops    []Hop   `json:"hops"`
}

// Verdict is the answer in a sentence.
type Verdict struct {
	State string `json:"state" enum:"done,skipped,waiting,broken"`
	// Link is the first one that is broken, or that waits; absent when the order arrived everywhere.
	Link string `json:"link,omitempty"`
	Name string `json:"name,omitempty"`
	Says string `json:"says"`
	Who  string `json:"who" enum:"nobody,you,host,receiver"`
	Fix  string `json:"fix,omitempty"`
}

// Hop is one link of the way.
type Hop struct {
	Link  string `json:"link" enum:"placed,copied,current,consumer,subscription,write"`
	Name  string `json:"name,omitempty"`
	State string `json:"state" enum:"done,skipped,waiting,broken"`
	// At is when it was passed; absent where nobody noted that.
	At   time.Time `json:"at,omitzero"`
	Says string    `json:"says"`
	// Seq is the number of the change that it is about.
	Seq int64  `json:"seq,omitempty"`
	Who string `json:"who,omitempty"`
	Fix string `json:"fix,omitempty"`
}

// TracedOf is an answer in JSON.
func TracedOf(a trace.Answer) Traced {
	v := Traced{Orders: make([]TracedOrder, len(a.Chains)), More: a.More}
	for i, c := range a.Chains {
		one := TracedOrder{Store: c.Store.Name, OrderID: c.Order.ID, Number: c.Number, Status: c.Status,
			Verdict: Verdict{State: string(c.Verdict.State), Link: string(c.Verdict.Link), Name: c.Verdict.Name,
				Says: c.Verdict.Says, Who: string(c.Verdict.Who), Fix: c.Verdict.Fix},
			Hops: make([]Hop, len(c.Hops))}
		for j, h := range c.Hops {
			one.Hops[j] = Hop{Link: string(h.Link), Name: h.Name, State: string(h.State), At: h.At, Says: h.Says,
				Seq: h.Seq, Who: string(h.Who), Fix: h.Fix}
		}
		v.Orders[i] = one
	}
	return v
}
