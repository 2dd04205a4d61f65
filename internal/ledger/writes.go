package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// Push names the task that sends what waits for a store.
const Push storage.Task = "push"

// Deliver names the task that sends the changes of a store to its subscribers.
const Deliver storage.Task = "deliver"

// AcceptWrites stores the writes that are new, discards what they make pointless, and wakes their stores, in one
// transaction. The writes are on disk when it returns, so that the caller may promise to send them.
func (l *Ledger) AcceptWrites(ctx context.Context, writes []storage.Write) (stored []storage.Write, err error) {
	err = l.Within(ctx, func(tx storage.Tx) error {
		if err := lockStores(ctx, tx, writes); err != nil {
			return err
		}
		if stored, err = tx.AddWrites(ctx, writes); err != nil {
			return err
		}
		for i, w := range stored {
			if w.ID != writes[i].ID {
				continue // accepted before
			}
			if err := discardSuperseded(ctx, tx, w); err != nil {
				return err
			}
		}
		return nil
	})
	return stored, err
}

// lockStores locks and wakes the stores of some writes, in the order of the stores' ids.
func lockStores(ctx context.Context, tx storage.Tx, writes []storage.Write) error {
	var ids []int64
	for _, w := range writes {
		ids = append(ids, w.StoreID)
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		if _, err := tx.LockStore(ctx, id); err != nil {
			return err
		}
		if err := tx.Wake(ctx, Push, id); err != nil {
			return err
		}
	}
	return nil
}

// discardSuperseded ends the waiting writes that a newer one makes pointless.
func discardSuperseded(ctx context.Context, tx storage.Tx, newer storage.Write) error {
	if !outbox.SetsStock(newer) {
		return nil
	}
	older, err := tx.FindWrites(ctx, storage.WriteQuery{StoreID: newer.StoreID, Subjects: []string{newer.Subject()},
		BeforeSeq: newer.Seq, States: []storage.WriteState{storage.WritePending, storage.WriteParked}})
	if err != nil {
		return err
	}
	var ended []storage.Write
	for _, w := range older {
		if outbox.Supersedes(newer, w) {
			ended = append(ended, outbox.SupersededBy(w, newer))
		}
	}
	return tx.SaveWrites(ctx, ended)
}

// ClaimOutbox takes a store's outbox for one job. Older claims can write no more: their calls fail with
// storage.ErrFenced.
func (l *Ledger) ClaimOutbox(ctx context.Context, storeID int64) (storage.Claim, error) {
	claim := storage.Claim{StoreID: storeID}
	err := l.WithinRelaxed(ctx, func(tx storage.Tx) error {
		if _, err := tx.LockStore(ctx, storeID); err != nil {
			return err
		}
		kept, err := tx.OutboxOf(ctx, storeID)
		if err != nil {
			return err
		}
		kept.Epoch++
		claim.Epoch = kept.Epoch
		return tx.SaveOutbox(ctx, kept)
	})
	return claim, err
}

// ClaimWrites moves up to limit pending writes that are due to Sending, oldest first. The error is storage.ErrFenced
// when the claim is not the newest one.
func (l *Ledger) ClaimWrites(
	ctx context.Context, claim storage.Claim, now time.Time, limit int,
) (claimed []storage.Write, err error) {
	err = l.WithinRelaxed(ctx, func(tx storage.Tx) error {
		if _, err := fenceOutbox(ctx, tx, claim); err != nil {
			return err
		}
		claimed, err = tx.FindWrites(ctx, storage.WriteQuery{StoreID: claim.StoreID, DueBy: now, Unheld: true,
			States: []storage.WriteState{storage.WritePending}, OldestFirst: true, Limit: limit})
		if err != nil {
			return err
		}
		for i := range claimed {
			claimed[i] = leaving(claimed[i], claim, now)
		}
		return tx.SaveWrites(ctx, claimed)
	})
	return claimed, err
}

// leaving returns a pending write as it is to be sent under a claim. A create that was never lost counts as not yet
// sent as long as its floor is unknown.
func leaving(w storage.Write, claim storage.Claim, now time.Time) storage.Write {
	w.State, w.Epoch, w.SentAt, w.MissedAt = storage.WriteSending, claim.Epoch, now, time.Time{}
	w.Attempts++
	if w.Action == storage.ActionCreate && w.Lost == 0 {
		w.Floor = storage.NoFloor
	}
	return w
}

// InterruptedWrites moves the writes that an older claim left in Sending to Unknown, or back to Pending where the
// request cannot have left. It returns how many are Unknown. The error is storage.ErrFenced when the claim is not the
// newest one.
func (l *Ledger) InterruptedWrites(ctx context.Context, claim storage.Claim, now time.Time) (lost int, err error) {
	err = l.WithinRelaxed(ctx, func(tx storage.Tx) error {
		lost = 0
		if _, err := fenceOutbox(ctx, tx, claim); err != nil {
			return err
		}
		left, err := tx.FindWrites(ctx, storage.WriteQuery{StoreID: claim.StoreID, BeforeEpoch: claim.Epoch,
			States: []storage.WriteState{storage.WriteSending}})
		if err != nil {
			return err
		}
		for i := range left {
			left[i] = interrupted(left[i], now)
			if left[i].State == storage.WriteUnknown {
				lost++
			}
		}
		return tx.SaveWrites(ctx, left)
	})
	return lost, err
}

// interrupted returns a write whose sender ended while sending it. A create without a floor has certainly not left.
func interrupted(w storage.Write, now time.Time) storage.Write {
	w.NextAt = now
	if w.Action == storage.ActionCreate && w.Floor == storage.NoFloor {
		w.State = storage.WritePending
		w.Attempts--
		return w
	}
	w.State, w.MissedAt, w.Reason = storage.WriteUnknown, time.Time{}, outbox.Interrupted()
	w.Lost++
	return w
}

// UnknownWrites lists up to limit writes in Unknown that are due, oldest first.
func (l *Ledger) UnknownWrites(
	ctx context.Context, claim storage.Claim, now time.Time, limit int,
) ([]storage.Write, error) {
	return l.Writes(ctx, storage.WriteQuery{StoreID: claim.StoreID, States: []storage.WriteState{storage.WriteUnknown},
		DueBy: now, OldestFirst: true, Limit: limit})
}

// DoneSince lists the updates of the same subject that were done after w was accepted, oldest first.
func (l *Ledger) DoneSince(ctx context.Context, w storage.Write) ([]storage.Write, error) {
	return l.Writes(ctx, storage.WriteQuery{StoreID: w.StoreID, Subjects: []string{w.Subject()},
		States: []storage.WriteState{storage.WriteDone}, Action: storage.ActionUpdate, DoneFrom: w.AcceptedAt,
		BeforeSeq: w.Seq, OldestFirst: true})
}

// OpenCreates lists the creates of the same collection as w that are under way, lost or parked, oldest first.
func (l *Ledger) OpenCreates(ctx context.Context, w storage.Write) ([]storage.Write, error) {
	open, err := l.Writes(ctx, storage.WriteQuery{StoreID: w.StoreID, Action: storage.ActionCreate, OldestFirst: true,
		States: []storage.WriteState{storage.WriteSending, storage.WriteUnknown, storage.WriteParked}})
	return slices.DeleteFunc(open, func(other storage.Write) bool {
		return other.Resource != w.Resource || other.ParentID != w.ParentID
	}), err
}

// WaitingBehind lists the pending writes of the same subject that were accepted after w, oldest first.
func (l *Ledger) WaitingBehind(ctx context.Context, w storage.Write) ([]storage.Write, error) {
	return l.Writes(ctx, storage.WriteQuery{StoreID: w.StoreID, Subjects: []string{w.Subject()},
		States: []storage.WriteState{storage.WritePending}, AfterSeq: w.Seq, OldestFirst: true})
}

// ChangeWrite changes one write by the decision of a person. The error is storage.ErrNotFound when there is no such
// write.
func (l *Ledger) ChangeWrite(
	ctx context.Context, id string, change func(*storage.Write) error,
) (w storage.Write, err error) {
	found, err := l.WriteByID(ctx, id)
	if err != nil {
		return found, err
	}
	err = l.Within(ctx, func(tx storage.Tx) error {
		// What was decided, or what waited behind it, is sent at once.
		if err := lockStores(ctx, tx, []storage.Write{found}); err != nil {
			return err
		}
		// change gets the write as it is under the store's lock.
		now, err := tx.FindWrites(ctx, storage.WriteQuery{StoreID: found.StoreID, IDs: []string{id}})
		if err != nil {
			return err
		}
		if len(now) == 0 {
			return fmt.Errorf("write %s: %w", id, storage.ErrNotFound)
		}
		w = now[0]
		if err := change(&w); err != nil {
			return err
		}
		return tx.SaveWrites(ctx, []storage.Write{w})
	})
	return w, err
}

// HeldBackBy returns the earlier write of the same subject that holds w back; storage.ErrNotFound when there is none. A
// parked write comes before any other, because it does not move by itself.
func HeldBackBy(ctx context.Context, db storage.WriteReader, w storage.Write) (storage.Write, error) {
	for _, states := range [][]storage.WriteState{
		{storage.WriteParked}, {storage.WritePending, storage.WriteSending, storage.WriteUnknown},
	} {
		earlier, err := db.Writes(ctx, storage.WriteQuery{StoreID: w.StoreID, Subjects: []string{w.Subject()},
			BeforeSeq: w.Seq, States: states, OldestFirst: true, Limit: 1})
		if err != nil {
			return storage.Write{}, err
		}
		if len(earlier) > 0 {
			return earlier[0], nil
		}
	}
	return storage.Write{}, fmt.Errorf("what holds write %s back: %w", w.ID, storage.ErrNotFound)
}

// Lessons returns what sending to a store has taught so far; the zero value before the first lesson.
func Lessons(ctx context.Context, db storage.WriteReader, storeID int64) (outbox.Lessons, error) {
	var lessons outbox.Lessons
	kept, err := db.Outbox(ctx, storeID)
	if err != nil || kept.Lessons == nil {
		return lessons, err
	}
	if err := json.Unmarshal(kept.Lessons, &lessons); err != nil {
		return lessons, fmt.Errorf("lessons of store %d: %w", storeID, err)
	}
	return lessons, nil
}

// OutboxLessons returns what sending to the store has taught so far.
func (l *Ledger) OutboxLessons(ctx context.Context, storeID int64) (outbox.Lessons, error) {
	return Lessons(ctx, l, storeID)
}

// KeepLessons saves what sending to the store has taught. The error is storage.ErrFenced when the claim is not the
// newest one.
func (l *Ledger) KeepLessons(ctx context.Context, claim storage.Claim, lessons outbox.Lessons) error {
	text, err := json.Marshal(lessons)
	if err != nil {
		return err
	}
	return l.WithinRelaxed(ctx, func(tx storage.Tx) error {
		kept, err := fenceOutbox(ctx, tx, claim)
		if err != nil {
			return err
		}
		kept.Lessons = text
		return tx.SaveOutbox(ctx, kept)
	})
}

// MirroredRecord returns a record of the mirror, or storage.ErrNotFound.
func (l *Ledger) MirroredRecord(ctx context.Context, storeID int64, ref storage.Ref) (storage.Record, error) {
	return l.Record(ctx, storeID, ref)
}
