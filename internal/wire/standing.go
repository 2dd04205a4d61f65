package wire

import (
	"time"

	"github.com/waybillhq/waybill/internal/follow"
)

// Standing says whether all is well with a store.
type Standing struct {
	// CurrentAt is a moment whose state of the store the mirror holds; absent before the first whole copy.
	CurrentAt time.Time `json:"current_at,omitzero"`
	// AgeSeconds is how long ago that is; absent where that is.
	AgeSeconds *float64 `json:"age_seconds,omitempty"`
	// NextAt is when the store is asked again; absent while nothing follows it.
	NextAt time.Time `json:"next_at,omitzero"`
	// Followed says that a process works for the store now.
	Followed bool    `json:"followed"`
	Backlog  Backlog `json:"backlog"`
	// Error is why the last sync failed; absent when it did not.
	Error *Error `json:"error,omitempty"`
}

// Backlog is what waits.
type Backlog struct {
	WritesWaiting  int       `json:"writes_waiting"`
	WaitingSince   time.Time `json:"waiting_since,omitzero"`
	WritesParked   int       `json:"writes_parked"`
	WritesRejected int       `json:"writes_rejected"`
	RecordsMarked  int       `json:"records_marked"`
}

// StandingOf is how a store stands at a time.
func StandingOf(s follow.Standing, now time.Time) *Standing {
	v := &Standing{
		CurrentAt: s.CurrentAt, Followed: s.Followed,
		Backlog: Backlog{WritesWaiting: s.Waiting, WaitingSince: s.WaitingSince, WritesParked: s.Parked,
			WritesRejected: s.Rejected, RecordsMarked: s.Marked},
	}
	if age, ok := s.Age(now); ok {
		seconds := age.Round(time.Millisecond).Seconds()
		v.AgeSeconds = &seconds
	}
	if s.Followed {
		v.NextAt = s.NextAt
	}
	if s.Problem != nil {
		v.Error = ErrorOf(s.Problem)
	}
	return v
}
