package progress

import (
	"fmt"
	"sync"
	"time"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/doctor"
)

// Examination shows that an examination goes on: how many requests were answered, for how long it has asked, and what
// it waits for. A slow store takes a minute and more, and a line that stands still looks like a program that hangs.
type Examination struct {
	on    Display
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

// Examination begins to show an examination of the store at an address; Done ends it. The option is for the doctor.
func (d Display) Examination(address string) (shown *Examination, option doctor.Option) {
	e := &Examination{on: d, shop: doctor.Redact(address), began: time.Now(), stop: make(chan struct{}),
		waiting: map[string]int{}}
	if d.Silent {
		return e, doctor.WithRequests(nil, nil)
	}
	if d.Terminal.Interactive {
		e.draw()
	}
	e.ended.Go(e.run)
	return e, doctor.WithRequests(e.started, e.answer)
}

func (e *Examination) run() {
	every := askingPlainEvery
	if e.on.Terminal.Interactive {
		every = askingEvery
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-e.stop:
			return
		case <-tick.C:
			e.draw()
		}
	}
}

func (e *Examination) started(purpose string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.waiting[purpose]++
	e.newest = purpose
}

func (e *Examination) answer(purpose string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answered++
	if e.waiting[purpose]--; e.waiting[purpose] <= 0 {
		delete(e.waiting, purpose)
	}
}

func (e *Examination) line() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	text := fmt.Sprintf("Asking %s …  %s, %s", e.shop, terminal.Plural(e.answered, "answer", "answers"),
		time.Since(e.began).Round(time.Second))
	if len(e.waiting) == 0 {
		return text
	}
	what := e.newest
	if e.waiting[what] == 0 {
		for purpose := range e.waiting {
			if what == e.newest || purpose < what {
				what = purpose
			}
		}
	}
	return text + ", waiting for: " + what
}

func (e *Examination) draw() {
	if !e.on.Terminal.Interactive {
		e.on.note("%s", e.line())
		return
	}
	e.on.draw(e.on.Terminal.Faint(e.line()))
}

// Done takes the line away, so that the report begins on a clean one.
func (e *Examination) Done() {
	close(e.stop)
	e.ended.Wait()
	if e.on.Terminal.Interactive && !e.on.Silent {
		e.on.erase()
	}
}
