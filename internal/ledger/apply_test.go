package ledger_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestAFailedBatchLeavesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	bad := storage.Record{Ref: orderRef(2)}
	_, err := b.Apply(t.Context(), b.claim,
		storage.Batch{Records: []storage.Record{order(1, `"x"`)},
			Cursors: []storage.Cursor{{Name: "c", Value: []byte(`1`)}}},
		storage.Batch{Records: []storage.Record{bad}})
	if err == nil {
		t.Fatal("a record without JSON was kept")
	}
	_, err = b.Record(t.Context(), b.store.ID, orderRef(1))
	b.fails(err, storage.ErrNotFound)
	if value, err := b.Cursor(t.Context(), b.store.ID, "c"); err != nil || value != nil || len(b.changes()) != 0 {
		t.Errorf("a failed batch left cursor %s and %d changes (%v)", value, len(b.changes()), err)
	}
}

func TestEachDifferenceMakesOneChangeOfItsKind(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.put(order(1, `"a"`))
	b.put(order(1, `"b"`))
	b.put(trashed(order(1, `"b"`)))
	b.put(order(1, `"c"`))
	b.apply(storage.Batch{Gone: []storage.Ref{orderRef(1), orderRef(99), orderRef(1)}})
	b.put(trashed(order(2, `"born in the trash"`)))
	var kinds []storage.Kind
	for _, c := range b.changes() {
		kinds = append(kinds, c.Kind)
		if whole := c.Kind != storage.Deleted; whole == c.Hash.IsZero() {
			t.Errorf("change %+v: the hash is that of the content", c)
		}
	}
	want := []storage.Kind{storage.Created, storage.Updated, storage.Trashed, storage.Restored, storage.Deleted,
		storage.Created}
	if !slices.Equal(kinds, want) {
		t.Errorf("got %v, want %v", kinds, want)
	}
	_, err := b.Record(t.Context(), b.store.ID, orderRef(1))
	b.fails(err, storage.ErrNotFound)
}

func TestEqualContentMakesNoChange(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.put(order(1, `"\u00fc"`))
	reordered := order(1, `"x"`)
	reordered.Raw = json.RawMessage(`{"note":"ü","id":1}`)
	if applied := b.put(reordered); applied.Changes() != 0 || applied.Unchanged != 1 {
		t.Errorf("another text of the same value: %+v", applied)
	}
	product := storage.Record{Ref: storage.Ref{Resource: storage.Products, ID: 5},
		Raw: json.RawMessage(`{"id":5,"related_ids":[1,2]}`)}
	b.put(product)
	product.Raw, product.Hash = json.RawMessage(`{"id":5,"related_ids":[2,9]}`), storage.Hash{}
	if applied := b.put(product); applied.Changes() != 0 {
		t.Errorf("what differs on every reading: %+v", applied)
	}
	b.put(order(1, `10`))
	if applied := b.put(order(1, `10.0`)); applied.Updated != 1 {
		t.Errorf("10 became 10.0: %+v", applied)
	}
}

func TestApplyingABatchTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	for _, fresh := range []bool{true, false} {
		b := setup(t)
		batch := storage.Batch{Records: []storage.Record{order(1, `"x"`), order(2, `"y"`)},
			Gone: []storage.Ref{orderRef(3)}, New: fresh}
		first, second := b.apply(batch), b.apply(batch)
		if first.Created != 2 || second.Changes() != 0 || second.Unchanged != 2 || len(b.changes()) != 2 {
			t.Errorf("first %+v, second %+v", first, second)
		}
		batch.Records, batch.Gone = []storage.Record{order(3, `1`), order(3, `1`), order(4, `0`), order(3, `2`)}, nil
		repeated := b.apply(batch)
		if repeated.Created != 2 || repeated.Unchanged != 1 || repeated.Updated != 1 || b.changes()[4].ID != 3 {
			t.Errorf("one record three times in a batch: %+v, %+v", repeated, b.changes())
		}
		mixed := b.apply(storage.Batch{New: fresh, Records: []storage.Record{order(5, `1`), order(4, `1`),
			order(6, `1`)}})
		if mixed.Created != 2 || mixed.Updated != 1 || mixed.LastSeq != b.changes()[7].Seq {
			t.Errorf("old and new ones together: %+v", mixed)
		}
		for i, want := range []int64{5, 4, 6} {
			if got := b.changes()[5+i].ID; got != want {
				t.Errorf("change %d is of order %d, want %d: the order of the batch", 5+i, got, want)
			}
		}
	}
}

func TestCountsFollowTheRecords(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.put(order(1, `1`), order(2, `1`), trashed(order(3, `1`)))
	b.put(trashed(order(1, `1`)))
	b.apply(storage.Batch{Gone: []storage.Ref{orderRef(3), orderRef(77)}})
	got, err := b.Counts(t.Context(), b.store.ID, storage.Orders)
	b.ok(err)
	if got != (storage.Count{Live: 1, Trash: 1}) {
		t.Errorf("got %+v", got)
	}
}

func TestWhoseDoingABatchIsIsKept(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.put(order(1, `"x"`))
	b.apply(storage.Batch{Records: []storage.Record{order(2, `"y"`)}, Origin: storage.Own, WriteID: "w1", Now: noon})
	changes := b.changes()
	if changes[0].Origin != storage.Foreign || changes[0].WriteID != "" || changes[1].Origin != storage.Own ||
		changes[1].WriteID != "w1" || !changes[1].At.Equal(noon) {
		t.Errorf("got %+v", changes)
	}
}

func TestPlacesAndMarksGoWithTheirBatch(t *testing.T) {
	t.Parallel()
	b := setup(t)
	mark := func(id int64) storage.Mark { return storage.Mark{Resource: storage.Orders, ID: id, Reason: "r"} }
	b.apply(storage.Batch{Marks: []storage.Mark{mark(1), mark(2), mark(3)},
		Cursors: []storage.Cursor{{Name: "orders", Value: []byte(`{"a":1}`)}, {Name: "products", Value: []byte(`2`)}}})
	failed := mark(2)
	failed.NotBefore = noon.Add(time.Hour)
	// A mark that is done and made anew in one batch is there afterwards: what it stands for came in between.
	b.apply(storage.Batch{Done: []storage.Mark{mark(1), mark(3)}, Failed: []storage.Mark{failed},
		Marks: []storage.Mark{mark(3)}, Cursors: []storage.Cursor{{Name: "products"}}})
	due, err := b.Marks(t.Context(), b.store.ID, storage.Orders, noon, 0)
	b.ok(err)
	if len(due) != 1 || due[0].ID != 3 {
		t.Errorf("due are %+v", due)
	}
	for name, want := range map[string]string{"orders": `{"a":1}`, "products": ""} {
		if got, err := b.Cursor(t.Context(), b.store.ID, name); err != nil || string(got) != want {
			t.Errorf("%s: got %s, want %s (%v)", name, got, want, err)
		}
	}
}

func TestANewerClaimAndAPauseFenceOffAnOlderClaim(t *testing.T) {
	t.Parallel()
	b := setup(t)
	newer, err := b.Claim(t.Context(), b.store.ID)
	b.ok(err)
	_, err = b.Apply(t.Context(), b.claim, storage.Batch{Records: []storage.Record{order(1, `"x"`)}})
	b.fails(err, storage.ErrFenced)
	if len(b.changes()) > 0 {
		t.Error("a fenced batch left a change")
	}
	b.claim = newer
	b.put(order(1, `"x"`))
	_, err = ledger.ChangeStore(t.Context(), b.Ledger, b.store.ID, func(_ storage.Tx, st *storage.Store) error {
		st.Paused = true
		st.Epoch++
		return nil
	})
	b.ok(err)
	_, err = b.Apply(t.Context(), b.claim, storage.Batch{Records: []storage.Record{order(1, `"x"`)}})
	b.fails(err, storage.ErrFenced)
	b.ok(ledger.RemoveStore(t.Context(), b.Ledger, b.store.ID))
	_, err = b.Apply(t.Context(), b.claim, storage.Batch{Records: []storage.Record{order(2, `"z"`)}})
	b.fails(err, storage.ErrNotFound)
}
