package volatile

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/storage"
)

// provedFor is how long a learned member counts before it must be proved again.
const provedFor = 7 * 24 * time.Hour

// Watch learns which members of a store's records differ although nothing changed, and decides which readings are the
// same.
type Watch struct {
	*shown.Store
	// records looks up what the mirror holds.
	records Records
	// pause is the least time between two readings of the same record.
	pause time.Duration
	// learnt are the members that were seen to differ on every reading.
	learnt state.Volatile
	// Same decides whether two readings are the same.
	Same *storage.Sameness
	// Judged is called with the rules of comparison whenever they change.
	Judged func(*storage.Sameness)
	// Put keeps what was learned. It is called only after a change.
	Put func(storage.Cursor) error
	// Demanded says whether a caller waits for a look, given the time of the last one.
	Demanded func(time.Time) bool
	// Forgot is called when a member is compared again that was left out before.
	Forgot func(context.Context) error
}

// New makes a Watch. Unless its fields are set, it keeps nothing and calls no one.
func New(store *shown.Store, records Records, pause time.Duration) *Watch {
	return &Watch{
		Store: store, records: records, pause: pause,
		Judged:   func(*storage.Sameness) {},
		Put:      func(storage.Cursor) error { return nil },
		Demanded: func(time.Time) bool { return true },
		Forgot:   func(context.Context) error { return nil },
	}
}

// Records looks up what the mirror holds.
type Records interface {
	Record(ctx context.Context, storeID int64, ref storage.Ref) (storage.Record, error)
	Records(ctx context.Context, q storage.Query) iter.Seq2[storage.Record, error]
	state.Cursors
}

// judge rebuilds the rules of comparison from what was learned.
func (s *Watch) judge() {
	masks := map[storage.Resource][]jsonvalue.Mask{}
	for _, m := range s.learnt.Members {
		masks[m.Resource] = append(masks[m.Resource], jsonvalue.Mask{Path: m.Path, Query: m.Query})
	}
	s.Same = storage.NewSameness(masks)
	s.Judged(s.Same)
}

// Recall reads what was learned before, without the members that have to be proved again.
func (s *Watch) Recall(ctx context.Context) error {
	if err := state.Load(ctx, s.records, s.StoreID, state.VolatileName, &s.learnt); err != nil {
		return err
	}
	s.learnt.Members = slices.DeleteFunc(
		s.learnt.Members,
		func(m state.Member) bool { return s.Now().Sub(m.Since) > provedFor },
	)
	s.judge()
	return nil
}

func (s *Watch) keep() error { return s.Put(state.Cursor(state.VolatileName, s.learnt)) }

// Learned names the learned members for people.
func (s *Watch) Learned() []string {
	var all []string
	for _, m := range s.learnt.Members {
		text := string(m.Resource) + " " + m.Path
		if len(m.Query) > 0 {
			text += " (" + strings.Join(m.Query, ", ") + " in its address)"
		}
		all = append(all, text)
	}
	slices.Sort(all)
	return all
}

// Members returns the learned members.
func (s *Watch) Members() []state.Member { return s.learnt.Members }
