package dashboard_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/dashboard/stage"
	"github.com/waybillhq/waybill/internal/wait"
)

// One browser and one stage with everything on it serve all tests that look: both take a second to make.
var (
	browser = sync.OnceValues(func() (*stage.Browser, error) {
		b, err := stage.OpenBrowser(context.Background())
		if err == nil {
			closing(b.Close)
		}
		return b, err
	})
	scene = sync.OnceValues(openScene)
)

// opened is what TestMain closes.
var opened struct {
	sync.Mutex
	closers []func()
}

func closing(f func()) {
	opened.Lock()
	defer opened.Unlock()
	opened.closers = append(opened.closers, f)
}

func TestMain(m *testing.M) {
	code := m.Run()
	for _, f := range opened.closers {
		f()
	}
	os.Exit(code)
}

// staged is a Waybill with shops, receivers and writes, some of them in trouble.
type staged struct {
	*stage.Stage
	// write waits for a decision, order is one that a receiver does not take.
	write string
	order int64
}

func openScene() (*staged, error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "dashboard-")
	if err != nil {
		return nil, err
	}
	s, err := stage.Open(ctx, stage.Options{Dir: dir, Gate: frame.Open{Session: everything}})
	if err != nil {
		return nil, err
	}
	closing(func() { _ = s.Close(ctx); _ = os.RemoveAll(dir) })
	out := &staged{Stage: s}
	if err := s.Full(ctx); err != nil {
		return nil, err
	}
	if out.write, err = s.Park(ctx, "harbour-books"); err != nil {
		return nil, err
	}
	if out.order, err = s.Order(ctx, "lantern-tea"); err != nil {
		return nil, err
	}
	if err := s.Sync(ctx, "lantern-tea"); err != nil {
		return nil, err
	}
	return out, s.Break(ctx, "north-bikes", "ua-blocked")
}

// window is a page of the browser, at a dashboard.
type window struct {
	*testing.T
	ctx context.Context
	url string
}

// open opens a page of its own. Tests without Chromium are skipped, unless everything must be tested.
func open(t *testing.T, url string) *window {
	t.Helper()
	if !stage.FindBrowser() {
		if os.Getenv("WAYBILL_TEST_ALL") != "" {
			t.Fatal("there is no Chromium, and WAYBILL_TEST_ALL is set")
		}
		t.Skip("there is no Chromium")
	}
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	b, err := browser()
	if err != nil {
		t.Fatal(err)
	}
	ctx, leave := b.Tab()
	t.Cleanup(leave)
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancel)
	w := &window{T: t, ctx: ctx, url: url}
	w.ok(stage.Look(ctx, 1280, "light"))
	_, err = chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `window.violations = [];
		document.addEventListener("securitypolicyviolation", e => violations.push(e.violatedDirective + " " + e.blockedURI));
		window.addEventListener("error", e => violations.push("script: " + e.message));`})
	w.ok(err)
	return w
}

func (w *window) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// visit opens a page and looks whether its scripts and its policy agree.
func (w *window) visit(path string) {
	w.Helper()
	w.ok(chromedp.Do(w.ctx, chromedp.Navigate(w.url+path), chromedp.WaitReady(chromedp.CSS("#main"))))
	w.clean(path)
}

// clean fails when the page broke its policy or a script failed.
func (w *window) clean(where string) {
	w.Helper()
	if bad := eval[[]string](w, "violations"); len(bad) > 0 {
		w.Errorf("%s: %v", where, bad)
	}
}

// eval evaluates an expression in the page.
func eval[T any](w *window, expression string) T {
	w.Helper()
	value, err := chromedp.Run(w.ctx, chromedp.Evaluate[T](expression))
	w.ok(err)
	return value
}

// until waits until an expression is true in the page, whichever page that is: a click may lead to another.
func (w *window) until(what, expression string) {
	w.Helper()
	for range 1200 {
		// A page that is being left cannot answer.
		is, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool]("!!("+expression+")"))
		if err == nil && is {
			return
		}
		if wait.For(w.ctx, 50*time.Millisecond) != nil {
			break
		}
	}
	w.Fatalf("waiting for %s; the page says: %s", what, w.says())
}

// shows waits until the page has a text on it.
func (w *window) shows(text string) {
	w.Helper()
	w.until(text, fmt.Sprintf("document.body && document.body.innerText.includes(%q)", text))
}

// says is the text of the page.
func (w *window) says() string {
	value, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](`document.querySelector("#main").innerText`))
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(value)
}

// press presses keys, one after the other.
func (w *window) press(keys ...string) {
	w.Helper()
	for _, key := range keys {
		w.ok(chromedp.Do(w.ctx, chromedp.KeyEvent(key)))
	}
}

// click clicks what a selector finds, and waits for the page that follows.
func (w *window) click(selector string) {
	w.Helper()
	w.ok(chromedp.Do(w.ctx, chromedp.Click(chromedp.CSS(selector))))
}
