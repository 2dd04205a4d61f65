package mirror_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
)

// smallWindows makes backfills of a few hundred records go through several windows and many pages.
func smallWindows(o *mirror.Options) { o.Window, o.PerPage, o.InFlight = 60, 10, 4 }

func TestChangesDuringTheBackfillAreNotLost(t *testing.T) {
	t.Parallel()
	seeds := uint64(8)
	if testing.Short() {
		seeds = 3
	}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			b := setup(t, smallWindows)
			b.shop.fill(t, 400)
			random := rand.New(rand.NewPCG(seed, 1))
			next := int64(100000)
			b.shop.meddle = func(n int, r *http.Request) {
				if n > 120 {
					return
				}
				b.shop.tick(time.Duration(random.IntN(3)) * time.Second)
				id := func() int64 { return 1000 + 3*random.Int64N(400) }
				for range random.IntN(4) {
					b.shop.disturb(t, random.IntN(4), id(), &next)
				}
			}
			b.sync()
			b.shop.meddle = nil
			b.sync()
			b.equal()
		})
	}
}

// disturb does one of the things that happen to orders.
func (s *shop) disturb(t testing.TB, what int, id int64, next *int64) {
	s.mu.Lock()
	it := s.shelf["orders"][id]
	s.mu.Unlock()
	if it == nil && what < 3 {
		return
	}
	switch what {
	case 0:
		s.edit("orders", id, "customer_note", quote(fmt.Sprint("edited ", *next)))
		*next++
	case 1:
		s.trash("orders", id)
	case 2:
		s.remove("orders", id)
	case 3:
		*next++
		s.newOrder(t, *next)
	}
}

func TestDeletionsWhilePagingSkipNoRecord(t *testing.T) {
	t.Parallel()
	for _, replaced := range []bool{false, true} {
		t.Run(fmt.Sprint("totals kept by new records ", replaced), func(t *testing.T) {
			t.Parallel()
			b := setup(t, func(o *mirror.Options) { o.PerPage, o.InFlight = 10, 1 })
			b.shop.fill(t, 100)
			victim, next := int64(1000), int64(900000)
			b.shop.meddle = func(_ int, r *http.Request) {
				if !strings.HasSuffix(r.URL.Path, "/orders") || r.URL.Query().Get("offset") == "" ||
					r.URL.Query().Get("offset") == "0" {
					return
				}
				// Everything behind moves one position forward, and with a new record at the end the total stays as it
				// was.
				b.shop.remove("orders", victim)
				victim += 3
				if replaced {
					next++
					b.shop.newOrder(t, next)
				}
			}
			b.step(mirror.Budget{Requests: 40})
			if victim == 1000 {
				t.Fatal("nothing was deleted while pages were read")
			}
			b.shop.meddle = nil
			b.syncWith(mirror.Budget{AcceptLoss: true}) // a third of the orders went
			b.equal()
		})
	}
}

func TestFiveHundredEditsInOneSecondAllArrive(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 700)
	b.sync()
	b.shop.tick(time.Hour)
	for i := range 500 {
		b.shop.edit("orders", 1000+3*int64(i), "status", `"completed"`, "customer_note", `"bulk"`)
	}
	if applied := b.sync(); applied.Updated != 500 {
		t.Errorf("%d of 500 edits arrived", applied.Updated)
	}
	// More edits within the same second, after they were read: the stamps stay as they are, and so do all counts.
	for i := range 300 {
		b.shop.edit("orders", 1000+3*int64(i), "customer_note", `"bulk, again"`)
	}
	b.sync()
	b.wait(time.Hour)
	b.shop.tick(time.Hour)
	b.sync()
	b.equal()
}

// Thousands of edits in one second are not read again with every poll; what was changed once more within that second is
// found a little later.
func TestASecondEditWithinTheSecondOfAGreatBulkEditIsFound(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of orders take seconds")
	}
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 2200)
	b.sync()
	b.shop.tick(time.Hour)
	for i := range 2200 {
		b.shop.edit("orders", 1000+3*int64(i), "customer_note", `"bulk"`)
	}
	b.sync()
	for i := range 50 {
		b.shop.edit("orders", 1000+3*int64(i), "customer_note", `"bulk, again"`)
	}
	b.sync()
	b.wait(time.Hour)
	b.shop.tick(time.Hour)
	b.sync()
	b.equal()
}

func TestAnUnchangedBulkEditIsNotReadAgainAndAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 700)
	for i := range 500 {
		b.shop.edit("orders", 1000+3*int64(i), "customer_note", `"bulk"`)
	}
	b.sync()
	for i := range 3 {
		b.shop.tick(40 * time.Second)
		b.wait(40 * time.Second)
		b.shop.requests()
		b.sync()
		log := b.shop.requests()
		if n := len(log); n > 12 && i > 0 {
			t.Errorf("a sync of the unchanged store cost %d requests: %v", n, log)
		}
	}
	b.equal()
}

func TestEditsAcrossADaylightSavingChangeAllArrive(t *testing.T) {
	t.Parallel()
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skip("no time zone database on this machine")
	}
	b := setup(t, func(o *mirror.Options) {
		o.PerPage = 10
		o.Schedule.SweepMin = 24 * time.Hour // which could find what the polls miss
	})
	b.shop.zone = newYork
	// The clock of the shop is put back from 2:00 to 1:00 at 6:00 UTC.
	b.shop.clock = time.Date(2026, 11, 1, 5, 30, 0, 0, time.UTC)
	b.shop.fill(t, 200)
	b.sync()
	random := rand.New(rand.NewPCG(1, 1))
	b.shop.requests()
	for range 12 { // 5:30 to 7:00 UTC, through 1:30 local time twice
		for range 25 {
			b.shop.edit("orders", 1000+3*random.Int64N(200), "customer_note", quote(fmt.Sprint(random.Uint64())))
		}
		b.shop.newOrder(t, 5000+b.shop.clock.Unix()%100000)
		b.shop.tick(time.Duration(7+random.IntN(8)) * time.Minute)
		b.wait(10 * time.Minute)
		if random.IntN(2) == 0 {
			b.sync()
		}
	}
	b.sync()
	for _, r := range b.shop.requests() {
		if strings.HasPrefix(r, "orders?_fields=id,date_modified_gmt,status,total") {
			t.Fatal("the polls alone did not see everything")
		}
	}
	b.equal()
}

func TestAStoreWhoseClockIsOffIsFollowed(t *testing.T) {
	t.Parallel()
	for name, skew := range map[string]time.Duration{
		"right": 0, "behind the server's by 10 minutes": 10 * time.Minute, "ahead of the server's by 10 minutes": -10 * time.Minute,
	} {
		for _, off := range []time.Duration{-10 * time.Minute, 10 * time.Minute} {
			t.Run(fmt.Sprint(name, ", off ours by ", off), func(t *testing.T) {
				t.Parallel()
				b := setup(t)
				b.shop.clock = time.Now().UTC().Truncate(time.Second).Add(off)
				b.shop.skew = skew
				b.shop.fill(t, 150)
				b.sync()
				for i := range 10 {
					b.shop.tick(7 * time.Second)
					b.wait(7 * time.Second)
					b.shop.edit("orders", 1000+3*int64(i), "customer_note", quote(fmt.Sprint("edit ", i)))
					b.shop.newOrder(t, 9000+int64(i))
					b.sync()
				}
				b.equal()
			})
		}
	}
}

func TestEditsAfterTheStoresClockWasPutBackAreSeen(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 150)
	b.shop.tick(time.Minute)
	b.shop.edit("orders", 1000, "customer_note", `"before"`)
	b.sync()
	b.wait(20 * time.Second)
	b.shop.tick(-10 * time.Minute)
	b.shop.edit("orders", 1003, "customer_note", `"after"`)
	b.sync()
	b.equal()
	b.wait(20 * time.Second)
	b.shop.tick(20 * time.Second)
	b.shop.edit("orders", 1006, "customer_note", `"later"`)
	b.sync()
	b.equal()
}

func TestARecordStampedInTheFutureHidesNoChange(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 150)
	future := quote(b.shop.clock.AddDate(1, 0, 0).Format(wooTime))
	b.shop.meddleWith("orders", 1000, "date_modified_gmt", future, "date_modified", future)
	b.sync()
	b.shop.tick(time.Minute)
	b.shop.edit("orders", 1003, "customer_note", `"now"`)
	b.sync()
	b.equal()
}

// A store stamps a change when it begins to save and shows it when its transaction ends; a later change may be read in
// between.
func TestAChangeThatCanBeReadLaterThanANewerOneIsNotMissed(t *testing.T) {
	t.Parallel()
	for _, off := range []time.Duration{0, -10 * time.Minute, 10 * time.Minute} {
		t.Run(fmt.Sprint("the store's clock off by ", off), func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.shop.clock = b.now().UTC().Truncate(time.Second).Add(off - time.Hour)
			b.shop.fill(t, 150)
			b.sync()
			b.shop.tick(time.Hour)
			stamp := b.shop.clock
			b.shop.tick(8 * time.Second)
			b.shop.edit("orders", 1003, "customer_note", `"newer"`)
			b.sync()
			b.shop.meddleWith(
				"orders", 1006, "customer_note", `"late"`, "date_modified_gmt", quote(stamp.Format(wooTime)),
				"date_modified", quote(stamp.In(b.shop.zone).Format(wooTime)),
			)
			b.shop.tick(2 * time.Second)
			b.wait(2 * time.Second)
			b.sync()
			b.equal()
		})
	}
}

func TestTrashAndForcedDeletesArriveWithTheirKinds(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 150)
	b.sync()
	last, err := b.db.LastSeq(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.shop.tick(time.Minute)
	b.shop.trash("orders", 1000)
	b.shop.trash("orders", 1003)
	b.shop.remove("orders", 1006)
	b.shop.edit("orders", 1009, "status", `"completed"`, "customer_note", `"x"`)
	b.shop.newOrder(t, 9000)
	b.sync()
	b.equal()
	b.shop.tick(time.Minute)
	b.shop.edit("orders", 1000, "status", `"processing"`) // restored
	b.shop.remove("orders", 1003)                         // the trash was emptied
	b.sync()
	b.equal()
	want := map[string]storage.Kind{
		"orders/1000": storage.Restored, "orders/1003": storage.Deleted, "orders/1006": storage.Deleted,
		"orders/1009": storage.Updated, "orders/9000": storage.Created,
	}
	got := kinds(t, b.db, b.store.ID, last)
	for ref, kind := range want {
		if got[ref] != kind {
			t.Errorf("%s: last change is %q, want %q", ref, got[ref], kind)
		}
	}
}

func TestAForcedDeleteInALargeStoreIsFoundInFewRequests(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 6000)
	b.sync()
	b.shop.requests()
	b.shop.remove("orders", 1000+3*4321)
	b.sync()
	log := b.shop.requests()
	if n := about(log, "orders"); n > 20 {
		t.Errorf("finding one deleted order of 6,000 cost %d requests: %v", n, log)
	}
	b.equal()
}

func TestTheSweepFindsEditsThatMovedNoDate(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 250)
	b.sync()
	b.shop.meddleWith("orders", 1033, "total", `"1.23"`)
	b.sync()
	if held, err := b.db.Record(t.Context(), b.store.ID, storage.Ref{Resource: storage.Orders, ID: 1033}); err != nil ||
		strings.Contains(string(held.Raw), `"total":"1.23"`) {
		t.Fatalf("a poll saw what no poll can see: %v", err)
	}
	for range 30 { // spread over the day
		b.wait(time.Hour)
		b.sync()
	}
	b.equal()
}

// A store that keeps orders in posts moves no date when a program changes an address or meta data.
func TestSilentEditsOnceSeenAreLookedForInEachRound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.stock(t)
	b.shop.fill(t, 250)
	b.sync()
	b.shop.meddleWith("orders", 1033, "meta_data", `[{"id":7,"key":"a","value":"b"}]`)
	b.wait(time.Second)
	for since := b.now(); !b.step(mirror.Budget{Since: since, Sweep: true}).Idle; {
	}
	b.equal()
	newest := int64(1000 + 3*249)
	for i := range int64(20) {
		b.shop.meddleWith("orders", newest-3*i, "billing", fmt.Sprintf(`{"city":"Place %d"}`, i))
	}
	b.sync()
	b.equal()
	b.shop.requests()
	if applied := b.sync(); applied.Changes() > 0 {
		t.Errorf("nothing happened, and %+v was written", applied)
	}
	if log := b.shop.requests(); len(log) > 12 {
		t.Errorf("following such a store costs %d requests: %v", len(log), log)
	}
}

// A store that reads meta data from its order tables shows the entries in an order that depends on how many orders are
// asked for at once. Taken for content, the oldest order alone would have the whole store read again and again.
func TestMetaDataInAnotherOrderIsNoChange(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 150)
	meta := func(entries string) {
		for i := range int64(150) {
			b.shop.meddleWith("orders", 1000+3*i, "meta_data", entries)
		}
	}
	meta(`[{"id":7,"key":"a","value":"b"},{"id":8,"key":"c","value":["d","e"]}]`)
	b.sync()
	b.shop.tick(time.Hour)
	b.wait(time.Hour)
	b.sync()
	b.shop.requests()
	meta(`[{"id":8,"key":"c","value":["d","e"]},{"id":7,"key":"a","value":"b"}]`)
	if applied := b.sync(); applied.Changes() > 0 {
		t.Errorf("another order of meta data made changes: %+v", applied)
	}
	if log := b.shop.requests(); len(log) > 12 {
		t.Errorf("another order of meta data cost %d requests: %v", len(log), log)
	}
	b.equal()
}

func TestAThoroughSyncFindsEditsThatMovedNoDateInHoweverManySteps(t *testing.T) {
	t.Parallel()
	b := setup(t, smallWindows)
	b.shop.fill(t, 250)
	b.shop.stock(t)
	b.sync()
	b.shop.tick(time.Hour)
	b.wait(time.Hour)
	b.sync()
	b.shop.meddleWith("orders", 1033, "total", `"1.23"`)
	b.shop.meddleWith("customers", 12, "first_name", `"Grace"`)
	b.shop.remove("categories", 18)
	b.wait(time.Second)
	since := b.now()
	for steps := 1; !b.step(mirror.Budget{Since: since, Sweep: true, Requests: 9}).Idle; steps++ {
		if steps > 30 {
			t.Fatal("it does not come to an end")
		}
	}
	b.equal()
	// What somebody else began before is no answer to one who waits now.
	b.wait(25 * time.Hour)
	b.step(mirror.Budget{})
	b.shop.meddleWith("orders", 1000, "total", `"4.56"`)
	since = b.now()
	for steps := 1; !b.step(mirror.Budget{Since: since, Sweep: true}).Idle; steps++ {
		if steps > 30 {
			t.Fatal("it does not come to an end")
		}
	}
	b.equal()
}

func TestAStoreThatShowsItsRecordsDifferentlyIsReadAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 150)
	b.sync()
	// Another time zone: every local date changes, no modification date does.
	b.shop.mu.Lock()
	b.shop.zone = time.FixedZone("", 2*3600)
	for id, it := range b.shop.shelf["orders"] {
		b.shop.change("orders", id, "date_created", quote(it.created.In(b.shop.zone).Format(wooTime)),
			"date_modified", quote(it.modified.In(b.shop.zone).Format(wooTime)))
	}
	b.shop.mu.Unlock()
	b.sync()
	b.equal()
}
