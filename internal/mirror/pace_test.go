package mirror

import (
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
)

func TestPollsKeepToTheirShareOfTheStoresTime(t *testing.T) {
	t.Parallel()
	s := (&step{
		Store: &shown.Store{}, opts: Options{}.withDefaults(),
		states: map[*roster.Collection]*state.Collection{roster.Orders: {}},
	}).of(roster.Orders).polling()
	now := time.Now()
	s.Clock = func() time.Time { return now }
	st := s.st
	for range 30 {
		s.pace(false, time.Second)
	}
	if st.Poll.Interval != s.opts.Schedule.PollMax {
		t.Errorf("a quiet store is polled every %v", st.Poll.Interval)
	}
	s.pace(true, time.Millisecond)
	if st.Poll.Interval != s.opts.Schedule.PollMin {
		t.Errorf("a store with changes is polled every %v", st.Poll.Interval)
	}
	s.pace(true, 20*time.Second)
	if st.Poll.Interval < 5*time.Minute {
		t.Errorf("a store that takes 20 s for a poll is polled every %v", st.Poll.Interval)
	}
}
