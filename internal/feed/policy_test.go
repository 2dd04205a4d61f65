package feed_test

import (
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/storage"
)

// TestThoseThatFailTogetherDoNotComeBackTogether: each pause has some chance added, and none is shorter than it is
// said to be.
func TestThoseThatFailTogetherDoNotComeBackTogether(t *testing.T) {
	t.Parallel()
	policy := feed.DefaultPolicy()
	policy.Broken = 1000
	c, r := newCourier(t, policy), newReceiver(t)
	sub := c.subscribe(to("erp", r.url))
	r.answers(func(came) int { return 500 })
	c.log(30, 30)
	began := c.now()
	c.work()
	ended := c.now()
	different := map[time.Duration]bool{}
	for _, e := range c.events(storage.EventQuery{SubscriptionID: sub.ID}) {
		pause := policy.Retries[0]
		if e.NextAt.Before(began.Add(pause).Truncate(time.Millisecond)) || e.NextAt.After(ended.Add(pause*6/5)) {
			t.Errorf("one that failed between %v and %v comes again at %v", began, ended, e.NextAt)
		}
		different[e.NextAt.Sub(e.At).Round(10*time.Millisecond)] = true
	}
	if len(different) < 10 {
		t.Errorf("there are %d different pauses", len(different))
	}
}

// TestAnEventIsTriedForDays: nearly three, with pauses that grow.
func TestAnEventIsTriedForDays(t *testing.T) {
	t.Parallel()
	policy := feed.DefaultPolicy()
	var whole, before time.Duration
	for _, pause := range policy.Retries {
		if pause < before {
			t.Errorf("%v follows %v", pause, before)
		}
		whole, before = whole+pause, pause
	}
	if whole < 60*time.Hour || whole > 5*24*time.Hour {
		t.Errorf("an event is tried for %v", whole)
	}
}
