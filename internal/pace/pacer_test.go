package pace_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/waybillhq/waybill/internal/pace"
)

func acquire(t *testing.T, p *pace.Pacer, kind pace.Kind) *pace.Permit {
	t.Helper()
	permit, err := p.Acquire(t.Context(), kind)
	if err != nil {
		t.Fatal(err)
	}
	return permit
}

func TestCeilingIsNeverExceeded(t *testing.T) {
	t.Parallel()
	for _, mode := range []pace.Mode{pace.Polite, pace.Full} {
		synctest.Test(t, func(t *testing.T) {
			s := newShop(16)
			paced(t, pace.New(mode, pace.Ceiling{Reads: 3}), s, pages(300, 1))
			if s.most > 3 {
				t.Errorf("%s: %d requests at once, ceiling 3", mode, s.most)
			}
		})
		synctest.Test(t, func(t *testing.T) {
			s := newShop(16)
			rate := paced(t, pace.New(mode, pace.Ceiling{PerSecond: 0.5}), s, pages(100, 1))
			if rate > 0.52 {
				t.Errorf("%s: %.2f requests/s, ceiling 0.5", mode, rate)
			}
		})
	}
}

func TestRetryAfterHoldsAllRequestsToTheStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := pace.New(pace.Full, pace.Ceiling{})
		start := time.Now()
		acquire(t, p, pace.Read).Done(pace.Outcome{Verdict: pace.Overloaded, RetryAfter: 30 * time.Second})
		acquire(t, p, pace.Write).Done(pace.Outcome{})
		if waited := time.Since(start); waited < 30*time.Second || waited > 34*time.Second {
			t.Errorf("went on after %v, asked to wait 30 s", waited)
		}
	})
}

func TestStoreThatLimitsRateIsRarelyAskedTooOften(t *testing.T) {
	t.Parallel()
	for _, mode := range []pace.Mode{pace.Polite, pace.Full} {
		synctest.Test(t, func(t *testing.T) {
			// 60 requests a minute are allowed, then 429 until the minute ends.
			var mu sync.Mutex
			var minute time.Time
			count, refused, served := 0, 0, 0
			answer := func() pace.Outcome {
				time.Sleep(100 * time.Millisecond)
				mu.Lock()
				defer mu.Unlock()
				now := time.Now()
				if now.Sub(minute) >= time.Minute {
					minute, count = now, 0
				}
				if count++; count > 60 {
					refused++
					return pace.Outcome{Verdict: pace.Overloaded, RetryAfter: minute.Add(time.Minute).Sub(now)}
				}
				served++
				return pace.Outcome{Class: "orders", Bytes: 1000}
			}
			p := pace.New(mode, pace.Ceiling{})
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					for {
						permit, err := p.Acquire(ctx, pace.Read)
						if err != nil {
							return
						}
						permit.Done(answer())
					}
				})
			}
			wg.Wait()
			if refused > served/25 {
				t.Errorf("%s: %d refused of %d", mode, refused, served+refused)
			}
			if served < 60*60*6/10 {
				t.Errorf("%s: only %d of 3600 possible requests", mode, served)
			}
		})
	}
}

func TestFailingStoreIsAskedLessAndLessThenAgainAsBefore(t *testing.T) {
	t.Parallel()
	for _, mode := range []pace.Mode{pace.Polite, pace.Full} {
		synctest.Test(t, func(t *testing.T) {
			p := pace.New(mode, pace.Ceiling{})
			var down atomic.Bool
			var asked atomic.Int64
			down.Store(true)
			ctx, cancel := context.WithCancel(t.Context())
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					for {
						permit, err := p.Acquire(ctx, pace.Read)
						if err != nil {
							return
						}
						asked.Add(1)
						time.Sleep(200 * time.Millisecond)
						o := pace.Outcome{Class: "orders", Bytes: 1000}
						if down.Load() {
							o.Verdict = pace.Failed
						}
						permit.Done(o)
					}
				})
			}
			time.Sleep(10 * time.Minute)
			if n := asked.Load(); n > 30 {
				t.Errorf("%s: a store that was down for ten minutes was asked %d times", mode, n)
			}
			down.Store(false)
			time.Sleep(2 * time.Minute)
			before := asked.Load()
			time.Sleep(time.Minute)
			if n := asked.Load() - before; n < 200 {
				t.Errorf("%s: %d requests in a minute after it came back", mode, n)
			}
			cancel()
			wg.Wait()
		})
	}
}

func TestOneStormHalvesTheSlotsOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := pace.New(pace.Full, pace.Ceiling{})
		var permits []*pace.Permit
		for range p.State().ReadSlots {
			permits = append(permits, acquire(t, p, pace.Read))
		}
		before := p.State().ReadSlots
		time.Sleep(time.Second)
		for _, permit := range permits {
			permit.Done(pace.Outcome{Verdict: pace.Failed})
		}
		if got := p.State().ReadSlots; got != before/2 {
			t.Errorf("%d slots after one storm, %d before", got, before)
		}
	})
}

func TestWritesDoNotWaitForReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := pace.New(pace.Polite, pace.Ceiling{Reads: 1})
		read := acquire(t, p, pace.Read)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		write, err := p.Acquire(ctx, pace.Write)
		if err != nil {
			t.Fatalf("a write waited for a read: %v", err)
		}
		write.Done(pace.Outcome{})
		read.Done(pace.Outcome{})
	})
}

func TestAcquireEndsWithItsContextAndLosesNoSlot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := pace.New(pace.Polite, pace.Ceiling{Reads: 1})
		held := acquire(t, p, pace.Read)
		for range 50 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			_, err := p.Acquire(ctx, pace.Read)
			cancel()
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("Acquire = %v", err)
			}
		}
		held.Done(pace.Outcome{})
		held.Done(pace.Outcome{}) // a second report must not free a second slot
		acquire(t, p, pace.Read)
		if s := p.State(); s.Reading != 1 || s.Waiting != 0 {
			t.Errorf("state = %+v", s)
		}
	})
}

func TestFirstComeFirstServed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		inOrder(t, []context.Context{ctx, ctx, ctx, ctx, ctx}, 0, 1, 2, 3, 4)
	})
}

func TestRequestsWaitInTheOrderTheyArrivedNotAsked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var arrived []context.Context
		for range 5 {
			arrived = append(arrived, pace.Arrive(t.Context()))
			time.Sleep(time.Microsecond)
		}
		inOrder(t, arrived, 4, 1, 0, 3, 2)
	})
}

// inOrder lets requests wait, asking in the order given, and checks that they are served in that of their contexts.
func inOrder(t *testing.T, requests []context.Context, asked ...int) {
	t.Helper()
	p := pace.New(pace.Polite, pace.Ceiling{Reads: 1})
	held := acquire(t, p, pace.Read)
	var served []int
	var wg sync.WaitGroup
	for _, i := range asked {
		wg.Go(func() {
			permit, err := p.Acquire(requests[i], pace.Read)
			if err != nil {
				t.Error(err)
				return
			}
			served = append(served, i)
			permit.Done(pace.Outcome{})
		})
		synctest.Wait()
	}
	held.Done(pace.Outcome{})
	wg.Wait()
	if !slices.Equal(served, []int{0, 1, 2, 3, 4}) {
		t.Errorf("served in the order %v", served)
	}
}

func TestParseModeNamesTheChoices(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]pace.Mode{"": pace.Polite, "polite": pace.Polite, "full": pace.Full} {
		if got, err := pace.ParseMode(in); err != nil || got != want {
			t.Errorf("ParseMode(%q) = %q, %v", in, got, err)
		}
	}
	if _, err := pace.ParseMode("fast"); err == nil {
		t.Error("fast was accepted")
	}
}
