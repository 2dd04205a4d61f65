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
	OrderID int64  `json:"order_id,omitempty"`
	Number  string `json:"number,omitempty"`
	Status  string `json:"status,omitempty"`
	// Verdict is the first hop that is broken, or that waits; of no link when the order arrived everywhere.
	Verdict Hop   `json:"verdict"`
	Hops    []Hop `json:"hops"`
}

// Hop is one link of the way.
type Hop struct {
	Link  string `json:"link,omitempty" enum:"placed,noticed,copied,current,consumer,subscription,receipt,write"`
	Name  string `json:"name,omitempty"`
	State string `json:"state" enum:"done,skipped,waiting,broken"`
	// At is when it was passed; absent where nobody noted that.
	At   time.Time `json:"at,omitzero"`
	Says string    `json:"says"`
	// Seq is the number of the change that it is about.
	Seq int64  `json:"seq,omitempty"`
	Who string `json:"who,omitempty" enum:"nobody,you,host,receiver" doc:"Who acts; nobody where it goes on by itself."`
	// Until is when it goes on by itself, or until when who acts has time.
	Until time.Time `json:"until,omitzero" doc:"Until when nobody else need act; absent where nobody knows."`
	Fix   string    `json:"fix,omitempty" doc:"What to do."`
	Do    string    `json:"do,omitempty" doc:"What Waybill can do about it, for programs; fix says how it is asked for."`
}

// TracedOf is an answer in JSON; say are the words of a face for what Waybill can do.
func TracedOf(a trace.Answer, say func(trace.Remedy) string) Traced {
	v := Traced{Orders: make([]TracedOrder, len(a.Chains)), More: a.More}
	for i, c := range a.Chains {
		one := TracedOrder{Store: c.Store.Name, OrderID: c.Order.ID, Number: c.Number, Status: c.Status,
			Verdict: hopOf(c.Verdict, say), Hops: make([]Hop, len(c.Hops))}
		for j, h := range c.Hops {
			one.Hops[j] = hopOf(h, say)
		}
		v.Orders[i] = one
	}
	return v
}

func hopOf(h trace.Hop, say func(trace.Remedy) string) Hop {
	return Hop{Link: string(h.Link), Name: h.Name, State: string(h.State), At: h.At, Says: h.Says, Seq: h.Seq,
		Who: string(h.Who), Until: h.Until, Fix: h.Told(say), Do: string(h.Remedy.Do)}
}
