package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
)

var halfWay = mirror.Progress{Resource: storage.Orders, Task: mirror.TaskBackfill, Done: 2500, Total: 5000, Requests: 25, Rate: 100, Trouble: "the store answered 502"}

func progressOn(t terminal) (*progress, *bytes.Buffer) {
	var out bytes.Buffer
	a := newApp(strings.NewReader(""), &bytes.Buffer{}, &out, nil)
	a.err = t
	return a.newProgress(""), &out
}

func TestProgressIsRedrawnWhereAPersonWatches(t *testing.T) {
	t.Parallel()
	p, out := progressOn(terminal{interactive: true, colour: true, width: 100})
	p.watch(halfWay)
	for _, want := range []string{"copying orders", "2,500/5,000", "50%", "100/s", "ETA 25s", "25 requests"} {
		if !strings.Contains(ansi.Strip(out.String()), want) {
			t.Errorf("%q is missing in %q", want, ansi.Strip(out.String()))
		}
	}
	if strings.Contains(out.String(), "\n") {
		t.Error("the line was ended, so it cannot be redrawn")
	}
	p.done()
	if !strings.HasSuffix(out.String(), "\r"+ansi.EraseEntireLine) {
		t.Error("the line was left behind")
	}
}

func TestProgressFitsANarrowTerminal(t *testing.T) {
	t.Parallel()
	p, out := progressOn(terminal{interactive: true, width: 40})
	p.watch(halfWay)
	if w := ansi.StringWidth(out.String()); w >= 40 {
		t.Errorf("%d cells wide", w)
	}
}

func TestProgressIsPlainLinesNowAndThenWhereNobodyWatches(t *testing.T) {
	t.Parallel()
	p, out := progressOn(terminal{})
	p.watch(halfWay)
	if out.Len() > 0 {
		t.Errorf("short work made noise: %q", out)
	}
	p.shown = time.Now().Add(-time.Minute)
	p.watch(halfWay)
	p.watch(halfWay)
	p.done()
	if got, want := out.String(), "copying orders  2500/5000 (50%)  100/s  ETA 25s  25 requests  the store answered 502, trying again\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestProgressIsSilentWithJSON(t *testing.T) {
	t.Parallel()
	p, out := progressOn(terminal{interactive: true, width: 80})
	p.app.global.json = true
	p.watch(halfWay)
	p.done()
	if out.Len() > 0 {
		t.Errorf("printed %q", out)
	}
}

func TestColoursNeedATerminalAndRespectNO_COLOR(t *testing.T) {
	t.Parallel()
	if d := describeTerminal(&bytes.Buffer{}, []string{"TERM=xterm-256color"}); d.colour || d.interactive || d.width != 0 {
		t.Errorf("a pipe: %+v", d)
	}
	if got := (terminal{}).bad("x"); got != "x" {
		t.Errorf("painted %q without colours", got)
	}
	if got := (terminal{colour: true}).bad("x"); got == "x" || ansi.Strip(got) != "x" {
		t.Errorf("painted %q", got)
	}
}
