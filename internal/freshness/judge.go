package freshness

import (
	"time"

	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// State is how fresh a mirror is.
type State string

// The states, from the best to the worst.
const (
	Unknown State = ""        // nobody looked
	OnTime  State = "on_time" // as fresh as it is meant to be
	First   State = "first"   // its first copy is not finished
	Late    State = "late"    // over twice the usual pause
	Waiting State = "waiting" // a person must do something first
	Down    State = "down"    // late for long, or the shop cannot be read
)

// order is how bad the states are.
var order = map[State]int{Unknown: 0, OnTime: 1, First: 2, Late: 3, Waiting: 4, Down: 5}

// Worse says whether a state is worse than another.
func (s State) Worse(than State) bool { return order[s] > order[than] }

const (
	// patience is added to twice the usual pause: looks take time, and a shop that is read every few seconds is not
	// late because one took ten.
	patience = 30 * time.Second
	// longestPause stands for the usual pause where none is known: the default of sync.poll_max.
	longestPause = 5 * time.Minute
	// downAfter is how old a mirror is at least that counts as down for its age; downPauses is the same in usual
	// pauses.
	downAfter  = 15 * time.Minute
	downPauses = 10
)

// Reading is how fresh a mirror is at a time.
type Reading struct {
	State State
	// Age is how old it is; zero where it never was whole. Usual is the pause that was meant to be kept.
	Age, Usual time.Duration
}

// Judge says how fresh the mirror of a store is.
func Judge(st storage.Store, s follow.Standing, now time.Time) Reading {
	age, whole := s.Age(now)
	r := Reading{Age: age, Usual: s.Pause}
	if r.Usual <= 0 {
		r.Usual = longestPause
	}
	switch {
	case st.Paused:
		r.State = Waiting
	case s.Problem != nil && s.Stuck(st.Facts.Diagnosis) && s.Problem.Code != problem.StoreBlocked:
		r.State = Waiting
	case s.Problem != nil && s.Stuck(st.Facts.Diagnosis):
		r.State = Down
	case !whole && s.Problem != nil:
		r.State = Late
	case !whole:
		r.State, r.Age = First, 0
	default:
		r.State = ofAge(age, r.Usual)
	}
	return r
}

// ofAge judges by the age alone.
func ofAge(age, usual time.Duration) State {
	switch {
	case age > max(downPauses*usual, downAfter):
		return Down
	case age > 2*usual+patience:
		return Late
	}
	return OnTime
}
