package follow

import (
	"context"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// Standing says whether all is well with a store: how old its mirror is, what waits, and whether a process works for
// it.
type Standing struct {
	// CurrentAt is when the last round began that left nothing to read. The mirror holds the state of that time. It is
	// zero when there was no such round yet.
	CurrentAt time.Time
	// Problem is why the last round failed; nil when it did not.
	Problem *problem.Problem
	// RoundAt is when the last round ended; zero when there was none.
	RoundAt time.Time
	// NextAt is when the store is asked again by the process that follows it; zero when that is not known.
	NextAt time.Time
	// Pause is how long the calendar meant to leave the store alone when a round last left nothing to read, with the
	// time that the round took; zero when the last one did not.
	Pause time.Duration
	// Followed says that a process works for the store now.
	Followed bool
	// Waiting counts the writes that are not settled; the oldest was accepted at WaitingSince. Parked counts those that
	// wait for a person, Rejected those that the store refused and that no person has looked at since.
	Waiting, Parked, Rejected int
	WaitingSince              time.Time
	// Marked counts the records that are known to have changed and are not read yet.
	Marked int
}

// Age returns how old the mirror is; ok is false when there is no whole mirror yet.
func (s Standing) Age(now time.Time) (age time.Duration, ok bool) {
	return max(now.Sub(s.CurrentAt), 0), !s.CurrentAt.IsZero()
}

// Stuck says that the last round failed for a reason that lasts until a person mends it. d is the doctor's diagnosis.
func (s Standing) Stuck(d *storage.Diagnosis) bool {
	if s.Problem == nil {
		return false
	}
	switch s.Problem.Code {
	case problem.MasterKeyMissing, problem.MasterKeyDiffers, problem.MasterKeyInvalid, problem.MasterKeyExposed,
		problem.CredentialsUnreadable, problem.CredentialsMissing, problem.CredentialsRefused,
		problem.PermissionMissing, problem.StoreCertificate, problem.StoreInsecure, problem.StorePrivate,
		problem.StoreMoved, problem.StoreElsewhere, problem.StoreChangedKey, problem.RecordsVanished,
		problem.PagesUnheeded, problem.DataUnusable:
		return true
	case problem.StoreBlocked: // it may pass, unless the doctor knows what blocks
		return d != nil && d.Cause != ""
	}
	return false
}

// Standings returns the standing of each store at a time, in the given order. It asks no store.
func Standings(
	ctx context.Context, db storage.Reader, stores []storage.Store, now time.Time,
) ([]Standing, error) {
	workers, err := engine.Workers(ctx, db, now)
	if err != nil {
		return nil, err
	}
	backlogs, err := backlogs(ctx, db)
	if err != nil {
		return nil, err
	}
	all := make([]Standing, len(stores))
	for i, st := range stores {
		s := backlogs[st.ID]
		for _, w := range workers {
			s.Followed = s.Followed || w.Serves(st.ID)
		}
		marks, err := db.MarkCounts(ctx, st.ID)
		if err != nil {
			return nil, err
		}
		for _, n := range marks {
			s.Marked += n
		}
		last, due, err := lastRound(ctx, db, st.ID)
		if err != nil {
			return nil, err
		}
		s.take(last, due)
		all[i] = s
	}
	return all, nil
}

// StandingOf returns how a store stands by the lines of the calendar and the running processes, without its writes and
// marks, which are counted separately.
func StandingOf(storeID int64, turns []storage.Turn, workers []storage.Worker) Standing {
	var s Standing
	for _, w := range workers {
		s.Followed = s.Followed || w.Serves(storeID)
	}
	s.take(lastOf(turns))
	return s
}

func (s *Standing) take(last round, due time.Time) {
	s.CurrentAt, s.Problem, s.RoundAt, s.NextAt = last.CurrentAt, last.Problem, last.At, due
	if last.Problem == nil && last.Idle && last.Next.After(last.CurrentAt) {
		s.Pause = last.Next.Sub(last.CurrentAt)
	}
}

// backlogs counts the writes of each store that are not done.
func backlogs(ctx context.Context, db storage.Reader) (map[int64]Standing, error) {
	rows, err := db.Query(ctx, `SELECT store_id, state, count(*), min(accepted_at) FROM writes
		WHERE state NOT IN ('done', 'discarded') GROUP BY store_id, state`, 0)
	if err != nil {
		return nil, err
	}
	all := map[int64]Standing{}
	for _, row := range rows.Values {
		id, n := number(row[0]), int(number(row[2]))
		s := all[id]
		switch state := storage.WriteState(fmt.Sprint(row[1])); state {
		case storage.WriteParked:
			s.Parked += n
		case storage.WriteRejected:
			s.Rejected += n
		default:
			s.Waiting += n
			// A date that cannot be read is left out, because the number of writes matters more.
			at, err := time.Parse(time.RFC3339Nano, fmt.Sprint(row[3]))
			if err == nil && (s.WaitingSince.IsZero() || at.Before(s.WaitingSince)) {
				s.WaitingSince = at
			}
		}
		all[id] = s
	}
	return all, nil
}

func number(value any) int64 {
	n, _ := value.(int64)
	return n
}
