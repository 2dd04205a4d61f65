package follow

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/internal/writes"
)

// Options say how stores are followed. All are needed but Pace, Told, Applied and Sent.
type Options struct {
	Sync   config.Sync
	Logger *slog.Logger
	Now    func() time.Time
	// Pace is the pace that this process asks for when it hands work to the process that works for the store; empty for
	// that process's own.
	Pace string
	// Told marks for reading the records that a store has named in webhooks. It returns how often the store was woken
	// for webhooks, and whether one of them named no record.
	Told func(ctx context.Context, storeID int64) (wakes int64, unnamed bool, err error)
	// Applied is called with what a pull has logged, and Sent with what became of writes.
	Applied func(storage.Applied)
	Sent    func(outbox.Round)
}

// Follower brings mirrors up to date and sends writes: through the process that works for the store, or itself when
// there is none. It is safe for concurrent use.
type Follower struct {
	db      storage.Database
	mirrors mirrors
	// engine holds stores and asks workers. It runs no tasks.
	engine  *engine.Engine
	shops   *shop.Shops
	examine *stores.Examiner
	writes  *writes.Viewer
	box     *outbox.Outbox
	opts    Options

	failing sync.Mutex
	// failures counts how often in a row a store failed a sync.
	failures map[int64]int
}

// Parts are what a Follower works with. All are needed.
type Parts struct {
	Database storage.Database
	Engine   *engine.Engine
	Shops    *shop.Shops
	Examiner *stores.Examiner
	Outbox   *outbox.Outbox
}

// New makes a Follower that works on a database.
func New(p Parts, opts Options) *Follower {
	return &Follower{db: p.Database, mirrors: mirrors{ledger.New(p.Database), opts}, engine: p.Engine, shops: p.Shops,
		examine: p.Examiner, writes: writes.NewViewer(p.Database), box: p.Outbox, opts: opts,
		failures: make(map[int64]int)}
}

// Tasks returns the tasks for the engine of a process that works for stores. watch is called with the progress of a
// mirror, and done with each piece of work that has ended; either may be nil.
func (f *Follower) Tasks(watch Watch, done func(Round)) engine.Tasks {
	m := f.mirrors.of(watch)
	return engine.Tasks{
		engine.Pull: {AtOnce: f.opts.Sync.StoresAtOnce,
			Work: func(ctx context.Context, job engine.Job) (engine.Outcome, error) {
				return f.pull(ctx, m, job, done)
			}},
		engine.Push: {AtOnce: f.opts.Sync.StoresAtOnce, Work: f.push},
	}
}
