package progress

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
)

var halfWay = mirror.Progress{Resource: storage.Orders, Task: mirror.TaskBackfill, Done: 2500, Total: 5000,
	Requests: 25, Rate: 100, Trouble: "the store answered 502"}

func progressOn(t terminal.Terminal) (*Mirror, *bytes.Buffer) {
	var out bytes.Buffer
	return Display{Out: &out, Terminal: t}.Mirror(""), &out
}

func TestProgressIsRedrawnWhereAPersonWatches(t *testing.T) {
	t.Parallel()
	p, out := progressOn(terminal.Terminal{Interactive: true, Colour: true, Width: 100})
	p.Watch(halfWay)
	for _, want := range []string{"copying orders", "2,500/5,000", "50%", "100/s", "ETA 25s", "25 requests"} {
		if !strings.Contains(ansi.Strip(out.String()), want) {
			t.Errorf("%q is missing in %q", want, ansi.Strip(out.String()))
		}
	}
	if strings.Contains(out.String(), "\n") {
		t.Error("the line was ended, so it cannot be redrawn")
	}
	p.Done()
	if !strings.HasSuffix(out.String(), "\r"+ansi.EraseEntireLine) {
		t.Error("the line was left behind")
	}
}

func TestTheBarIsReadWithoutColours(t *testing.T) {
	t.Parallel()
	for done, want := range map[int]string{
		0: strings.Repeat("┄", 24) + "   0%", 33: strings.Repeat("━", 7) + strings.Repeat("┄", 17) + "  33%",
		100: strings.Repeat("━", 24) + " 100%", 140: strings.Repeat("━", 24) + " 100%",
	} {
		if got := bar(terminal.Terminal{Interactive: true}, done, 100); got != want {
			t.Errorf("%d of 100: %q, want %q", done, got, want)
		}
	}
}

func TestProgressFitsANarrowTerminal(t *testing.T) {
	t.Parallel()
	p, out := progressOn(terminal.Terminal{Interactive: true, Width: 40})
	p.Watch(halfWay)
	if w := ansi.StringWidth(out.String()); w >= 40 {
		t.Errorf("%d cells wide", w)
	}
}

func TestProgressIsPlainLinesNowAndThenWhereNobodyWatches(t *testing.T) {
	t.Parallel()
	p, out := progressOn(terminal.Terminal{})
	p.Watch(halfWay)
	if out.Len() > 0 {
		t.Errorf("short work made noise: %q", out)
	}
	p.shown = time.Now().Add(-time.Minute)
	p.Watch(halfWay)
	p.Watch(halfWay)
	p.Done()
	want := "copying orders  2500/5000 (50%)  100/s  ETA 25s  25 requests  the store answered 502, trying again\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out, want)
	}
}

func TestProgressIsSilentWithJSON(t *testing.T) {
	t.Parallel()
	p, out := progressOn(terminal.Terminal{Interactive: true, Width: 80})
	p.on.Silent = true
	p.Watch(halfWay)
	p.Done()
	if out.Len() > 0 {
		t.Errorf("printed %q", out)
	}
}

// While a doctor asks a slow store, a person sees what it waits for.
func TestAnExaminationSaysWhatItWaitsFor(t *testing.T) {
	t.Parallel()
	e := &Examination{shop: "https://shop.example", began: time.Now(), waiting: map[string]int{}}
	e.started("the newest order")
	e.started("the front page")
	e.answer("the front page")
	for _, want := range []string{"Asking https://shop.example", "1 answer, ", "waiting for: the newest order"} {
		if got := e.line(); !strings.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
}
