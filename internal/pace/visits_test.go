package pace_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/waybillhq/waybill/internal/pace"
)

// visits lets a visitor click through the shop, half a second after each page he got, and gives how long he waited for
// each, sorted. It is what bench/pull does.
func visits(s *shop, work float64, stop <-chan struct{}) []time.Duration {
	var waits []time.Duration
	for {
		select {
		case <-stop:
			slices.Sort(waits)
			return waits
		default:
		}
		start := time.Now()
		s.serve(work)
		waits = append(waits, time.Since(start))
		time.Sleep(500 * time.Millisecond)
	}
}

// TestPoliteIsHardlyEverFelt: 24 of 25 visits wait at most 1.2 times as long as in the idle shop, in short reads and in
// long ones. A mean hides the trials in which the pace asks for more at once. On a real store one visit in ten may be
// slower for other reasons as well, so the trials must take up much less than a tenth of the time.
func TestPoliteIsHardlyEverFelt(t *testing.T) {
	t.Parallel()
	const work = 0.1
	for _, cores := range []float64{2, 4, 8} {
		for _, n := range []int{30, 60, 200, 1000} {
			t.Run(fmt.Sprintf("%g processors, %d pages", cores, n), func(t *testing.T) {
				t.Parallel()
				for seed := range uint64(3) {
					synctest.Test(t, func(t *testing.T) {
						s := newShop(cores)
						stop := make(chan struct{})
						var waits []time.Duration
						var wg sync.WaitGroup
						wg.Go(func() { waits = visits(s, work, stop) })
						rate := paced(t, pace.New(pace.Polite, pace.Ceiling{}), s, pages(n, seed))
						close(stop)
						wg.Wait()
						ninth := waits[len(waits)*24/25]
						if got := ninth.Seconds() / work; got > 1.2 {
							t.Errorf("seed %d: nine of ten visits take up to %.2f times as long as in the idle shop, "+
								"want 1.2 (%d visits, %.2f pages/s)", seed, got, len(waits), rate)
						}
						t.Logf("%.2f pages/s", rate)
					})
				}
			})
		}
	}
}
