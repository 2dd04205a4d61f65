package httpapi

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/inbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// guard is what is decided about a request before anything else.
type guard struct {
	allow   access.Networks
	proxies access.Networks
	limits  *limiter
}

func newGuard(opts Options) (guard, error) {
	allow, err := opts.Serve.Allow.Networks()
	if err != nil {
		return guard{}, err
	}
	proxies, err := opts.Serve.TrustedProxies.Networks()
	return guard{allow: allow, proxies: proxies, limits: newLimiter(opts.Serve.Rate, opts.Now)}, err
}

// ServeHTTP lets a request through the guard to its operation. Webhooks of stores are no operation: they come from
// anywhere, bear a signature in place of a token, and whoever takes them decides about them.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, inbox.Prefix) {
		a.Hooks.ServeHTTP(w, r)
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

// routeOf is the operation that a request asks for.
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
	return route{}, false, nothingHere(r.URL.Path)
}

// insteadOf says what to ask in place of an address at which there is nothing: records are looked for right below
// their store.
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

// blank takes an answer and throws it away.
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

// admit says why a request may not do what it asks; nil when it may.
func (a *API) admit(w http.ResponseWriter, r *http.Request, req *request, op route) error {
	var err error
	if req.from, err = a.guard.client(r); err != nil {
		return err
	}
	if err := a.guard.allow.Admit(req.from); err != nil {
		return err
	}
	if op.need == "" {
		return nil
	}
	req.caller, err = a.Keeper.Identify(r.Context(), bearer(r), req.from)
	if err != nil {
		if problem.From(err).Code.HTTPStatus() < http.StatusInternalServerError {
			// Who has no token is counted by address, so that guessing is slow and cheap to refuse.
			if late := a.guard.limits.take(w.Header(), "address", req.from.String()); late != nil {
				return late
			}
		}
		return err
	}
	if err := a.guard.limits.take(w.Header(), "token", req.caller.Actor); err != nil {
		return err
	}
	return access.Allowed(req.caller, op.need)
}

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

// bearer is the token of a request; empty when it has none.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}

// client is the address that a request comes from. A forwarding header is believed only of the proxies that the
// configuration names: read from its end, the first address that is no such proxy is the client's.
func (g guard) client(r *http.Request) (netip.Addr, error) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}, addressUnknown(err)
	}
	from := peer.Addr().Unmap().WithZone("")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && len(g.proxies) > 0 && g.proxies.Admit(from) == nil; i-- {
		hop := strings.TrimSpace(hops[i])
		if hop == "" {
			break
		}
		next, err := netip.ParseAddr(hop)
		if err != nil {
			return from, proxyNamesNoAddress()
		}
		from = next.Unmap().WithZone("")
	}
	return from, nil
}

// serve runs the operation within its bounds. What it changed is in the audit log before the answer leaves.
func (a *API) serve(w http.ResponseWriter, r *http.Request, req *request, op route) {
	control := http.NewResponseController(w)
	var until time.Time // none for what is endless
	if op.within != forever {
		until = a.opts.Now().Add(op.within)
		ctx, cancel := context.WithTimeout(r.Context(), op.within)
		defer cancel()
		r = r.WithContext(ctx)
		until = until.Add(answerGrace)
	}
	// A server without deadlines of its own has none to move.
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

const (
	// bodyWithin is how long the body of a request may take to come.
	bodyWithin = 30 * time.Second
	// answerGrace is how long an answer may take to leave after its operation had to end.
	answerGrace = 10 * time.Second
)

// run lets the mux serve a request, and turns a crash of a handler into an answer.
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

// held is an answer that is kept back until it may leave.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header is the header of the answer that is kept back.
func (h *held) Header() http.Header { return h.header }

// Write keeps a piece of the answer.
func (h *held) Write(p []byte) (int, error) { return h.body.Write(p) }

// WriteHeader keeps the first status.
func (h *held) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}

// Status is the status of the answer that is kept back.
func (h *held) Status() int {
	if h.status == 0 {
		return http.StatusOK
	}
	return h.status
}

func (h *held) release(w http.ResponseWriter) {
	w.WriteHeader(h.Status())
	_, _ = w.Write(h.body.Bytes()) // the reader has gone when this fails
}

// note writes an entry of the audit log. An entry that cannot be written takes nothing back, so the answer stays as it
// is, and the log of the process tells of it.
func (a *API) note(r *http.Request, req *request, op route, status int) {
	e := entryOf(r, req, op)
	e.Status = status
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), answerGrace)
	defer cancel()
	if err := a.Keeper.Note(ctx, e); err != nil {
		a.opts.Logger.ErrorContext(ctx, "cannot write to the audit log", "request", req.id, "action", e.Action,
			"object", e.Object, "actor", e.Actor, "error", err)
	}
}

func (a *API) noteRefusal(r *http.Request, req *request, op route) {
	e := entryOf(r, req, op)
	e.Status, e.Object = req.code.HTTPStatus(), access.Redact(e.Object)
	a.Keeper.NoteRefusal(r.Context(), e)
}

func entryOf(r *http.Request, req *request, op route) storage.AuditEntry {
	object := req.object
	if r.Pattern == "" {
		object = r.URL.Path // it was refused before the mux had it
	}
	if object == "" {
		var parts []string
		for _, name := range op.names {
			if value := r.PathValue(name); value != "" {
				parts = append(parts, value)
			}
		}
		object = strings.Join(parts, "/")
	}
	const longest = 200
	return storage.AuditEntry{Actor: req.caller.Actor, Name: req.caller.Name, GroupID: req.caller.GroupID,
		Action: op.id, Object: object[:min(len(object), longest)], From: req.from.String(), RequestID: req.id,
		Code: string(req.code)}
}
