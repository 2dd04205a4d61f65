package main

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/waybillhq/waybill/internal/mirror"
)

// progress shows how work goes on: one line that is redrawn where a person watches, a plain line now and then where
// not, nothing with --json.
type progress struct {
	app  *app
	name string

	mu    sync.Mutex
	drawn bool
	shown time.Time
	task  string
}

const (
	redrawEvery = 100 * time.Millisecond
	plainEvery  = 5 * time.Second
)

// newProgress begins a display. Name, when not empty, says which store.
// Short work shows nothing where no person watches.
func (a *app) newProgress(name string) *progress {
	p := &progress{app: a, name: name}
	if !a.err.interactive {
		p.shown = time.Now()
	}
	return p
}

// watch shows a state of the work.
func (p *progress) watch(now mirror.Progress) {
	if p.app.global.json {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	task := string(now.Resource) + " " + string(now.Task)
	every := plainEvery
	if p.app.err.interactive {
		every = redrawEvery
	}
	if time.Since(p.shown) < every && (task == p.task || !p.app.err.interactive) {
		return
	}
	p.shown, p.task = time.Now(), task
	if !p.app.err.interactive {
		p.app.note("%s", p.plain(now))
		return
	}
	p.clearLocked()
	fmt.Fprint(p.app.stderr, ansi.Truncate(p.line(now), max(p.app.err.width-1, 20), "…"))
	p.drawn = true
}

// done takes the line away, so that results begin on a clean one.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clearLocked()
}

func (p *progress) clearLocked() {
	if p.drawn {
		fmt.Fprint(p.app.stderr, "\r"+ansi.EraseEntireLine)
		p.drawn = false
	}
}

func (p *progress) line(now mirror.Progress) string {
	t := p.app.err
	parts := []string{t.strong(p.label(now))}
	if now.Total >= worthABar {
		parts = append(parts, bar(t, now.Done, now.Total), fmt.Sprintf("%s/%s", count(now.Done), count(now.Total)))
	} else if now.Done > 0 {
		parts = append(parts, count(now.Done))
	}
	parts = append(parts, rest(now)...)
	return strings.Join(parts, "  ")
}

// plain is the same for a log file: stable words, no bar.
func (p *progress) plain(now mirror.Progress) string {
	parts := []string{p.label(now)}
	if now.Total > 0 {
		parts = append(parts, fmt.Sprintf("%d/%d (%d%%)", now.Done, now.Total, percent(now.Done, now.Total)))
	} else if now.Done > 0 {
		parts = append(parts, fmt.Sprint(now.Done))
	}
	return strings.Join(append(parts, rest(now)...), "  ")
}

func rest(now mirror.Progress) []string {
	var parts []string
	if now.Rate > 0 {
		parts = append(parts, fmt.Sprintf("%.0f/s", now.Rate))
	}
	if left := now.Left(); left > 0 {
		parts = append(parts, "ETA "+left.Round(time.Second).String())
	}
	parts = append(parts, plural(int(now.Requests), "request", "requests"))
	if now.Trouble != "" {
		parts = append(parts, now.Trouble+", trying again")
	}
	return parts
}

// doing says in words what each kind of work does to a resource.
var doing = map[mirror.Task]string{
	mirror.TaskBackfill: "copying %s",
	mirror.TaskPoll:     "looking for changed %s",
	mirror.TaskReread:   "reading changed %s",
	mirror.TaskCensus:   "counting %s",
	mirror.TaskSweep:    "comparing the ids of %s",
	mirror.TaskList:     "reading %s",
	mirror.TaskVerify:   "comparing %s",
}

func (p *progress) label(now mirror.Progress) string {
	label := "starting"
	if words := doing[now.Task]; words != "" {
		label = fmt.Sprintf(words, strings.ReplaceAll(string(now.Resource), "_", " "))
	}
	if p.name != "" {
		label = p.name + ": " + label
	}
	return label
}

const barWidth = 24

// worthABar is how many records make a bar say more than a number.
const worthABar = 50

func bar(t terminal, done, total int) string {
	full := min(barWidth, done*barWidth/max(total, 1))
	return t.accent(strings.Repeat("━", full)) + t.faint(strings.Repeat("━", barWidth-full)) + fmt.Sprintf(" %3d%%", percent(done, total))
}

func percent(done, total int) int { return min(100, done*100/max(total, 1)) }
