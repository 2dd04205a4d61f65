package storagetest

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

var transactions = map[string]func(*bundle){
	"a failed one leaves nothing of any noun":       failuresLeaveNothing,
	"a panic leaves nothing and gives all back":     panicsLeaveNothing,
	"one spans every noun":                          oneSpansNouns,
	"it sees its own work and nobody else does":     workIsUnseen,
	"it has the clock of the database's user":       clocks,
	"who locks a store waits for who has it":        locksExclude,
	"two who change a store both keep their change": changesOfAStoreAdd,
	"an ended context begins nothing":               endedContexts,
	"a closed database is closed":                   closing,
}

var errBoom = errors.New("boom")

// everyNoun writes something of each noun.
func (b *bundle) everyNoun(tx storage.Tx) {
	b.Helper()
	b.addWithin(tx, b.store.ID, record(1, `"x"`))
	b.ok(tx.KeepCursors(b.ctx, b.store.ID, []storage.Cursor{{Name: "c", Value: []byte(`1`)}}))
	b.ok(tx.AddMarks(b.ctx, b.store.ID, []storage.Mark{{Resource: storage.Orders, ID: 1}}))
	b.ok(tx.KeepLines(b.ctx, b.store.ID, []storage.Lines{{Ref: orderRef(1), Products: []int64{5}}}, 1))
	b.ok(tx.AddCounts(b.ctx, b.store.ID, map[storage.Resource]storage.Count{storage.Orders: {Live: 1}}))
	_, err := tx.AddWrites(b.ctx, []storage.Write{write(b.store.ID, "w1", storage.Orders, 1)})
	b.ok(err)
	b.ok(tx.SaveOutbox(b.ctx, storage.Outbox{StoreID: b.store.ID, Epoch: 3, SettledAt: noon, Lessons: []byte(`{}`)}))
	b.ok(tx.Wake(b.ctx, pull, b.store.ID))
	_, err = tx.AddErrand(b.ctx, storage.Errand{Task: pull, StoreID: b.store.ID, AskedAt: tx.Now()})
	b.ok(err)
}

// nothingKept fails the test when a record, change, write or anything else that a transaction wrote is there.
func (b *bundle) nothingKept() {
	b.Helper()
	_, err := b.db.Record(b.ctx, b.store.ID, storage.Ref{Resource: storage.Orders, ID: 1})
	b.fails(err, storage.ErrNotFound)
	value, err := b.db.Cursor(b.ctx, b.store.ID, "c")
	if err != nil || value != nil || len(b.changes()) != 0 {
		b.Errorf("a failed transaction left cursor %s and %d changes (%v)", value, len(b.changes()), err)
	}
	marks, err := b.db.MarkCounts(b.ctx, b.store.ID)
	if err != nil || len(marks) > 0 {
		b.Errorf("it left marks %v (%v)", marks, err)
	}
	if c, err := b.db.Counts(b.ctx, b.store.ID, storage.Orders); err != nil || c != (storage.Count{}) {
		b.Errorf("it left the count %+v (%v)", c, err)
	}
	_, err = b.db.WriteByID(b.ctx, "w1")
	b.fails(err, storage.ErrNotFound)
	if o, err := b.db.Outbox(b.ctx, b.store.ID); err != nil || o.Epoch != 0 {
		b.Errorf("it left the outbox %+v (%v)", o, err)
	}
	_, err = TurnOf(b.ctx, b.db, pull, b.store.ID)
	b.fails(err, storage.ErrNotFound)
}

func failuresLeaveNothing(b *bundle) {
	for _, within := range b.bothWays() {
		b.fails(within(func(tx storage.Tx) error {
			b.everyNoun(tx)
			return errBoom
		}), errBoom)
		b.nothingKept()
	}
}

// bothWays are the two kinds of transaction.
func (b *bundle) bothWays() []func(func(storage.Tx) error) error {
	return []func(func(storage.Tx) error) error{
		func(work func(storage.Tx) error) error { return b.db.Within(b.ctx, work) },
		func(work func(storage.Tx) error) error { return b.db.WithinRelaxed(b.ctx, work) },
	}
}

func panicsLeaveNothing(b *bundle) {
	for _, within := range b.bothWays() {
		func() {
			defer func() {
				if recover() == nil {
					b.Error("the panic was swallowed")
				}
			}()
			_ = within(func(tx storage.Tx) error {
				b.everyNoun(tx)
				panic("work failed")
			})
		}()
		b.nothingKept()
	}
	b.locked(b.everyNoun) // the connection went back
}

func oneSpansNouns(b *bundle) {
	b.ok(b.db.Within(b.ctx, func(tx storage.Tx) error {
		b.everyNoun(tx)
		return nil
	}))
	if _, err := b.db.Record(b.ctx, b.store.ID, storage.Ref{Resource: storage.Orders, ID: 1}); err != nil {
		b.Error(err)
	}
	if w, err := b.db.WriteByID(b.ctx, "w1"); err != nil || w.StoreID != b.store.ID {
		b.Errorf("%+v, %v", w, err)
	}
	if turn, err := TurnOf(b.ctx, b.db, pull, b.store.ID); err != nil || turn.Wakes != 1 {
		b.Errorf("%+v, %v", turn, err)
	}
	if len(b.changes()) != 1 {
		b.Errorf("%d changes", len(b.changes()))
	}
}

func workIsUnseen(b *bundle) {
	beside := b.reader()
	b.locked(func(tx storage.Tx) {
		b.everyNoun(tx)
		ref := storage.Ref{Resource: storage.Orders, ID: 1}
		held, err := tx.HeldRecords(b.ctx, b.store.ID, []storage.Ref{ref})
		b.ok(err)
		if string(held[ref].Raw) != `{"id":1,"note":"x"}` {
			b.Errorf("the transaction does not see its own record: %+v", held)
		}
		for name, db := range map[string]storage.Reader{"the database": b.db, "another reader": beside} {
			if _, err := db.Record(b.ctx, b.store.ID, ref); !errors.Is(err, storage.ErrNotFound) {
				b.Errorf("%s sees what is not committed (%v)", name, err)
			}
			if last, err := db.LastSeq(b.ctx); err != nil || last != 0 {
				b.Errorf("%s sees the change %d (%v)", name, last, err)
			}
		}
	})
	for name, db := range map[string]storage.Reader{"the database": b.db, "another reader": beside} {
		if last, err := db.LastSeq(b.ctx); err != nil || last == 0 {
			b.Errorf("%s does not see what is committed: %d, %v", name, last, err)
		}
	}
}

func clocks(b *bundle) {
	before := time.Now()
	var now time.Time
	b.within(func(tx storage.Tx) { now = tx.Now() })
	if now.Before(before.Add(-time.Millisecond)) || now.After(time.Now()) || now.Location() != time.UTC {
		b.Errorf("it is %v in a transaction begun at %v", now, before)
	}
}

func locksExclude(b *bundle) {
	var mu sync.Mutex
	var order []string
	note := func(what string) {
		mu.Lock()
		defer mu.Unlock()
		order = append(order, what)
	}
	has, waits := make(chan struct{}), make(chan error, 1)
	b.locked(func(storage.Tx) {
		go func() {
			close(has)
			waits <- b.db.WithinRelaxed(b.ctx, func(tx storage.Tx) error {
				_, err := tx.LockStore(b.ctx, b.store.ID)
				note("second")
				return err
			})
		}()
		<-has
		select {
		case err := <-waits:
			b.Errorf("the second did not wait (%v)", err)
		case <-time.After(100 * time.Millisecond): // time for one that does not wait to get through
		}
		note("first")
	})
	b.ok(<-waits)
	if len(order) != 2 || order[0] != "first" {
		b.Errorf("the order was %v", order)
	}
}

func changesOfAStoreAdd(b *bundle) {
	const workers, each = 4, 10
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for range each {
				err := b.db.WithinRelaxed(b.ctx, func(tx storage.Tx) error {
					st, err := tx.LockStore(b.ctx, b.store.ID)
					if err != nil {
						return err
					}
					st.Facts.Seen.HiddenOrders++
					return tx.SaveStore(b.ctx, st)
				})
				if err != nil {
					b.Error(err)
				}
			}
		})
	}
	group.Wait()
	st, err := b.db.Store(b.ctx, b.store.ID)
	b.ok(err)
	if st.Facts.Seen.HiddenOrders != workers*each {
		b.Errorf("of %d changes %d are left", workers*each, st.Facts.Seen.HiddenOrders)
	}
}

func endedContexts(b *bundle) {
	ended, cancel := context.WithCancel(b.ctx)
	cancel()
	for name, err := range map[string]error{
		"Within":        b.db.Within(ended, func(storage.Tx) error { return nil }),
		"WithinRelaxed": b.db.WithinRelaxed(ended, func(storage.Tx) error { return nil }),
	} {
		if err == nil {
			b.Errorf("%s went on after its context had ended", name)
		}
	}
	b.locked(b.everyNoun)
}

func closing(b *bundle) {
	woken := b.db.Woken()
	b.ok(b.db.Close())
	b.ok(b.db.Close())
	<-woken
	if _, err := b.db.Stores(b.ctx); err == nil {
		b.Error("a closed database answered")
	}
	again, err := b.place.Open(b.ctx)
	b.ok(err)
	if st, err := again.StoreByName(b.ctx, "shop"); err != nil || st.ID != b.store.ID {
		b.Errorf("opened again it has %+v (%v)", st, err)
	}
	b.ok(again.Close())
}
