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
	Noticed      Link = "noticed"      // by a webhook or by a look at the shop
	Copied       Link = "copied"       // into the mirror, and into the log of changes
	Current      Link = "current"      // whether later changes are in the mirror too
	Consumer     Link = "consumer"     // a named reader of the log
	Subscription Link = "subscription" // a receiver that is sent changes
	Receipt      Link = "receipt"      // the word of a reader or receiver that it has the order
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
	// Who acts; empty where nobody must. Until is until when nobody else need, zero where nobody knows.
	Who   Who
	Until time.Time
	// Fix is what to do, for people; Remedy does it, and each face has words of its own for it.
	Fix    string
	Remedy Remedy
}

// Remedy is something that Waybill can do about a link. The zero value is nothing.
type Remedy struct {
	Do Deed
	// Store, Subscription, Consumer and Write are what it is done with, as far as it needs them; Order is the order.
	Store, Subscription, Consumer, Write string
	Order                                int64
}

// Deed is a kind of remedy.
type Deed string

// What can be done.
const (
	ResumeStore        Deed = "resume-store"
	SyncStore          Deed = "sync-store"
	ExamineStore       Deed = "examine-store"
	VerifyOrders       Deed = "verify-orders"
	CheckWebhooks      Deed = "check-webhooks"
	Fetch              Deed = "fetch"
	ReadOn             Deed = "read-on"
	ResumeSubscription Deed = "resume-subscription"
	TestSubscription   Deed = "test-subscription"
	Redeliver          Deed = "redeliver"
	SeeWrite           Deed = "see-write"
)

// Told is what to do, with the words that a face has for the remedy.
func (h Hop) Told(say func(Remedy) string) string {
	if h.Remedy.Do == "" {
		return h.Fix
	}
	return h.Fix + ": " + say(h.Remedy)
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
