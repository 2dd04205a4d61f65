package service

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/internal/vitals"
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
	// Now is the clock; nil means time.Now.
	Now func() time.Time
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
	return o
}

// shop is how stores are reached.
func (o Options) shop() shop.Options {
	return shop.Options{Config: o.Config, Getenv: o.Getenv, Authorities: o.Authorities, Logger: o.Logger}
}

// DoctorOptions make the doctor reach stores the way everything else here does.
func DoctorOptions(opts Options) ([]doctor.Option, error) {
	return stores.DoctorOptions(opts.withDefaults().shop())
}

// Reader looks at the mirrors of a data directory. It is safe for concurrent use.
type Reader struct {
	*stores.Finder
	db   storage.Reader
	opts Options
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
	return &Reader{Finder: stores.NewFinder(db), db: db, opts: opts}
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
	shops *shop.Shops
	// ledger enters what stores show and answer; below an Asker that fails.
	ledger *ledger.Ledger
	// metrics are those of the process, once it is started.
	metrics atomic.Pointer[vitals.Metrics]

	mu  sync.Mutex
	box *outbox.Outbox
}

// OpenBeside opens a data directory for asking. Other processes may work on it meanwhile.
func OpenBeside(ctx context.Context, opts Options) (*Asker, error) {
	opts = opts.withDefaults()
	db, err := openDatabaseReader(ctx, opts)
	if err != nil {
		return nil, err
	}
	a, err := newAsker(db, opts)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return a, nil
}

func newAsker(db storage.Database, opts Options) (*Asker, error) {
	keys, err := shop.OpenKeys(opts.Config.Data, opts.Getenv)
	if err != nil {
		return nil, err
	}
	a := &Asker{Reader: newReader(db, opts), ledger: ledger.New(db)}
	reach := opts.shop()
	reach.Observe = a.observe
	a.shops = shop.New(reach, keys)
	a.Examiner = stores.NewExaminer(a.Finder, a.shops, stores.Options{Shop: reach, Logger: opts.Logger, Now: opts.Now})
	return a, nil
}

// observe tells the metrics of a request.
func (a *Asker) observe(x woo.Exchange) {
	if m := a.metrics.Load(); m != nil {
		m.Request(x.Method, x.Status, x.Elapsed)
	}
}

// Close closes connections to stores and the database. Closing twice is safe.
func (a *Asker) Close() error {
	a.shops.Close()
	return a.Reader.Close()
}

// Service works on a data directory, beside others that do. It is safe for concurrent use.
type Service struct {
	*Asker
	*stores.Connector
	// db is the Reader's, to work on.
	db storage.Database
	// engine holds stores and asks workers; it runs nothing. What works once the Service is started is in works.
	engine *engine.Engine
	works  works

	failing sync.Mutex
	// failures counts how often in a row a store failed a sync.
	failures map[int64]int
}

// Open opens the database that the configuration names and makes it when missing, with the data directory, which holds
// the master key in any case. It brings the schema up to date, and encrypts anew what an earlier master key encrypted.
// Who opened it closes it.
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
	if err := s.Reseal(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func newService(ctx context.Context, db storage.Database, opts Options) (*Service, error) {
	a, err := newAsker(db, opts)
	if err != nil {
		return nil, err
	}
	e, err := engine.New(ctx, db, engine.Options{Logger: opts.Logger, Now: opts.Now})
	if err != nil {
		return nil, err
	}
	return &Service{Asker: a, Connector: stores.NewConnector(a.Examiner, db), db: db, engine: e,
		failures: make(map[int64]int)}, nil
}
