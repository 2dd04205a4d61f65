package sandbox

import (
	_ "embed"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"
)

//go:embed admin_page.html
var adminPageText string

var adminPage = template.Must(template.New("admin").Funcs(template.FuncMap{
	"join":  strings.Join,
	"clock": func(t time.Time) string { return t.Format(time.DateTime) },
}).Parse(adminPageText))

// shownRequests is how many requests the page lists.
const shownRequests = 50

// page shows the store to people.
func (a *admin) page(w http.ResponseWriter, _ *http.Request) error {
	requests := a.store.Requests()
	slices.Reverse(requests)
	view := struct {
		State     State
		Faults    []ArmedFault
		Breakages []Breakage
		Requests  []LoggedRequest
		Path      string
	}{a.store.State(), a.store.Faults(), Breakages(), requests[:min(len(requests), shownRequests)], AdminPath}
	var page strings.Builder
	if err := adminPage.Execute(&page, view); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set(
		"Content-Security-Policy",
		"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
	)
	_, err := w.Write([]byte(page.String()))
	return err
}
