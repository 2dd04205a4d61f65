package service

import (
	"context"
	"crypto/x509"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
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

// databaseName is the file inside the data directory.
const databaseName = "waybill.db"

// Reader looks at the mirrors of a data directory. It is safe for concurrent use.
type Reader struct {
	db   storage.Reader
	opts Options
}

// OpenReader opens a data directory for looking. It never waits for, and never disturbs, a process that works on it.
func OpenReader(ctx context.Context, opts Options) (*Reader, error) {
	opts = opts.withDefaults()
	path := filepath.Join(opts.Config.Data, databaseName)
	db, err := sqlite.OpenReader(ctx, path, sqlite.Options{Now: opts.Now})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nothingConnected()
	}
	if err != nil {
		return nil, err
	}
	return &Reader{db: db, opts: opts}, nil
}

// Close closes the database.
func (r *Reader) Close() error { return r.db.Close() }

// Service owns a data directory. It is safe for concurrent use.
type Service struct {
	*Reader
	// db is the Reader's, to work on; ledger enters into it what stores show and answer.
	db     storage.Database
	ledger *ledger.Ledger
	vault  *vault.Vault

	mu      sync.Mutex
	clients map[int64]*pacedClient
	// failures counts how often in a row a store failed a sync.
	failures map[int64]int
	box      *outbox.Outbox
}

// Open opens a data directory, made when missing, for this process alone.
func Open(ctx context.Context, opts Options) (*Service, error) {
	opts = opts.withDefaults()
	dir := opts.Config.Data
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, problem.Wrap(problem.DataUnusable, err, "the data directory %s cannot be made: %v", dir, err).
			Next("Choose another directory with --data")
	}
	db, err := sqlite.Open(ctx, filepath.Join(dir, databaseName), sqlite.Options{Now: opts.Now})
	if err != nil {
		return nil, err
	}
	v, err := vault.Open(dir, opts.Getenv)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s := newService(&Reader{db: db, opts: opts}, db, v)
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
	r, err := OpenReader(ctx, opts)
	if err != nil {
		return nil, err
	}
	v, err := vault.Open(r.opts.Config.Data, r.opts.Getenv)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return newService(r, r.db.(*sqlite.DB), v), nil // whose transactions fail
}

func newService(r *Reader, db storage.Database, v *vault.Vault) *Service {
	return &Service{Reader: r, db: db, ledger: ledger.New(db), vault: v, clients: make(map[int64]*pacedClient),
		failures: make(map[int64]int)}
}
