package storagetest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/waybillhq/waybill/internal/storage"
)

// Numbers tests, with several writers at the same time, that a reader who sees a change was able to see every change
// with a lower number, and that the record of a change can be read with it. Each writer opens the database by itself,
// as a process does.
func Numbers(t *testing.T, fresh func(t testing.TB) Place) {
	const writers, pages, perPage = 4, 25, 7
	place := fresh(t)
	handles := make([]storage.Database, writers+1)
	for i := range handles {
		handles[i] = Open(t, place)
	}
	ctx, reader := t.Context(), handles[writers]
	stores := make([]storage.Store, writers)
	for i := range stores {
		stores[i] = addStore(t, handles[0], fmt.Sprintf("shop%d", i))
	}
	var running atomic.Int32
	running.Store(writers)
	var all sync.WaitGroup
	for i, db := range handles[:writers] {
		all.Go(func() {
			defer running.Add(-1)
			for page := range pages {
				if err := writePage(ctx, db, stores[i].ID, page, perPage); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	seen := follow(t, reader, &running)
	all.Wait()
	if t.Failed() {
		return
	}
	// The numbers that the reader met are those that exist in the end: none came in below a number that had been seen.
	var there []int64
	for after, more := int64(0), true; more; {
		changes, err := reader.Changes(ctx, storage.ChangeQuery{After: after, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range changes {
			there, after = append(there, c.Seq), c.Seq
		}
		more = len(changes) > 0
	}
	if len(there) != writers*pages*perPage {
		t.Errorf("the log holds %d changes, want %d", len(there), writers*pages*perPage)
	}
	if !slices.Equal(seen, there) {
		t.Errorf("of %d changes a follower of the log met %d: others came in below a number that it had seen",
			len(there),
			len(seen))
	}
}

// follow reads the log as a follower does while it is written, and returns the numbers it met.
func follow(t *testing.T, db storage.Database, running *atomic.Int32) []int64 {
	t.Helper()
	var seen []int64
	after := int64(0)
	for {
		last := running.Load() == 0 // before the look: what is written then is seen by it
		changes, err := db.Changes(t.Context(), storage.ChangeQuery{After: after})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range changes {
			seen, after = append(seen, c.Seq), c.Seq
			if _, err := db.Record(t.Context(), c.StoreID, c.Ref); err != nil {
				t.Fatalf("change %d names %s, which cannot be read: %v", c.Seq, c.Ref, err)
			}
		}
		if last {
			return seen
		}
	}
}

func addStore(t *testing.T, db storage.Database, name string) storage.Store {
	t.Helper()
	var made storage.Store
	err := db.Within(t.Context(), func(tx storage.Tx) (err error) {
		made, err = tx.CreateStore(t.Context(), storage.Store{
			Name: name, HomeURL: "https://" + name + ".example", RESTRoot: "https://" + name + ".example/wp-json/",
			Auth: storage.AuthBasic,
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// writePage writes what applying a page writes: records, and a change for each.
func writePage(ctx context.Context, db storage.Database, storeID int64, page, n int) error {
	return db.Within(ctx, func(tx storage.Tx) error {
		if _, err := tx.LockStore(ctx, storeID); err != nil {
			return err
		}
		records, changes := make([]storage.Record, n), make([]storage.Change, n)
		for i := range n {
			ref := storage.Ref{Resource: storage.Orders, ID: int64(page*n + i + 1)}
			raw := fmt.Appendf(nil, `{"id":%d}`, ref.ID)
			records[i] = storage.Record{StoreID: storeID, Ref: ref, Raw: raw, Hash: storage.HashOf(raw),
				SeenAt: tx.Now()}
			changes[i] = storage.Change{StoreID: storeID, Ref: ref, Kind: storage.Created, At: tx.Now(),
				Origin: storage.Foreign, Hash: records[i].Hash}
		}
		if _, err := tx.AddRecords(ctx, storeID, records); err != nil {
			return err
		}
		_, err := tx.LogChanges(ctx, changes)
		return err
	})
}
