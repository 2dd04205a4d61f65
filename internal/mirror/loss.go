package mirror

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// A restored backup, a staging copy laid over the live shop, a table that was emptied and another shop at the same
// address take a large share of a store's records away at once. The store then rightly says that they are gone, and yet
// readers of the changes would be told of deletions that nobody meant. So a large loss is kept back. The mirror
// continues to follow everything else and keeps those records. It tells people about the loss until a person accepts it
// (Budget.AcceptLoss) or the records are back.
//
// A loss is large when more than a fifth of a collection, or more than lossMost records, vanish within an hour. A loss
// of up to lossLeast records is never large. If the marked records show the loss, it is noticed before any record is
// removed. Otherwise it is noticed once that many records were removed one by one.
//
// Records in the trash and checkout drafts do not count: emptying a trash and clearing drafts away is daily work.
const (
	lossWithin = time.Hour
	lossPart   = 5
	lossLeast  = 5
	lossMost   = 1000
	// lossProbes is how many records are asked for one by one before a loss counts as large, because a list that lacks
	// a record proves nothing.
	lossProbes = 10
)

// Losses returns the large losses of a store that are kept back now.
func Losses(ctx context.Context, kept state.Cursors, storeID int64) ([]Loss, error) {
	var lost state.Losses
	if err := state.Load(ctx, kept, storeID, state.LossesName, &lost); err != nil {
		return nil, err
	}
	return withheld(lost), nil
}

// withheld returns the losses that are kept back.
func withheld(lost state.Losses) []Loss {
	var all []Loss
	for _, c := range roster.Collections {
		if l := lost[c.Resource]; l != nil && l.Withheld > 0 {
			all = append(all, Loss{c.Resource, l.Withheld, l.Held, l.At})
		}
	}
	return all
}

// recallLosses reads what is known about losses. A loss that a person has accepted is not kept back any more.
func (s *step) recallLosses(ctx context.Context) error {
	s.lost = state.Losses{}
	if err := state.Load(ctx, s.repo, s.StoreID, state.LossesName, &s.lost); err != nil || !s.budget.AcceptLoss {
		return err
	}
	for _, c := range roster.Collections {
		if s.lost.Of(c.Resource).Withheld > 0 {
			if err := s.of(c).letGo(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// letGo stops keeping back the losses of a collection, and makes the marks due now that were put off.
func (s *following) letGo(ctx context.Context) error {
	*s.loss() = state.Loss{}
	marks, err := s.repo.Marks(ctx, s.StoreID, s.coll.Resource, s.Now().Add(2*withheldPause), 0)
	if err != nil {
		return err
	}
	for i := range marks {
		marks[i].NotBefore, marks[i].Reason = time.Time{}, "it was kept back"
	}
	// A mark keeps its time when it is made again; only another failure moves the time. So these marks are entered as
	// failed.
	return s.writer.put(storage.Batch{Failed: marks, Cursors: []storage.Cursor{s.lossCursor()}})
}

// withheldPause is the time after which a record that is kept back is asked for again.
const withheldPause = time.Hour

// lossLimit returns how many records of a collection may go within an hour. After the hour the counting begins anew,
// with the number of records at that time.
func (s *following) lossLimit(ctx context.Context) (int, error) {
	l := s.loss()
	stale := l.Since.IsZero() || l.Withheld == 0 && s.Now().Sub(l.Since) > lossWithin
	held, err := s.counts(ctx, s.coll.Resource)
	if err != nil {
		return 0, err
	}
	if stale {
		*l = state.Loss{Since: s.Now()}
	}
	if err := s.forgetReturned(ctx, l); err != nil {
		return 0, err
	}
	l.Held = max(l.Held, held.Live+l.Gone())
	return min(max(l.Held/lossPart, lossLeast), lossMost), nil
}

// forgetReturned removes from a loss the records that the mirror holds again.
func (s *following) forgetReturned(ctx context.Context, l *state.Loss) error {
	var lost error
	l.Went = slices.DeleteFunc(l.Went, func(id int64) bool {
		_, err := s.repo.Record(ctx, s.StoreID, storage.Ref{Resource: s.coll.Resource, ID: id})
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			lost = err
		}
		return err == nil
	})
	return lost
}

// fewGone says whether one more record may go. It looks up the limit only when enough records are gone.
func (s *following) fewGone(ctx context.Context) (bool, error) {
	if l := s.loss(); l.Gone() > 0 && l.Gone() < lossLeast {
		return true, nil
	}
	limit, err := s.lossLimit(ctx)
	return s.loss().Gone() < limit, err
}

// withhold begins to keep a loss back; about is roughly how many records are gone.
func (s *following) withhold(about int) error {
	s.opts.Log.Warn("a large share of the records is gone from the store at once; none is deleted here until that is "+
		"accepted", "store", s.StoreID, "resource", s.coll.Resource, "about", about, "of", s.loss().Held)
	s.loss().Withheld, s.loss().At = max(about, 1), s.Now()
	return s.keepLosses()
}

func (s *following) loss() *state.Loss { return s.lost.Of(s.coll.Resource) }

func (s *step) lossCursor() storage.Cursor { return state.Cursor(state.LossesName, s.lost) }

func (s *step) keepLosses() error {
	return s.writer.put(storage.Batch{Cursors: []storage.Cursor{s.lossCursor()}})
}

// foresee decides about marked records that a list does not show, before they are asked for one by one. It returns the
// marks that are still to be handled. chunk is how many records were asked for together.
func (s rereading) foresee(
	ctx context.Context, c *roster.Collection, chunk int, left []storage.Mark,
) ([]storage.Mark, error) {
	if s.budget.AcceptLoss || len(left) == 0 {
		return left, nil
	}
	f := s.of(c)
	if f.loss().Withheld == 0 {
		waiting, err := s.repo.MarkCounts(ctx, s.StoreID)
		if err != nil {
			return nil, err
		}
		limit, err := f.lossLimit(ctx)
		if err != nil || f.loss().Gone()+waiting[c.Resource] <= limit {
			return left, err
		}
		var suspects []storage.Mark
		for _, m := range left {
			if weighs, err := s.weighs(ctx, storage.Ref{Resource: c.Resource, ID: m.ID}); err != nil {
				return nil, err
			} else if weighs {
				suspects = append(suspects, m)
			}
		}
		about := min(f.loss().Gone()+len(suspects)*waiting[c.Resource]/chunk, f.loss().Held)
		if about <= limit || len(suspects) == 0 {
			return left, nil
		}
		for _, m := range suspects[:min(lossProbes, len(suspects))] {
			if gone, err := s.isGone(ctx, m); err != nil || !gone {
				return left, err
			}
		}
		if err := f.withhold(about); err != nil {
			return nil, err
		}
	}
	return nil, s.keepBack(left...)
}

// isGone asks the store for a record and returns whether the record is gone. It does not change the mirror.
func (s rereading) isGone(ctx context.Context, m storage.Mark) (bool, error) {
	path, known := s.AddressOf(ctx, storage.Ref{Resource: m.Resource, ID: m.ID}, m.ParentID)
	if !known {
		return false, nil
	}
	_, err := s.Asker.One(ctx, path, s.Asker.Fresh(nil))
	if shown.GoneRecord(m.Resource, err) {
		return true, nil
	}
	if s.stops(ctx, err) {
		return false, err
	}
	return false, nil // other cases are decided when the record is read
}

// keptBack counts a record that is gone from the store, and returns whether the record stays in the mirror
// nevertheless.
func (s rereading) keptBack(ctx context.Context, ref storage.Ref, m storage.Mark) (bool, error) {
	c := roster.CollectionOf(ref.Resource)
	if c == nil || s.budget.AcceptLoss {
		return false, nil
	}
	weighs, err := s.weighs(ctx, ref)
	if err != nil || !weighs {
		return false, err
	}
	f := s.of(c)
	if f.loss().Withheld == 0 {
		if few, err := f.fewGone(ctx); err != nil {
			return false, err
		} else if few {
			f.loss().Take(ref.ID)
			return false, s.keepLosses()
		}
		if err := f.withhold(f.loss().Gone() + 1); err != nil {
			return false, err
		}
	}
	return true, s.keepBack(m)
}

// weighs says whether the loss of a record counts.
func (s *step) weighs(ctx context.Context, ref storage.Ref) (bool, error) {
	held, err := s.repo.Record(ctx, s.StoreID, ref)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	return err == nil && !held.Trashed() && held.Status != woo.StatusCheckoutDraft, err
}

// keepBack puts the marks of kept-back records off by withheldPause.
func (s rereading) keepBack(marks ...storage.Mark) error {
	for i := range marks {
		marks[i].NotBefore = s.Now().Add(withheldPause)
		marks[i].Reason = "gone from the store with many others; kept until that is accepted"
	}
	return s.writer.put(storage.Batch{Failed: marks})
}

// stillLost says, by the totals of a collection whose losses are kept back, whether the records are still lost. Without
// this check each round would look for them again.
func (s counting) stillLost(ctx context.Context, total, expected int) (bool, error) {
	if s.loss().Withheld == 0 {
		return false, nil
	}
	limit, err := s.lossLimit(ctx)
	if err != nil {
		return false, err
	}
	if lost := expected - total; total < 0 || lost > 0 && s.loss().Gone()+lost > limit {
		if total >= 0 {
			s.loss().Withheld = s.loss().Gone() + lost
		}
		return true, nil
	}
	return false, s.letGo(ctx)
}
