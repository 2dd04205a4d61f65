package mirror

import (
	"testing"
	"time"
)

func TestPollsKeepToTheirShareOfTheStoresTime(t *testing.T) {
	t.Parallel()
	s := (&step{opts: Options{}.withDefaults(), states: map[*collection]*state{orders: {}}}).of(orders).polling()
	now := time.Now()
	s.opts.Now = func() time.Time { return now }
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
