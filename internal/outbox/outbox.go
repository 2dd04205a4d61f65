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
	// StoreLimit is how long a store may still be working on a request whose client has gone: no resend before it has
	// passed. 0 leaves it to what the store itself allows (waiting.go).
	StoreLimit time.Duration
	// Patience is how long the connection of a write is kept open for its answer, where the client itself would give up
	// sooner. Default 5 minutes: a store that waits for a locked table or for another service answers when it is
	// through.
	Patience time.Duration
	// Silences is how often a write may meet silence (waiting.go) before a person must look. Default 2.
	Silences int
	// Deaths is how often the store's PHP may die at a write and leave nothing of it before a person must look. Default
	// 2.
	Deaths int
	// Parallel is how many requests to one store are under way at once. Default 2: measured on a real store, batches of
	// 50 over two connections are eight times as fast as one request per order, and more connections add nothing.
	Parallel int
	// BatchSize is how many records one batch carries at first, at most 100. Default 50. It halves when a batch fails
	// and recovers as batches succeed.
	BatchSize int
	// MaxAttempts is how often a write may be lost on its way before a person must look. Default 5.
	MaxAttempts int
	// Now is the clock. Default time.Now.
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

	opened time.Time // what was accepted before may have been sent by another process

	mu            sync.Mutex
	batch         map[int64]batching      // by store
	lessons       map[int64]Lessons       // store: what is kept of what was learned
	unkept        map[int64]bool          // stores with lessons that are not written down yet
	sizes         map[lane]*pagesize.Size // of pages in look-ups
	orderStatuses map[int64]knownStatuses
	answered      map[lane]answers
	noOrders      map[int64]map[int64]bool   // store: ids that are known to be no order's
	seen          map[string]json.RawMessage // write: its caller's version while another stands in for it (before.go)
}

// New makes an Outbox over a repository.
func New(repo Repository, opts Options) *Outbox {
	return &Outbox{repo: repo, opts: opts.withDefaults(), batch: map[int64]batching{}, lessons: map[int64]Lessons{},
		unkept: map[int64]bool{},
		sizes:  map[lane]*pagesize.Size{}, orderStatuses: map[int64]knownStatuses{},
		noOrders: map[int64]map[int64]bool{}, answered: map[lane]answers{}, seen: map[string]json.RawMessage{},
		opened: opts.withDefaults().Now().UTC()}
}

// Round is what one Step did.
type Round struct {
	Done, Rejected, Parked, Unknown, Waiting int
	// Idle says that nothing was due.
	Idle bool
	// Next is when something will be due, by our clock; zero when nothing waits.
	Next time.Time
}

// batching is how many records a batch to one store carries. It falls to a quarter when a batch fails, because each
// failure may cost a wait, and grows by five when one went well. Down at single writes it takes a while of those before
// a batch is tried again, and longer each time, so that a store on which batches fail is not made to fail again and
// again.
type batching struct {
	size    int
	singles int // writes that went well one by one since the last failure
	wanted  int // so many are wanted before a batch is tried again
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
	sent    time.Time // when the latest create that was answered with success was sent
	highest int64     // id of a record that was answered
	at      time.Time // when that was
}
