package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// staleFor is how long a reading of a store may take from its request to its transaction: what was settled within that
// time may be newer than what a pull brings.
const staleFor = 5 * time.Minute

// readAgain are the resources of which a single record can be marked to be read again. Others (categories, tags) are
// read as whole lists, often enough that an older reading corrects itself.
var readAgain = map[storage.Resource]bool{
	storage.Orders: true, storage.Refunds: true, storage.OrderNotes: true, storage.Products: true,
	storage.Variations: true,
	storage.Coupons:    true, storage.Customers: true,
}

const readTooEarly = "was read while a write of ours may have been under way"

// origins tells whose doing the changes of a batch are, and which readings are too old to be believed.
type origins struct {
	tx      *Tx
	storeID int64
	batch   *storage.Batch
	// settling is the write whose effect the batch is; nil in a pull.
	settling *outbox.Write
	// fresh says that the batch was read after the last write of ours to its records.
	fresh bool
	// open are the store's writes under way, read when first needed.
	open     []outbox.Write
	openRead bool
}

// of is the origin of a change that leads from one content of a record to another; before is nil for a new record,
// after for one that is gone.
func (o *origins) of(
	ctx context.Context,
	ref storage.Ref,
	parentID int64,
	before, after []byte,
) (storage.Origin, string, error) {
	if w := o.settling; w != nil {
		if before == nil || after == nil || outbox.CausedAll(*w, before, after) {
			return storage.Own, w.ID, nil
		}
		return storage.Foreign, "", nil
	}
	if o.batch.Origin == storage.Own {
		return storage.Own, o.batch.WriteID, nil
	}
	if err := o.readOpen(ctx); err != nil {
		return "", "", err
	}
	if w, found := outbox.Cause(o.open, ref, parentID, before, after); found {
		return storage.Own, w.ID, nil
	}
	if before == nil && after != nil {
		w, err := o.creator(ctx, after)
		if err != nil {
			return "", "", err
		}
		if w != nil {
			return storage.Own, w.ID, o.noteDouble(ctx, *w, ref, parentID, after)
		}
	}
	if before != nil && after != nil && o.tx.db.settled.since(o.storeID, o.tx.Now().Add(-staleFor)) &&
		outbox.Restamped(before, after) {
		if w, err := o.late(ctx, ref, parentID); err != nil || w != nil {
			return storage.Own, w.ID, err
		}
	}
	return storage.Foreign, "", nil
}

// late is a write to a record whose answer was lost and which was settled a short time ago; nil when there is none. The
// store may still get to it, and moves its stamps then though it changes nothing.
func (o *origins) late(ctx context.Context, ref storage.Ref, parentID int64) (*outbox.Write, error) {
	subject := outbox.Write{Resource: ref.Resource, RecordID: ref.ID, ParentID: parentID}.Subject()
	w, err := scanWrite(o.tx.tx.QueryRowContext(ctx, `SELECT `+writeColumns+` FROM writes
		WHERE store_id = ? AND subject = ? AND state = 'done' AND lost > 0 AND done_at >= ? ORDER BY seq DESC LIMIT 1`,
		o.storeID, subject, ourDate(o.tx.Now().Add(-staleFor))))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &w, err
}

func (o *origins) readOpen(ctx context.Context) (err error) {
	if !o.openRead {
		o.open, err = scanWrites(
			ctx,
			o.tx.tx,
			`store_id = ? AND state IN ('sending', 'unknown') ORDER BY seq`,
			o.storeID,
		)
		o.openRead = err == nil
	}
	return err
}

// creator is the write of ours that created a record, by its marker; nil when none did.
func (o *origins) creator(ctx context.Context, raw []byte) (*outbox.Write, error) {
	if !bytes.Contains(raw, []byte(outbox.MarkerKey)) {
		return nil, nil
	}
	w, err := scanWrite(
		o.tx.tx.QueryRowContext(
			ctx,
			`SELECT `+writeColumns+` FROM writes WHERE id = ? AND store_id = ?`,
			outbox.Marker(raw),
			o.storeID,
		),
	)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil // another Waybill's, or the outbox has been cleared
	}
	return &w, err
}

// noteDouble says on a write that a further record with its mark was met.
func (o *origins) noteDouble(ctx context.Context, w outbox.Write, ref storage.Ref, parentID int64, raw []byte) error {
	record, err := storage.ParseRecord(ref.Resource, parentID, raw)
	if err != nil {
		return err
	}
	if w, doubled := outbox.MadeAlso(w, record); doubled {
		return o.tx.saveWrite(ctx, w)
	}
	return nil
}

// tooEarly says whether a reading may be older than what a settled write put into the mirror: then it is not taken, and
// the record is marked to be read again. A reading that was made for a mark of this record came after the write, unless
// one was settled since, which the mark shows (see [Tx.outdate]).
//
// Failure policy: a foreign edit that follows closely on a write of ours is announced one request later, never lost.
func (o *origins) tooEarly(ctx context.Context, ref storage.Ref, parentID int64, raw []byte) (bool, error) {
	if o.settling != nil || o.fresh || o.batch.Origin == storage.Own || !readAgain[ref.Resource] ||
		!o.tx.db.settled.since(o.storeID, o.tx.Now().Add(-staleFor)) {
		return false, nil
	}
	for _, m := range o.batch.Done {
		if m.Resource != ref.Resource || m.ID != ref.ID {
			continue
		}
		var attempts int
		err := o.tx.tx.QueryRowContext(ctx, `SELECT attempts FROM marks WHERE store_id = ? AND resource = ? AND id = ? AND parent_id = ?`,
			o.storeID, string(m.Resource), m.ID, m.ParentID).
			Scan(&attempts)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return false, err
		}
		if err == nil && attempts == m.Attempts {
			return false, nil
		}
	}
	after := ourDate(o.tx.Now().Add(-staleFor))
	subject := outbox.Write{Resource: ref.Resource, RecordID: ref.ID, ParentID: parentID}.Subject()
	prepared, err := o.tx.prepare(
		ctx,
		`SELECT EXISTS (SELECT 1 FROM writes WHERE store_id = ? AND subject = ? AND state = 'done' AND done_at >= ?)`,
	)
	if err != nil {
		return false, err
	}
	var early bool
	if err := prepared.QueryRowContext(ctx, o.storeID, subject, after).Scan(&early); err != nil || early {
		return early, err
	}
	w, err := o.creator(ctx, raw)
	return w != nil && w.State == outbox.Done && ourDate(w.DoneAt) >= after, err
}

// outdate makes readings under way for a mark of a record too early as well: a write to it has just been settled.
func (t *Tx) outdate(ctx context.Context, storeID int64, ref storage.Ref) error {
	_, err := t.exec(ctx, `UPDATE marks SET attempts = attempts + 1 WHERE store_id = ? AND resource = ? AND id = ?`,
		storeID, string(ref.Resource), ref.ID)
	return err
}

// settlements remembers when something was last settled for a store by this process, which is the only one that writes:
// without it every page of a pull would be held against the outbox.
type settlements struct {
	mu   sync.Mutex
	last map[int64]time.Time
}

func (s *settlements) note(storeID int64, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil {
		s.last = map[int64]time.Time{}
	}
	s.last[storeID] = now
}

func (s *settlements) since(storeID int64, t time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	last, ok := s.last[storeID]
	return ok && !last.Before(t)
}
