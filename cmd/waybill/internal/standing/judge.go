package standing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// The answers, the worse ones first.
const (
	Late    = "late"
	Warning = "warning"
	Paused  = "paused"
	OK      = "ok"
)

// longWait is how long a write that somebody sends may wait without a person being told.
const longWait = time.Hour

// Store is the answer for one store.
type Store struct {
	Store  string `json:"store"`
	Status string `json:"status"`
	// Says is the answer in words, Do what is to be done where somebody must mend it.
	Says string `json:"says"`
	Do   string `json:"do,omitempty"`
	*wire.Standing
}

// Judge says how a store stands. Late comes before what waits for a person, because it hides what else may wait.
func Judge(st storage.Store, s follow.Standing, now time.Time, maxAge time.Duration) Store {
	one := Store{Store: st.Name, Status: OK, Standing: wire.StandingOf(s, now)}
	age, whole := s.Age(now)
	var says []string
	switch {
	case !whole:
		says = append(says, "not copied yet")
	default:
		says = append(says, "up to date "+terminal.Ago(age))
	}
	switch {
	case st.Paused:
		one.Status = Paused
		says = append(says, "paused (go on with: waybill stores resume "+st.Name+")")
	case !whole || age > maxAge:
		one.Status = Late
		switch {
		case s.Problem != nil:
			says = append(says, "the last sync failed: "+s.Problem.Message+" (why: waybill doctor "+st.Name+")")
		case !s.Followed:
			says = append(says, "no process follows it (start: waybill serve)")
		case !whole:
			says = append(says, "the first copy is on its way")
		default:
			says = append(says, "the process that follows it has not caught up")
		}
	}
	stuck := !st.Paused && s.Stuck(st.Facts.Diagnosis)
	if stuck && one.Status == OK {
		one.Status = Warning
		says = append(says, "nothing new is read until this is mended, then it goes on by itself: "+s.Problem.Message)
		one.Do = remedy(st, s)
	}
	if s.Problem != nil && one.Status == OK {
		// Not late yet: it may pass by itself.
		says = append(says, "the last sync failed and is tried again: "+s.Problem.Message)
	}
	if s.Waiting > 0 {
		says = append(says, fmt.Sprintf("%s on the way, the oldest accepted %s",
			terminal.Plural(s.Waiting, "write", "writes"), terminal.Ago(now.Sub(s.WaitingSince))))
	}
	unsent := s.Waiting > 0 && !s.Followed && !st.Paused && now.Sub(s.WaitingSince) > maxAge
	if unsent {
		says = append(says, "nobody sends them (send: waybill outbox run "+st.Name+")")
	}
	slow := s.Waiting > 0 && !unsent && !st.Paused && now.Sub(s.WaitingSince) > max(maxAge, longWait)
	if slow {
		says = append(says, "see what they wait for: waybill outbox list "+st.Name+" --state pending,unknown")
	}
	if wait := s.Parked + s.Rejected; wait > 0 {
		says = append(says, fmt.Sprintf("%s for a person (see: waybill outbox list %s --state parked,rejected)",
			terminal.Plural(wait, "write waits", "writes wait"), st.Name))
	}
	// A key with few rights is as it should be; a shop that gives no orders is hardly meant so, whoever refuses them.
	// Without a problem they were given again, and the round that has read them is not over yet.
	noOrders := s.Problem != nil && slices.Contains(st.Facts.Seen.Refused, storage.Orders)
	if one.Status == OK && (s.Parked+s.Rejected > 0 || noOrders || unsent || slow) {
		one.Status = Warning
	}
	one.Says = strings.Join(says, "; ")
	return one
}

// remedy is what to do about a failure that lasts until it is mended, in a line: what the doctor found is told in
// full by the doctor.
func remedy(st storage.Store, s follow.Standing) string {
	if d := st.Facts.Diagnosis; d != nil && d.Cause != "" {
		return d.Title + ". How to mend it: waybill doctor " + st.Name
	}
	return s.Problem.Hint
}
