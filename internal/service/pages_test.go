package service

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/people"
	"github.com/waybillhq/waybill/internal/storage"
)

// somebody is who asks for pages.
type somebody struct {
	name   string
	caller access.Caller
	bears  string // the session; empty for nobody
}

// hostile is what somebody may have called things.
const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>'`

// dressed is a service with users of every role, and what strangers could name.
type dressed struct {
	*testing.T
	service *Service
	url     string
	routes  []frame.Route
	who     []somebody
	client  *http.Client
}

func dress(t *testing.T) *dressed {
	t.Helper()
	dir := t.TempDir()
	cfg, err := config.Load(config.Sources{Env: []string{"HOME=" + dir}, Flags: map[string]string{"data": dir,
		"sign_in.second_factor": "nobody"}})
	transport := &http.Transport{}
	d := &dressed{T: t, client: &http.Client{Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	t.Cleanup(transport.CloseIdleConnections)
	d.ok(err)
	d.service, err = Open(t.Context(), Options{Config: cfg, Logger: slog.New(slog.DiscardHandler)})
	d.ok(err)
	process := Process{Role: "api", Idle: true, API: true, Listen: "127.0.0.1:0", Version: "test"}
	d.ok(d.service.Start(t.Context(), process))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 20*time.Second)
		defer cancel()
		if err := d.service.Stop(ctx); err != nil {
			t.Errorf("stopping: %v", err)
		}
		if err := d.service.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	d.url = "http://" + d.service.Listening()
	pages, is := d.service.pages(process).(*frame.Frame)
	if !is {
		t.Fatal("the dashboard is no frame")
	}
	d.routes = pages.Routes()
	out := func(r frame.Route) string { // whoever signs out does nothing more
		return map[bool]string{true: "1", false: "0"}[r.Path == "/sign-out"] + r.Method + " " + r.Path
	}
	slices.SortFunc(d.routes, func(a, b frame.Route) int { return cmp.Compare(out(a), out(b)) })
	root := access.Local("test")
	_, err = d.service.CreateGroup(t.Context(), "acme")
	d.ok(err)
	_, err = d.service.CreateToken(t.Context(), root, access.NewToken{Name: hostile, Scopes: access.Integration()})
	d.ok(err)
	d.ok(d.service.Note(t.Context(), storage.AuditEntry{Actor: hostile, Name: hostile, Action: "x", Object: hostile}))
	for i, state := range []storage.ConnectionState{storage.ConnectionWaiting, storage.ConnectionArrived,
		storage.ConnectionConnected, storage.ConnectionFailed} {
		c := storage.Connection{ID: string(state), HomeURL: "https://shop.example/" + hostile, Name: hostile,
			State: state, Reason: "x", Why: hostile, Next: hostile, Notes: []string{hostile},
			StateHash: [storage.StateHashSize]byte{byte(i)}, ExpiresAt: time.Now().Add(time.Hour)}
		d.ok(d.service.db.Within(t.Context(), func(tx storage.Tx) error {
			_, err := tx.AddConnection(t.Context(), c)
			return err
		}))
	}
	d.who = []somebody{{name: "nobody"}}
	for _, as := range []struct {
		name, group string
		role        access.Role
	}{{"viewer", "", access.Viewer}, {"operator", "", access.Operator}, {"administrator", "", access.Administrator},
		{"head", "acme", access.Administrator}} {
		d.who = append(d.who, d.user(as.name, as.group, as.role))
	}
	return d
}

func (d *dressed) ok(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

func (d *dressed) user(name, group string, role access.Role) somebody {
	d.Helper()
	u, link, err := d.service.People.Invite(d.Context(), access.Local("test"),
		people.Invited{Email: name + "@example.com", Role: role, Group: group})
	d.ok(err)
	bears, err := d.service.People.Accept(d.Context(), link,
		people.Accepted{Name: hostile, Password: "four words are enough"}, people.Browser{Agent: hostile})
	d.ok(err)
	return somebody{name, access.Person(u.Email, u.Name, u.GroupID, role), bears}
}

// ask asks for a page as a browser does, and does not follow where it leads.
func (d *dressed) ask(who somebody, route frame.Route, query string, headers ...string) (int, http.Header, string) {
	d.Helper()
	path := route.Path
	for strings.Contains(path, "{") {
		before, rest, _ := strings.Cut(path, "{")
		_, after, _ := strings.Cut(rest, "}")
		name := "none"
		if rest[0] == '$' {
			name = ""
		}
		path = before + name + after
	}
	ctx, cancel := context.WithTimeout(d.Context(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, route.Method, d.url+path+query, nil)
	d.ok(err)
	req.Header.Set("Accept", "text/html")
	if route.Method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	if who.bears != "" {
		_, port, _ := strings.Cut(strings.TrimPrefix(d.url, "http://"), ":")
		req.AddCookie(&http.Cookie{Name: "waybill_session_" + port, Value: who.bears})
	}
	res, err := d.client.Do(req)
	d.ok(err)
	defer res.Body.Close()
	if res.Header.Get("Content-Type") == "text/event-stream" {
		return res.StatusCode, res.Header, "" // it has no end
	}
	text, err := io.ReadAll(res.Body)
	d.ok(err)
	return res.StatusCode, res.Header, string(text)
}

func TestPagesKeepTheirDoors(t *testing.T) {
	t.Parallel()
	d := dress(t)
	d.takeNothingForHTML()
	d.noOtherWebsiteActs()
	d.areForWhoMay()
}

// Whoever asks for a page or an action gets it where the role has the scope that the route names, and nowhere else.
func (d *dressed) areForWhoMay() {
	t := d.T
	if len(d.routes) < 40 {
		t.Errorf("there are only %d routes", len(d.routes))
	}
	for _, route := range d.routes {
		for _, who := range d.who {
			name := who.name + " " + route.Method + " " + route.Path
			status, header, _ := d.ask(who, route, "")
			if status >= http.StatusInternalServerError {
				t.Errorf("%s: %d", name, status)
			}
			ledToSignIn := status == http.StatusSeeOther && strings.HasPrefix(header.Get("Location"), "/sign-in")
			turnedAway := status == http.StatusForbidden || status == http.StatusUnauthorized || ledToSignIn
			switch {
			case route.Open: // who is quite in or not is decided on the page
			case who.bears == "" && !turnedAway:
				t.Errorf("%s: %d", name, status)
			case who.bears == "":
			case route.Need == "" || access.Allowed(who.caller, route.Need) == nil:
				if turnedAway {
					t.Errorf("%s (%s): %d", name, route.Need, status)
				}
			case status != http.StatusForbidden:
				t.Errorf("%s (%s): %d", name, route.Need, status)
			}
		}
	}
}

// What another website lets a browser do changes nothing, and no GET does.
func (d *dressed) noOtherWebsiteActs() {
	t := d.T
	admin := d.who[3]
	before, err := d.service.Audit(t.Context(), access.Local("test"), storage.AuditQuery{})
	d.ok(err)
	actions := 0
	for _, route := range d.routes {
		if route.Method == http.MethodGet {
			continue
		}
		actions++
		for _, headers := range [][]string{
			{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"},
			{"Sec-Fetch-Site", "", "Origin", "https://evil.example"}, {"Sec-Fetch-Site", "", "Origin", "null"},
		} {
			if status, _, _ := d.ask(admin, route, "", headers...); status != http.StatusForbidden {
				t.Errorf("%s with %q: %d", route.Path, headers, status)
			}
		}
	}
	after, err := d.service.Audit(t.Context(), access.Local("test"), storage.AuditQuery{})
	d.ok(err)
	if actions < 15 || len(after) != len(before) {
		t.Errorf("of %d actions the audit log has %d entries more", actions, len(after)-len(before))
	}
}

// What people and programs are called, and what stands in an address, is text on every page.
func (d *dressed) takeNothingForHTML() {
	t := d.T
	query := "?" + url.Values{"q": {hostile}, "to": {hostile}, "actor": {hostile}, "before": {hostile},
		"after": {hostile}, "state": {hostile}, "sort": {hostile}, "shop": {hostile}, "status": {hostile},
		"email": {hostile}, "from": {hostile}, "error": {hostile}}.Encode()
	shown := 0
	all := d.routes
	for _, state := range []string{"waiting", "arrived", "connected", "failed"} {
		all = append(all, frame.Route{Method: http.MethodGet, Path: "/connecting/" + state})
	}
	for _, route := range all {
		if route.Method != http.MethodGet {
			continue
		}
		for _, q := range []string{"", query} {
			for _, who := range []somebody{d.who[0], d.who[3]} {
				_, header, text := d.ask(who, route, q)
				if !strings.HasPrefix(header.Get("Content-Type"), "text/html") {
					continue
				}
				if strings.Contains(text, "<script>alert") || strings.Contains(text, "<img src=x") {
					t.Errorf("%s%s: what somebody wrote is HTML", route.Path, q)
				}
				shown += strings.Count(text, "&lt;script&gt;alert")
				policy := header.Get("Content-Security-Policy")
				if !strings.HasPrefix(policy, "default-src 'none'; script-src 'self'; style-src 'self';") {
					t.Errorf("%s: the policy is %q", route.Path, policy)
				}
				if strings.Contains(text, " style=") || strings.Contains(text, " onclick=") {
					t.Errorf("%s: there is inline style or script", route.Path)
				}
			}
		}
	}
	if shown < 10 {
		t.Errorf("the texts were shown %d times: the test looks at nothing", shown)
	}
}
