package feed_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/receipts"
	"github.com/waybillhq/waybill/internal/storage"
)

// receipted is a receiver that answers with receipts as the test says.
func receipted(t *testing.T, reply func(came) string) *receiver {
	t.Helper()
	r := newReceiver(t)
	r.answer, r.reply = func(came) int { return http.StatusOK }, reply
	return r
}

func demanding(name, address string) feed.NewSubscription {
	n := to(name, address)
	n.ReceiptWithin = 10 * time.Minute
	return n
}

// missing are the ids of what was sent and has no receipt.
func (c *courier) missing(sub storage.Subscription) (ids []int64) {
	c.Helper()
	all, err := c.db.Receipts(c.Context(), storage.ReceiptQuery{SubscriptionID: sub.ID, Missing: true})
	c.ok(err)
	for _, r := range all {
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	return ids
}

func (c *courier) receipt(sub storage.Subscription, id int64) storage.Receipt {
	c.Helper()
	all, err := c.db.Receipts(c.Context(), storage.ReceiptQuery{SubscriptionID: sub.ID, StoreID: c.store.ID,
		Record: storage.Ref{Resource: storage.Orders, ID: id}})
	c.ok(err)
	if len(all) != 1 {
		c.Fatalf("of order %d there are %+v", id, all)
	}
	return all[0]
}

func (c *courier) overdue() (count int64) {
	c.Helper()
	all, err := receipts.OverdueOf(c.Context(), c.db, 0, c.now())
	c.ok(err)
	for _, o := range all {
		count += o.Count
	}
	return count
}

// TestReceiptsComeInAnswers: of five orders one is receipted by its id, one by what the answer is about, one not at
// all, and in the place of two others another order is named.
func TestReceiptsComeInAnswers(t *testing.T) {
	t.Parallel()
	c := newCourier(t, quick())
	r := receipted(t, func(e came) string {
		switch e.RecordID {
		case 1:
			return `{"receipts":[{"id":1,"reference":"SO-1"}]}`
		case 2:
			return `{"receipts":[{"reference":1002}]}`
		case 4:
			return `{"receipts":[{"id":99,"reference":"SO-99"}]}`
		case 5:
			return `{"receipts":[{"id":1,"reference":"SO-1"}]}`
		}
		return `{"error":"it could not be stored"}`
	})
	sub := c.subscribe(demanding("erp", r.url))
	changes := c.log(5, 5)
	c.drain()
	r.whole(changes)
	for id, reference := range map[int64]string{1: "SO-1", 2: "1002"} {
		if got := c.receipt(sub, id); got.Reference != reference || got.GivenAt.IsZero() || got.Unsent {
			t.Errorf("of order %d it is %+v", id, got)
		}
	}
	if got := c.missing(sub); !slices.Equal(got, []int64{3, 4, 5}) {
		t.Errorf("missing are %v", got)
	}
	for id, instead := range map[int64]string{3: "", 4: "orders/99", 5: "orders/1"} {
		got := c.receipt(sub, id)
		if got.Instead != instead || got.Seq != changes[id-1].Seq || got.SentAt.IsZero() {
			t.Errorf("of order %d it is %+v", id, got)
		}
	}
	none, err := c.db.Receipts(t.Context(), storage.ReceiptQuery{StoreID: c.store.ID,
		Record: storage.Ref{Resource: storage.Orders, ID: 99}})
	if c.ok(err); len(none) > 0 {
		t.Errorf("of an order that no mirror has held there is %+v", none)
	}
	if n := c.overdue(); n != 0 {
		t.Errorf("at once %d are overdue", n)
	}
	c.later(11 * time.Minute)
	if n := c.overdue(); n != 3 {
		t.Errorf("after their time %d are overdue", n)
	}
	// Sent again, they are taken, and nothing is overdue any more.
	r.mu.Lock()
	r.reply = func(e came) string { return fmt.Sprintf(`{"receipts":[{"id":%d}]}`, e.RecordID) }
	r.mu.Unlock()
	if _, err := c.subs.RedeliverRange(t.Context(), sub, feed.Range{}); err != nil {
		t.Fatal(err)
	}
	c.drain()
	if got := c.missing(sub); got != nil {
		t.Errorf("then missing are %v", got)
	}
	if got := c.receipt(sub, 1); got.Reference != "SO-1" {
		t.Errorf("a receipt without a reference leaves it: %+v", got)
	}
}

func TestReceiptsAreExpectedOnlyWhereTheyAreDemanded(t *testing.T) {
	t.Parallel()
	c, r := newCourier(t, quick()), receipted(t, func(came) string { return "" })
	sub := c.subscribe(to("erp", r.url))
	c.log(2, 2)
	c.drain()
	if got := c.missing(sub); got != nil {
		t.Errorf("missing are %v", got)
	}
	within := time.Minute
	sub = c.update("erp", feed.Update{ReceiptWithin: &within})
	c.log(2, 2)
	c.drain()
	c.later(2 * time.Minute)
	if got := c.missing(sub); !slices.Equal(got, []int64{1, 2}) || c.overdue() != 2 {
		t.Errorf("missing are %v, overdue %d", got, c.overdue())
	}
	// What is gone from the shop need not be had by anybody.
	c.gone(1)
	c.drain()
	if got := c.missing(sub); !slices.Equal(got, []int64{2}) {
		t.Errorf("then missing are %v", got)
	}
	none := time.Duration(0)
	c.update("erp", feed.Update{ReceiptWithin: &none})
	if c.overdue() != 0 {
		t.Errorf("demanded no more, %d are overdue", c.overdue())
	}
	for _, wrong := range []time.Duration{-time.Second, time.Millisecond, receipts.LongestWithin + time.Second} {
		n := to("other", r.url)
		n.ReceiptWithin = wrong
		if _, _, err := c.subs.Create(t.Context(), n); !problem.Is(err, problem.InputInvalid) {
			t.Errorf("within %s: %v", wrong, err)
		}
	}
	c.ok(c.subs.Remove(t.Context(), sub))
}

// gone deletes a record of the store for good.
func (c *courier) gone(id int64) {
	c.Helper()
	ref := storage.Ref{Resource: storage.Orders, ID: id}
	c.ok(c.db.Within(c.Context(), func(tx storage.Tx) error {
		if err := tx.DropRecords(c.Context(), c.store.ID, []storage.Ref{ref}); err != nil {
			return err
		}
		_, err := tx.LogChanges(c.Context(), []storage.Change{{StoreID: c.store.ID, Ref: ref, Kind: storage.Deleted,
			At: time.Now(), Origin: storage.Foreign}})
		return err
	}))
}

func TestReceiptsAreJudgedOneByOne(t *testing.T) {
	t.Parallel()
	c, r := newCourier(t, quick()), receipted(t, func(came) string { return "" })
	n := to("erp", r.url)
	n.Filter = "id == 1"
	sub := c.subscribe(n)
	c.log(2, 2)
	c.drain()
	keeper := receipts.New(c.db, receipts.Options{Now: c.now, EventsKept: c.opts.Keep})
	order := func(id int64) receipts.Given {
		return receipts.Given{StoreID: c.store.ID, Ref: storage.Ref{Resource: storage.Orders, ID: id},
			Reference: " SO "}
	}
	long := order(1)
	long.Reference = string(make([]byte, 300))
	numbered := order(0)
	numbered.Number = "2"
	nobody := order(0)
	nobody.Number = "A-7"
	given := []receipts.Given{order(1), order(2), order(3), order(0), long, numbered, nobody}
	want := []receipts.State{receipts.Kept, receipts.Unsent, receipts.Refused, receipts.Refused, receipts.Refused,
		receipts.Unsent, receipts.Refused}
	for range 2 {
		got, err := keeper.Give(t.Context(), receipts.Subscription(sub), given)
		c.ok(err)
		for i, o := range got {
			if o.State != want[i] || (o.Why == "") != (o.State == receipts.Kept) {
				t.Errorf("of %+v it is %+v", given[i], o)
			}
		}
	}
	if got := c.receipt(sub, 1); got.Reference != "SO" || got.Unsent {
		t.Errorf("it is %+v", got)
	}
	if got := c.receipt(sub, 2); !got.Unsent {
		t.Errorf("of what was never sent it is %+v", got)
	}
	c.ok(c.subs.Remove(t.Context(), sub))
	_, err := keeper.Give(t.Context(), receipts.Subscription(sub), given[:1])
	if !problem.Is(err, problem.SubscriptionNotFound) {
		t.Errorf("of a receiver that is gone: %v", err)
	}
}

func TestOldReceiptsAreForgottenWhereThatIsSet(t *testing.T) {
	t.Parallel()
	c := newCourier(t, quick())
	r := receipted(t, func(e came) string {
		if e.RecordID == 2 {
			return ""
		}
		return `{"receipts":[{"reference":"SO"}]}`
	})
	c.opts.ReceiptsKeep = 48 * time.Hour
	c.subs = feed.NewSubscriptions(c.db, openKeys{}, c.opts)
	t.Cleanup(c.subs.Close)
	sub := c.subscribe(demanding("erp", r.url))
	c.log(2, 2)
	c.drain()
	c.later(47 * time.Hour)
	c.work()
	c.receipt(sub, 1)
	c.later(2 * time.Hour)
	c.work()
	all, err := c.db.Receipts(t.Context(), storage.ReceiptQuery{SubscriptionID: sub.ID})
	if c.ok(err); len(all) != 1 || all[0].ID != 2 {
		t.Errorf("left are %+v, want the one that is waited for", all)
	}
}
