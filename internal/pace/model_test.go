package pace_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/pace"
)

// shop is a queueing model of a store: requests share its processors evenly, and more requests at once may cost some of
// its strength.
type shop struct {
	cores float64
	// strength is the part of the processors that does useful work with n requests at once; nil is all.
	strength func(n int) float64

	mu    sync.Mutex
	jobs  map[*job]struct{}
	asOf  time.Time
	timer *time.Timer
	most  int
}

type job struct {
	left float64 // seconds of one processor
	done chan struct{}
}

func newShop(cores float64) *shop { return &shop{cores: cores, jobs: map[*job]struct{}{}} }

// serve takes as long as the store needs for work seconds of one processor.
func (s *shop) serve(work float64) {
	j := &job{left: work, done: make(chan struct{})}
	s.mu.Lock()
	s.advance()
	s.jobs[j] = struct{}{}
	s.most = max(s.most, len(s.jobs))
	s.plan()
	s.mu.Unlock()
	<-j.done
}

// speed is the progress of each job a second.
func (s *shop) speed() float64 {
	n := len(s.jobs)
	speed := min(1, s.cores/float64(n))
	if s.strength != nil {
		speed *= s.strength(n)
	}
	return speed
}

func (s *shop) advance() {
	now := time.Now()
	if len(s.jobs) > 0 {
		progress := now.Sub(s.asOf).Seconds() * s.speed()
		for j := range s.jobs {
			j.left -= progress
		}
		for j := range s.jobs {
			if j.left <= 1e-9 {
				delete(s.jobs, j)
				close(j.done)
			}
		}
	}
	s.asOf = now
}

func (s *shop) plan() {
	if s.timer != nil {
		s.timer.Stop()
	}
	if len(s.jobs) == 0 {
		return
	}
	least := -1.0
	for j := range s.jobs {
		if least < 0 || j.left < least {
			least = j.left
		}
	}
	wait := time.Duration(least/s.speed()*float64(time.Second)) + 1
	s.timer = time.AfterFunc(wait, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.advance()
		s.plan()
	})
}

// page is one request of a backfill.
type page struct {
	class string
	bytes int
	work  float64
}

// pages makes n pages of 100 orders; their cost goes with their size, and some noise.
func pages(n int, seed uint64) []page { return unsteadyPages(n, seed, 0.1) }

// unsteadyPages makes pages whose cost is off by up to a part.
func unsteadyPages(n int, seed uint64, part float64) []page {
	r := rand.New(rand.NewPCG(seed, 1))
	list := make([]page, n)
	for i := range list {
		size := 300_000 + r.IntN(100_000)
		list[i] = page{class: "orders", bytes: size, work: float64(size) / 350_000 * (1 - part + 2*part*r.Float64())}
	}
	return list
}

// raw reads pages over a fixed number of connections and gives pages a second.
func raw(s *shop, list []page, connections int) float64 {
	start := time.Now()
	work := make(chan page)
	var wg sync.WaitGroup
	for range connections {
		wg.Go(func() {
			for p := range work {
				s.serve(p.work)
			}
		})
	}
	for _, p := range list {
		work <- p
	}
	close(work)
	wg.Wait()
	return float64(len(list)) / time.Since(start).Seconds()
}

// bestRaw is the best rate over 1, 2, 4 and 8 connections.
func bestRaw(s *shop, list []page) float64 {
	best := 0.0
	for _, n := range []int{1, 2, 4, 8} {
		best = max(best, raw(s, list, n))
	}
	return best
}

// paced reads pages with as many workers as the pace may want.
func paced(t *testing.T, p *pace.Pacer, s *shop, list []page) float64 {
	t.Helper()
	start := time.Now()
	work := make(chan page)
	var wg sync.WaitGroup
	for range 24 {
		wg.Go(func() {
			for pg := range work {
				permit, err := p.Acquire(context.Background(), pace.Read)
				if err != nil {
					t.Error(err)
					continue
				}
				s.serve(pg.work)
				permit.Done(pace.Outcome{Class: pg.class, Bytes: pg.bytes})
			}
		})
	}
	for _, pg := range list {
		work <- pg
	}
	close(work)
	wg.Wait()
	return float64(len(list)) / time.Since(start).Seconds()
}

// visit lets a visitor ask for a page of the shop every two seconds until stop is closed, and gives the mean response
// time in seconds.
func visit(s *shop, stop <-chan struct{}) float64 {
	const work = 0.2
	total, count := 0.0, 0
	var mu sync.Mutex
	var wg sync.WaitGroup
	ticker := time.NewTicker(2 * time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			wg.Wait()
			return total / float64(count)
		case <-ticker.C:
			wg.Go(func() {
				start := time.Now()
				s.serve(work)
				mu.Lock()
				defer mu.Unlock()
				total += time.Since(start).Seconds()
				count++
			})
		}
	}
}
