package feed_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/feed/signature"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestASubscriptionGetsWhatItAskedFor(t *testing.T) {
	t.Parallel()
	c, r := newCourier(t, quick()), newReceiver(t)
	n := to("erp", r.url)
	n.Selection = feed.Selection{Resources: []storage.Resource{storage.Orders}, Kinds: []storage.Kind{storage.Updated},
		Filter: `record.n >= 6 && record.status == "processing"`, Fields: []string{"id", "total"}}
	secret := signature.NewSecret()
	n.Secret = secret
	c.subscribe(n)
	changes := c.log(8, 8)
	c.drain()
	r.whole(changes[6:])
	_, taken := r.all()
	for _, got := range taken {
		if want := fmt.Sprintf(`{"id":%d,"total":"10.10"}`, got.RecordID); string(got.Record) != want {
			t.Errorf("the record is %s, want %s", got.Record, want)
		}
		if got.Type != "orders.updated" || got.Store != "shop" || !strings.HasPrefix(got.ID, "msg_") ||
			!strings.HasPrefix(got.Header.Get("Webhook-Signature"), "v1,") {
			t.Errorf("it is %+v", got)
		}
	}
	shown, err := c.subs.Preview(t.Context(), 0, n.Selection)
	c.ok(err)
	sent := 0
	for _, p := range shown {
		if p.Sent {
			sent++
		}
	}
	if len(shown) != 8 || sent != 2 || !shown[0].Sent || len(shown[0].Body) == 0 || shown[7].Why == "" {
		t.Errorf("a dry run shows %+v", shown)
	}
}

func TestASecretIsRotatedWithAnOverlap(t *testing.T) {
	t.Parallel()
	c, r := newCourier(t, quick()), newReceiver(t)
	sub := c.subscribe(to("erp", r.url))
	signatures := func() int {
		c.log(1, 1)
		c.drain()
		_, taken := r.all()
		return len(strings.Fields(taken[len(taken)-1].Header.Get("Webhook-Signature")))
	}
	if n := signatures(); n != 1 {
		t.Errorf("at first there are %d signatures", n)
	}
	sub, made, err := c.subs.RotateSecret(t.Context(), sub, "", feed.Overlap)
	c.ok(err)
	if err := signature.CheckSecret(made); err != nil {
		t.Error(err)
	}
	if n := signatures(); n != 2 {
		t.Errorf("while both count there are %d signatures", n)
	}
	c.later(feed.Overlap + time.Minute)
	if n := signatures(); n != 1 {
		t.Errorf("then there are %d signatures", n)
	}
	sub, _, err = c.subs.RotateSecret(t.Context(), sub, "", feed.Overlap)
	c.ok(err)
	_, _, err = c.subs.RotateSecret(t.Context(), sub, "", 0)
	c.ok(err)
	if n := signatures(); n != 2 { // the newest, and the one before the last, whose time is not up
		t.Errorf("without an overlap there are %d signatures", n)
	}
}

func TestARangeIsSentAgain(t *testing.T) {
	t.Parallel()
	c, r := newCourier(t, quick()), newReceiver(t)
	before := c.log(3, 3)
	n := to("erp", r.url)
	n.From = before[2].Seq
	sub := c.subscribe(n)
	changes := c.log(4, 4)
	c.drain()
	r.whole(changes)
	sent, err := c.subs.RedeliverRange(t.Context(), sub, feed.Range{After: before[0].Seq, To: changes[1].Seq})
	c.ok(err)
	if sent != 4 {
		t.Errorf("%d are sent again", sent)
	}
	c.drain()
	times := map[int64]int{}
	seen, _ := r.all()
	for _, one := range seen {
		times[one.Seq]++
	}
	want := map[int64]int{before[1].Seq: 1, before[2].Seq: 1, changes[0].Seq: 2, changes[1].Seq: 2, changes[2].Seq: 1,
		changes[3].Seq: 1}
	if !reflect.DeepEqual(times, want) {
		t.Errorf("changes came so often: %v, want %v", times, want)
	}
	e := c.events(storage.EventQuery{SubscriptionID: sub.ID, OldestFirst: true})[0]
	of, found, err := c.subs.Delivery(t.Context(), 0, feed.IDOf(sub, e.Seq))
	if err != nil || of.ID != sub.ID || found.Seq != e.Seq {
		t.Errorf("by its id it is %+v, %v", found, err)
	}
	c.ok(c.subs.Redeliver(t.Context(), of, found))
	c.drain()
	if seen, _ := r.all(); len(seen) != 9 {
		t.Errorf("then %d requests came", len(seen))
	}
	for _, id := range []string{"", "msg_", "msg_x_1", feed.IDOf(sub, 999), "x" + feed.IDOf(sub, e.Seq), feed.IDOf(sub,
		e.Seq) + "x"} {
		if _, _, err := c.subs.Delivery(t.Context(), 0, id); !problem.Is(err, problem.DeliveryNotFound) {
			t.Errorf("%q: %v", id, err)
		}
	}
	if _, _, err := c.subs.Delivery(t.Context(), 77, feed.IDOf(sub, e.Seq)); !problem.Is(err,
		problem.DeliveryNotFound) {
		t.Errorf("for another group: %v", err)
	}
}

func TestATestIsSentAndKeptNowhere(t *testing.T) {
	t.Parallel()
	c, r := newCourier(t, quick()), newReceiver(t)
	sub := c.subscribe(to("erp", r.url))
	tried, err := c.subs.Test(t.Context(), sub)
	c.ok(err)
	if seen, _ := r.all(); !tried.Answer.Taken() || len(seen) != 1 || !seen[0].Test || seen[0].ID != tried.ID {
		t.Errorf("%+v, and it got %+v", tried, seen)
	}
	if left := c.events(storage.EventQuery{}); len(left) > 0 {
		t.Errorf("kept is %+v", left)
	}
}

func TestOldDeliveriesAreForgotten(t *testing.T) {
	t.Parallel()
	c, r := newCourier(t, quick()), newReceiver(t)
	sub := c.subscribe(to("erp", r.url))
	c.log(3, 3)
	c.drain()
	c.later(c.opts.Keep + time.Hour)
	c.log(1, 1)
	c.drain()
	if left := c.events(storage.EventQuery{SubscriptionID: sub.ID}); len(left) != 1 {
		t.Errorf("kept are %d", len(left))
	}
	c.ok(c.subs.Remove(t.Context(), sub))
	if _, err := c.subs.Find(t.Context(), 0, "erp"); !problem.Is(err, problem.SubscriptionNotFound) {
		t.Errorf("removed, it is found: %v", err)
	}
	if left := c.events(storage.EventQuery{}); len(left) != 0 {
		t.Errorf("kept are %d", len(left))
	}
}

func TestWhatCannotBeASubscriptionIsRefused(t *testing.T) {
	t.Parallel()
	c, r := newCourier(t, quick()), newReceiver(t)
	c.subscribe(to("taken", r.url))
	with := func(change func(*feed.NewSubscription)) feed.NewSubscription {
		n := to("x", r.url)
		change(&n)
		return n
	}
	for name, test := range map[string]struct {
		n    feed.NewSubscription
		code problem.Code
	}{
		"name":   {to("a b", r.url), problem.InputInvalid},
		"taken":  {to("taken", r.url), problem.SubscriptionExists},
		"url":    {to("x", "erp.example.com"), problem.InputInvalid},
		"file":   {to("x", "file:x"), problem.InputInvalid},
		"kinds":  {with(func(n *feed.NewSubscription) { n.Kinds = []storage.Kind{"eaten"} }), problem.InputInvalid},
		"filter": {with(func(n *feed.NewSubscription) { n.Filter = "record." }), problem.InputInvalid},
		"fields": {with(func(n *feed.NewSubscription) { n.Fields = []string{"a..b"} }), problem.InputInvalid},
		"thin":   {with(func(n *feed.NewSubscription) { n.Thin, n.Fields = true, []string{"id"} }), problem.InputInvalid},
		"secret": {with(func(n *feed.NewSubscription) { n.Secret = "hush" }), problem.InputInvalid},
		"from":   {with(func(n *feed.NewSubscription) { n.From = 99 }), problem.InputInvalid},
	} {
		if _, _, err := c.subs.Create(t.Context(), test.n); !problem.Is(err, test.code) {
			t.Errorf("%s: %v", name, err)
		}
	}
	n := to("x", "file:orders.jsonl")
	n.Local = true
	c.subscribe(n)
}
