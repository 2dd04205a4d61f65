package ledger_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// settle carries a write out: it is claimed, and the store has answered with raw.
func (b *bundle) settle(w storage.Write, effects ...outbox.Effect) storage.Write {
	b.Helper()
	_, err := b.AcceptWrites(b.Context(), []storage.Write{w})
	b.ok(err)
	claim, err := b.ClaimOutbox(b.Context(), b.store.ID)
	b.ok(err)
	claimed, err := b.ClaimWrites(b.Context(), claim, w.NextAt, 1)
	b.ok(err)
	if len(claimed) != 1 {
		b.Fatalf("claimed %+v", claimed)
	}
	done := claimed[0]
	done.State, done.DoneAt = storage.WriteDone, done.SentAt
	if done.RecordID == 0 && len(effects) > 0 {
		done.RecordID = effects[0].Ref.ID
	}
	b.ok(b.SettleWrites(b.Context(), claim, []outbox.Settlement{{Write: done, Effects: effects}}))
	return done
}

func effect(r storage.Record) outbox.Effect {
	return outbox.Effect{Ref: r.Ref, ParentID: r.ParentID, Raw: r.Raw}
}

// settled puts an order and then our write to it into the mirror.
func settled(t *testing.T) *bundle {
	t.Helper()
	b := setup(t)
	b.put(order(1, `"before"`))
	b.settle(b.update("w1", 1, `{"note":"ours"}`), effect(order(1, `"ours"`)))
	last := b.changes()[1]
	if last.Origin != storage.Own || last.WriteID != "w1" || b.note(1) != "ours" {
		t.Fatalf("our write is announced as %+v", last)
	}
	return b
}

// What one process has settled, another one's early reading does not take back: nothing of it is remembered in memory.
func TestAnotherProcessDoesNotBelieveAReadingOlderThanASettledWrite(t *testing.T) {
	t.Parallel()
	b := settled(t)
	b.Ledger = ledger.New(b.Database) // a process that has settled nothing itself
	applied := b.put(order(1, `"before"`))
	if applied.Changes() != 0 || b.note(1) != "ours" {
		t.Errorf("the reading was believed: %+v, the mirror has %q", applied, b.note(1))
	}
	marks, err := b.Marks(t.Context(), b.store.ID, storage.Orders, noon, 0)
	b.ok(err)
	if len(marks) != 1 || marks[0].ID != 1 {
		t.Fatalf("it is not read again: %+v", marks)
	}
	// Read again for its mark, it came after the write.
	applied = b.apply(storage.Batch{Records: []storage.Record{order(1, `"somebody's"`)}, Done: marks})
	if applied.Updated != 1 || b.note(1) != "somebody's" || b.changes()[2].Origin != storage.Foreign {
		t.Errorf("a later reading was not believed: %+v, %+v", applied, b.changes())
	}
}

// A reading that is under way for its mark while another write is settled is too early again.
func TestAReadingForAMarkIsTooEarlyWhenAWriteIsSettledMeanwhile(t *testing.T) {
	t.Parallel()
	b := settled(t)
	b.put(order(1, `"before"`))
	read, err := b.Marks(t.Context(), b.store.ID, storage.Orders, noon, 0)
	b.ok(err)
	b.settle(b.update("w2", 1, `{"note":"ours again"}`), effect(order(1, `"ours again"`)))
	if applied := b.apply(storage.Batch{Records: []storage.Record{order(1, `"ours"`)},
		Done: read}); applied.Changes() != 0 ||
		b.note(1) != "ours again" {
		t.Errorf("it was believed: %+v, the mirror has %q", applied, b.note(1))
	}
	if left, err := b.Marks(t.Context(), b.store.ID, storage.Orders, noon, 0); err != nil || len(left) != 1 {
		t.Errorf("it is not read again: %+v (%v)", left, err)
	}
}

func TestADeletedRecordTakesWhatBelongsToIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	child := func(r storage.Resource, id int64) storage.Record {
		return storage.Record{Ref: storage.Ref{Resource: r, ID: id}, ParentID: 1,
			Raw: fmt.Appendf(nil, `{"id":%d}`, id)}
	}
	b.put(order(1, `"x"`), order(2, `"x"`), child(storage.Refunds, 5), child(storage.OrderNotes, 6))
	w := b.update("w1", 1, "")
	w.Action, w.Force, w.Body = storage.ActionDelete, true, nil
	b.settle(w, outbox.Effect{Ref: orderRef(1)})
	changes := b.changes()[4:]
	if len(changes) != 3 || changes[2].Ref != orderRef(1) {
		t.Fatalf("the changes are %+v", changes)
	}
	for _, c := range changes {
		if c.Kind != storage.Deleted || c.Origin != storage.Own || c.WriteID != "w1" {
			t.Errorf("change %+v", c)
		}
	}
	if count, err := b.Counts(t.Context(), b.store.ID, storage.Orders); err != nil || count.Live != 1 {
		t.Errorf("%+v (%v)", count, err)
	}
}

// What was read before a write is announced before it, as far as the mirror does not know it.
func TestWhatWasSeenBeforeAWriteIsAnnouncedAsForeign(t *testing.T) {
	t.Parallel()
	b := setup(t)
	mirrored := []storage.Record{order(1, `"before"`), order(2, `"newer"`)}
	for i := range mirrored {
		mirrored[i].Modified = noon
	}
	b.put(mirrored...)
	claim, err := b.ClaimOutbox(t.Context(), b.store.ID)
	b.ok(err)
	seen := func(id int64, modified, note string) outbox.Effect {
		return outbox.Effect{Ref: orderRef(id), Raw: fmt.Appendf(nil, `{"id":%d,"note":%q,"date_modified_gmt":%q}`, id,
			note,
			modified)}
	}
	b.ok(b.ObserveRecords(t.Context(), claim, []outbox.Effect{
		seen(1, "2026-11-23T13:00:00", "somebody's"), seen(2, "2026-11-23T11:00:00", "older"),
	}))
	changes := b.changes()[2:]
	if len(changes) != 1 || changes[0].ID != 1 || changes[0].Origin != storage.Foreign || b.note(2) != "newer" {
		t.Errorf("the changes are %+v, order 2 has %q", changes, b.note(2))
	}
}

// Before WooCommerce 9.0 no list shows refunds: the order that is read after a refund of ours is all that tells of one
// that somebody else made a moment before.
func TestAForeignRefundBesideOursIsMarked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	order := func(refunds string) storage.Record {
		return storage.Record{Ref: orderRef(1), Raw: fmt.Appendf(nil, `{"id":1,"refunds":[%s]}`, refunds)}
	}
	refund := func(id int64) storage.Record {
		return storage.Record{Ref: storage.Ref{Resource: storage.Refunds, ID: id}, ParentID: 1,
			Raw: fmt.Appendf(nil, `{"id":%d}`, id)}
	}
	b.put(order(`{"id":5}`), refund(5))
	w := b.update("w1", 1, `{"amount":"1"}`)
	b.settle(w, effect(refund(7)), effect(order(`{"id":7},{"id":6}`)))
	marks, err := b.Marks(t.Context(), b.store.ID, storage.Refunds, noon, 0)
	b.ok(err)
	var marked []int64
	for _, m := range marks {
		if m.ParentID != 1 {
			t.Errorf("mark %+v", m)
		}
		marked = append(marked, m.ID)
	}
	slices.Sort(marked)
	if !slices.Equal(marked, []int64{5, 6}) { // 5 is gone, 6 somebody else's, 7 ours
		t.Errorf("read again are %v", marked)
	}
}
