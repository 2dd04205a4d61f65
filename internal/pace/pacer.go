package pace

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Mode is how a Pacer weighs speed against the store's visitors.
type Mode string

// The modes.
const (
	Polite Mode = "polite"
	Full   Mode = "full"
)

// ParseMode reads a mode as a person writes it; the empty text means [Polite]. The error names an unknown mode.
func ParseMode(s string) (Mode, error) {
	switch Mode(s) {
	case "", Polite:
		return Polite, nil
	case Full:
		return Full, nil
	}
	return "", fmt.Errorf("pace is %q; it can be %q or %q", s, Polite, Full)
}

// Kind tells requests that change the store from those that only read.
type Kind int

// The kinds of request.
const (
	Read Kind = iota
	Write
)

// Ceiling is what an operator allows at most. The zero value of a field stands for the mode's own default.
type Ceiling struct {
	// Reads and Writes bound the requests in flight of each kind.
	Reads, Writes int
	// PerSecond bounds the requests a second, both kinds together; 0 means no limit.
	PerSecond float64
}

// Default ceilings of the modes. A full read gains nothing beyond the number of processes that the web server runs,
// which is seldom more than 16.
const (
	politeReads  = 8
	politeWrites = 2
	fullReads    = 16
	fullWrites   = 4
)

// Pacer paces the requests to one store. It is safe for concurrent use and needs no closing.
type Pacer struct {
	mu      sync.Mutex
	mode    Mode
	ceiling Ceiling
	gate    gate
	lanes   [2]*lane
	timer   *time.Timer
}

// New makes a Pacer that starts in a mode and stays below a ceiling.
func New(mode Mode, ceiling Ceiling) *Pacer {
	p := &Pacer{mode: mode, ceiling: ceiling, gate: newGate(ceiling.PerSecond)}
	reads, writes := steersFor(mode, ceiling)
	p.lanes[Read], p.lanes[Write] = newLane(reads), newLane(writes)
	return p
}

// Become changes to another mode, which begins to learn anew. Requests that are under way or wait are kept. Becoming
// the present mode does nothing.
func (p *Pacer) Become(mode Mode) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mode == mode {
		return
	}
	p.mode = mode
	p.lanes[Read].steer, p.lanes[Write].steer = steersFor(mode, p.ceiling)
	p.admit()
}

func steersFor(mode Mode, ceiling Ceiling) (reads, writes steer) {
	most := Ceiling{Reads: politeReads, Writes: politeWrites}
	if mode == Full {
		most = Ceiling{Reads: fullReads, Writes: fullWrites}
	}
	return steerFor(mode, orDefault(ceiling.Reads, most.Reads)), steerFor(mode, orDefault(ceiling.Writes, most.Writes))
}

func orDefault(value, fallback int) int {
	if value > 0 {
		return value
	}
	return fallback
}

func steerFor(mode Mode, ceiling int) steer {
	if mode == Full {
		return newClimber(ceiling)
	}
	return newCourtesy(ceiling)
}

// Permit is the right to have one request in flight.
type Permit struct {
	pacer   *Pacer
	lane    *lane
	started time.Time
	once    sync.Once
}

// arrival is the context key of the time at which the context's requests arrived.
type arrival struct{}

// Arrive returns a context whose requests count as arrived now, however late they are made. Goroutines start in no
// particular order. A caller who needs the answers in the order of starting gives each goroutine such a context.
func Arrive(ctx context.Context) context.Context {
	return context.WithValue(ctx, arrival{}, time.Now())
}

// Acquire waits until a request of the kind may be sent, first come, first served (see [Arrive]). The error is the
// context's. The caller must give the permit back with [Permit.Done].
func (p *Pacer) Acquire(ctx context.Context, kind Kind) (*Permit, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	arrived, ok := ctx.Value(arrival{}).(time.Time)
	if !ok {
		arrived = time.Now()
	}
	p.mu.Lock()
	l := p.lanes[kind]
	w := l.enqueue(arrived)
	p.admit()
	p.mu.Unlock()

	select {
	case <-w.ready:
		return &Permit{pacer: p, lane: l, started: time.Now()}, nil
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !l.forget(w) {
		// The slot was granted at the same moment: pass it on.
		l.inFlight--
	}
	p.admit()
	return nil, ctx.Err()
}

// Done gives the slot back and reports how the request ended. Only the first call counts.
func (permit *Permit) Done(o Outcome) {
	permit.once.Do(func() {
		p := permit.pacer
		p.mu.Lock()
		defer p.mu.Unlock()
		now := time.Now()
		permit.lane.release(now, permit.started, o, &p.gate)
		p.admit()
	})
}

// admit lets waiting requests go as far as slots, rate and rests allow. When only time is missing, admit sets a timer
// to be called again. Writes go first: they are few, and each has a caller who waits.
func (p *Pacer) admit() {
	now := time.Now()
	var wake time.Time
	for _, kind := range [2]Kind{Write, Read} {
		l := p.lanes[kind]
		for l.wantsSlot() {
			at := later(p.gate.opensAt(), l.restsUntil)
			if at.After(now) {
				wake = sooner(wake, at)
				break
			}
			p.gate.pass(now)
			l.grant()
		}
	}
	p.wakeAt(now, wake)
}

func (p *Pacer) wakeAt(now, at time.Time) {
	if at.IsZero() {
		if p.timer != nil {
			p.timer.Stop()
		}
		return
	}
	if p.timer == nil {
		p.timer = time.AfterFunc(at.Sub(now), func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.admit()
		})
		return
	}
	p.timer.Reset(at.Sub(now))
}

// State is what a Pacer does at one moment, for people and for metrics.
type State struct {
	Mode Mode
	// ReadSlots and WriteSlots are the numbers of requests allowed in flight now.
	ReadSlots, WriteSlots int
	// Reading and Writing are the numbers of requests in flight.
	Reading, Writing int
	// Waiting is the number of requests that wait for a slot.
	Waiting int
	// HoldUntil is when requests go on after the store asked to wait or kept failing; zero when nothing holds them.
	HoldUntil time.Time
	// PerSecond is the rate in force, in requests a second; 0 when there is no limit.
	PerSecond float64
}

// State returns what the Pacer does now.
func (p *Pacer) State() State {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, w := p.lanes[Read], p.lanes[Write]
	s := State{
		Mode: p.mode, ReadSlots: r.steer.slots(), WriteSlots: w.steer.slots(),
		Reading: r.inFlight, Writing: w.inFlight, Waiting: r.waiting.Len() + w.waiting.Len(),
		PerSecond: p.gate.perSecond(),
	}
	if p.gate.holdUntil.After(time.Now()) {
		s.HoldUntil = p.gate.holdUntil
	}
	return s
}
