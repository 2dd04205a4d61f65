package probe

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// A single answer may be chance. This file decides which requests are made once more, and when.

// one sends a probe. A request to slow down is honoured once; the answer that asked for it stays in the evidence under
// the name "limited.…". A request whose answer was cut off or did not come in time is made once more, because a web
// server that is reloaded ends connections too, a shop may be busy for a moment, and a fault of the store comes back;
// the first answer stays under the name "cut.…".
func (p *prober) one(ctx context.Context, pr probe) *evidence.Exchange {
	p.mu.Lock()
	p.asked[pr.id] = pr
	p.mu.Unlock()
	x := p.send(ctx, pr)
	if maybeChance(pr, x) && p.mayRepeat() {
		x.ID = string(evidence.Cut.Of(string(pr.id)))
		p.keepExchange(x)
		x = p.send(ctx, pr.anew())
	}
	if !asksToSlowDown(x, p.answers()) || p.pauses() >= maxPauses {
		return p.keepExchange(x)
	}
	pause := p.slowDown(x)
	x.ID = string(evidence.Limited.Of(string(pr.id)))
	p.keepExchange(x)
	select {
	case <-time.After(pause):
	case <-ctx.Done():
	}
	return p.keepExchange(p.send(ctx, pr.anew()))
}

// maybeChance says whether an answer was cut off or did not come in time, so that the next may be whole. Probes with a
// time of their own, and the first write, are asked again where more is known. A store's front page is not asked again:
// it says nothing that a key needs.
func maybeChance(pr probe, x *evidence.Exchange) bool {
	switch {
	case x.Fault == nil:
		return false
	case x.Fault.Class == "truncated":
		return x.Request.Method == http.MethodGet
	}
	return evidence.TimedOut(x) && pr.timeout == 0 && pr.id != evidence.ScopeWrite && pr.id.Kind() != evidence.Look
}

// maxRepeats bounds how often one run repeats a request that was cut off.
const maxRepeats = 2

func (p *prober) mayRepeat() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.repeats++
	return p.repeats <= maxRepeats
}

func (p *prober) pauses() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.limited
}

func (p *prober) answers() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.reached
}

// asksToSlowDown tells a rate limit from a block: 429 always, 503 only after other answers came and when the web server
// itself says so (nginx answers 503 to what exceeds its limit).
func asksToSlowDown(x *evidence.Exchange, before int) bool {
	if x.Status == http.StatusTooManyRequests {
		return true
	}
	return x.Status == http.StatusServiceUnavailable && before > 3 && x.Body.Kind != "json" &&
		!evidence.HasMark(x, "maintenance-core", "coming-soon") && !evidence.HasMark(x, evidence.Decisive...)
}

// maxPauses bounds how often one run waits for a store to recover.
const maxPauses = 6

// slowDown makes the rest of the run slower and says how long to wait before asking again.
func (p *prober) slowDown(x *evidence.Exchange) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.limited++
	p.spacing = max(p.spacing*4, p.budget.Pause/5)
	if p.limited > 2 {
		p.spacing = p.budget.Pause * 2 / 5
	}
	pause := p.budget.Pause / 3
	if seconds, err := strconv.Atoi(strings.TrimSpace(x.Header.Get("Retry-After"))); err == nil {
		pause = time.Duration(seconds) * time.Second
	}
	return min(max(pause, p.budget.Pause/3), p.budget.Pause)
}
