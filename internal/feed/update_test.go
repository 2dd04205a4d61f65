package feed_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

func (c *courier) update(name string, u feed.Update) storage.Subscription {
	c.Helper()
	now, err := c.subs.Update(c.Context(), c.sub(name), u)
	c.ok(err)
	return now
}

func TestWhatWaitsGoesToTheNewReceiver(t *testing.T) {
	t.Parallel()
	c, old, now := newCourier(t, feed.DefaultPolicy()), newReceiver(t), newReceiver(t)
	sub := c.subscribe(to("erp", old.url))
	old.answers(func(came) int { return 500 })
	changes := c.log(20, 5)
	for range 3 {
		left := c.work()
		c.later(max(left.Next.Sub(c.now()), 0) + time.Second)
	}
	asked, _ := old.all()
	moved := c.update("erp", feed.Update{URL: &now.url, Fields: &[]string{"id"}})
	if moved.Failures != 0 || !moved.RestUntil.IsZero() || moved.Target == sub.Target {
		t.Errorf("moved it stands so: %+v", moved)
	}
	c.work() // at once, whatever the pauses were that the old one had caused
	now.whole(changes)
	if again, _ := old.all(); len(again) != len(asked) {
		t.Errorf("the old one was asked %d times, then %d", len(asked), len(again))
	}
	_, taken := now.all()
	if taken[0].ID != feed.IDOf(sub, taken[0].Seq) {
		t.Errorf("it came as %s", taken[0].ID)
	}
	if text := string(taken[0].Record); !strings.HasPrefix(text, `{"id":`) || strings.Contains(text, "status") {
		t.Errorf("its record is %s", text)
	}
}

func TestWhatWaitsAndIsWantedNoLongerIsGivenUp(t *testing.T) {
	t.Parallel()
	c, r := newCourier(t, quick()), newReceiver(t)
	sub := c.subscribe(to("erp", r.url))
	r.answers(func(came) int { return 503 })
	changes := c.log(10, 5)
	c.work()
	r.answers(func(came) int { return 200 })
	c.update("erp", feed.Update{Kinds: &[]storage.Kind{storage.Created}})
	c.later(time.Hour)
	c.drain()
	if _, taken := r.all(); len(taken) > 0 {
		t.Errorf("taken were %d", len(taken))
	}
	failed := c.events(storage.EventQuery{SubscriptionID: sub.ID, State: storage.EventFailed})
	if len(failed) != len(changes) || !strings.Contains(failed[0].Error, "no changes of this kind") {
		t.Errorf("given up are %+v", failed)
	}
	if n, err := c.subs.RedeliverFailed(t.Context(), c.sub("erp"), time.Time{}); n != 0 || err != nil {
		t.Errorf("%d are sent again, %v", n, err)
	}
	// One that somebody asks for by its id is sent.
	first := failed[len(failed)-1]
	c.ok(c.subs.Redeliver(t.Context(), c.sub("erp"), first))
	c.drain()
	if _, taken := r.all(); len(taken) != 1 || taken[0].Seq != first.Seq {
		t.Errorf("taken were %+v", taken)
	}
	c.update("erp", feed.Update{Kinds: &[]storage.Kind{}})
	if n, err := c.subs.RedeliverFailed(t.Context(), c.sub("erp"), time.Time{}); n != len(changes)-1 || err != nil {
		t.Errorf("%d are sent again, %v", n, err)
	}
	c.drain()
	r.whole(changes)
}

// TestAnUpdateWhileEventsAreUnderWay: what the old receiver says of them afterwards tells nothing of the new one.
func TestAnUpdateWhileEventsAreUnderWay(t *testing.T) {
	t.Parallel()
	c, old, now := newCourier(t, quick()), newReceiver(t), newReceiver(t)
	release := make(chan struct{})
	old.answers(func(came) int {
		<-release
		return http.StatusGone
	})
	c.subscribe(to("erp", old.url))
	changes := c.log(100, 50)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := c.subs.Work(ctx, c.store.ID, c.now().Add(time.Hour))
		ended <- err
	}()
	waitFor(t, "all places are taken", func() bool { seen, _ := old.all(); return len(seen) == 8 })
	c.update("erp", feed.Update{URL: &now.url})
	close(release)
	waitFor(t, "the new one gets all", func() bool { _, taken := now.all(); return len(taken) == len(changes) })
	cancel()
	<-ended
	now.whole(changes)
	if sub := c.sub("erp"); sub.State != storage.SubscriptionActive {
		t.Errorf("it stands so: %+v", sub)
	}
	if seen, _ := old.all(); len(seen) != 8 {
		t.Errorf("the old one was asked %d times", len(seen))
	}
}

// TestAFilterChoosesAmongWhatWasNotLookedAt: what the old one has chosen is still sent, and nothing that comes after
// the update is judged by it.
func TestAFilterChoosesAmongWhatWasNotLookedAt(t *testing.T) {
	t.Parallel()
	c, r := newCourier(t, quick()), newReceiver(t)
	none := to("erp", r.url)
	none.Filter = "id > 100"
	c.subscribe(none)
	r.answers(func(came) int { return 200 })
	c.log(5, 5)
	c.drain()
	all := ""
	c.update("erp", feed.Update{Filter: &all})
	changes := c.log(5, 5)
	c.drain()
	r.whole(changes)
}

func TestAnUpdateThatCannotBeChangesNothing(t *testing.T) {
	t.Parallel()
	c, r := newCourier(t, quick()), newReceiver(t)
	n := to("erp", r.url)
	n.Reach.Headers = map[string]string{"Authorization": "hush"}
	before := c.subscribe(n)
	text := func(s string) *string { return &s }
	for name, u := range map[string]feed.Update{
		"a filter":         {Filter: text("record.status = 1")},
		"a kind":           {Kinds: &[]storage.Kind{"eaten"}},
		"a URL":            {URL: text("ftp://x.example")},
		"this machine":     {URL: text("file:orders.jsonl"), Headers: &map[string]string{}},
		"a certificate":    {Certificate: text("hush"), Key: text("hush")},
		"headers of ours":  {Headers: &map[string]string{"Webhook-Id": "hush"}},
		"another host":     {URL: text("https://elsewhere.example/?x=hush")},
		"another scheme":   {URL: text(strings.Replace(r.url, "http:", "https:", 1))},
		"another port":     {URL: text("http://127.0.0.1:1")},
		"a broker's login": {Login: &sink.Login{User: "u", Password: "hush"}},
	} {
		_, err := c.subs.Update(t.Context(), before, u)
		if !problem.Is(err, problem.InputInvalid) || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if now := c.sub("erp"); string(now.Sealed) != string(before.Sealed) || now.Filter != before.Filter {
		t.Errorf("it was changed: %+v", now)
	}
	c.update("erp", feed.Update{URL: text(r.url + "/other/path")}) // the same host may be shown them
	c.update("erp", feed.Update{URL: text("https://elsewhere.example/"), Headers: &map[string]string{}})
	c.ok(c.subs.Remove(t.Context(), before))
	if _, err := c.subs.Update(t.Context(), before, feed.Update{}); !problem.Is(err, problem.SubscriptionNotFound) {
		t.Errorf("one that is gone: %v", err)
	}
}
