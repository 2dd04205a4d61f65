package verdict

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// LateAfter is how old a mirror may be until its shop is late.
const LateAfter = 10 * time.Minute

// The words for shops.
const (
	OnTime  = "On time"
	Late    = "Late"
	Down    = "Down"
	Copying = "First copy"
	Paused  = "Paused"
	Waits   = "Needs you"
)

// Who acts.
const (
	You      = "You"
	Host     = "The host"
	Receiver = "The receiver"
)

// Shop says how a shop stands. What keeps orders from coming is said before what waits for a person.
func Shop(st storage.Store, s follow.Standing, now time.Time) Verdict {
	age, whole := s.Age(now)
	switch {
	case st.Paused:
		return idle(Paused, st.Name+" is paused, so nothing is asked of it and nothing is sent to it.", You,
			"Resume it when it may be asked again.")
	case s.Stuck(st.Facts.Diagnosis):
		return stuck(st, s, now)
	case !whole && s.Problem == nil && s.Followed:
		return heals(Copying, st.Name+" is being copied for the first time.", "")
	case !whole && s.Problem == nil:
		return act(Late, st.Name+" was never copied, and no process works for it.", You, "Start waybill serve.")
	case !s.Followed:
		return act(Late, fmt.Sprintf("The copy of %s is %s old, because no process works for it.", st.Name,
			frame.Lasts(age)), You, "Start waybill serve.")
	case s.Problem != nil:
		return failing(st, s, age, whole, now)
	case age > LateAfter:
		return heals(Late, fmt.Sprintf("Orders of %s are %s late: it is being read, and has not caught up.", st.Name,
			frame.Lasts(age)), "")
	case slices.Contains(st.Facts.Seen.Refused, storage.Orders):
		return act(Waits, "The key of "+st.Name+" may not read orders, so none are copied.", You,
			"Give the key's user the right to read orders, then check again.")
	case s.Parked+s.Rejected > 0:
		n := s.Parked + s.Rejected
		return act(Waits, fmt.Sprintf("%s: %s %s for your decision; orders are on time.", st.Name,
			counted(n, "write", "writes"), verb(n, "waits", "wait")), You, "Open each and decide.")
	}
	return well(OnTime, "Orders of "+st.Name+" are on time.")
}

// stuck is a shop whose failure does not pass by itself.
func stuck(st storage.Store, s follow.Standing, now time.Time) Verdict {
	v := act(Down, "Orders of "+st.Name+" are "+lateBy(s, now)+": ", You, s.Problem.Hint)
	if d := st.Facts.Diagnosis; d != nil && d.Cause != "" {
		v.Says += lower(d.Title) + "."
		v.Fix = firstOf(d.Fix, v.Fix)
		if s.Problem.Code == problem.StoreBlocked {
			v.Who = Host
		}
	} else {
		v.Says += ended(s.Problem.Message)
	}
	v.Fix = firstOf(v.Fix, "Check the shop again to see the cause and its fix.")
	return v
}

// failing is a shop whose last round failed and which is asked again.
func failing(st storage.Store, s follow.Standing, age time.Duration, whole bool, now time.Time) Verdict {
	why := ended(s.Problem.Message)
	d := st.Facts.Diagnosis
	if d != nil && d.Cause != "" {
		why = d.Title + "."
	}
	next := "It is asked again by itself."
	if !s.NextAt.IsZero() && s.NextAt.After(now) {
		next = "It is asked again in " + frame.Lasts(s.NextAt.Sub(now)) + "."
	}
	if whole && age <= LateAfter {
		return heals(OnTime, fmt.Sprintf("Orders of %s are on time; the last look failed: %s", st.Name, lower(why)),
			next)
	}
	says := fmt.Sprintf("Orders of %s are %s: %s", st.Name, lateBy(s, now), lower(why))
	if d != nil && d.Fix != "" {
		return act(Down, says, Host, d.Fix)
	}
	return heals(Late, says, next)
}

// lateBy is how late a shop's orders are.
func lateBy(s follow.Standing, now time.Time) string {
	age, whole := s.Age(now)
	if !whole {
		return "not copied"
	}
	return frame.Lasts(age) + " late"
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return frame.Count(n) + " " + many
}

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// ended is a sentence with its full stop.
func ended(text string) string { return strings.TrimRight(text, ". ") + "." }

// lower begins a text small that goes on with a sentence, unless it begins with a name in capitals.
func lower(text string) string {
	if len(text) > 1 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a' && text[1] <= 'z' &&
		!strings.HasPrefix(text, "WooCommerce") && !strings.HasPrefix(text, "WordPress") {
		return strings.ToLower(text[:1]) + text[1:]
	}
	return text
}

func firstOf(all ...string) string {
	for _, one := range all {
		if one != "" {
			return one
		}
	}
	return ""
}

// capital begins a sentence with a capital.
func capital(text string) string {
	if text == "" || text[0] < 'a' || text[0] > 'z' {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
