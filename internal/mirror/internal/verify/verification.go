package verify

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/mirror/internal/volatile"
	"github.com/waybillhq/waybill/internal/storage"
)

// Sides are the two sides of a comparison, and how the comparison is made.
type Sides struct {
	// Store is the store. Mirror is what the mirror holds of the store.
	Store  *shown.Store
	Mirror Mirrored
	// Watch decides which readings are the same.
	Watch *volatile.Watch
	// Observer is told how far the comparison is.
	Observer Observer
	// Window is how many records are read through one filter.
	Window int
	// Notes and Fulfillments say for which orders the mirror follows notes and fulfilments.
	Notes, Fulfillments roster.Extent
}

// Mirrored looks up the mirror's records for a comparison.
type Mirrored interface {
	volatile.Records
	Between(ctx context.Context, storeID int64, r storage.Range) iter.Seq2[storage.Record, error]
	Children(
		ctx context.Context, storeID int64, resource storage.Resource, parent int64,
	) iter.Seq2[storage.Record, error]
	Counts(ctx context.Context, storeID int64, resource storage.Resource) (storage.Count, error)
	CreatedAt(
		ctx context.Context, storeID int64, resource storage.Resource, from, to time.Time, n int,
	) (time.Time, error)
}

// Observer is told how far a comparison is.
type Observer interface {
	Begin(r storage.Resource, total int)
	Read(records int)
}

// verification is one comparison. It runs in one goroutine.
type verification struct {
	*shown.Store
	repo     Mirrored
	watch    *volatile.Watch
	progress Observer
	window   int
	// notesOf and fulfillmentsOf say for which orders notes and fulfilments are compared.
	notesOf, fulfillmentsOf roster.Extent
	opts                    Options
	strays                  state.Strays
	reports                 map[storage.Resource]*ResourceReport
	shown                   []RecordDifference
	// counted is how many orders and refunds the store counted before the comparison.
	counted int
	notes   []string
	// suspects are the records that differ and are still to be asked for once more.
	suspects []suspect
	// short is how many records the totals of lists count beyond those that the lists showed. stuck are the resources
	// whose lists showed one page only.
	short map[storage.Resource]int
	stuck map[storage.Resource]bool
	// absent are the resources of which the store offers no list.
	absent []storage.Resource
	// varied are the products that are not variable and yet have attributes for variations. plain are the other
	// products that are not variable.
	varied, plain []int64
	// unlisted says that the store has no list of all variations. unplaced is how many variations that list counts and
	// does not show.
	unlisted bool
	unplaced int
	// parents are the records whose children are to be compared.
	parents map[storage.Resource][]int64
}
type suspect struct {
	ref    storage.Ref
	parent int64
	// listed says that a list of the store showed the record.
	listed bool
}

// maxSuspects is how many differing records are asked for again. With more differences the mirror is wrong at large,
// and changes made meanwhile explain little.
const maxSuspects = 2000

func (v *verification) wanted(r storage.Resource) bool {
	return len(v.opts.Resources) == 0 || slices.Contains(v.opts.Resources, r)
}

// of returns the report of a resource.
func (v *verification) of(r storage.Resource) *ResourceReport {
	if v.reports[r] == nil {
		v.reports[r] = &ResourceReport{Resource: r}
	}
	return v.reports[r]
}

// guard turns a refusal into the reason for which a resource is skipped. Other errors are returned.
func (v *verification) guard(ctx context.Context, r storage.Resource, err error) error {
	switch {
	case err == nil:
		return nil
	case ask.NoRoute(err):
		v.of(r).Skipped, v.absent = "the store offers no list of them", append(v.absent, r)
	case v.Asker.Refused(ctx, r, err):
		v.of(r).Skipped = ask.WhoRefuses(err) + ": " + err.Error()
	default:
		return err
	}
	return nil
}

func (v *verification) equal(r storage.Resource) {
	if !v.wanted(r) {
		return
	}
	report := v.of(r)
	report.Store++
	report.Equal++
}

func (v *verification) suspect(ref storage.Ref, parent int64, listed bool) {
	if !v.wanted(ref.Resource) {
		return // read only on the way to a wanted resource
	}
	if len(v.suspects) < maxSuspects {
		v.suspects = append(v.suspects, suspect{ref: ref, parent: parent, listed: listed})
		return
	}
	found := FoundOnlyMirror
	if listed {
		v.of(ref.Resource).Store++
		found = FoundDifferent
	}
	v.note(RecordDifference{Ref: ref, ParentID: parent, Found: found})
}

// note counts a difference, and keeps it if it is one of the first.
func (v *verification) note(d RecordDifference) {
	report := v.of(d.Resource)
	switch d.Found {
	case FoundDifferent:
		report.Different++
	case FoundOnlyStore:
		report.OnlyStore++
	case FoundOnlyMirror:
		report.OnlyMirror++
	}
	if len(v.shown) < v.opts.Show {
		v.shown = append(v.shown, d)
	}
}

// unreadable returns a function that counts a record on which the store fails as one that the mirror lacks.
func (v *verification) unreadable(r storage.Resource) func(int64, error) {
	return func(id int64, cause error) {
		v.note(RecordDifference{Ref: storage.Ref{Resource: r, ID: id}, Found: FoundOnlyStore,
			Fields: []jsonvalue.Difference{{A: pages.UnreadableReason(cause)}}})
	}
}
