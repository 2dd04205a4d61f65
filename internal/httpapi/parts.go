package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/alerts"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/freshness"
	"github.com/waybillhq/waybill/internal/inbox"
	"github.com/waybillhq/waybill/internal/onboarding"
	"github.com/waybillhq/waybill/internal/problems"
	"github.com/waybillhq/waybill/internal/receipts"
	"github.com/waybillhq/waybill/internal/reconcile"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/redo"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/internal/telemetry"
	"github.com/waybillhq/waybill/internal/trace"
	"github.com/waybillhq/waybill/internal/wire"
	"github.com/waybillhq/waybill/internal/writes"
)

// Version is the version of the API. It changes when an existing part of the API changes its meaning.
const Version = "1.0"

// Parts are the rooms that the API speaks for. All but Pages are needed.
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
	// Receipts keeps what receivers report to have received.
	Receipts *receipts.Keeper
	// Redo does things again, Reconciler compares shops with lists, and FetchList gets a list from an address.
	Redo       *redo.Redoer
	Reconciler *reconcile.Reconciler
	FetchList  func(context.Context, reconcile.Source, reconcile.Form) ([]reconcile.Entry, error)
	// Links shows single orders to who has a link.
	Links *trace.Links
	// Orders follows an order to every receiver that is told of it.
	Orders *trace.Tracer
	// Problems keeps the problems that need a person. Freshness says how up to date the mirrors are and were.
	Problems  *problems.Keeper
	Freshness *freshness.Reader
	// Alerts tells people of problems.
	Alerts *alerts.Keeper
	// Hooks takes the webhooks of stores, which carry a signature in place of a token.
	Hooks http.Handler
	// Health reports the state of the process and its database.
	Health func(ctx context.Context) (wire.Health, error)
	// Pages is the dashboard, which serves every address that the API does not; nil serves none.
	Pages Pages
}

// Pages is the dashboard for people. The API checks a request's address first, and sets RemoteAddr to the client's
// address.
type Pages interface {
	http.Handler
	// Serves says whether a request is for a page.
	Serves(r *http.Request) bool
	// Drain ends requests that wait or stream, when the server is about to stop.
	Drain()
}

// Options adjust the API. All but Tracer are needed.
type Options struct {
	Serve  config.Serve
	Logger *slog.Logger
	Now    func() time.Time
	// Tracer makes a span for each operation; nil makes none.
	Tracer *telemetry.Tracer
}

// API serves the HTTP API. It is safe for concurrent use.
type API struct {
	Parts
	opts Options
	mux  *http.ServeMux
	huma huma.API
	// routes are the operations by their patterns in the mux.
	routes   map[string]route
	guard    guard
	document []byte
	page     []byte
	draining chan struct{}
}

// route is what the guard knows of an operation.
type route struct {
	id     string
	method string
	// need is the scope that the operation requires; empty when no token is needed.
	need access.Scope
	// names are the variables in the operation's path, for the audit log.
	names []string
	// within is how long the operation may take; [forever] sets no limit.
	within time.Duration
	// quiet keeps the operation out of the audit log, whatever its method.
	quiet bool
}

// audited says whether the operation leaves an entry in the audit log. Every operation that changes something does,
// except one that only moves the caller's own place.
func (r route) audited() bool { return r.method != http.MethodGet && !r.quiet }

// The time that an operation may take: quick for one that reads the database, asking for one that asks a store, and
// forever for one that follows changes until the client or the server ends it.
const (
	quick   = 30 * time.Second
	asking  = 4 * time.Minute
	forever = -1
)

// Drain ends the requests that wait or stream, so that a server can stop. Draining twice is safe.
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
	// bodyWithin is how long receiving the body of a request may take.
	bodyWithin = 30 * time.Second
	// answerGrace is how long sending an answer may take after the time of its operation is over.
	answerGrace = 10 * time.Second
)
