package pace_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/waybillhq/waybill/internal/pace"
)

func TestFullFindsTheBestRateOfAStoreByItself(t *testing.T) {
	t.Parallel()
	stores := []struct {
		name     string
		cores    float64
		strength func(int) float64
		pages    int
	}{
		{name: "one processor", cores: 1, pages: 50},
		{name: "two processors", cores: 2, pages: 50},
		{name: "two processors, long", cores: 2, pages: 1000},
		{name: "four processors", cores: 4, pages: 200},
		{name: "eight processors", cores: 8, pages: 600},
		{name: "two processors that lose strength in a crowd", cores: 2, pages: 600, strength: func(n int) float64 {
			return 1 / (1 + 0.08*float64(max(0, n-2)))
		}},
		{name: "one lock held all the time", cores: 1, pages: 600, strength: func(n int) float64 {
			return 1 / (1 + 0.2*float64(n-1))
		}},
	}
	for _, store := range stores {
		t.Run(store.name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(5) {
				synctest.Test(t, func(t *testing.T) {
					list := pages(store.pages, seed)
					s := newShop(store.cores)
					s.strength = store.strength
					best := bestRaw(s, list)
					p := pace.New(pace.Full, pace.Ceiling{})
					got := paced(t, p, s, list)
					if got < 0.95*best {
						t.Errorf("seed %d: %.3f pages/s, best raw %.3f (%.1f %%); at the end %+v", seed, got, best,
							100*got/best, p.State())
					}
				})
			}
		})
	}
}

func TestFullRampsUpAtOnceAfterRequestsOneByOne(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		synctest.Test(t, func(t *testing.T) {
			list := pages(52, seed)
			s := newShop(8)
			best := bestRaw(s, list)
			p := pace.New(pace.Full, pace.Ceiling{})
			for range 5 {
				permit := acquire(t, p, pace.Read)
				s.serve(0.3)
				permit.Done(pace.Outcome{Class: "refunds", Bytes: 60_000})
			}
			if got := paced(t, p, s, list); got < 0.72*best {
				t.Errorf("seed %d: %.3f pages/s, best raw %.3f", seed, got, best)
			}
		})
	}
}

func TestFullIsNotFooledByUnsteadyPages(t *testing.T) {
	t.Parallel()
	for _, crowd := range []float64{0, 0.08} {
		for seed := range uint64(5) {
			synctest.Test(t, func(t *testing.T) {
				list := unsteadyPages(600, seed, 0.5)
				s := newShop(2)
				s.strength = func(n int) float64 { return 1 / (1 + crowd*float64(max(0, n-2))) }
				best := bestRaw(s, list)
				if got := paced(t, pace.New(pace.Full, pace.Ceiling{}), s, list); got < 0.90*best {
					t.Errorf("loss in a crowd %g, seed %d: %.3f pages/s, best raw %.3f", crowd, seed, got, best)
				}
			})
		}
	}
}

func TestFullComparesWorkNotRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		// A stretch of cheap requests between the pages must not look like a gain in rate, nor its end like a loss.
		var list []page
		for i, p := range pages(600, 3) {
			list = append(list, p)
			if (i/40)%2 == 0 {
				list = append(list, page{class: "ids", bytes: 6_000, work: 0.25},
					page{class: "ids", bytes: 6_000, work: 0.25})
			}
		}
		s := newShop(4)
		best := bestRaw(s, list)
		if got := paced(t, pace.New(pace.Full, pace.Ceiling{}), s, list); got < 0.95*best {
			t.Errorf("%.3f requests/s, best raw %.3f", got, best)
		}
	})
}

func TestPoliteIsNotFeltByVisitors(t *testing.T) {
	t.Parallel()
	for _, store := range []struct {
		cores float64
		// slower is how much longer a visitor may wait; one processor cannot serve two at once, so half of a visitor's
		// moments are shared.
		slower float64
	}{{1, 1.60}, {2, 1.12}, {4, 1.12}, {8, 1.12}} {
		t.Run(fmt.Sprintf("%g processors", store.cores), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newShop(store.cores)
				stop := make(chan struct{})
				waited := make(chan float64)
				go func() { waited <- visit(s, stop) }()
				rate := paced(t, pace.New(pace.Polite, pace.Ceiling{}), s, pages(400, 7))
				close(stop)
				if got := <-waited / 0.2; got > store.slower {
					t.Errorf("visitors wait %.2f times as long, want at most %.2f (at %.2f pages/s)", got, store.slower,
						rate)
				}
				if least := 0.4 * max(1, store.cores/4); rate < least {
					t.Errorf("%.2f pages/s is needlessly slow, want %.2f", rate, least)
				}
			})
		})
	}
}

func TestPoliteGivesWayWhenTheStoreGetsBusy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShop(4)
		p := pace.New(pace.Polite, pace.Ceiling{})
		quiet := paced(t, p, s, pages(300, 1))
		if p.State().ReadSlots < 2 {
			t.Fatalf("on a quiet store of four processors: %+v", p.State())
		}
		// A sale begins: six visitors' requests run at every moment.
		stop := make(chan struct{})
		wait := crowd(s, 6, stop)
		busy := paced(t, p, s, pages(60, 2))
		close(stop)
		wait()
		if p.State().ReadSlots != 1 {
			t.Errorf("in the crowd: %+v", p.State())
		}
		if busy > 0.5*quiet {
			t.Errorf("%.2f pages/s in the crowd, %.2f before", busy, quiet)
		}
	})
}

// crowd keeps n requests of visitors running until stop is closed; the function it gives waits for the last.
func crowd(s *shop, n int, stop <-chan struct{}) (wait func()) {
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					s.serve(0.2)
				}
			}
		})
	}
	return wg.Wait
}
