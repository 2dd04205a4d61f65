package ledger_test

import (
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/storagetest"
)

// update is a pending update of an order.
func (b *bundle) update(id string, orderID int64, body string) storage.Write {
	return storage.Write{ID: id, Key: id, StoreID: b.store.ID, Action: storage.ActionUpdate, Resource: storage.Orders,
		RecordID: orderID, Body: json.RawMessage(body), Policy: storage.PolicyMerge, State: storage.WritePending,
		AcceptedAt: time.Now().UTC(), NextAt: time.Now().UTC()}
}

func (b *bundle) write(id string) storage.Write {
	b.Helper()
	w, err := b.WriteByID(b.Context(), id)
	b.ok(err)
	return w
}

func TestAcceptingAWriteWakesItsStore(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := b.AcceptWrites(t.Context(), []storage.Write{b.update("w1", 1, `{}`), b.update("w2", 2, `{}`)})
	b.ok(err)
	turn, err := storagetest.TurnOf(t.Context(), b, ledger.Push, b.store.ID)
	b.ok(err)
	if turn.Wakes != 1 || turn.DueAt.IsZero() {
		t.Errorf("the turn is %+v", turn)
	}
	// A write that is not accepted wakes nobody.
	lost := b.update("w3", 3, `{}`)
	lost.StoreID = b.store.ID + 100
	_, err = b.AcceptWrites(t.Context(), []storage.Write{b.update("w4", 4, `{}`), lost})
	b.fails(err, storage.ErrNotFound)
	if turn, err = storagetest.TurnOf(t.Context(), b, ledger.Push, b.store.ID); err != nil || turn.Wakes != 1 {
		t.Errorf("the turn is %+v (%v)", turn, err)
	}
	_, err = b.WriteByID(t.Context(), "w4")
	b.fails(err, storage.ErrNotFound)
}

func TestWritesAreClaimedOnceAndFoundWhenTheirSenderEnds(t *testing.T) {
	t.Parallel()
	b := setup(t)
	create := b.update("create", 0, `{}`)
	create.Action = storage.ActionCreate
	_, err := b.AcceptWrites(t.Context(), []storage.Write{b.update("first", 1, `{}`), b.update("behind", 1, `{}`),
		create})
	b.ok(err)
	now := time.Now().UTC()
	claim, err := b.ClaimOutbox(t.Context(), b.store.ID)
	b.ok(err)
	claimed, err := b.ClaimWrites(t.Context(), claim, now, 10)
	b.ok(err)
	if len(claimed) != 2 || claimed[0].ID != "first" || claimed[1].ID != "create" {
		t.Fatalf("claimed %+v", claimed)
	}
	for _, w := range claimed {
		kept := b.write(w.ID)
		if kept.State != storage.WriteSending || kept.Attempts != 1 || kept.Epoch != claim.Epoch ||
			kept.SentAt.IsZero() {
			t.Errorf("%s is kept as %+v", w.ID, kept)
		}
	}
	if again, err := b.ClaimWrites(t.Context(), claim, now, 10); err != nil || len(again) != 0 {
		t.Errorf("claimed twice: %+v (%v)", again, err)
	}
	newer, err := b.ClaimOutbox(t.Context(), b.store.ID)
	b.ok(err)
	_, err = b.ClaimWrites(t.Context(), claim, now, 10)
	b.fails(err, storage.ErrFenced)
	b.fails(b.SettleWrites(t.Context(), claim, []outbox.Settlement{{Write: claimed[0]}}), storage.ErrFenced)
	lost, err := b.InterruptedWrites(t.Context(), newer, now)
	b.ok(err)
	if w := b.write("first"); lost != 1 || w.State != storage.WriteUnknown || w.Lost != 1 || w.Reason == nil {
		t.Errorf("%d lost, the update is %+v", lost, w)
	}
	// A create whose floor is not known has not left.
	if w := b.write("create"); w.State != storage.WritePending || w.Attempts != 0 || w.Floor != storage.NoFloor {
		t.Errorf("the create is %+v", w)
	}
	if by, err := ledger.HeldBackBy(t.Context(), b.Ledger, b.write("behind")); err != nil || by.ID != "first" {
		t.Errorf("held back by %+v (%v)", by, err)
	}
}

// stock is a pending update of a product's stock.
func (b *bundle) stock(id, body string) storage.Write {
	w := b.update(id, 7, body)
	w.Resource = storage.Products
	return w
}

func TestANewerStockDiscardsWhatWaits(t *testing.T) {
	t.Parallel()
	b := setup(t)
	accept := func(w storage.Write) {
		_, err := b.AcceptWrites(t.Context(), []storage.Write{w})
		b.ok(err)
	}
	accept(b.stock("five", `{"stock_quantity":5}`))
	accept(b.stock("name", `{"name":"x"}`))
	accept(b.stock("six", `{"stock_quantity":6}`))
	accept(b.stock("six again", `{"name":"y"}`))
	for id, want := range map[string]storage.WriteState{
		"five": storage.WriteDiscarded, "name": storage.WritePending, "six": storage.WritePending,
	} {
		if w := b.write(id); w.State != want {
			t.Errorf("%s is %s, want %s", id, w.State, want)
		}
	}
}

// Whoever decides about a write decides about the one that is there at that moment.
func TestTwoWhoDecideAboutOneWriteDecideOneAfterTheOther(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := b.AcceptWrites(t.Context(), []storage.Write{b.update("w1", 1, `{}`)})
	b.ok(err)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			_, err := b.ChangeWrite(t.Context(), "w1", func(w *storage.Write) error {
				w.Attempts++
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if w := b.write("w1"); w.Attempts != 8 {
		t.Errorf("of 8 decisions %d were kept", w.Attempts)
	}
	boom := errors.New("boom")
	_, err = b.ChangeWrite(t.Context(), "w1", func(w *storage.Write) error {
		w.Attempts = 99
		return boom
	})
	b.fails(err, boom)
	if w := b.write("w1"); w.Attempts != 8 {
		t.Errorf("a refused decision was kept: %+v", w)
	}
	_, err = b.ChangeWrite(t.Context(), "none", func(*storage.Write) error { return nil })
	b.fails(err, storage.ErrNotFound)
}

func TestTwoWhoLearnOfAStoreBothKeepWhatTheyLearned(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var group sync.WaitGroup
	learn := func(change func(*storage.StoreFacts)) {
		group.Go(func() {
			_, err := ledger.ChangeStore(t.Context(), b.Ledger, b.store.ID,
				func(_ storage.Tx, st *storage.Store) error {
					time.Sleep(time.Millisecond)
					change(&st.Facts)
					return nil
				})
			if err != nil {
				t.Error(err)
			}
		})
	}
	learn(func(f *storage.StoreFacts) { f.WooCommerce = "10.0.2" })
	learn(func(f *storage.StoreFacts) { f.MethodOverride = true })
	learn(func(f *storage.StoreFacts) { f.Diagnosis = &storage.Diagnosis{Cause: "c"} })
	learn(func(f *storage.StoreFacts) { f.Seen.Cache = "a cache" })
	group.Wait()
	st, err := b.Store(t.Context(), b.store.ID)
	b.ok(err)
	if f := st.Facts; f.WooCommerce == "" || !f.MethodOverride || f.Diagnosis == nil || f.Seen.Cache == "" {
		t.Errorf("kept are %+v", f)
	}
}

func TestLessonsAreKeptUnderAClaim(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if l, err := b.OutboxLessons(t.Context(), b.store.ID); err != nil || l.RefundAuthor != 0 {
		t.Errorf("before the first: %+v (%v)", l, err)
	}
	claim, err := b.ClaimOutbox(t.Context(), b.store.ID)
	b.ok(err)
	b.ok(b.KeepLessons(t.Context(), claim, outbox.Lessons{RefundAuthor: 7}))
	_, err = b.ClaimOutbox(t.Context(), b.store.ID) // keeps them
	b.ok(err)
	if l, err := ledger.Lessons(t.Context(), b.Ledger, b.store.ID); err != nil || l.RefundAuthor != 7 {
		t.Errorf("got %+v (%v)", l, err)
	}
	b.fails(b.KeepLessons(t.Context(), claim, outbox.Lessons{}), storage.ErrFenced)
}
