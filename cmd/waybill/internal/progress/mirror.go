package progress

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/mirror"
)

// Mirror shows how work goes on: one line that is redrawn where a person watches, a plain line now and then where not,
// nothing with --json.
type Mirror struct {
	on   Display
	name string

	mu    sync.Mutex
	drawn bool
	shown time.Time
	task  string
	until time.Time
}

const (
	redrawEvery = 100 * time.Millisecond
	plainEvery  = 5 * time.Second
)

// Mirror begins to show work on a mirror. Name, when not empty, says of which store. Short work shows nothing where no
// person watches.
func (d Display) Mirror(name string) *Mirror {
	p := &Mirror{on: d, name: name}
	if !d.Terminal.Interactive {
		p.shown = time.Now()
	}
	return p
}

// Watch shows a state of the work.
func (p *Mirror) Watch(now mirror.Progress) {
	if p.on.Silent {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	task := string(now.Resource) + " " + string(now.Task)
	every := plainEvery
	if p.on.Terminal.Interactive {
		every = redrawEvery
	}
	// That a store cannot be reached is worth a line of its own.
	lost := !now.Until.IsZero() && !now.Until.Equal(p.until)
	if time.Since(p.shown) < every && !lost && (task == p.task || !p.on.Terminal.Interactive) {
		return
	}
	p.shown, p.task, p.until = time.Now(), task, now.Until
	if !p.on.Terminal.Interactive {
		p.on.note("%s", p.plain(now))
		return
	}
	p.on.draw(p.line(now))
	p.drawn = true
}

// Done takes the line away, so that results begin on a clean one.
func (p *Mirror) Done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clearLocked()
}

func (p *Mirror) clearLocked() {
	if p.drawn {
		p.on.erase()
		p.drawn = false
	}
}

func (p *Mirror) line(now mirror.Progress) string {
	t := p.on.Terminal
	parts := []string{t.Strong(p.label(now))}
	if now.Total >= worthABar {
		parts = append(parts, bar(t, now.Done, now.Total), fmt.Sprintf("%s/%s", terminal.Count(now.Done),
			terminal.Count(now.Total)))
	} else if now.Done > 0 {
		parts = append(parts, terminal.Count(now.Done))
	}
	parts = append(parts, rest(now)...)
	return strings.Join(parts, "  ")
}

// plain is the same for a log file: stable words, no bar.
func (p *Mirror) plain(now mirror.Progress) string {
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
	parts = append(parts, terminal.Plural(int(now.Requests), "request", "requests"))
	switch {
	case now.Task == mirror.TaskWait:
		return nil
	case now.Trouble != "" && !now.Until.IsZero():
		parts = append(parts, fmt.Sprintf("%s, trying until %s (Ctrl-C ends it)", now.Trouble,
			now.Until.Local().Format(time.TimeOnly)))
	case now.Trouble != "":
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

// waiting stands in the place of what is done while another process has the mirror in its hands.
const waiting = "waiting for another process that is at work on it (it ends with that, or with Ctrl-C)"

func (p *Mirror) label(now mirror.Progress) string {
	label := "starting"
	if now.Task == mirror.TaskWait {
		label = waiting
	} else if words := doing[now.Task]; words != "" {
		label = fmt.Sprintf(words, strings.ReplaceAll(string(now.Resource), "_", " "))
	}
	if p.name != "" {
		label = p.name + ": " + label
	}
	return label
}
