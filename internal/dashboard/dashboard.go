package dashboard

import (
	"context"
	"embed"
	"html/template"
	"log/slog"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/internal/trace"
	"github.com/waybillhq/waybill/internal/wire"
	"github.com/waybillhq/waybill/internal/writes"
)

// Parts are the rooms that the pages speak for. All are needed.
type Parts struct {
	Keeper        *access.Keeper
	Finder        *stores.Finder
	Examiner      *stores.Examiner
	Connector     *stores.Connector
	Records       *records.Reader
	Log           *records.Log
	Viewer        *writes.Viewer
	Drafter       *writes.Drafter
	Submitter     *writes.Submitter
	Follower      *follow.Follower
	Consumers     *feed.Consumers
	Subscriptions *feed.Subscriptions
	Orders        *trace.Tracer
	// Standings say of stores how they stand.
	Standings func(ctx context.Context, stores []storage.Store) ([]follow.Standing, error)
	// Turns are all lines of the calendar of work.
	Turns func(ctx context.Context) ([]storage.Turn, error)
	// Hooks are how the webhooks of stores stand, by store.
	Hooks func(ctx context.Context) (map[int64]storage.Hook, error)
	// Progress is how far the copying of a store is, as far as this process does it; nil for nothing.
	Progress func(storeID int64) []mirror.Progress
	// Health says how the process and its database are.
	Health func(ctx context.Context) (wire.Health, error)
}

// Options adjust the dashboard. All are needed but More.
type Options struct {
	Gate      frame.Gate
	Logger    *slog.Logger
	Now       func() time.Time
	Version   string
	BodyLimit int64
	// More are pages of other rooms.
	More []frame.Route
}

// dashboard is the pages over the rooms.
type dashboard struct {
	Parts
	now   func() time.Time
	board *board
}

// New makes the dashboard.
func New(parts Parts, opts Options) *frame.Frame {
	d := &dashboard{Parts: parts, now: opts.Now}
	d.board = newBoard(parts, opts.Now)
	return frame.New(frame.Options{Gate: opts.Gate, Log: parts.Keeper, Logger: opts.Logger, Now: opts.Now,
		Version: opts.Version, BodyLimit: opts.BodyLimit, Changed: d.changed}, append(d.routes(), opts.More...)...)
}

func (d *dashboard) routes() []frame.Route {
	var all []frame.Route
	for _, pages := range [][]frame.Route{d.overviewRoutes(), d.shopRoutes(), d.orderListRoutes(), d.orderRoutes(),
		d.writeListRoutes(), d.writeRoutes(), d.subscriptionRoutes(), d.deliveryRoutes(), d.consumerRoutes(),
		d.searchRoutes(), d.jobRoutes()} {
		all = append(all, pages...)
	}
	return all
}

// changed waits until the log may hold a change behind the one given.
func (d *dashboard) changed(ctx context.Context, after int64) (int64, error) {
	last, err := d.Log.LastChange(ctx)
	if err != nil || last != after {
		return last, err
	}
	if err := d.Log.Wait(ctx, after); err != nil {
		return after, err
	}
	return d.Log.LastChange(ctx)
}

// store gives a store that exists for who looks.
func (d *dashboard) store(v *frame.Visit, name string) (storage.Store, error) {
	st, err := d.Finder.Store(v.Context(), name)
	if problem.Is(err, problem.StoreNotFound) || err == nil && (name == "" || !v.Session.Caller.Sees(st)) {
		return storage.Store{}, noSuchShop(name)
	}
	return st, err
}

// visible gives the stores that exist for who looks.
func (d *dashboard) visible(v *frame.Visit) ([]storage.Store, error) {
	all, err := d.Finder.Stores(v.Context())
	var seen []storage.Store
	for _, st := range all {
		if v.Session.Caller.Sees(st) {
			seen = append(seen, st)
		}
	}
	return seen, err
}

//go:embed templates
var files embed.FS

// view is the template of a page.
func view(name string) frame.View {
	words := template.FuncMap{"writeState": writeState, "eventState": eventState}
	return frame.ParseWith(words, files, "templates/"+name+".html", "templates/shared.html")
}
