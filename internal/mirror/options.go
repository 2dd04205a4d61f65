package mirror

import (
	"cmp"
	"log/slog"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
)

// Extent says for which orders notes, or fulfilments, are mirrored. Reading either costs a request for each order.
type Extent = roster.Extent

// The extents.
const (
	ExtentOff     = roster.ExtentOff
	ExtentChanged = roster.ExtentChanged
	ExtentAll     = roster.ExtentAll
)

// Options adjust a [Mirror]. Each comment names the default of its field, which the zero value stands for.
type Options struct {
	// InFlight is the largest number of open requests to one store, if the store's pace allows them. Default: 16.
	InFlight int
	// PerPage is the page size to begin with. Default: 100, WooCommerce's maximum. The mirror lowers the size by itself
	// for a store that fails on large pages.
	PerPage int
	// Window is how many records a backfill window aims at. Default: 15000. A store with up to a third more is read in
	// one window. Window is also how many of a collection's records are compared for a caller who waits (step.go).
	Window int
	// Notes says for which orders notes are mirrored. Default: none. Writing a note moves no date of its order
	// (measured on WooCommerce 10.0.2).
	Notes Extent
	// Fulfillments says for which orders fulfilments are mirrored. Default: none. Only orders that show to have some
	// are asked for them (internal/follow).
	Fulfillments Extent
	// LeaveCheckoutDrafts leaves out the drafts that a checkout makes while a visitor fills it in. Without it they are
	// mirrored like any other order.
	LeaveCheckoutDrafts bool
	// Lag is the longest time between the moment at which a store stamps a change and the moment at which that change
	// can be read. Default: 30 s. Within that time the last changes are read again.
	Lag time.Duration
	// Retries is how often a request that failed in passing is repeated within a step, in addition to the client's own
	// repetitions. Default: 3. A negative value means never.
	Retries int
	// RetryPause is the pause before the first repetition; it doubles with each one. Default: 1 s.
	RetryPause time.Duration
	// Schedule says how often each kind of check is due.
	Schedule Schedule
	// Now is our clock. Default: time.Now.
	Now func() time.Time
	// Log receives what an operator may want to know. Default: nothing is logged.
	Log *slog.Logger
	// Observe is called after each transaction with the state of the work, from one goroutine at a time; it must return
	// quickly.
	Observe func(Progress)
}

// Schedule is how often each kind of check is due. Each comment names the default of its field, which the zero value
// stands for.
type Schedule struct {
	// PollMin and PollMax bound the interval between two polls of a store's orders. Default: 5 s, used while orders
	// come in, and 5 min, reached when all is quiet.
	PollMin, PollMax time.Duration
	// Round is the least time between two checks of what else can be polled cheaply (products, coupons, customers,
	// trash, totals). Default: 1 min.
	Round time.Duration
	// SweepOrders is the longest time between two comparisons of all orders. Default: 24 h. They compare the cheap
	// fields, which costs about a third of reading the orders, or all fields where the store hides changes. While a
	// store is seen to change, comparisons come sooner (step.go).
	SweepOrders time.Duration
	// SweepMin is the shortest time between two sweeps of any kind for which no caller waits. Default: 2 min.
	SweepMin time.Duration
	// SweepCatalog is like SweepOrders, for products, coupons and refunds. Default: 1 h.
	SweepCatalog time.Duration
	// SweepCustomers is how often all customers are read. Default: 6 h. WooCommerce has no way to ask for changed
	// customers.
	SweepCustomers time.Duration
	// Lists is how often categories, tags, attributes, taxes, shipping, gateways, statuses and settings are read.
	// Default: 1 h.
	Lists time.Duration
	// Reports is how often the sales reports are read. Default: 6 h.
	Reports time.Duration
}

func (o Options) withDefaults() Options {
	o.InFlight = cmp.Or(o.InFlight, 16)
	o.PerPage = cmp.Or(o.PerPage, 100)
	o.Window = cmp.Or(o.Window, 15000)
	o.Notes = cmp.Or(o.Notes, ExtentOff)
	o.Fulfillments = cmp.Or(o.Fulfillments, ExtentOff)
	o.Lag = cmp.Or(o.Lag, 30*time.Second)
	o.Retries = cmp.Or(o.Retries, 3)
	o.RetryPause = cmp.Or(o.RetryPause, time.Second)
	o.Schedule = o.Schedule.withDefaults()
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Observe == nil {
		o.Observe = func(Progress) {}
	}
	return o
}

func (s Schedule) withDefaults() Schedule {
	s.PollMin = cmp.Or(s.PollMin, 5*time.Second)
	s.PollMax = cmp.Or(s.PollMax, 5*time.Minute)
	s.Round = cmp.Or(s.Round, time.Minute)
	s.SweepOrders = cmp.Or(s.SweepOrders, 24*time.Hour)
	s.SweepMin = cmp.Or(s.SweepMin, 2*time.Minute)
	s.SweepCatalog = cmp.Or(s.SweepCatalog, time.Hour)
	s.SweepCustomers = cmp.Or(s.SweepCustomers, 6*time.Hour)
	s.Lists = cmp.Or(s.Lists, time.Hour)
	s.Reports = cmp.Or(s.Reports, 6*time.Hour)
	return s
}

// asking returns the options that concern requests.
func (o Options) asking() ask.Options {
	return ask.Options{Retries: o.Retries, Pause: o.RetryPause, Now: o.Now, Log: o.Log}
}
