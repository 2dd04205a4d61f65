package main

import (
	"fmt"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/waybillhq/waybill/doctor"
)

// asking shows that an examination goes on: how many requests were answered, for how long it has asked, and what it
// waits for. A slow store takes a minute and more, and a line that stands still looks like a program that hangs.
type asking struct {
	app   *app
	shop  string
	began time.Time
	stop  chan struct{}
	ended sync.WaitGroup

	mu       sync.Mutex
	answered int
	waiting  map[string]int // purposes of requests under way
	newest   string
}

const (
	askingEvery      = time.Second      // where a person watches
	askingPlainEvery = 15 * time.Second // in a log
)

// ask begins a display; done ends it. The option is for the examination that it shows.
func (a *app) ask(address string) (display *asking, option doctor.Option) {
	d := &asking{app: a, shop: doctor.Redact(address), began: time.Now(), stop: make(chan struct{}), waiting: map[string]int{}}
	if a.global.json {
		return d, doctor.WithRequests(nil, nil)
	}
	if a.err.interactive {
		d.draw()
	}
	d.ended.Go(d.run)
	return d, doctor.WithRequests(d.started, d.answer)
}

func (d *asking) run() {
	every := askingPlainEvery
	if d.app.err.interactive {
		every = askingEvery
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-d.stop:
			return
		case <-tick.C:
			d.draw()
		}
	}
}

func (d *asking) started(purpose string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waiting[purpose]++
	d.newest = purpose
}

func (d *asking) answer(purpose string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answered++
	if d.waiting[purpose]--; d.waiting[purpose] <= 0 {
		delete(d.waiting, purpose)
	}
}

func (d *asking) line() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	text := fmt.Sprintf("Asking %s …  %s, %s", d.shop, plural(d.answered, "answer", "answers"), time.Since(d.began).Round(time.Second))
	if len(d.waiting) == 0 {
		return text
	}
	what := d.newest
	if d.waiting[what] == 0 {
		for purpose := range d.waiting {
			if what == d.newest || purpose < what {
				what = purpose
			}
		}
	}
	return text + ", waiting for: " + what
}

func (d *asking) draw() {
	if !d.app.err.interactive {
		d.app.note("%s", d.line())
		return
	}
	fmt.Fprint(d.app.stderr, "\r"+ansi.EraseEntireLine+ansi.Truncate(d.app.err.faint(d.line()), max(d.app.err.width-1, 20), "…"))
}

// done takes the line away, so that the report begins on a clean one.
func (d *asking) done() {
	close(d.stop)
	d.ended.Wait()
	if d.app.err.interactive && !d.app.global.json {
		fmt.Fprint(d.app.stderr, "\r"+ansi.EraseEntireLine)
	}
}
