package ledger_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
)

// lastCall is a database whose transactions can do nothing more once changes were logged in them.
type lastCall struct {
	storage.Database
	logged int // transactions that logged changes
}

// lastCallTx has no transaction behind it any more when changes were logged.
type lastCallTx struct {
	storage.Tx
	logged *int
}

func (t *lastCallTx) LogChanges(ctx context.Context, changes []storage.Change) (int64, error) {
	last, err := t.Tx.LogChanges(ctx, changes)
	t.Tx = nil
	*t.logged++
	return last, err
}

func (l *lastCall) Within(ctx context.Context, work func(storage.Tx) error) error {
	return l.Database.Within(ctx, l.spied(work))
}

func (l *lastCall) WithinRelaxed(ctx context.Context, work func(storage.Tx) error) error {
	return l.Database.WithinRelaxed(ctx, l.spied(work))
}

func (l *lastCall) spied(work func(storage.Tx) error) func(storage.Tx) error {
	return func(tx storage.Tx) (err error) {
		one := &lastCallTx{Tx: tx, logged: &l.logged}
		defer func() {
			if said := recover(); said != nil {
				err = fmt.Errorf("the transaction went on after its changes were logged: %v", said)
			}
		}()
		return work(one)
	}
}

// TestChangesAreLoggedLast: whoever logs changes keeps all other stores' writers from theirs until its commit.
func TestChangesAreLoggedLast(t *testing.T) {
	t.Parallel()
	db := &lastCall{Database: databasetest.Open(t)}
	b := &bundle{T: t, Ledger: ledger.New(db)}
	b.store, b.claim = b.connect("shop")
	mark := storage.Mark{Resource: storage.Orders, ID: 7, Reason: "r"}
	b.apply(
		storage.Batch{Records: []storage.Record{order(1, `"a"`), order(2, `"b"`), order(1, `"c"`)},
			Marks: []storage.Mark{mark}, Cursors: []storage.Cursor{{Name: "c", Value: []byte(`1`)}}},
		storage.Batch{Records: []storage.Record{order(3, `"d"`)}, Gone: []storage.Ref{orderRef(2)},
			Done: []storage.Mark{mark}, Cursors: []storage.Cursor{{Name: "c", Value: []byte(`2`)}}})
	if db.logged != 1 {
		t.Errorf("two batches logged their changes %d times, want once", db.logged)
	}
	b.settle(b.update("w1", 1, `{"note":"ours"}`), effect(order(1, `"ours"`)), effect(order(3, `"follows"`)),
		outbox.Effect{Ref: orderRef(9)})
	if db.logged != 2 {
		t.Errorf("an outcome with three effects logged its changes %d times, want once", db.logged-1)
	}
	claim, err := b.ClaimOutbox(t.Context(), b.store.ID)
	b.ok(err)
	b.ok(b.ObserveRecords(t.Context(), claim, []outbox.Effect{effect(order(1, `"theirs"`)), effect(order(4, `"e"`))}))
	if db.logged != 3 {
		t.Errorf("what was read before a write logged its changes %d times, want once", db.logged-2)
	}
	if changes := b.changes(); len(changes) != 9 {
		t.Errorf("%d changes: %+v", len(changes), changes)
	}
}
