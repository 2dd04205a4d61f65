package outbox

import (
	"encoding/json"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/pagesize"
	"github.com/waybillhq/waybill/internal/storage"
)

// Options tune an Outbox; the zero value is what a shop needs.
type Options struct {
	// StoreLimit is how long a store may still be working on a request whose client has gone. Nothing is sent again
	// before it has passed. 0 uses the store's own limit (waiting.go).
	StoreLimit time.Duration
	// Patience is how long the connection of a write is kept open for its answer, if the client itself would give up
	// sooner; 5 minutes when 0. A store that waits for a locked table or for another service answers when the wait is
	// over.
	Patience time.Duration
	// Silences is how often a write may meet silence (waiting.go) before a person must look; 2 when 0.
	Silences int
	// Deaths is how often the store's PHP may die at a write and leave nothing of it before a person must look; 2 when
	// 0.
	Deaths int
	// Parallel is how many requests to one store are under way at the same time; 2 when 0. Measured on a real store,
	// batches of 50 over two connections are eight times as fast as one request per order, and more connections add
	// nothing.
	Parallel int
	// BatchSize is how many records one batch carries at first, at most 100; 50 when 0. The size falls when a batch
	// fails and recovers as batches succeed.
	BatchSize int
	// MaxAttempts is how often a write may be lost on its way before a person must look; 5 when 0.
	MaxAttempts int
	// Now is the clock; time.Now when nil.
	Now func() time.Time
}

func (o Options) withDefaults() Options {
	if o.Parallel <= 0 {
		o.Parallel = 2
	}
	if o.BatchSize <= 0 || o.BatchSize > 100 {
		o.BatchSize = 50
	}
	if o.MaxAttempts <= 0 {
		o.MaxAttempts = 5
	}
	if o.Patience <= 0 {
		o.Patience = 5 * time.Minute
	}
	if o.Silences <= 0 {
		o.Silences = 2
	}
	if o.Deaths <= 0 {
		o.Deaths = 2
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Outbox accepts writes and carries them out. It is safe for use by several goroutines.
type Outbox struct {
	repo Repository
	opts Options

	opened time.Time // another process may have sent a write that was accepted earlier

	mu            sync.Mutex
	batch         map[int64]batching      // by store
	lessons       map[int64]Lessons       // by store: the lessons that are kept
	unkept        map[int64]bool          // stores with lessons that are not saved yet
	sizes         map[lane]*pagesize.Size // of pages in look-ups
	orderStatuses map[int64]knownStatuses
	answered      map[lane]answers
	noOrders      map[int64]map[int64]bool   // by store: ids that are known to be no order's
	seen          map[string]json.RawMessage // by write: the caller's version while another one replaces it (before.go)
}

// New makes an Outbox over a repository.
func New(repo Repository, opts Options) *Outbox {
	return &Outbox{repo: repo, opts: opts.withDefaults(), batch: map[int64]batching{}, lessons: map[int64]Lessons{},
		unkept: map[int64]bool{},
		sizes:  map[lane]*pagesize.Size{}, orderStatuses: map[int64]knownStatuses{},
		noOrders: map[int64]map[int64]bool{}, answered: map[lane]answers{}, seen: map[string]json.RawMessage{},
		opened: opts.withDefaults().Now().UTC()}
}

// Round counts what one Step did.
type Round struct {
	Done, Rejected, Parked, Unknown, Waiting int
	// Idle says that nothing was due.
	Idle bool
	// Next is when something will be due, by our clock; zero when nothing waits.
	Next time.Time
}

// batching is how many records a batch to one store carries. The size falls to a quarter when a batch fails, because
// each failure may cost a wait, and grows by five when one succeeds. At single writes it takes a number of those before
// a batch is tried again, and more each time, so that a store on which batches fail is not made to fail again and
// again.
type batching struct {
	size    int
	singles int // single writes that succeeded since the last failure
	wanted  int // single writes wanted before a batch is tried again
}

// knownStatuses are the statuses of a store's orders, and when they were read.
type knownStatuses struct {
	names []string
	at    time.Time
}

type lane struct {
	storeID  int64
	resource storage.Resource
}

// answers is what the store has answered to creates of one kind.
type answers struct {
	sent    time.Time // when the latest create was sent that was answered with success
	highest int64     // id of a record that was answered
	at      time.Time // when that was
}
