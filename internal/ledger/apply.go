package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/ledger/internal/origin"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// Apply writes batches into a store's mirror in one transaction: records, the changes that announce them, cursors and
// marks. The error is storage.ErrFenced when the claim is not the newest one. A record that the mirror holds with the
// same content leaves no trace, so applying a batch twice changes nothing the second time. A power cut may undo the
// whole transaction. The undone cursor then makes the next pull ask the store again.
func (l *Ledger) Apply(ctx context.Context, claim storage.Claim, batches ...storage.Batch) (storage.Applied, error) {
	var applied storage.Applied
	err := l.WithinRelaxed(ctx, func(tx storage.Tx) error {
		applied = storage.Applied{}
		var noted entries
		if err := fence(ctx, tx, claim); err != nil {
			return err
		}
		for i := range batches {
			known := origin.Facts{Own: batches[i].Origin == storage.Own, WriteID: batches[i].WriteID}
			one, err := apply(ctx, tx, claim.StoreID, &batches[i], known, &noted)
			if err != nil {
				return err
			}
			applied = applied.Add(one)
		}
		var err error
		applied.LastSeq, err = noted.log(ctx, tx)
		return err
	})
	if err != nil {
		return storage.Applied{}, err
	}
	return applied, nil
}

// entries are the changes of a transaction, in their order. They are logged in the last statement of the transaction:
// from that statement until the commit a database with many writers gives no other writer a number.
type entries []storage.Change

// log numbers the entries and returns the last number; 0 when there are no entries.
func (e entries) log(ctx context.Context, tx storage.Tx) (last int64, err error) {
	if len(e) == 0 {
		return 0, nil
	}
	// This comes before the log is locked. All entries are of one store.
	if err := tx.WakeSubscribed(ctx, Deliver, e[0].StoreID); err != nil {
		return 0, err
	}
	return tx.LogChanges(ctx, e)
}

// apply writes a batch into the mirror of a locked store, and appends to noted the changes that the caller has to log.
// known is what the caller already knows about whose doing the batch is.
func apply(
	ctx context.Context, tx storage.Tx, storeID int64, batch *storage.Batch, known origin.Facts, noted *entries,
) (storage.Applied, error) {
	a := applier{tx: tx, storeID: storeID, batch: batch, facts: known, at: batch.Now, changes: noted,
		counts: map[storage.Resource]storage.Count{}}
	if a.at.IsZero() {
		a.at = tx.Now()
	}
	if err := a.gather(ctx); err != nil {
		return a.applied, err
	}
	if err := a.put(ctx); err != nil {
		return a.applied, err
	}
	if err := a.remove(ctx); err != nil {
		return a.applied, err
	}
	return a.applied, a.close(ctx)
}

// applier writes one batch into the mirror.
type applier struct {
	tx      storage.Tx
	storeID int64
	batch   *storage.Batch
	facts   origin.Facts
	at      time.Time

	applied storage.Applied
	changes *entries
	counts  map[storage.Resource]storage.Count
	marks   []storage.Mark // for the readings that came too early
}

// put keeps the records of the batch. A record that stands in the batch several times is kept each time, in the batch's
// order.
func (a *applier) put(ctx context.Context) error {
	for i := range a.batch.Records {
		r := &a.batch.Records[i]
		if len(r.Raw) == 0 {
			return fmt.Errorf("store %d: keep %s: %w", a.storeID, r.Ref, errNoText)
		}
		if r.Hash.IsZero() {
			r.Hash = storage.HashOf(r.Raw)
		}
		r.StoreID, r.SeenAt = a.storeID, a.at
	}
	for records := a.batch.Records; len(records) > 0; {
		n := distinct(records)
		if err := a.putDistinct(ctx, records[:n]); err != nil {
			return err
		}
		records = records[n:]
	}
	return nil
}

var errNoText = errors.New("it has no JSON")

// distinct returns how many records at the beginning of a list have different refs.
func distinct(records []storage.Record) int {
	if len(records) == 1 {
		return 1
	}
	seen := make(map[storage.Ref]bool, len(records))
	for i := range records {
		if seen[records[i].Ref] {
			return i
		}
		seen[records[i].Ref] = true
	}
	return len(records)
}

// putDistinct keeps records with different refs, and appends their changes in the order of the records.
func (a *applier) putDistinct(ctx context.Context, records []storage.Record) error {
	noted := make([]*storage.Change, len(records))
	left := indexes(len(records))
	var err error
	if a.batch.New {
		// Most records are not in the mirror yet. add returns those that are.
		if left, err = a.add(ctx, records, left, noted); err != nil {
			return err
		}
	}
	if left, err = a.unlike(ctx, records, left); err != nil {
		return err
	}
	if left, err = a.replace(ctx, records, left, noted); err != nil {
		return err
	}
	if left, err = a.add(ctx, records, left, noted); err != nil {
		return err
	}
	if len(left) > 0 {
		return fmt.Errorf("store %d: %s is neither there nor not", a.storeID, records[left[0]].Ref)
	}
	for _, c := range noted {
		if c != nil {
			*a.changes = append(*a.changes, *c)
		}
	}
	return nil
}

func indexes(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// add keeps the records that the mirror lacks, and returns the indexes of those that it has.
func (a *applier) add(ctx context.Context, records []storage.Record, at []int, noted []*storage.Change) ([]int, error) {
	var fresh []storage.Record
	var from []int
	for _, i := range at {
		r := &records[i]
		if a.facts.TooEarly(r.Ref, r.ParentID, r.Raw) {
			a.readAgain(r)
			continue
		}
		fresh, from = append(fresh, *r), append(from, i)
	}
	if len(fresh) == 0 {
		return nil, nil
	}
	there, err := a.tx.AddRecords(ctx, a.storeID, fresh)
	if err != nil {
		return nil, err
	}
	has := make(map[storage.Ref]bool, len(there))
	for _, ref := range there {
		has[ref] = true
	}
	var left []int
	for _, i := range from {
		r := &records[i]
		if len(has) > 0 && has[r.Ref] {
			left = append(left, i)
			continue
		}
		a.count(r.Resource, r.Status, 1)
		a.applied.Created++
		if noted[i], err = a.change(ctx, storage.Created, *r, nil); err != nil {
			return nil, err
		}
	}
	return left, nil
}

// readAgain leaves out a reading that may be older than a write of ours, and marks the record to be read again.
func (a *applier) readAgain(r *storage.Record) {
	a.applied.Unchanged++
	a.marks = append(a.marks, origin.ReadAgain(r.Ref, r.ParentID))
}

// unlike returns the indexes of the records whose text differs from the mirror's.
func (a *applier) unlike(ctx context.Context, records []storage.Record, at []int) ([]int, error) {
	if len(at) == 0 {
		return nil, nil
	}
	held, err := a.tx.Held(ctx, a.storeID, refsOf(records, at))
	if err != nil {
		return nil, err
	}
	var left []int
	for _, i := range at {
		if h, there := held[records[i].Ref]; there && h.Hash == records[i].Hash {
			a.applied.Unchanged++
			continue
		}
		left = append(left, i)
	}
	return left, nil
}

func refsOf(records []storage.Record, at []int) []storage.Ref {
	refs := make([]storage.Ref, len(at))
	for n, i := range at {
		refs[n] = records[i].Ref
	}
	return refs
}

// replace keeps the records that the mirror holds with another content. It returns the indexes of the records that the
// mirror lacks.
func (a *applier) replace(
	ctx context.Context, records []storage.Record, at []int, noted []*storage.Change,
) ([]int, error) {
	if len(at) == 0 {
		return nil, nil
	}
	held, err := a.tx.HeldRecords(ctx, a.storeID, refsOf(records, at))
	if err != nil {
		return nil, err
	}
	var other []storage.Record
	var left []int
	for _, i := range at {
		r := &records[i]
		old, there := held[r.Ref]
		switch {
		case !there:
			left = append(left, i)
			continue
		case old.ParentID == r.ParentID && a.batch.Same.Content(r.Resource, old.Raw, r.Raw):
			// The contents are the same: the texts differ only in form, or in what differs on every reading. There is
			// nothing to announce, and nothing worth a write.
			a.applied.Unchanged++
			continue
		case a.facts.TooEarly(r.Ref, r.ParentID, r.Raw):
			a.readAgain(r)
			continue
		}
		if r.Resource == storage.Orders && outbox.Replaced(r.Resource, old.Raw, r.Raw) {
			a.applied.Replaced++
		}
		other = append(other, *r)
		a.count(r.Resource, old.Status, -1)
		a.count(r.Resource, r.Status, 1)
		if noted[i], err = a.change(ctx, a.kind(old, *r), *r, old.Raw); err != nil {
			return nil, err
		}
	}
	if len(other) == 0 {
		return left, nil
	}
	return left, a.tx.ReplaceRecords(ctx, a.storeID, other)
}

// kind says what happened to a record, and counts it.
func (a *applier) kind(old, now storage.Record) storage.Kind {
	switch {
	case now.Trashed() && !old.Trashed():
		a.applied.Trashed++
		return storage.Trashed
	case !now.Trashed() && old.Trashed():
		a.applied.Restored++
		return storage.Restored
	default:
		a.applied.Updated++
		return storage.Updated
	}
}

// remove takes the records out of the mirror that are no longer on the store.
func (a *applier) remove(ctx context.Context) error {
	if len(a.batch.Gone) == 0 {
		return nil
	}
	held, err := a.tx.HeldRecords(ctx, a.storeID, a.batch.Gone)
	if err != nil {
		return err
	}
	var gone []storage.Ref
	for _, ref := range a.batch.Gone {
		old, there := held[ref]
		if !there {
			continue
		}
		delete(held, ref) // the record may stand in the batch twice
		gone = append(gone, ref)
		a.count(ref.Resource, old.Status, -1)
		a.applied.Deleted++
		c, err := a.change(ctx, storage.Deleted, storage.Record{Ref: ref, ParentID: old.ParentID}, old.Raw)
		if err != nil {
			return err
		}
		*a.changes = append(*a.changes, *c)
	}
	return a.tx.DropRecords(ctx, a.storeID, gone)
}

// change returns the announcement that a record has another content than before, and whose doing it was. before is nil
// for a new record; now has no text for a record that is gone.
func (a *applier) change(
	ctx context.Context, kind storage.Kind, now storage.Record, before []byte,
) (*storage.Change, error) {
	doing := a.facts.Whose(origin.Difference{Ref: now.Ref, ParentID: now.ParentID, Before: before, After: now.Raw})
	if w := doing.Doubled; w != nil {
		if err := a.tx.SaveWrites(ctx, []storage.Write{*w}); err != nil {
			return nil, err
		}
		a.facts.Makers[w.ID] = *w // a third record of the write is recognised by this
	}
	return &storage.Change{StoreID: a.storeID, Ref: now.Ref, ParentID: now.ParentID, Kind: kind, At: a.at,
		Origin: doing.Origin, WriteID: doing.WriteID, Hash: now.Hash}, nil
}

func (a *applier) count(r storage.Resource, status string, by int) {
	c := a.counts[r]
	if status == storage.StatusTrash {
		c.Trash += by
	} else {
		c.Live += by
	}
	a.counts[r] = c
}

// close saves the counts, the marks, and the cursor from which the next pull continues.
func (a *applier) close(ctx context.Context) error {
	for resource, c := range a.counts {
		if c == (storage.Count{}) {
			delete(a.counts, resource)
		}
	}
	if len(a.counts) > 0 {
		if err := a.tx.AddCounts(ctx, a.storeID, a.counts); err != nil {
			return err
		}
	}
	return a.keepPlaces(ctx)
}

func (a *applier) keepPlaces(ctx context.Context) error {
	b := a.batch
	for _, part := range []struct {
		marks []storage.Mark
		keep  func(context.Context, int64, []storage.Mark) error
	}{
		{b.Done, a.tx.DropMarks}, {b.Failed, a.tx.FailMarks}, {b.Marks, a.tx.AddMarks}, {a.marks, a.tx.AddMarks},
	} {
		if len(part.marks) > 0 {
			if err := part.keep(ctx, a.storeID, part.marks); err != nil {
				return err
			}
		}
	}
	if len(b.Lines) > 0 || b.LinesUpTo != 0 {
		if err := a.tx.KeepLines(ctx, a.storeID, b.Lines, b.LinesUpTo); err != nil {
			return err
		}
	}
	if len(b.Cursors) == 0 {
		return nil
	}
	return a.tx.KeepCursors(ctx, a.storeID, b.Cursors)
}
