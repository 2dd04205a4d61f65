package storagetest

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

var changes = map[string]func(*bundle){
	"one is kept as it was announced":                 changesAreKept,
	"numbers grow":                                    numbersGrow,
	"they can be selected and continued":              changesAreSelected,
	"one is never seen before its record":             changesFollowRecords,
	"who sees a number could see everything below":    numbersAreSeenInOrder,
	"a slow writer holds no number back that is seen": slowWritersHideNothing,
	"a follower is woken":                             followersWake,
	"a follower in another process is woken":          followersElsewhereWake,
	"a follower ends with its context":                followersEnd,
}

func changesAreKept(b *bundle) {
	hash := storage.HashOf([]byte(`{}`))
	given := []storage.Change{
		{StoreID: b.store.ID, Ref: orderRef(1), Kind: storage.Created, At: noon, Origin: storage.Foreign, Hash: hash},
		{StoreID: b.store.ID, Ref: storage.Ref{Resource: storage.Refunds, ID: 2}, ParentID: 1, Kind: storage.Updated,
			At: noon.Add(time.Second), Origin: storage.Own, WriteID: "w1", Hash: hash},
		{StoreID: b.store.ID, Ref: storage.Ref{Resource: storage.Settings, Slug: "general/x"}, Kind: storage.Deleted,
			At: noon, Origin: storage.Foreign},
	}
	var last int64
	b.locked(func(tx storage.Tx) {
		var err error
		last, err = tx.LogChanges(b.ctx, given)
		b.ok(err)
	})
	got := b.changes()
	if len(got) != 3 || got[2].Seq != last {
		b.Fatalf("got %+v, the last one is %d", got, last)
	}
	for i := range got {
		if got[i].Seq <= 0 || !got[i].At.Equal(given[i].At) {
			b.Errorf("change %d: %+v", i, got[i])
		}
		got[i].Seq, got[i].At = 0, given[i].At
	}
	if !slices.Equal(got, given) {
		b.Errorf("got %+v, want %+v", got, given)
	}
}

func numbersGrow(b *bundle) {
	if seq, err := b.db.LastSeq(b.ctx); err != nil || seq != 0 {
		b.Errorf("LastSeq of none is %d (%v)", seq, err)
	}
	var last int64
	for i := range int64(5) {
		seq := b.add(record(i+1, `"x"`), record(i+100, `"y"`))
		if seq < last+2 {
			b.Errorf("change %d after %d and another one", seq, last)
		}
		last = seq
	}
	if seq, err := b.db.LastSeq(b.ctx); err != nil || seq != last {
		b.Errorf("LastSeq is %d, want %d (%v)", seq, last, err)
	}
}

func changesAreSelected(b *bundle) {
	for i := range int64(10) {
		b.add(record(i+1, `"x"`),
			storage.Record{Ref: storage.Ref{Resource: storage.Coupons, ID: i + 1}, Raw: json.RawMessage(`{}`)},
			storage.Record{Ref: storage.Ref{Resource: storage.Products, ID: i + 1}, Raw: json.RawMessage(`{}`)})
	}
	var ids []int64
	after := int64(0)
	for {
		page, err := b.db.Changes(b.ctx, storage.ChangeQuery{StoreID: b.store.ID, After: after, Limit: 3,
			Resources: []storage.Resource{storage.Coupons, storage.Products}})
		b.ok(err)
		if len(page) == 0 {
			break
		}
		for _, c := range page {
			ids = append(ids, c.ID)
			after = c.Seq
		}
	}
	if want := []int64{1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10}; !slices.Equal(ids, want) {
		b.Errorf("got %v", ids)
	}
	of := storage.Ref{Resource: storage.Coupons, ID: 4}
	only, err := b.db.Changes(b.ctx, storage.ChangeQuery{StoreID: b.store.ID, Record: of})
	b.ok(err)
	if len(only) != 1 || only[0].Ref != of {
		b.Errorf("of %s: %+v", of, only)
	}
}

func changesFollowRecords(b *bundle) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range int64(60) {
			if err := b.announce(b.store.ID, record(i+1, `"x"`)); err != nil {
				b.Error(err)
				return
			}
		}
	}()
	after := int64(0)
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		changes, err := b.db.Changes(b.ctx, storage.ChangeQuery{After: after})
		b.ok(err)
		for _, c := range changes {
			if _, err := b.db.Record(b.ctx, b.store.ID, c.Ref); err != nil {
				b.Fatalf("change %d names %s, which is not there: %v", c.Seq, c.Ref, err)
			}
			after = c.Seq
		}
	}
}

// announce puts a record into a mirror with its change, from any goroutine.
func (b *bundle) announce(storeID int64, r storage.Record) error {
	r.StoreID, r.Hash, r.SeenAt = storeID, storage.HashOf(r.Raw), noon
	return b.db.WithinRelaxed(b.ctx, func(tx storage.Tx) error {
		if _, err := tx.LockStore(b.ctx, storeID); err != nil {
			return err
		}
		if _, err := tx.AddRecords(b.ctx, storeID, []storage.Record{r}); err != nil {
			return err
		}
		_, err := tx.LogChanges(b.ctx, []storage.Change{{StoreID: storeID, Ref: r.Ref, Kind: storage.Created, At: noon,
			Origin: storage.Foreign, Hash: r.Hash}})
		return err
	})
}

// numbersAreSeenInOrder lets several stores be written at the same time while a reader follows the log as a program
// does: it asks for the changes after the last number it has seen. The reader misses a change whose lower number
// becomes visible later.
func numbersAreSeenInOrder(b *bundle) {
	const writers, each = 6, 25
	ids := []int64{b.store.ID}
	for i := range writers - 1 {
		ids = append(ids, b.create("shop"+string(rune('a'+i))).ID)
	}
	var group sync.WaitGroup
	var ended atomic.Bool
	for _, id := range ids {
		group.Go(func() {
			for i := range int64(each) {
				// The number is given early in one half of them and late in the other: they overtake each other.
				if err := b.announceSlowly(id, i, i%2 == 0); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	go func() { group.Wait(); ended.Store(true) }()
	var after int64
	seen := 0
	for last := false; !last; {
		last = ended.Load() // before the look, so that the last look comes after the last writer
		newest, err := b.db.LastSeq(b.ctx)
		b.ok(err)
		page, err := b.db.Changes(b.ctx, storage.ChangeQuery{After: after, Limit: 40})
		b.ok(err)
		for _, c := range page {
			seen++
			after = c.Seq
		}
		if len(page) < 40 && newest > after {
			b.Errorf("LastSeq is %d, but after %d there is nothing", newest, after)
		}
		last = last && len(page) == 0
	}
	if seen != writers*each {
		b.Errorf("a follower of the log has seen %d of %d changes: the others came in behind it", seen, writers*each)
	}
}

// announceSlowly writes two records with their changes and waits a moment in between.
func (b *bundle) announceSlowly(storeID, i int64, early bool) error {
	return b.db.WithinRelaxed(b.ctx, func(tx storage.Tx) error {
		if _, err := tx.LockStore(b.ctx, storeID); err != nil {
			return err
		}
		log := func() error {
			_, err := tx.LogChanges(b.ctx, []storage.Change{{StoreID: storeID, Ref: orderRef(i), Kind: storage.Updated,
				At: noon, Origin: storage.Foreign}})
			return err
		}
		if early {
			if err := log(); err != nil {
				return err
			}
		}
		time.Sleep(time.Duration(i%4) * time.Millisecond) // work of a length that differs
		if early {
			return nil
		}
		return log()
	})
}

// slowWritersHideNothing checks two transactions: one gets a number for its change and ends late, another begins later.
// A reader who sees the number of the second must have seen that of the first, or must wait for both.
func slowWritersHideNothing(b *bundle) {
	other := b.create("other")
	var ended atomic.Bool
	second := make(chan error, 1)
	var first int64
	b.locked(func(tx storage.Tx) {
		var err error
		first, err = tx.LogChanges(b.ctx,
			[]storage.Change{{StoreID: b.store.ID, Ref: orderRef(1), Kind: storage.Created,
				At: noon, Origin: storage.Foreign}})
		b.ok(err)
		go func() {
			err := b.announce(other.ID, record(2, `"x"`))
			ended.Store(true)
			second <- err
		}()
		for range 20 {
			last, err := b.db.LastSeq(b.ctx)
			b.ok(err)
			all, err := b.db.Changes(b.ctx, storage.ChangeQuery{})
			b.ok(err)
			if last != 0 || len(all) != 0 {
				b.Fatalf("change %d is seen (%+v) while %d is not", last, all, first)
			}
			if ended.Load() {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
	})
	b.ok(<-second)
	all, err := b.db.Changes(b.ctx, storage.ChangeQuery{})
	b.ok(err)
	if len(all) != 2 {
		b.Errorf("seen are %+v", all)
	}
}

func followersWake(b *bundle) { b.wakes(b.db) }

func followersElsewhereWake(b *bundle) { b.wakes(b.reader()) }

// wakes waits for a change on one side that is written on the other.
func (b *bundle) wakes(follower storage.ChangeReader) {
	b.Helper()
	last := b.add(record(1, `"x"`))
	b.ok(follower.WaitChanges(b.ctx, last-1)) // there already
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	started, woken := make(chan struct{}), make(chan error, 1)
	go func() {
		close(started)
		for seen := last; seen == last; { // it may return early
			if err := follower.WaitChanges(ctx, last); err != nil {
				woken <- err
				return
			}
			var err error
			if seen, err = follower.LastSeq(ctx); err != nil {
				woken <- err
				return
			}
		}
		woken <- nil
	}()
	<-started
	select {
	case err := <-woken:
		b.Fatalf("the follower returned before there was anything: %v", err)
	case <-time.After(50 * time.Millisecond): // it waits
	}
	b.add(record(2, `"y"`))
	b.ok(<-woken)
}

func followersEnd(b *bundle) {
	ctx, cancel := context.WithCancel(b.ctx)
	ended := make(chan error, 1)
	go func() { ended <- b.db.WaitChanges(ctx, 0) }()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		b.Errorf("got %v", err)
	}
}
