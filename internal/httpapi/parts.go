package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/freshness"
	"github.com/waybillhq/waybill/internal/inbox"
	"github.com/waybillhq/waybill/internal/onboarding"
	"github.com/waybillhq/waybill/internal/problems"
	"github.com/waybillhq/waybill/internal/receipts"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/internal/telemetry"
	"github.com/waybillhq/waybill/internal/trace"
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
	Verifier  *follow.Verifier
	Inbox     *inbox.Keeper
	// Onboarding connects shops over their own approval page.
	Onboarding *onboarding.Keeper
	Consumers  *feed.Consumers
	// Subscriptions send changes to receivers.
	Subscriptions *feed.Subscriptions
	// Receipts are what receivers say they have.
	Receipts *receipts.Keeper
	// Orders follows orders to everybody who is told of them.
	Orders *trace.Tracer
	// Problems are what stands and needs somebody; Freshness is how fresh mirrors are and were.
	Problems  *problems.Keeper
	Freshness *freshness.Reader
	// Hooks takes the webhooks of stores, which bear a signature in place of a token.
	Hooks http.Handler
	// Health says how the process and its database are.
	Health func(ctx context.Context) (wire.Health, error)
	// Pages is the dashboard, at every address that is none of the API's; nil serves none.
	Pages Pages
}

// Pages is what people see. Where a request comes from is decided before it gets there, and is its RemoteAddr.
type Pages interface {
	http.Handler
	// Serves says whether a request is for a page.
	Serves(r *http.Request) bool
	// Drain ends what lasts, when the server is about to stop.
	Drain()
}

// Options adjust the API. All are needed.
type Options struct {
	Serve  config.Serve
	Logger *slog.Logger
	Now    func() time.Time
	// Tracer makes spans of operations; nil makes none.
	Tracer *telemetry.Tracer
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

// Drain ends requests that wait or stream, so that a server can stop. Draining twice is safe.
func (a *API) Drain() {
	select {
	case <-a.draining:
	default:
		close(a.draining)
	}
	if a.Pages != nil {
		a.Pages.Drain()
	}
}

const (
	// bodyWithin is how long the body of a request may take to come.
	bodyWithin = 30 * time.Second
	// answerGrace is how long an answer may take to leave after its operation had to end.
	answerGrace = 10 * time.Second
)
