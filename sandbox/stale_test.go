package sandbox

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/waybillhq/waybill/sandbox/internal/recording"
	"github.com/waybillhq/waybill/sandbox/internal/shop"
)

// shownLists are the records of a store that are kept rendered, and what they show of each other.
var shownLists = []string{
	"orders?per_page=100&status=any,trash,auto-draft,checkout-draft", "products?per_page=100&status=any",
	"refunds?per_page=100",
	"customers?role=all&per_page=100", "coupons?per_page=100&status=any", "products/categories?per_page=100",
}

// TestRenderedRecordsAreNeverStale plays recordings and reads all records after each step, once as they are kept
// rendered and once rendered anew: whatever a step changed, a list must show it. WAYBILL_RECORDINGS names a larger
// file.
func TestRenderedRecordsAreNeverStale(t *testing.T) {
	t.Parallel()
	path := os.Getenv("WAYBILL_RECORDINGS")
	if path == "" {
		path = filepath.Join("testdata", "measured.jsonl")
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	sections, err := recording.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range sections {
		t.Run(section.Name, func(t *testing.T) {
			t.Parallel()
			p := newPlayer(ReplayOptions{})
			for _, step := range section.Steps {
				p.play(t.Context(), &recording.Section{Name: section.Name, Steps: []*recording.Step{step}})
				if step.Kind == "http" && step.Request.Method == http.MethodGet {
					continue
				}
				kept := p.readAll(t)
				// a change renders all anew
				p.store.shop.Update(func(st *shop.Store) { st.SetOption("an_option", step.ID) })
				for i, anew := range p.readAll(t) {
					if anew != kept[i] {
						t.Fatalf("after %s the store shows of %s\n%s\nbut rendered anew\n%s", step.ID, shownLists[i],
							kept[i], anew)
					}
				}
			}
		})
	}
}

// readAll reads the lists as an administrator.
func (p *player) readAll(t *testing.T) []string {
	t.Helper()
	bodies := make([]string, len(shownLists))
	for i, list := range shownLists {
		r := p.build(&recording.Step{
			As: "adm", Auth: "basic", Scheme: "https",
			Request: &recording.Request{Method: http.MethodGet, Path: "/wp-json/wc/v3/" + list},
		})
		w := &responseBuffer{header: http.Header{}}
		p.store.ServeHTTP(w, r)
		if w.status() != http.StatusOK {
			t.Fatalf("reading %s: %d %s", list, w.status(), w.body.String())
		}
		bodies[i] = w.body.String()
	}
	return bodies
}
