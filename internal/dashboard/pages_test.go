package dashboard_test

import (
	_ "embed"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/waybillhq/waybill/internal/dashboard/stage"
)

//go:embed testdata/axe.js
var axe string

// everyPage are the pages of a staged Waybill.
func (s *staged) everyPage() []string {
	order := fmt.Sprintf("/shops/lantern-tea/orders/%d", s.order)
	return []string{"/", "/?state=idle", "/shops/lantern-tea", "/shops/north-bikes", "/shops/lantern-tea/key", "/orders",
		"/orders?store=lantern-tea", "/orders?store=lantern-tea&q=nobody", order, "/writes", "/writes?state=done",
		"/writes/" + s.write, "/deliveries", "/subscriptions", "/subscriptions/erp?try=yes", "/consumers",
		"/consumers/accounting", "/search", "/search?q=harbour", "/search?q=nothing-like-that", "/jobs", "/nothing"}
}

// violation is what axe finds on a page.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// accessible fails for what keeps people from using the page (WCAG 2.2 AA).
func (w *window) accessible(where string) {
	w.Helper()
	_, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool](axe+"; true"))
	w.ok(err)
	found, err := chromedp.Run(w.ctx, chromedp.Evaluate[[]violation](`axe.run(document, {runOnly: {type: "tag",
		values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}).then(r => r.violations)`,
		chromedp.EvalAwaitPromise))
	w.ok(err)
	for _, v := range found {
		w.Errorf("%s: %s: %s: %s\n%s", where, v.ID, v.Help, v.Nodes[0].HTML, v.Nodes[0].Summary)
	}
}

func TestEveryPageCanBeUsedByEverybody(t *testing.T) {
	t.Parallel()
	s := stagedFor(t)
	w := open(t, s.URL())
	for _, path := range s.everyPage() {
		w.visit(path)
		w.accessible(path)
	}
	w.ok(stage.Look(w.ctx, 390, "dark"))
	for _, path := range []string{"/", "/shops/north-bikes", "/writes/" + s.write, "/deliveries", "/orders?store=lantern-tea",
		fmt.Sprintf("/shops/lantern-tea/orders/%d", s.order)} {
		w.visit(path)
		w.accessible(path + " (dark, narrow)")
		if eval[bool](w, "document.documentElement.scrollWidth > innerWidth") {
			t.Errorf("%s is wider than a phone", path)
		}
	}
}

// stagedFor is the stage of all tests that only look at it.
func stagedFor(t *testing.T) *staged {
	t.Helper()
	if testing.Short() {
		t.Skip("a stage takes its time")
	}
	s, err := scene()
	if err != nil {
		t.Fatal(err)
	}
	return s
}
