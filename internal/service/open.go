package service

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/alerts"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/freshness"
	"github.com/waybillhq/waybill/internal/inbox"
	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/onboarding"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/people"
	"github.com/waybillhq/waybill/internal/problems"
	"github.com/waybillhq/waybill/internal/receipts"
	"github.com/waybillhq/waybill/internal/reconcile"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/redo"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/internal/telemetry"
	"github.com/waybillhq/waybill/internal/trace"
	"github.com/waybillhq/waybill/internal/vitals"
	"github.com/waybillhq/waybill/internal/writes"
	"github.com/waybillhq/waybill/woo"
)

// Options make a Service or a Reader.
type Options struct {
	Config config.Config
	// Getenv reads a variable: the master key, credentials that are not stored.
	Getenv func(string) string
	// Authorities are trusted besides the system's; nil adds none.
	Authorities *x509.CertPool
	Logger      *slog.Logger
	// Pace is the pace that this process asks for when it hands work to the process that works for the store; empty for
	// that process's own.
	Pace string
	// KeyLost makes the master key at hand the one of the database, because the earlier one is lost.
	KeyLost bool
	// Connected refuses a data directory in which nothing has been connected, in place of making one there.
	Connected bool
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Stdout is where subscriptions that print do so; nil means os.Stdout.
	Stdout io.Writer
}

func (o Options) withDefaults() Options {
	if o.Getenv == nil {
		o.Getenv = func(string) string { return "" }
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Stdout == nil {
		o.Stdout = os.Stdout
	}
	return o
}

// shop is how stores are reached.
func (o Options) shop() shop.Options {
	return shop.Options{Config: o.Config, Getenv: o.Getenv, Authorities: o.Authorities, Logger: o.Logger}
}

// follow is how stores are followed.
func (o Options) follow() follow.Options {
	return follow.Options{Sync: o.Config.Sync, Logger: o.Logger, Now: o.Now, Pace: o.Pace}
}

// problems is how problems are looked for.
func (o Options) problems() problems.Options {
	cfg := o.Config.Problems
	return problems.Options{Logger: o.Logger, Now: o.Now, Every: cfg.Look, Keep: cfg.Keep,
		KeepFreshness: cfg.KeepFreshness}
}

// outbox is how writes are carried out.
func (o Options) outbox() outbox.Options {
	return outbox.Options{StoreLimit: o.Config.Outbox.StoreLimit, Patience: o.Config.Outbox.Patience,
		BatchSize: o.Config.Outbox.BatchSize, Now: o.Now}
}

// DoctorOptions make the doctor reach stores of a group, of none for 0, the way everything else here does.
func DoctorOptions(opts Options, groupID int64) ([]doctor.Option, error) {
	return stores.DoctorOptions(opts.withDefaults().shop(), groupID)
}

// Reader looks at the stores, mirrors, changes and writes of a data directory. It is safe for concurrent use.
type Reader struct {
	*stores.Finder
	*records.Reader
	*records.Log
	*writes.Viewer
	db   storage.Reader
	opts Options
}

// Standings say of stores whether all is well with them, in their order. No store is asked.
func (r *Reader) Standings(ctx context.Context, stores []storage.Store) ([]follow.Standing, error) {
	return follow.Standings(ctx, r.db, stores, r.opts.Now())
}

// Copies says how much of stores is copied, and refuses where nothing is. Without stores it looks at all there are.
func (r *Reader) Copies(ctx context.Context, of ...storage.Store) (follow.Copies, error) {
	if len(of) == 0 {
		var err error
		if of, err = r.Named(ctx, ""); err != nil {
			return follow.Copies{}, err
		}
	}
	return follow.CopiesOf(ctx, r.db, of)
}

// Hooks are how the webhooks of stores stand, by store; those that have none are left out.
func (r *Reader) Hooks(ctx context.Context) (map[int64]storage.Hook, error) {
	all, err := r.db.Hooks(ctx)
	by := make(map[int64]storage.Hook, len(all))
	for _, h := range all {
		by[h.StoreID] = h
	}
	return by, err
}

// OpenReader opens a data directory for looking. It never waits for, and never disturbs, a process that works on it.
func OpenReader(ctx context.Context, opts Options) (*Reader, error) {
	opts = opts.withDefaults()
	db, err := openDatabaseReader(ctx, opts)
	if err != nil {
		return nil, err
	}
	return newReader(db, opts), nil
}

func newReader(db storage.Reader, opts Options) *Reader {
	return &Reader{Finder: stores.NewFinder(db, opts.where()), Reader: records.NewReader(db), Log: records.NewLog(db),
		Viewer: writes.NewViewer(db), db: db, opts: opts}
}

// Config is the configuration.
func (r *Reader) Config() config.Config { return r.opts.Config }

// Close closes the database.
func (r *Reader) Close() error { return r.db.Close() }

// Asker is a Reader that also asks stores: it verifies mirrors, lets the doctor look, shows what a write would send. It
// changes nothing, there or here.
type Asker struct {
	*Reader
	*stores.Examiner
	*writes.Drafter
	*follow.Verifier
	shops *shop.Shops
	// box is one outbox for the life of the process, which remembers what it learns about stores. In an Asker it only
	// looks, because the database refuses everything else.
	box *outbox.Outbox
	// metrics are the metrics of the process, once it is started.
	metrics atomic.Pointer[vitals.Metrics]
	// tracer is that of the Process; nil makes no spans.
	tracer atomic.Pointer[telemetry.Tracer]
}

// OpenBeside opens the data, in a directory or in a PostgreSQL database, for asking. Other processes may work on it
// meanwhile.
func OpenBeside(ctx context.Context, opts Options) (*Asker, error) {
	opts = opts.withDefaults()
	db, err := openDatabaseReader(ctx, opts)
	if err != nil {
		return nil, err
	}
	a, err := newAsker(ctx, db, opts)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return a, nil
}

func newAsker(ctx context.Context, db storage.Database, opts Options) (*Asker, error) {
	sealed, err := stores.Sealed(ctx, db)
	if err != nil {
		return nil, err
	}
	if opts.KeyLost {
		sealed = "" // a new master key is what is wanted
	}
	keys, err := shop.OpenKeys(opts.Config.Data, opts.Getenv, sealed)
	if err != nil {
		return nil, err
	}
	a := &Asker{Reader: newReader(db, opts), box: outbox.New(ledger.New(db), opts.outbox())}
	reach := opts.shop()
	reach.Observe = a.observe
	a.shops = shop.New(reach, keys)
	a.Examiner = stores.NewExaminer(a.Finder, a.shops, stores.Options{Shop: reach, Logger: opts.Logger, Now: opts.Now})
	a.Drafter = writes.NewDrafter(db, a.shops, a.box)
	a.Verifier = follow.NewVerifier(db, a.shops, opts.follow())
	return a, nil
}

// observe tells the metrics and the traces of a request.
func (a *Asker) observe(ctx context.Context, x woo.Exchange) {
	if m := a.metrics.Load(); m != nil {
		m.Request(x.Method, x.Status, x.Elapsed)
	}
	a.tracer.Load().Request(ctx, x)
}

// Shop is a store to ask something of, with the key that it is connected with. What is changed by it is not a write of
// the outbox, but something that happens on the store.
func (a *Asker) Shop(st storage.Store) (woo.Doer, error) { return a.shops.Of(st) }

// Close closes connections to stores and the database. Closing twice is safe.
func (a *Asker) Close() error {
	a.shops.Close()
	return a.Reader.Close()
}

// Service works on a data directory, beside others that do. It is safe for concurrent use.
type Service struct {
	*Asker
	*stores.Connector
	*writes.Submitter
	*follow.Follower
	*access.Keeper
	// Inbox keeps the webhooks of stores; receiver takes what they send.
	Inbox    *inbox.Keeper
	receiver *inbox.Receiver
	// People are those who may sign in to the dashboard.
	People *people.Keeper
	// Onboarding connects shops over their own approval page.
	Onboarding *onboarding.Keeper
	// Consumers are the named readers of the log of changes.
	Consumers *feed.Consumers
	// Subscriptions send changes to receivers.
	Subscriptions *feed.Subscriptions
	// Receipts are what receivers say they have.
	Receipts *receipts.Keeper
	// Redo does things again, Reconciler compares shops with lists, Links shows single orders.
	Redo       *redo.Redoer
	Reconciler *reconcile.Reconciler
	Links      *trace.Links
	// Problems are what stands and needs somebody; looker looks for them. Freshness is how fresh mirrors are and were.
	Problems *problems.Keeper
	looker   *problems.Looker
	// Alerts tells people of problems.
	Alerts    *alerts.Keeper
	Freshness *freshness.Reader
	// db is the Reader's, to work on.
	db storage.Database
	// engine holds stores and asks workers; it runs nothing: the engine that does is made when the Service is started.
	engine *engine.Engine
	works  works
	// progress is what first copies tell of themselves.
	progress progress
}

// Close closes connections to stores and receivers, and the database. Closing twice is safe.
func (s *Service) Close() error {
	s.Subscriptions.Close()
	return s.Asker.Close()
}

// Open opens the database that the configuration names and makes it when missing, with the data directory, which holds
// the master key in any case. It brings the schema up to date, refuses to work with another master key than others do
// (master_key_differs), and encrypts anew what an earlier master key encrypted. The caller closes the Service.
func Open(ctx context.Context, opts Options) (*Service, error) {
	opts = opts.withDefaults()
	db, err := openDatabase(ctx, opts)
	if err != nil {
		return nil, err
	}
	s, err := newService(ctx, db, opts)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := s.CheckKey(ctx, opts.KeyLost); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.Reseal(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func newService(ctx context.Context, db storage.Database, opts Options) (*Service, error) {
	a, err := newAsker(ctx, db, opts)
	if err != nil {
		return nil, err
	}
	e, err := engine.New(ctx, db, engine.Options{Logger: opts.Logger, Now: opts.Now})
	if err != nil {
		return nil, err
	}
	how := opts.follow()
	how.Applied, how.Sent = a.countChanges, a.countWrites
	how.Told = told(db)
	keeper, receiver, err := a.inbox(db)
	if err != nil {
		return nil, err
	}
	subscriptions, err := a.subscriptions(db)
	if err != nil {
		return nil, err
	}
	telling, err := a.alerts(db)
	if err != nil {
		return nil, err
	}
	connector := stores.NewConnector(a.Examiner, db, a.leave(keeper))
	boarding, err := a.onboarding(db, connector)
	if err != nil {
		return nil, err
	}
	who := access.New(db, access.Options{Logger: opts.Logger, Now: opts.Now, Keep: opts.Config.Serve.AuditKeep})
	users, err := a.people(db, who)
	if err != nil {
		return nil, err
	}
	return &Service{
		Asker: a, People: users, Subscriptions: subscriptions, Connector: connector, Onboarding: boarding,
		Inbox: keeper, receiver: receiver,
		Receipts:   receipts.New(db, receipts.Options{Now: opts.Now, EventsKept: opts.Config.Subscriptions.Keep}),
		Redo:       redo.New(db, subscriptions, redo.Options{Now: opts.Now, Pull: engine.Pull}),
		Reconciler: reconcile.New(db, opts.Now), Links: trace.NewLinks(db, opts.Now),
		Consumers: feed.NewConsumers(db, feed.Options{Logger: opts.Logger, Now: opts.Now}),
		Submitter: writes.NewSubmitter(a.Viewer, a.shops, a.box, db),
		Follower: follow.New(follow.Parts{Database: db, Engine: e, Shops: a.shops, Examiner: a.Examiner, Outbox: a.box},
			how),
		Keeper:   who,
		Problems: problems.NewKeeper(db, opts.Now), looker: problems.NewLooker(db, opts.problems()),
		Alerts:    telling,
		Freshness: freshness.NewReader(db, opts.Now),
		db:        db, engine: e,
	}, nil
}
