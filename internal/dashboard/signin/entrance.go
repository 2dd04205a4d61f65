package signin

import (
	"embed"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"

	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/people"
)

// Entrance is the gate of the dashboard, with its pages. It is safe for concurrent use.
type Entrance struct {
	people *people.Keeper
	opts   Options
}

// Options adjust an Entrance. Logger is needed.
type Options struct {
	// URL is the address under which people open the dashboard, for the provider that signs them in; empty for the one
	// that a browser uses.
	URL    string
	Logger *slog.Logger
}

// New makes an Entrance.
func New(keeper *people.Keeper, opts Options) *Entrance { return &Entrance{people: keeper, opts: opts} }

// Who is who sends a request. Who must set something up first is nobody yet.
func (e *Entrance) Who(r *http.Request) (frame.Session, bool) {
	s, there := e.session(r)
	if !there || s.Unfinished {
		return frame.Session{}, false
	}
	return shown(s), true
}

// session is the session of a browser, also one that is not finished. A database that does not answer lets nobody in.
func (e *Entrance) session(r *http.Request) (people.Session, bool) {
	s, there, err := e.people.Session(r.Context(), borne(r, sessionCookie))
	if err != nil {
		if r.Context().Err() == nil {
			e.opts.Logger.ErrorContext(r.Context(), "cannot look a session up", "error", err)
		}
		return people.Session{}, false
	}
	return s, there
}

// shown is a session as pages show it.
func shown(s people.Session) frame.Session {
	name := s.User.Name
	if name == "" {
		name = s.User.Email
	}
	return frame.Session{Caller: s.Caller, Name: name, Role: s.User.Role}
}

// SignIn is the page to sign in at, which leads on to a page that was wanted.
func (e *Entrance) SignIn(to string) string {
	if to == "" || to == "/" {
		return signInPath
	}
	return signInPath + "?" + url.Values{"to": {to}}.Encode()
}

const (
	signInPath  = "/sign-in"
	accountPath = "/account"
)

// Routes are the pages. All are open: who may do what is decided on each, since some are for who is not quite in.
func (e *Entrance) Routes() []frame.Route {
	open := func(id, method, path string, serve func(*frame.Visit) error) frame.Route {
		return frame.Route{ID: id, Method: method, Path: path, Open: true, Quiet: true, Serve: serve}
	}
	noted := func(id, path string, serve func(*frame.Visit, people.Session) error) frame.Route {
		return frame.Route{ID: id, Method: http.MethodPost, Path: path, Open: true, Serve: e.own(serve)}
	}
	return []frame.Route{
		open("sign-in-page", http.MethodGet, signInPath, e.signInPage),
		open("sign-in", http.MethodPost, signInPath, e.signIn),
		open("second-step-page", http.MethodGet, "/sign-in/code", e.codePage),
		open("second-step", http.MethodPost, "/sign-in/code", e.code),
		open("begin-passkey", http.MethodPost, "/sign-in/passkey/begin", e.beginPasskey),
		open("passkey", http.MethodPost, "/sign-in/passkey", e.passkey),
		open("provider", http.MethodGet, "/sign-in/provider", e.provider),
		open("provider-back", http.MethodGet, providerBack, e.providerBack),
		open("signed-in", http.MethodGet, "/sign-in/done", e.done),
		open("link-page", http.MethodGet, "/welcome/{link}", e.linkPage),
		open("accept-link", http.MethodPost, "/welcome/{link}", e.accept),
		open("enter-demo", http.MethodGet, "/demo/{link}", e.demo),
		open("sign-out", http.MethodPost, "/sign-out", e.signOut),

		open("account-page", http.MethodGet, accountPath, e.own(e.accountPage)),
		noted("rename-user", accountPath+"/name", e.rename),
		noted("set-password", accountPath+"/password", e.setPassword),
		noted("sign-out-others", accountPath+"/sessions", e.signOutOthers),
		open("begin-code", http.MethodPost, accountPath+"/code", e.own(e.beginCode)),
		noted("set-code", accountPath+"/code/finish", e.finishCode),
		noted("drop-code", accountPath+"/code/drop", e.dropCode),
		open("begin-new-passkey", http.MethodPost, accountPath+"/passkey/begin", e.own(e.beginNewPasskey)),
		open("add-passkey", http.MethodPost, accountPath+"/passkey", e.own(e.addPasskey)),
		noted("drop-passkey", accountPath+"/passkey/drop", e.dropPasskey),
	}
}

// own lets a page be served to who is signed in, also to who is not finished.
func (e *Entrance) own(serve func(*frame.Visit, people.Session) error) func(*frame.Visit) error {
	return func(v *frame.Visit) error {
		s, there := e.session(v.Request)
		if !there {
			if v.Method == http.MethodGet {
				v.Redirect(e.SignIn(v.URL.RequestURI()))
				return nil
			}
			return notSignedIn()
		}
		v.Session = shown(s)
		v.About(s.User.Email)
		return serve(v, s)
	}
}

// browserOf is where a request comes from.
func browserOf(v *frame.Visit) people.Browser {
	b := people.Browser{Agent: v.UserAgent()}
	if at, err := netip.ParseAddrPort(v.RemoteAddr); err == nil {
		b.From = at.Addr().Unmap()
	}
	return b
}

func siteOf(v *frame.Visit) people.Site { return people.Site{Host: v.Host} }

//go:embed templates
var files embed.FS

func view(name string) frame.View {
	return frame.Parse(files, "templates/"+name+".html", "templates/shared.html")
}
