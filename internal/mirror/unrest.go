package mirror

import (
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// unrest is when a store was last seen to change. Changes that show in no date come together with others that do: who
// edits meta data by a program also moves a status now and then. So a store that shows changes is compared record by
// record soon, and one that shows none is left alone.
//
// Two sweeps follow the last change seen. One is not enough: the last edits may have been silent ones, made behind the
// place it had reached.
type unrest struct {
	At time.Time `json:"at,omitzero"`
}

const unrestName = "unrest"

// stirred notes a change just seen; the cursor goes into its batch, so that a step that dies cannot lose the one
// without the other.
func (s *step) stirred() storage.Cursor {
	s.unrest.At = s.now()
	return cursor(unrestName, s.unrest)
}

// restless says whether the store was seen to change since the end of the sweep before the last.
func (s *step) restless(before time.Time) bool {
	return !s.unrest.At.IsZero() && !s.unrest.At.Before(before)
}

// awaited says whether somebody waits for a settled mirror and what was last done at a moment was done before he began
// to.
func (s *step) awaited(at time.Time) bool { return s.budget.Compare && at.Before(s.budget.Since) }

const (
	// listsFresh is how old the lists may be for somebody who waits.
	listsFresh = 10 * time.Minute
	// sweepShare is the part of a store's time that sweeps nobody waits for may take, one in so many; awaitedShare the
	// same for somebody who waits and a store that hides changes.
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

// reach decides what is due.
//
//   - The store shows its records differently, or somebody waits and asked for it: all.
//   - Somebody waits and the store is restless, or hides changes and has not been compared for ten times as long as
//     that takes: all of a collection of up to [Options.Window] records, so many of the newest of a larger one.
//   - Nobody waits: on its schedule, see every.
func (s sweeping) reach(records int) reach {
	switch {
	case s.looksNewSince(s.coll).After(s.st.SweptAt),
		s.swept(s.st.SweptAt),
		s.st.Poll.Unfiltered && s.asked(s.st.SweptAt):
		return sweepWhole
	case records <= s.opts.Window && s.awaited(s.st.SweptAt) &&
		(s.restless(s.st.SweptBefore) || s.overdue(s.st.SweptAt)):
		return sweepWhole
	case records > s.opts.Window && s.coll.dated && s.awaited(s.st.RecentAt) &&
		(s.restless(s.st.RecentBefore) || s.overdue(s.st.RecentAt)):
		return sweepRecent
	case s.st.Sweep != nil && !s.aheadOfTime(records), s.st.Sweep == nil && s.now().Sub(s.st.SweptAt) >= s.every():
		return sweepSpread
	}
	return sweepNothing
}

// overdue: what no date shows happens here even when nothing else does.
func (s sweeping) overdue(at time.Time) bool {
	return s.st.Silent && s.now().Sub(at) >= max(time.Minute, awaitedShare*s.st.SweepTook)
}

// every is the interval between two sweeps: the one scheduled, or, while the store is restless or known to hide
// changes, fifty times as long as the last one took, twice that after each that found nothing.
func (s sweeping) every() time.Duration {
	every := s.coll.every(s.opts.Schedule)
	if s.st.Poll.Unfiltered {
		every = min(every, unfilteredSweep)
	}
	if s.st.Silent || s.restless(s.st.SweptBefore) {
		every = min(every, max(s.opts.Schedule.SweepMin, sweepShare*s.st.SweepTook)<<min(s.st.Fruitless, 10))
	}
	return every
}

// awaitedNow says whether somebody waits for the lists to be read before their time.
func (s listing) awaitedNow(name string, st listState) bool {
	if name != listsName || !s.awaited(st.At) {
		return false
	}
	return s.restless(st.Before) || s.now().Sub(st.At) >= listsFresh
}
