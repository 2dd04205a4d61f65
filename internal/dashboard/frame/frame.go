package frame

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/storage"
)

// Options are what the frame needs. All are needed but Badges.
type Options struct {
	Gate   Gate
	Log    Journal
	Logger *slog.Logger
	Now    func() time.Time
	// Version is that of the program, BodyLimit bounds what a form may hold, in bytes.
	Version   string
	BodyLimit int64
	// Changed returns when something may have changed that pages show, behind the number given, or with the context.
	Changed func(ctx context.Context, after int64) (now int64, err error)
	// Badges are the numbers beside entries of the navigation, for who looks.
	Badges func(ctx context.Context, s Session) map[Place]int
}

// Journal is the audit log.
type Journal interface {
	Note(ctx context.Context, e storage.AuditEntry) error
	NoteRefusal(ctx context.Context, e storage.AuditEntry)
}

// Frame serves pages. It is safe for concurrent use.
type Frame struct {
	opts   Options
	mux    *http.ServeMux
	routes map[string]Route
	origin *http.CrossOriginProtection
	bell   *bell
}

// New makes a Frame of routes.
func New(opts Options, routes ...Route) *Frame {
	f := &Frame{opts: opts, mux: http.NewServeMux(), routes: map[string]Route{},
		origin: http.NewCrossOriginProtection(), bell: newBell(opts.Changed)}
	for _, r := range append(routes, Route{ID: "live", Method: http.MethodGet, Path: livePath}) {
		pattern := r.Method + " " + r.Path
		f.routes[pattern] = r
		f.mux.HandleFunc(pattern, func(w http.ResponseWriter, req *http.Request) { f.serve(w, req, r) })
	}
	f.mux.HandleFunc("GET "+staticPath+"{file...}", serveStatic)
	return f
}

// Routes are the pages and actions that there are.
func (f *Frame) Routes() []Route {
	all := make([]Route, 0, len(f.routes))
	for _, r := range f.routes {
		all = append(all, r)
	}
	return all
}

// Serves says whether a request is for a page. Of what nobody knows it takes what a browser asks for, outside the API.
func (f *Frame) Serves(r *http.Request) bool {
	if _, pattern := f.mux.Handler(r); pattern != "" {
		return true
	}
	return strings.Contains(r.Header.Get("Accept"), "text/html") && !strings.HasPrefix(r.URL.Path, "/v1")
}

// Drain ends answers that last, so that a server can stop. Draining twice is safe.
func (f *Frame) Drain() { f.bell.stop() }

// ServeHTTP serves pages.
func (f *Frame) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	protect(w.Header())
	if _, pattern := f.mux.Handler(r); pattern == "" {
		v := f.visit(w, r, Route{ID: "nothing", Method: http.MethodGet, Open: true})
		v.Session, _ = f.opts.Gate.Who(r)
		v.fail(nothingHere(r.URL.Path))
		v.release()
		return
	}
	f.mux.ServeHTTP(w, r)
}

// serve lets a request through to its route, and its answer out once it is in the audit log.
func (f *Frame) serve(w http.ResponseWriter, r *http.Request, route Route) {
	v := f.visit(w, r, route)
	if f.admit(v) {
		f.run(v)
	}
	if v.streamed {
		return
	}
	if route.changes() && v.noted {
		v.note()
	}
	v.release()
}

// admit decides who may. It has answered where it says no.
func (f *Frame) admit(v *Visit) bool {
	if err := f.origin.Check(v.Request); err != nil {
		v.fail(anotherOrigin())
		return false
	}
	var signed bool
	v.Session, signed = f.opts.Gate.Who(v.Request)
	if v.route.Open {
		return true
	}
	if !signed {
		if v.Request.Method != http.MethodGet || v.route.Path == livePath {
			v.fail(notSignedIn())
			return false
		}
		v.Redirect(f.opts.Gate.SignIn(v.Request.URL.RequestURI()))
		return false
	}
	if v.route.Need == "" {
		return true
	}
	if err := access.Allowed(v.Session.Caller, v.route.Need); err != nil {
		v.fail(notAllowed(v.Session, v.route.Need))
		f.opts.Log.NoteRefusal(v.Context(), v.entry())
		return false
	}
	return true
}

// run answers, and turns an error or a crash into a page.
func (f *Frame) run(v *Visit) {
	v.noted = true
	defer func() {
		if crash := recover(); crash != nil {
			f.opts.Logger.Error("a page crashed", "page", v.route.ID, "crash", crash, "stack",
				string(debug.Stack()))
			v.fail(crashed())
		}
	}()
	if v.route.Path == livePath {
		f.live(v)
		return
	}
	v.Request.Body = http.MaxBytesReader(v.writer, v.Request.Body, f.opts.BodyLimit)
	if err := v.route.Serve(v); err != nil && v.Context().Err() == nil {
		v.fail(err)
	}
}

func (f *Frame) visit(w http.ResponseWriter, r *http.Request, route Route) *Visit {
	return &Visit{Request: r, frame: f, route: route, writer: w, status: http.StatusOK, body: &bytes.Buffer{}}
}
