package connect

import (
	"embed"
	"net/http"
	"net/url"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/onboarding"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
)

// Parts are what the pages speak for. All are needed.
type Parts struct {
	Onboarding *onboarding.Keeper
	Connector  *stores.Connector
	Examiner   *stores.Examiner
	Finder     *stores.Finder
}

// pages is the pages over the parts.
type pages struct{ Parts }

// New gives the pages. What lies below /connect/ belongs to shops and their owners.
func New(parts Parts) []frame.Route {
	p := &pages{parts}
	const need = access.StoresWrite
	return []frame.Route{
		{ID: "connect-page", Method: http.MethodGet, Path: "/connect", Need: need, Serve: p.address},
		{ID: "look-at-shop", Method: http.MethodPost, Path: "/connect", Need: need, Quiet: true, Serve: p.look},
		{ID: "begin-connection", Method: http.MethodPost, Path: "/connecting", Need: need, Serve: p.begin},
		{ID: "connect-store", Method: http.MethodPost, Path: "/connecting/key", Need: need, Serve: p.key},
		{ID: "connection-page", Method: http.MethodGet, Path: "/connecting/{connection}", Need: need, Serve: p.waiting},
		{ID: "cancel-connection", Method: http.MethodPost, Path: "/connecting/{connection}/cancel", Need: need,
			Serve: p.cancel},
	}
}

var (
	addressView = view("address")
	foundView   = view("found")
	waitingView = view("waiting")
)

// addressPage asks for an address, and lists what is under way.
type addressPage struct {
	URL      string
	Wrong    *problem.Problem
	UnderWay []way
}

// way is a connection on its way, as it is shown.
type way struct {
	storage.Connection
	Path, Colour, Word string
}

func wayOf(c storage.Connection) way {
	w := way{Connection: c, Path: "/connecting/" + url.PathEscape(c.ID)}
	switch c.State {
	case storage.ConnectionWaiting:
		w.Colour, w.Word = "heals", "waits for approval"
	case storage.ConnectionArrived:
		w.Colour, w.Word = "heals", "key is tried"
	case storage.ConnectionConnected:
		w.Colour, w.Word = "good", "connected"
	case storage.ConnectionFailed:
		w.Colour, w.Word = "act", "not connected"
	}
	return w
}

func (p *pages) address(v *frame.Visit) error { return p.showAddress(v, v.Text("url"), nil) }

func (p *pages) showAddress(v *frame.Visit, typed string, wrong *problem.Problem) error {
	page := addressPage{URL: typed, Wrong: wrong}
	all, err := p.Onboarding.Connections(v.Context(), v.Session.Caller.GroupID)
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.State != storage.ConnectionConnected {
			page.UnderWay = append(page.UnderWay, wayOf(c))
		}
	}
	show := frame.Page{Title: "Connect a shop", Here: frame.Connect, Data: page}
	if wrong != nil {
		return v.Refill(addressView, show, wrong)
	}
	return v.Show(addressView, show)
}

// foundPage says what was found at an address, and offers the ways on.
type foundPage struct {
	URL, Home, Name string
	KeysPage        string
	// Healthy says that nothing stands in the way of what can be seen without a key; Finding is what does.
	Healthy bool
	Finding *doctor.Finding
	Site    []doctor.SiteFact
	Wrong   *problem.Problem
	// Sure offers to go to the approval page though it seems from here that it will not work.
	Sure bool
}

func (p *pages) look(v *frame.Visit) error {
	typed := v.Text("url")
	if err := p.Connector.Expect(v.Context(), typed, ""); err != nil {
		w := forPerson(v, err)
		if w == nil {
			return err
		}
		return p.showAddress(v, typed, w)
	}
	return p.showFound(v, foundPage{URL: typed})
}

func (p *pages) showFound(v *frame.Visit, page foundPage) error {
	report, err := p.Examiner.Examine(v.Context(), v.Session.Caller.GroupID, doctor.Target{URL: page.URL})
	if w := forPerson(v, err); w != nil {
		return p.showAddress(v, page.URL, w)
	}
	if err != nil {
		return err
	}
	if page.Home, err = doctor.Home(page.URL); err != nil {
		return err
	}
	page.KeysPage, page.Site, page.Finding = onboarding.KeysPage(page.Home), report.Site, report.Root()
	page.Healthy = page.Finding == nil || page.Finding.Severity != doctor.Problem
	show := frame.Page{Title: "What was found at " + page.Home, Here: frame.Connect, Data: page}
	if page.Wrong != nil {
		return v.Refill(foundView, show, page.Wrong)
	}
	return v.Show(foundView, show)
}

func (p *pages) begin(v *frame.Visit) error {
	page := foundPage{URL: v.Text("url"), Name: v.Text("name")}
	v.About(page.Name)
	c, err := p.Onboarding.Begin(v.Context(), onboarding.Wanted{URL: page.URL, Name: page.Name,
		Group: v.Session.Caller.GroupID, Sure: v.Text("sure") == "yes"})
	if w := forPerson(v, err); w != nil {
		page.Wrong, page.Sure = w, w.Code == problem.ApprovalImpossible && w.Details["sure"] == "helps"
		return p.showFound(v, page)
	}
	if err != nil {
		return err
	}
	v.About(c.ID)
	v.Redirect(wayOf(c).Path)
	return nil
}

func (p *pages) key(v *frame.Visit) error {
	page := foundPage{URL: v.Text("url"), Name: v.Text("name")}
	v.About(page.Name)
	connected, _, err := p.Connector.ConnectExamined(v.Context(), stores.Connection{URL: page.URL, Name: page.Name,
		Key: v.Text("key"), Secret: v.Text("secret"), Group: v.Session.Caller.GroupID})
	if w := forPerson(v, err); w != nil {
		page.Wrong = w
		return p.showFound(v, page)
	}
	if err != nil {
		return err
	}
	v.About(connected.Store.Name)
	return v.Done("/shops/"+url.PathEscape(connected.Store.Name),
		"The shop is connected. Its first copy has begun; orders appear here as they come.")
}

// waitingPage is how a connection stands.
type waitingPage struct {
	way
	Link, Shop string
}

func (p *pages) waiting(v *frame.Visit) error {
	c, err := p.Onboarding.Connection(v.Context(), v.Session.Caller.GroupID, v.PathValue("connection"))
	if err != nil {
		return err
	}
	page := waitingPage{way: wayOf(c), Link: p.Onboarding.Link(c)}
	if c.StoreID != 0 {
		all, err := p.Finder.Stores(v.Context())
		if err != nil {
			return err
		}
		for _, st := range all {
			if st.ID == c.StoreID && v.Session.Caller.Sees(st) {
				page.Shop = st.Name
			}
		}
	}
	return v.Show(waitingView, frame.Page{Title: "Connecting " + c.HomeURL, Here: frame.Connect, Live: true,
		Data: page})
}

func (p *pages) cancel(v *frame.Visit) error {
	id := v.PathValue("connection")
	v.About(id)
	if err := p.Onboarding.Cancel(v.Context(), v.Session.Caller.GroupID, id); err != nil {
		return err
	}
	return v.Done("/connect", "Given up. What the owner of the shop approves from now on is not taken.")
}

// forPerson is an error that is told on the page itself; nil for any other. Who is confined to a group is not told that
// a shop belongs to another one.
func forPerson(v *frame.Visit, err error) *problem.Problem {
	if err == nil {
		return nil
	}
	p := problem.From(err)
	switch {
	case p.Code == problem.StoreExists && v.Session.Caller.GroupID != 0:
		return problem.From(connectedAlready())
	case p.Code == problem.Internal, p.Code == problem.Interrupted:
		return nil
	}
	return p
}

//go:embed templates
var files embed.FS

func view(name string) frame.View {
	return frame.Parse(files, "templates/"+name+".html", "templates/shared.html")
}
