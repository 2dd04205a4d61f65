package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/inbox"
	"github.com/waybillhq/waybill/internal/onboarding"
)

// ServeHTTP lets a request through the guard to its operation. Three kinds of requests do not go through the guard:
// webhooks of stores, which carry a signature in place of a token; what shops and their owners send during an approval;
// and requests for the dashboard.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, inbox.Prefix) {
		a.Hooks.ServeHTTP(w, r)
		return
	}
	if strings.HasPrefix(r.URL.Path, onboarding.Prefix) {
		a.callback(w, r)
		return
	}
	if a.isPage(r) {
		a.servePage(w, r)
		return
	}
	req := &request{id: requestID(r)}
	w.Header().Set("X-Request-Id", req.id)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	r = r.WithContext(context.WithValue(r.Context(), requestKey{}, req))
	op, known, err := a.routeOf(w, r)
	if err == nil {
		err = a.admit(w, r, req, op)
	}
	if err != nil {
		a.refuse(w, r, err)
		if known {
			a.noteRefusal(r, req, op)
		}
		return
	}
	a.serve(w, r, req, op)
}

// routeOf returns the operation that a request asks for.
func (a *API) routeOf(w http.ResponseWriter, r *http.Request) (route, bool, error) {
	handler, pattern := a.mux.Handler(r)
	if op, known := a.routes[pattern]; known {
		return op, true, nil
	}
	var none blank
	handler.ServeHTTP(&none, r)
	if none.status == http.StatusMethodNotAllowed {
		allowed := none.Header().Get("Allow")
		w.Header().Set("Allow", allowed)
		return route{}, false, methodNotAllowed(r.Method, allowed)
	}
	return route{}, false, nothingHere(insteadOf(r.URL.Path))
}

// insteadOf says what to ask for in place of an address that does not exist. For a path with a kind of record right
// below its store, it names the routes of such records.
func insteadOf(path string) string {
	const prefix = "/v1/stores/"
	const lists = "/openapi.json lists what there is, /docs shows it"
	_, kind, below := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(path, prefix), "/"), "/")
	if !below || !strings.HasPrefix(path, prefix) {
		return lists
	}
	if _, err := (RecordKind{Resource: kind}).writable(); err != nil {
		return lists
	}
	return "Records are created by POST /v1/stores/NAME/records/" + kind + ", several by POST " +
		"/v1/stores/NAME/writes, and listed by GET /v1/stores/NAME/records/" + kind + "; /docs shows how"
}

// blank is a ResponseWriter that keeps only the status.
type blank struct {
	header http.Header
	status int
}

func (b *blank) Header() http.Header {
	if b.header == nil {
		b.header = http.Header{}
	}
	return b.header
}

func (b *blank) Write(p []byte) (int, error) { return len(p), nil }

func (b *blank) WriteHeader(status int) { b.status = status }

// Private lets two kinds of callers through to next: programs on this machine, and tokens with the scope metrics:read.
// A request that came through a proxy does not count as one from this machine.
func (a *API) Private(next http.Handler) http.Handler {
	op := route{id: "metrics", method: http.MethodGet, need: access.MetricsRead, within: quick}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		forwarded := r.Header.Get("X-Forwarded-For") + r.Header.Get("Forwarded") + r.Header.Get("Via")
		if err == nil && peer.Addr().Unmap().IsLoopback() && forwarded == "" {
			next.ServeHTTP(w, r)
			return
		}
		req := &request{id: requestID(r)}
		r = r.WithContext(context.WithValue(r.Context(), requestKey{}, req))
		if err := a.admit(w, r, req, op); err != nil {
			a.refuse(w, r, err)
			a.noteRefusal(r, req, op)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// serve runs the operation within its time and size limits. A change is in the audit log before the answer leaves.
func (a *API) serve(w http.ResponseWriter, r *http.Request, req *request, op route) {
	control := http.NewResponseController(w)
	var until time.Time // zero for an endless operation
	if op.within != forever {
		until = a.opts.Now().Add(op.within)
		ctx, cancel := context.WithTimeout(r.Context(), op.within)
		defer cancel()
		r = r.WithContext(ctx)
		until = until.Add(answerGrace)
	}
	// A server without deadlines refuses to set one; that does no harm.
	_ = control.SetReadDeadline(a.opts.Now().Add(bodyWithin))
	_ = control.SetWriteDeadline(until)
	r.Body = http.MaxBytesReader(w, r.Body, int64(a.opts.Serve.BodyLimit))
	r, end := a.opts.Tracer.Operation(r, op.id)
	defer func() { end(req.code) }()
	if !op.audited() {
		a.run(w, r)
		return
	}
	held := &held{header: w.Header()}
	a.run(held, r)
	a.note(r, req, op, held.Status())
	held.release(w)
}

// run lets the mux serve a request, and turns a panic of a handler into an answer.
func (a *API) run(w http.ResponseWriter, r *http.Request) {
	defer func() {
		crash := recover()
		if crash == nil {
			return
		}
		if crash == http.ErrAbortHandler { //nolint:errorlint // the very value, as net/http compares it
			panic(crash)
		}
		a.opts.Logger.Error("a handler of the API crashed", "request", requestOf(r.Context()).id, "crash", crash,
			"stack", string(debug.Stack()))
		a.refuse(w, r, fmt.Errorf("crash: %v", crash))
	}()
	a.mux.ServeHTTP(w, r)
}
