package mirror

import (
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
)

// filter returns the query of a sweep: the fields to compare, and which records.
func (s sweeping) filter(sw *state.Sweep) []string {
	filter := shown.Span(sw.From, time.Time{})
	if sw.Deep {
		return filter
	}
	return append(filter, "_fields", s.sweepFields())
}

// sweepFields returns the cheap fields for a store. A store without a list of all refunds must show them with their
// orders, because the deletion of a refund moves no date.
func (s *following) sweepFields() string {
	if s.coll == roster.Orders && s.RefundsByOrder {
		return s.coll.Cheap + ",refunds"
	}
	return s.coll.Cheap
}

// deep says whether every field has to be compared. The cheap fields leave out the lines of orders, which cost a store
// the most time.
func (s sweeping) deep() bool {
	return s.st.Silent || s.budget.Sweep || !s.looksNewSince(s.coll).IsZero()
}

// aheadOfTime says whether the sweep may pause. All its records are due within a tenth of its interval. The sweep
// pauses as long as it is further on than that.
func (s sweeping) aheadOfTime(records int) bool {
	if records == 0 {
		return false
	}
	due := float64(s.Now().Sub(s.st.Sweep.StartedAt)) / (float64(s.every()) / 10)
	return float64(s.st.Sweep.Distinct)/float64(records) > due+0.02
}

// unfilteredSweep is the time between sweeps of a store that cannot select by modification date. Only the sweep finds
// edits on such a store.
const unfilteredSweep = 15 * time.Minute

const (
	// listsFresh is how old the lists may be for a caller who waits.
	listsFresh = 10 * time.Minute
	// sweepShare limits the time of sweeps when no caller waits: one part in sweepShare of the store's time.
	// awaitedShare is the same for a caller who waits on a store that hides changes.
	sweepShare, awaitedShare = 50, 10
)

// reach is how much of a collection is to be compared now.
type reach int

const (
	sweepNothing reach = iota
	sweepSpread        // the next part of a walk that is spread over time
	sweepRecent        // the newest records, at once
	sweepWhole         // all, at once
)

// reach returns how much is to be compared now.
//
//   - All, if the store shows its records differently, or a caller asked for a sweep.
//   - All of a collection of up to [Options.Window] records, and that many of the newest of a larger one, if a caller
//     waits and the store is restless. The same holds if the store hides changes and was not compared for ten times as
//     long as comparing takes.
//   - When no caller waits, a part of the walk at the interval that every returns.
func (s sweeping) reach(records int) reach {
	switch {
	case s.looksNewSince(s.coll).After(s.st.SweptAt),
		s.swept(s.st.SweptAt),
		s.st.Poll.Unfiltered && s.asked(s.st.SweptAt):
		return sweepWhole
	case records <= s.opts.Window && s.awaited(s.st.SweptAt) &&
		(s.restless(s.st.SweptBefore) || s.overdue(s.st.SweptAt)):
		return sweepWhole
	case records > s.opts.Window && s.coll.Dated && s.awaited(s.st.RecentAt) &&
		(s.restless(s.st.RecentBefore) || s.overdue(s.st.RecentAt)):
		return sweepRecent
	case s.st.Sweep != nil && !s.aheadOfTime(records), s.st.Sweep == nil && s.Now().Sub(s.st.SweptAt) >= s.every():
		return sweepSpread
	}
	return sweepNothing
}

// overdue says that a sweep has waited too long and goes before other work. Only sweeps find the changes that show in
// no date.
func (s sweeping) overdue(at time.Time) bool {
	return s.st.Silent && s.Now().Sub(at) >= max(time.Minute, awaitedShare*s.st.SweepTook)
}

// every returns the interval between two sweeps. It is the scheduled one or, while the store is restless or known to
// hide changes, fifty times as long as the last sweep took, doubled for each sweep that found nothing.
func (s sweeping) every() time.Duration {
	every := s.opts.Schedule.sweeps(s.coll)
	if s.st.Poll.Unfiltered {
		every = min(every, unfilteredSweep)
	}
	if s.st.Silent || s.restless(s.st.SweptBefore) {
		every = min(every, max(s.opts.Schedule.SweepMin, sweepShare*s.st.SweepTook)<<min(s.st.Fruitless, 10))
	}
	return every
}

// sweeps returns the longest time between two sweeps of a collection.
func (s Schedule) sweeps(c *roster.Collection) time.Duration {
	switch c {
	case roster.Orders:
		return s.SweepOrders
	case roster.Customers:
		return s.SweepCustomers
	}
	return s.SweepCatalog
}
