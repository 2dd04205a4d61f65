package trace

import (
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Link is a stretch of the way of an order.
type Link string

// The links, in the order of the way.
const (
	Placed       Link = "placed"       // in the shop
	Copied       Link = "copied"       // into the mirror, and into the log of changes
	Current      Link = "current"      // whether later changes are in the mirror too
	Consumer     Link = "consumer"     // a named reader of the log
	Subscription Link = "subscription" // a receiver that is sent changes
	Write        Link = "write"        // back into the shop
)

// State is how a link stands.
type State string

// The states of a link. The worst is what the verdict speaks of.
const (
	Done    State = "done"
	Skipped State = "skipped" // not meant to pass here: filtered, or begun later
	Waiting State = "waiting" // on its way; nobody need act yet
	Broken  State = "broken"
)

// Who must act so that an order goes on.
type Who string

// Those who act.
const (
	Nobody   Who = "nobody" // it goes on by itself, or is where it should be
	You      Who = "you"    // who runs Waybill
	Host     Who = "host"   // the shop, or who hosts it
	Receiver Who = "receiver"
)

// Hop is one link of the way of an order, and how it stands.
type Hop struct {
	Link Link
	// Name is that of the consumer or subscription, or the id of the write.
	Name  string
	State State
	// At is when it was passed; zero where nobody noted that.
	At time.Time
	// Says is what was seen, in a sentence.
	Says string
	// Seq is the number of the change that the link is about; 0 for none.
	Seq int64
	// Who acts and what there is to do; empty where nobody must.
	Who Who
	Fix string
}

// Chain is the way of one order of one shop.
type Chain struct {
	Store storage.Store
	// Order is the order; its id is 0 where the shop has none that the question may mean.
	Order storage.Ref
	// Number is how people know it, Status its last known one; empty when not known.
	Number, Status string
	Hops           []Hop
	// Verdict is the answer: the first hop that is broken, or else the first that waits. When all is done it is of no
	// link.
	Verdict Hop
}

// judge names the first broken link, or else the first that waits.
func (c *Chain) judge() {
	for _, wanted := range []State{Broken, Waiting} {
		for _, h := range c.Hops {
			if h.State == wanted {
				c.Verdict = h
				return
			}
		}
	}
	c.Verdict = Hop{State: Done, Says: arrived(c.Hops), Who: Nobody}
}
