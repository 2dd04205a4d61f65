package httpapi

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/inbox"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/internal/tracing"
	"github.com/waybillhq/waybill/internal/wire"
	"github.com/waybillhq/waybill/internal/writes"
)

// Version is the version of the API. It rises when something that was there comes to mean something else.
const Version = "1.0"

// Parts are the rooms that the API speaks for. All are needed.
type Parts struct {
	Keeper    *access.Keeper
	Finder    *stores.Finder
	Examiner  *stores.Examiner
	Connector *stores.Connector
	Records   *records.Reader
	Log       *records.Log
	Viewer    *writes.Viewer
	Drafter   *writes.Drafter
	Submitter *writes.Submitter
	Follower  *follow.Follower
	Inbox     *inbox.Keeper
	Consumers *feed.Consumers
	// Subscriptions send changes to receivers.
	Subscriptions *feed.Subscriptions
	// Hooks takes the webhooks of stores, which bear a signature in place of a token.
	Hooks http.Handler
	// Health says how the process and its database are.
	Health func(ctx context.Context) (wire.Health, error)
}

// Options adjust the API. All are needed.
type Options struct {
	Serve  config.Serve
	Logger *slog.Logger
	Now    func() time.Time
	// Tracer makes spans of operations; nil makes none.
	Tracer *tracing.Tracer
}

// API serves the HTTP API. It is safe for concurrent use.
type API struct {
	Parts
	opts Options
	mux  *http.ServeMux
	huma huma.API
	// routes are the operations by the pattern that the mux knows them by.
	routes   map[string]route
	guard    guard
	document []byte
	page     []byte
	draining chan struct{}
}

// route is an operation as the guard knows it.
type route struct {
	id     string
	method string
	// need is the scope that the operation asks for; empty where no token is needed.
	need access.Scope
	// names are the variables in the operation's path, for the audit log.
	names []string
	// within is how long the operation may take. It is zero where the caller says how long he waits.
	within time.Duration
	// quiet keeps the operation out of the audit log, whatever its method.
	quiet bool
}

// audited says whether the operation leaves an entry in the audit log. Everything does that changes something, but for
// what only moves the caller's own place.
func (r route) audited() bool { return r.method != http.MethodGet && !r.quiet }

// How long operations may take: what reads the database, what asks a store, and what follows changes until it is ended.
const (
	quick   = 30 * time.Second
	asking  = 4 * time.Minute
	forever = -1
)

// New makes the API. The error is a problem of code config_invalid.
func New(parts Parts, opts Options) (*API, error) {
	a := &API{Parts: parts, opts: opts, mux: http.NewServeMux(), routes: map[string]route{},
		draining: make(chan struct{})}
	var err error
	if a.guard, err = newGuard(opts); err != nil {
		return nil, err
	}
	cfg := huma.DefaultConfig("Waybill", Version)
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath, cfg.CreateHooks = "", "", "", nil
	cfg.RejectUnknownQueryParameters = true // a filter that is misspelt must not show everything
	cfg.Transformers = []huma.Transformer{a.ownProblems}
	cfg.Info.Description = description
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A token of `waybill tokens create`."},
	}
	cfg.Components.Schemas.RegisterTypeAlias(reflect.TypeFor[storage.Hash](), reflect.TypeFor[string]())
	a.huma = humago.New(a.mux, cfg)
	a.storeRoutes()
	a.inboxRoutes()
	a.recordRoutes()
	a.orderRoutes()
	a.writeRoutes()
	a.changeRoutes()
	a.consumerRoutes()
	a.subscriptionRoutes()
	a.deliveryRoutes()
	a.tokenRoutes()
	a.groupRoutes()
	a.healthRoutes()
	a.finishDocument()
	if a.document, err = json.MarshalIndent(a.huma.OpenAPI(), "", "  "); err != nil {
		return nil, err
	}
	a.documentRoutes()
	return a, nil
}

const description = `Orders of WooCommerce stores in, updates out, and certainty.

Every request bears a token: ` + "`Authorization: Bearer wbt_…`" + `. Errors are problems of RFC 9457; their member
` + "`code`" + ` is for programs. Records of a store are as the store sent them, in the member ` + "`record`" + `.`

// Drain ends requests that wait or stream, so that a server can stop. Draining twice is safe.
func (a *API) Drain() {
	select {
	case <-a.draining:
	default:
		close(a.draining)
	}
}

// OpenAPI is the document that describes the API.
func (a *API) OpenAPI() []byte { return slices.Clone(a.document) }

// operation describes a route in the words of the document.
type operation struct {
	id, method, path string
	summary, about   string
	tag              string
	need             access.Scope
	// status is that of an answer that worked; 0 stands for 200.
	status int
	within time.Duration
	// quiet says that the operation only moves the caller's own place.
	quiet bool
	// errors are the statuses with which the operation may fail, beside those of every operation.
	errors []int
}

// register adds an operation to the mux and to the document, and lets it through the guard.
func register[I, O any](a *API, op operation, handle func(context.Context, *I) (*O, error)) {
	huma.Register(a.huma, a.declare(op), func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, a.answerOf(ctx, err)
		}
		return out, nil
	})
}

// declare tells the guard of an operation, and describes it in huma's words.
func (a *API) declare(op operation) huma.Operation {
	if op.within == 0 {
		op.within = quick
	}
	r := route{id: op.id, method: op.method, need: op.need, within: op.within, quiet: op.quiet}
	for part := range strings.SplitSeq(op.path, "/") {
		if name, found := strings.CutPrefix(part, "{"); found {
			r.names = append(r.names, strings.TrimSuffix(name, "}"))
		}
	}
	a.routes[op.method+" "+op.path] = r
	about := op.about
	if op.need != "" {
		about = strings.TrimSpace(about + "\n\nNeeds the scope `" + string(op.need) + "`.")
	}
	declared := huma.Operation{
		OperationID: op.id, Method: op.method, Path: op.path, Summary: op.summary, Description: about,
		Tags: []string{op.tag}, DefaultStatus: op.status, MaxBodyBytes: int64(a.opts.Serve.BodyLimit),
		BodyReadTimeout: -1, // the guard has set one
		Errors:          append([]int{400, 401, 403, 404, 422, 429}, op.errors...),
	}
	if op.need != "" {
		declared.Security = []map[string][]string{{"token": {}}}
		declared.Extensions = map[string]any{"x-scope": string(op.need)}
	}
	return declared
}
