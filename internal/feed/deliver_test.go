package feed_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/egress"
	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
)

// open seals nothing: what sealing is worth is another room's business.
type openKeys struct{}

func (openKeys) Hold(context.Context) (func(), error) { return func() {}, nil }
func (openKeys) SealSubscription(_ storage.Subscription, plain []byte) ([]byte, error) {
	return plain, nil
}
func (openKeys) OpenSubscription(s storage.Subscription) ([]byte, error) { return s.Sealed, nil }

const deliver storage.Task = "deliver"

// quick is a policy whose pauses are as short as they can be.
func quick() feed.Policy {
	return feed.Policy{Retries: []time.Duration{time.Millisecond, time.Millisecond, time.Millisecond},
		Broken: 4, Rests: []time.Duration{2 * time.Millisecond, 4 * time.Millisecond}}
}

// courier is subscriptions on a database with a store, and their clock, which moves on when the test says so.
type courier struct {
	*testing.T
	db    storage.Database
	store storage.Store
	subs  *feed.Subscriptions
	opts  feed.SubscriptionOptions

	mu    sync.Mutex
	ahead time.Duration
}

func newCourier(t *testing.T, policy feed.Policy) *courier {
	t.Helper()
	c := &courier{T: t, db: databasetest.Open(t)}
	c.opts = feed.SubscriptionOptions{Logger: slog.New(slog.DiscardHandler), Now: c.now, Task: deliver,
		Keep: 24 * time.Hour, PauseAfter: 5 * 24 * time.Hour, Policy: policy,
		Sinks: sink.Options{Guard: egress.NewGuard([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}),
			Files: filepath.Join(t.TempDir(), "events"), UserAgent: "Waybill", Now: c.now}}
	c.subs = feed.NewSubscriptions(c.db, openKeys{}, c.opts)
	t.Cleanup(c.subs.Close)
	c.ok(c.db.Within(t.Context(), func(tx storage.Tx) (err error) {
		c.store, err = tx.CreateStore(t.Context(), storage.Store{Name: "shop", HomeURL: "https://shop.example"})
		return err
	}))
	return c
}

func (c *courier) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

// later lets time pass.
func (c *courier) later(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

func (c *courier) ok(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// subscribe makes a subscription.
func (c *courier) subscribe(n feed.NewSubscription) storage.Subscription {
	c.Helper()
	made, _, err := c.subs.Create(c.Context(), n)
	c.ok(err)
	return made
}

func to(name, address string) feed.NewSubscription {
	return feed.NewSubscription{Name: name, Reach: sink.Reach{URL: address}}
}

// log changes records of the store, each time anew, as many changes as said over so many records.
func (c *courier) log(changes, records int) []storage.Change {
	c.Helper()
	ctx := c.Context()
	var log []storage.Change
	for n := range changes {
		id := int64(n%records + 1)
		raw := json.RawMessage(fmt.Sprintf(`{"id":%d,"status":"processing","n":%d,"total":"10.10"}`, id, n))
		record := storage.Record{StoreID: c.store.ID, Ref: storage.Ref{Resource: storage.Orders, ID: id}, Raw: raw,
			Hash: storage.HashOf(raw), SeenAt: time.Now()}
		c.ok(c.db.WithinRelaxed(ctx, func(tx storage.Tx) error {
			there, err := tx.AddRecords(ctx, c.store.ID, []storage.Record{record})
			if err == nil && len(there) > 0 {
				err = tx.ReplaceRecords(ctx, c.store.ID, []storage.Record{record})
			}
			if err != nil {
				return err
			}
			change := storage.Change{StoreID: c.store.ID, Ref: record.Ref, Kind: storage.Updated, At: time.Now(),
				Origin: storage.Foreign, Hash: record.Hash}
			if change.Seq, err = tx.LogChanges(ctx, []storage.Change{change}); err != nil {
				return err
			}
			log = append(log, change)
			return nil
		}))
	}
	return log
}

// work does one run.
func (c *courier) work() feed.Left {
	c.Helper()
	left, err := c.subs.Work(c.Context(), c.store.ID, c.now().Add(time.Minute))
	c.ok(err)
	return left
}

// drain runs until nothing is left, and lets the time pass that is in between.
func (c *courier) drain() {
	c.Helper()
	for range 10_000 {
		left := c.work()
		if !left.More && left.Next.IsZero() {
			return
		}
		if wait := left.Next.Sub(c.now()); wait > 0 {
			c.later(wait + time.Millisecond)
		}
	}
	c.Error("there is no end to it")
}

func (c *courier) sub(name string) storage.Subscription {
	c.Helper()
	s, err := c.subs.Find(c.Context(), 0, name)
	c.ok(err)
	return s
}

func (c *courier) events(q storage.EventQuery) []storage.Event {
	c.Helper()
	events, err := c.db.Events(c.Context(), q)
	c.ok(err)
	return events
}

func TestEveryChangeComesInTheOrderOfItsRecord(t *testing.T) {
	t.Parallel()
	c, r := newCourier(t, quick()), newReceiver(t)
	c.subscribe(to("erp", r.url))
	changes := c.log(200, 7)
	c.drain()
	r.whole(changes)
	seen, _ := r.all()
	if len(seen) != len(changes) {
		t.Errorf("%d changes came in %d requests", len(changes), len(seen))
	}
	if left := c.work(); left != (feed.Left{}) {
		t.Errorf("there is something left: %+v", left)
	}
}

func TestOneSlowRecordHoldsNoOther(t *testing.T) {
	t.Parallel()
	c, r := newCourier(t, quick()), newReceiver(t)
	c.subscribe(to("erp", r.url))
	release := make(chan struct{})
	others := 0
	r.answers(func(came came) int {
		if came.RecordID == 1 {
			<-release
			return 204
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if others++; others == 36 { // all of the others, while it hangs
			close(release)
		}
		return 204
	})
	changes := c.log(40, 10)
	c.drain()
	r.whole(changes)
}

func TestChangesThatComeWhileSomebodyHangsAreSent(t *testing.T) {
	t.Parallel()
	c, hangs, quickly := newCourier(t, quick()), newReceiver(t), newReceiver(t)
	hangs.answers(hangs.hang)
	c.subscribe(to("hangs", hangs.url))
	c.subscribe(to("quickly", quickly.url))
	changes := c.log(1, 1)
	ctx, cancel := context.WithCancel(t.Context())
	c.opts.Lost = func(context.Context) bool { return true }
	subs := feed.NewSubscriptions(c.db, openKeys{}, c.opts)
	t.Cleanup(subs.Close)
	ended := make(chan error, 1)
	go func() {
		_, err := subs.Work(ctx, c.store.ID, c.now().Add(time.Hour))
		ended <- err
	}()
	waitFor(t, "one hangs", func() bool { seen, _ := hangs.all(); return len(seen) > 0 })
	for range 5 { // one run is under way all along
		changes = append(changes, c.log(3, 3)...)
		waitFor(t, "the other gets all", func() bool { _, taken := quickly.all(); return len(taken) == len(changes) })
	}
	cancel()
	<-ended
	quickly.whole(changes)
}

func TestAnEventIsTriedAgainAndGivenUpInTheEnd(t *testing.T) {
	t.Parallel()
	c, r := newCourier(t, quick()), newReceiver(t)
	sub := c.subscribe(to("erp", r.url))
	r.answers(func(came came) int {
		if came.RecordID == 1 {
			return 500
		}
		return 200
	})
	changes := c.log(6, 3)
	c.drain()
	var of1 []int64
	seen, _ := r.all()
	for _, s := range seen {
		if s.RecordID == 1 {
			of1 = append(of1, s.Seq)
		}
	}
	first, second := changes[0].Seq, changes[3].Seq
	// The next one of the record comes when the first is given up, and not before.
	if want := []int64{first, first, first, first, second, second, second, second}; !reflect.DeepEqual(of1, want) {
		t.Errorf("of record 1 came %v, want %v", of1, want)
	}
	failed := c.events(storage.EventQuery{SubscriptionID: sub.ID, State: storage.EventFailed, OldestFirst: true})
	if len(failed) != 2 || failed[0].Status != 500 || failed[0].Attempts != 4 || failed[0].DoneAt.IsZero() ||
		!strings.Contains(failed[0].Error, "500") {
		t.Errorf("given up are %+v", failed)
	}
	// Everything that failed since then is sent again, with the same ids.
	r.answers(func(came) int { return 200 })
	n, err := c.subs.RedeliverFailed(t.Context(), sub, c.now().Add(-time.Hour))
	c.ok(err)
	c.drain()
	if n != 2 {
		t.Errorf("%d were sent again", n)
	}
	r.whole(changes)
	if e, err := c.db.Event(t.Context(), sub.ID, first); err != nil || e.State != storage.EventDelivered ||
		e.Redeliveries != 1 || e.Error != "" {
		t.Errorf("the first one is %+v, %v", e, err)
	}
}

func TestAReceiverThatIsAwayIsLeftAloneAndNothingIsGivenUp(t *testing.T) {
	t.Parallel()
	c, r := newCourier(t, feed.DefaultPolicy()), newReceiver(t)
	c.subscribe(to("erp", r.url))
	r.answers(func(came) int { return 0 })
	changes := c.log(300, 50)
	away := c.now().Add(4 * 24 * time.Hour)
	for c.now().Before(away) {
		left := c.work()
		if left.Next.IsZero() {
			t.Fatal("nobody comes back to it")
		}
		c.later(max(left.Next.Sub(c.now()), 0) + time.Second)
	}
	seen, _ := r.all()
	if len(seen) > 200 {
		t.Errorf("it was asked %d times in four days", len(seen))
	}
	if sub := c.sub("erp"); sub.State != storage.SubscriptionActive || sub.Failures < 5 || sub.Why == "" ||
		sub.FailingSince.IsZero() {
		t.Errorf("it stands so: %+v", sub)
	}
	if failed := c.events(storage.EventQuery{State: storage.EventFailed}); len(failed) > 0 {
		t.Errorf("given up were %d events", len(failed))
	}
	r.answers(func(came) int { return 200 })
	c.drain()
	r.whole(changes)
	if sub := c.sub("erp"); sub.Failures != 0 || sub.Why != "" || sub.DeliveredAt.IsZero() || !sub.FailingSince.IsZero() {
		t.Errorf("in the end it stands so: %+v", sub)
	}
}

func TestAReceiverThatStaysAwayIsPausedWithItsReason(t *testing.T) {
	t.Parallel()
	c, r := newCourier(t, feed.DefaultPolicy()), newReceiver(t)
	c.subscribe(to("erp", r.url))
	r.answers(func(came) int { return 503 })
	changes := c.log(10, 10)
	for range 1000 {
		left := c.work()
		if left.Next.IsZero() {
			break
		}
		c.later(max(left.Next.Sub(c.now()), 0) + time.Second)
	}
	sub := c.sub("erp")
	if sub.State != storage.SubscriptionPaused || !strings.Contains(sub.Why, "503") {
		t.Fatalf("it stands so: %+v", sub)
	}
	r.answers(func(came) int { return 200 })
	changes = append(changes, c.log(5, 5)...)
	c.drain()
	if _, taken := r.all(); len(taken) > 0 {
		t.Error("a paused one is sent to")
	}
	_, err := c.subs.Resume(t.Context(), sub)
	c.ok(err)
	c.drain()
	r.whole(changes)
}

func TestAReceiverThatIsGoneEndsItsSubscription(t *testing.T) {
	t.Parallel()
	c, r := newCourier(t, quick()), newReceiver(t)
	c.subscribe(to("erp", r.url))
	r.answers(func(came) int { return http.StatusGone })
	changes := c.log(20, 20)
	c.drain()
	sub := c.sub("erp")
	if sub.State != storage.SubscriptionEnded || !strings.Contains(sub.Why, "410") {
		t.Fatalf("it stands so: %+v", sub)
	}
	seen, _ := r.all()
	c.log(1, 1)
	c.drain()
	if again, _ := r.all(); len(again) != len(seen) || len(seen) > 8 {
		t.Errorf("it was asked %d times, then %d", len(seen), len(again))
	}
	r.answers(func(came) int { return 200 })
	_, err := c.subs.Resume(t.Context(), sub)
	c.ok(err)
	c.drain()
	if _, taken := r.all(); len(taken) != len(changes)+1 {
		t.Errorf("resumed, it got %d", len(taken))
	}
}

func TestARestThatIsAskedForIsGiven(t *testing.T) {
	t.Parallel()
	c, r := newCourier(t, feed.DefaultPolicy()), newReceiver(t)
	c.subscribe(to("erp", r.url))
	r.header.Set("Retry-After", "3600")
	r.answers(func(came) int { return http.StatusTooManyRequests })
	changes := c.log(3, 1)
	left := c.work()
	if wait := left.Next.Sub(c.now()); wait < 59*time.Minute || wait > 61*time.Minute {
		t.Errorf("it is left alone for %v", wait)
	}
	c.later(30 * time.Minute)
	c.work()
	if seen, _ := r.all(); len(seen) != 1 {
		t.Errorf("it was asked %d times", len(seen))
	}
	r.answers(func(came) int { return 200 })
	c.drain()
	r.whole(changes)
}

// TestOneEventThatItCannotBearBreaksNoReceiver: it is tried again and again, and the others are sent at once.
func TestOneEventThatItCannotBearBreaksNoReceiver(t *testing.T) {
	t.Parallel()
	policy := feed.DefaultPolicy()
	c, r := newCourier(t, policy), newReceiver(t)
	c.subscribe(to("erp", r.url))
	r.answers(func(came came) int {
		if came.RecordID == 1 {
			return 0
		}
		return 200
	})
	c.log(1, 1)
	for range 2 * policy.Broken {
		left := c.work()
		c.later(max(left.Next.Sub(c.now()), 0) + time.Second)
	}
	if sub := c.sub("erp"); sub.Failures >= policy.Broken || !sub.RestUntil.IsZero() {
		t.Errorf("it stands so: %+v", sub)
	}
	c.log(2, 2)
	c.work()
	if _, taken := r.all(); len(taken) != 1 || taken[0].RecordID != 2 {
		t.Errorf("taken were %+v", taken)
	}
}
