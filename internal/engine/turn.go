package engine

import (
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// The functions of this file decide what a turn becomes when it is taken, ends, or is given back. They read nothing but
// the turn as the transaction holds it.

const (
	// firstDelay is the time until a failed task is tried again; it doubles with each failure.
	firstDelay = 5 * time.Second
	// LongestDelay is the longest time until a failed task is tried again.
	LongestDelay = 15 * time.Minute
	// outageDelay is the time until a task is tried again after the database did not answer.
	outageDelay = 2 * time.Second
)

// held says whether a process holds the turn now.
func held(t storage.Turn, now time.Time) bool { return t.Holder != "" && t.HeldUntil.After(now) }

// due says whether the time of the turn has come.
func due(t storage.Turn, now time.Time) bool { return !t.DueAt.IsZero() && !t.DueAt.After(now) }

// taken returns the turn as its new holder has it. The turn's number goes up, so that a job for an earlier number finds
// that it is too late.
func taken(t storage.Turn, holder string, now time.Time) storage.Turn {
	t.Run++
	t.Holder, t.HeldUntil, t.QueuedAt = holder, now.Add(HoldFor), time.Time{}
	return t
}

// ended returns a turn as its job left it. seen is the number of wake-ups that the job knew of.
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
		// A wake-up came while the job ran, perhaps too late for the job to see it. The job runs once more.
		t.DueAt = now
	}
	if out.Report != nil {
		t.Report = out.Report
	}
	return free(t)
}

// interrupted returns the turn of a job that the database did not answer. The turn is due again soon, the store's
// failures are not counted up, and its wake-ups stay open.
func interrupted(t storage.Turn, now time.Time) storage.Turn {
	t.DueAt = now.Add(outageDelay)
	return free(t)
}

// givenBack returns the turn of a job that was stopped. The turn is due now, for any process.
func givenBack(t storage.Turn, now time.Time) storage.Turn {
	t.DueAt = now
	return free(t)
}

func free(t storage.Turn) storage.Turn {
	t.Holder, t.HeldUntil = "", time.Time{}
	return t
}
