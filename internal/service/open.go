package service

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/vault"
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

// Reader looks at the mirrors of a data directory. It is safe for concurrent use.
type Reader struct {
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
	return &Reader{db: db, opts: opts}, nil
}

// Config is the configuration.
func (r *Reader) Config() config.Config { return r.opts.Config }

// Close closes the database.
func (r *Reader) Close() error { return r.db.Close() }

// Service owns a data directory. It is safe for concurrent use.
type Service struct {
	*Reader
	// db is the Reader's, to work on; ledger enters into it what stores show and answer.
	db     storage.Database
	ledger *ledger.Ledger
	vault  *vault.Vault
	// engine holds stores and asks workers; it runs nothing. What works once the Service is started is in works.
	engine *engine.Engine
	works  works

	mu      sync.Mutex
	clients map[int64]*pacedClient
	// failures counts how often in a row a store failed a sync.
	failures map[int64]int
	box      *outbox.Outbox
}

// Open opens a data directory, made when missing, for this process alone.
func Open(ctx context.Context, opts Options) (*Service, error) {
	opts = opts.withDefaults()
	db, err := openDatabase(ctx, opts)
	if err != nil {
		return nil, err
	}
	v, err := vault.Open(opts.Config.Data, opts.Getenv)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s, err := newService(ctx, &Reader{db: db, opts: opts}, db, v)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := s.rewrapCredentials(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close closes connections to stores and the database. Closing twice is safe.
func (s *Service) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, known := range s.clients {
		known.client.CloseIdleConnections()
		delete(s.clients, id)
	}
	return s.Reader.Close()
}

func nothingConnected() *problem.Problem {
	return problem.New(problem.StoreNotFound, "no store is connected yet").
		Next("Connect one: waybill connect https://shop.example, or see how it works with: waybill demo")
}

// OpenBeside opens a data directory without owning it, for work that asks stores and writes nothing: verify, doctor.
// Another process may own it meanwhile. What would write fails.
func OpenBeside(ctx context.Context, opts Options) (*Service, error) {
	opts = opts.withDefaults()
	db, err := openDatabaseReader(ctx, opts)
	if err != nil {
		return nil, err
	}
	v, err := vault.Open(opts.Config.Data, opts.Getenv)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return newService(ctx, &Reader{db: db, opts: opts}, db, v) // whose transactions fail
}

func newService(ctx context.Context, r *Reader, db storage.Database, v *vault.Vault) (*Service, error) {
	e, err := engine.New(ctx, db, engine.Options{Logger: r.opts.Logger, Now: r.opts.Now})
	if err != nil {
		return nil, err
	}
	return &Service{Reader: r, db: db, ledger: ledger.New(db), vault: v, engine: e,
		clients: make(map[int64]*pacedClient), failures: make(map[int64]int)}, nil
}
