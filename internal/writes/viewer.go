package writes

import (
	"context"
	"errors"
	"strings"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// Viewer looks at the writes of all stores. It is safe for concurrent use.
type Viewer struct{ db storage.Reader }

// NewViewer makes a Viewer of a database that is only looked at.
func NewViewer(db storage.Reader) *Viewer { return &Viewer{db} }

// Writes lists writes, newest first.
func (v *Viewer) Writes(ctx context.Context, q outbox.Query) ([]outbox.Write, error) {
	writes, err := v.db.Writes(ctx, q)
	if err != nil {
		return nil, shop.Explain(err)
	}
	return writes, shop.Explain(v.Behind(ctx, writes))
}

// Write finds one write by its id, or by the beginning of it where that is unambiguous among the last thousand.
func (v *Viewer) Write(ctx context.Context, id string) (outbox.Write, error) {
	w, err := v.db.WriteByID(ctx, id)
	if err == nil {
		found := []outbox.Write{w}
		err = v.Behind(ctx, found)
		return found[0], shop.Explain(err)
	}
	if !errors.Is(err, storage.ErrNotFound) {
		return w, shop.Explain(err)
	}
	recent, err := v.db.Writes(ctx, outbox.Query{Limit: 1000})
	if err != nil {
		return outbox.Write{}, shop.Explain(err)
	}
	var found []outbox.Write
	for _, w := range recent {
		if id != "" && strings.HasPrefix(w.ID, id) {
			found = append(found, w)
		}
	}
	if len(found) == 1 {
		err := v.Behind(ctx, found)
		return found[0], shop.Explain(err)
	}
	return outbox.Write{}, writeNotFound(id)
}

// Lessons are what sending to a store has taught about it, in sentences.
func (v *Viewer) Lessons(ctx context.Context, storeID int64) ([]string, error) {
	lessons, err := ledger.Lessons(ctx, v.db, storeID)
	return lessons.Describe(), shop.Explain(err)
}

// Open lists the writes to a record, and to what belongs to it, that are not settled, in the order of their acceptance.
func (v *Viewer) Open(ctx context.Context, storeID int64, ref storage.Ref) ([]outbox.Write, error) {
	subjects := []string{storage.SubjectOf(ref, 0)}
	if ref.Resource == storage.Orders {
		subjects = append(subjects, storage.SubjectOf(storage.Ref{Resource: storage.OrderNotes}, ref.ID))
	}
	return v.Writes(ctx, outbox.Query{StoreID: storeID, Subjects: subjects, OldestFirst: true,
		States: []outbox.State{outbox.Pending, outbox.Sending, outbox.Unknown, outbox.Parked}})
}

// ByKey is the write that was accepted under an idempotency key; false when none was.
func (v *Viewer) ByKey(ctx context.Context, storeID int64, key string) (outbox.Write, bool, error) {
	w, err := v.db.WriteByKey(ctx, storeID, key)
	if errors.Is(err, storage.ErrNotFound) {
		return w, false, nil
	}
	return w, err == nil, shop.Explain(err)
}
