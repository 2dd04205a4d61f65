package problems

import (
	"context"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Reader reads problems. It is safe for concurrent use.
type Reader struct{ db storage.ProblemReader }

// NewReader makes a Reader of a database.
func NewReader(db storage.ProblemReader) *Reader { return &Reader{db} }

// Query selects problems. The zero value of a field does not filter.
type Query = storage.ProblemQuery

// List gives problems, the newest first.
func (r *Reader) List(ctx context.Context, q Query) ([]storage.Problem, error) {
	return r.db.Problems(ctx, q)
}

// Find gives one; of a group, when one is given, only what affects something of it. The error is a problem of code
// problem_not_found.
func (r *Reader) Find(ctx context.Context, id, groupID int64) (storage.Problem, error) {
	p, err := r.db.Problem(ctx, id, groupID)
	if errors.Is(err, storage.ErrNotFound) {
		return p, noProblem(id)
	}
	return p, err
}

// Affected gives what a problem affects, in the order of subjects.
func (r *Reader) Affected(ctx context.Context, q storage.AffectedQuery) ([]storage.Affected, error) {
	return r.db.Affected(ctx, q)
}

// LookedAt is when problems were last looked for; zero for never.
func (r *Reader) LookedAt(ctx context.Context) (time.Time, error) {
	l, err := r.db.Look(ctx)
	return l.At, err
}

// Keeper decides about problems, for people. It is safe for concurrent use.
type Keeper struct {
	*Reader
	db  storage.Database
	now func() time.Time
}

// NewKeeper makes a Keeper that works on a database.
func NewKeeper(db storage.Database, now func() time.Time) *Keeper {
	return &Keeper{NewReader(db), db, now}
}

// Decision is what a person decides about a problem.
type Decision struct {
	// By is who decides, Note what he says to it.
	By, Note string
	// GroupID is the group that he is confined to; 0 for none.
	GroupID int64
	// Until ends being ignored; zero for never.
	Until time.Time
}

// Acknowledge says that somebody sees to a problem. Nobody is told of it any more but that it ended.
func (k *Keeper) Acknowledge(ctx context.Context, id int64, d Decision) (storage.Problem, error) {
	return k.decide(ctx, id, d, storage.ProblemAcknowledged)
}

// Ignore says that a problem matters to nobody, for good or until a time.
func (k *Keeper) Ignore(ctx context.Context, id int64, d Decision) (storage.Problem, error) {
	return k.decide(ctx, id, d, storage.ProblemIgnored)
}

// Reopen takes back that a problem was acknowledged or ignored.
func (k *Keeper) Reopen(ctx context.Context, id int64, d Decision) (storage.Problem, error) {
	return k.decide(ctx, id, d, storage.ProblemOpen)
}

// Resolve says that a problem is over. It opens again when it is seen anew.
func (k *Keeper) Resolve(ctx context.Context, id int64, d Decision) (storage.Problem, error) {
	return k.decide(ctx, id, d, storage.ProblemResolved)
}

// decide gives a problem a state. One that reaches beyond the group of who decides is refused: others see to it too.
// The error is a problem: problem_not_found, problem_shared, or usage for one that is resolved.
func (k *Keeper) decide(
	ctx context.Context, id int64, d Decision, state storage.ProblemState,
) (p storage.Problem, err error) {
	seen, err := k.Find(ctx, id, d.GroupID)
	if err != nil {
		return seen, err
	}
	if d.GroupID != 0 {
		if all, err := k.Find(ctx, id, 0); err != nil || all.Ever != seen.Ever {
			return seen, errors.Join(err, reachesFurther(id))
		}
	}
	err = k.db.Within(ctx, func(tx storage.Tx) error {
		if p, err = tx.LockProblem(ctx, id); err != nil {
			return err
		}
		if p.State == storage.ProblemResolved {
			return isOver(id)
		}
		now := k.now().UTC()
		p.State, p.By, p.Note, p.ChangedAt, p.IgnoredUntil = state, d.By, d.Note, now, time.Time{}
		switch state {
		case storage.ProblemIgnored:
			p.IgnoredUntil = d.Until
		case storage.ProblemOpen:
			p.By = ""
		case storage.ProblemResolved:
			if err := tx.EndAffected(ctx, id, nil, now); err != nil {
				return err
			}
			p.Affected = 0
		case storage.ProblemAcknowledged:
		}
		return tx.SaveProblem(ctx, p)
	})
	if errors.Is(err, storage.ErrNotFound) {
		err = noProblem(id)
	}
	return p, err
}
