package engine

import (
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// The rules of the calendar: what a turn becomes when it is taken, ends, or is given back. They decide from the line as
// the transaction has it and ask nobody.

const (
	// firstDelay is the time until a failed task is tried again; it doubles with each failure.
	firstDelay = 5 * time.Second
	// LongestDelay bounds that time.
	LongestDelay = 15 * time.Minute
	// outageDelay is the time until a task is tried again that the database did not answer.
	outageDelay = 2 * time.Second
)

// held says whether somebody does the turn now.
func held(t storage.Turn, now time.Time) bool { return t.Holder != "" && t.HeldUntil.After(now) }

// due says whether the turn has come.
func due(t storage.Turn, now time.Time) bool { return !t.DueAt.IsZero() && !t.DueAt.After(now) }

// taken is the turn in the hands of a holder. The turn's number goes up, so that a job that was queued for an earlier
// number finds that it is too late.
func taken(t storage.Turn, holder string, now time.Time) storage.Turn {
	t.Run++
	t.Holder, t.HeldUntil, t.QueuedAt = holder, now.Add(HoldFor), time.Time{}
	return t
}

// ended is a turn as its job left it. seen is the number of wake-ups that the job knew of.
func ended(t storage.Turn, seen int64, out Outcome, failed bool, now time.Time) storage.Turn {
	t.DueAt = out.Next
	switch {
	case failed:
		t.Failures++
		t.DueAt = now.Add(min(firstDelay<<min(t.Failures-1, 20), LongestDelay))
	default:
		t.Failures, t.Answered = 0, seen
		if out.More {
			t.DueAt = now
		}
	}
	if t.Wakes != seen {
		// Something arrived while the job ran. It may have come too late to be seen, so the job runs once more: at
		// least once is safe, never is not.
		t.DueAt = now
	}
	if out.Report != nil {
		t.Report = out.Report
	}
	return free(t)
}

// interrupted is the turn of a job that found the database silent. It is tried again soon, no failure of its store is
// counted, and its wake-ups stay open.
func interrupted(t storage.Turn, now time.Time) storage.Turn {
	t.DueAt = now.Add(outageDelay)
	return free(t)
}

// givenBack is the turn of a job that was stopped: still due, for whoever comes next.
func givenBack(t storage.Turn, now time.Time) storage.Turn {
	t.DueAt = now
	return free(t)
}

func free(t storage.Turn) storage.Turn {
	t.Holder, t.HeldUntil = "", time.Time{}
	return t
}
