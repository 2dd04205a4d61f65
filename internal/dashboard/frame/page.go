package frame

import (
	"context"
	"embed"
	"html/template"
	"io/fs"

	"github.com/waybillhq/waybill/internal/problem"
)

// Place is an entry of the navigation.
type Place string

// The entries of the navigation, in their order.
const (
	Overview      Place = "overview"
	Problems      Place = "problems"
	Orders        Place = "orders"
	Writes        Place = "writes"
	Deliveries    Place = "deliveries"
	Subscriptions Place = "subscriptions"
	Consumers     Place = "consumers"
	Reconcile     Place = "reconcile"
	Connect       Place = "connect"
	Jobs          Place = "jobs"
	Audit         Place = "audit"
	Settings      Place = "settings"
)

// Page is what a template is filled with.
type Page struct {
	Title string
	Here  Place
	// Live keeps the page up to date while it is open.
	Live bool
	// Chart says that the page has a chart, so that its script is loaded.
	Chart bool
	// Script is a file of ours that the page needs besides; empty for none.
	Script string
	// Plain leaves the navigation out: for who is not signed in.
	Plain bool
	Data  any
}

// shown is what the layout sees.
type shown struct {
	Page
	Session Session
	Said    string
	Nav     []entry
	Version string
	File    func(name string) string
}

// entry is a link of the navigation.
type entry struct {
	Place Place
	Name  string
	Path  string
	Key   string // pressed after g
	Badge int
	Here  bool
}

//go:embed templates
var own embed.FS

var (
	layout  = template.Must(template.New("layout.html").Funcs(funcs).ParseFS(own, "templates/layout.html", "templates/parts.html"))
	failed  = Parse(own, "templates/failed.html")
	confirm = Parse(own, "templates/confirm.html")
)

// View is a page's template within the layout.
type View struct{ set *template.Template }

// Parse reads templates, the first of which defines "main". It panics on a mistake in them: they are part of the
// program.
func Parse(files fs.FS, names ...string) View { return ParseWith(nil, files, names...) }

// ParseWith is Parse with functions of the room that the templates belong to.
func ParseWith(more template.FuncMap, files fs.FS, names ...string) View {
	return View{template.Must(template.Must(layout.Clone()).Funcs(more).ParseFS(files, names...))}
}

// Show fills a template, for the answer.
func (v *Visit) Show(view View, p Page) error {
	s := shown{Page: p, Session: v.Session, Said: v.said(), Version: v.frame.opts.Version, File: fileOf}
	if !p.Plain {
		s.Nav = v.frame.nav(v.Context(), v.Session, p.Here)
	}
	v.body.Reset()
	return view.set.ExecuteTemplate(v.body, "layout.html", s)
}

// Refill shows a form again with what was wrong with it.
func (v *Visit) Refill(view View, p Page, wrong error) error {
	code := problem.From(wrong).Code
	v.code, v.status = code, code.HTTPStatus()
	return v.Show(view, p)
}

// Confirmation is what a person is asked before something is done.
type Confirmation struct {
	// Title asks, Says tells what will happen, one sentence each.
	Title string
	Says  []string
	// Request is what would be sent, as a program sees it; empty for nothing.
	Request string
	// Button is the word on the button, Danger that it cannot be taken back, Back where to go instead.
	Button string
	Danger bool
	Back   string
	// Fields are sent again with the person's yes.
	Fields [][2]string
	// Path is where the yes goes; empty for where the question came from.
	Path string
}

// Confirm asks. The yes comes to the same route, with the fields and [Visit.Confirmed].
func (v *Visit) Confirm(here Place, c Confirmation) error {
	if c.Path == "" {
		c.Path = v.URL.Path
	}
	v.noted = false // nothing was done yet
	return v.Show(confirm, Page{Title: c.Title, Here: here, Data: c})
}

// nav are the entries that who looks may open.
func (f *Frame) nav(ctx context.Context, s Session, here Place) []entry {
	var badges map[Place]int
	if f.opts.Badges != nil {
		badges = f.opts.Badges(ctx, s)
	}
	var open []entry
	for _, e := range places {
		r, known := f.routes["GET "+e.Path]
		if e.Path == "/" {
			r, known = f.routes["GET /{$}"]
		}
		if !known || r.Need != "" && !s.May(r.Need) || !r.Open && s.Name == "" && s.Caller.Actor == "" {
			continue
		}
		e.Here, e.Badge = e.Place == here, badges[e.Place]
		open = append(open, e)
	}
	return open
}

// places are the entries of the navigation. Those without a route are left out.
var places = []entry{
	{Place: Overview, Name: "Overview", Path: "/", Key: "h"},
	{Place: Problems, Name: "Problems", Path: "/problems", Key: "p"},
	{Place: Orders, Name: "Orders", Path: "/orders", Key: "o"},
	{Place: Writes, Name: "Writes", Path: "/writes", Key: "w"},
	{Place: Deliveries, Name: "Deliveries", Path: "/deliveries", Key: "d"},
	{Place: Subscriptions, Name: "Subscriptions", Path: "/subscriptions", Key: "s"},
	{Place: Consumers, Name: "Consumers", Path: "/consumers", Key: "c"},
	{Place: Reconcile, Name: "Reconcile", Path: "/reconcile", Key: "r"},
	{Place: Connect, Name: "Connect a shop", Path: "/connect", Key: "n"},
	{Place: Jobs, Name: "Jobs", Path: "/jobs", Key: "j"},
	{Place: Audit, Name: "Audit log", Path: "/audit", Key: "a"},
	{Place: Settings, Name: "Settings", Path: "/settings", Key: "t"},
}
