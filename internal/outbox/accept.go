package outbox

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
	"github.com/waybillhq/waybill/internal/storage"
)

func (e *Invalid) Error() string {
	var parts []string
	for _, f := range e.Fields[:min(len(e.Fields), mostNamed)] {
		parts = append(parts, f.Field+": "+f.Message)
	}
	text := strings.Join(parts, "; ")
	if more := len(e.Fields) - mostNamed; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return text
}

func (e *KeyReused) Error() string {
	return fmt.Sprintf("the idempotency key %q was used before for another content: %s; the first one stands", e.Key,
		becameOf(e.First))
}

// becameOf says in words what became of a write.
func becameOf(w intent.Write) string {
	what := fmt.Sprintf("%s %s (write %s)", w.Action, w.Resource, w.ID)
	switch {
	case w.State == intent.Done && w.RecordID != 0:
		return fmt.Sprintf("%s is done as %s", what, w.Ref())
	case w.Reason != nil && w.State != intent.Done:
		return fmt.Sprintf("%s is %s, %s", what, w.State, intent.Said(w.Reason.Message, func(r intent.Remedy) string {
			return r.Do
		}))
	}
	return fmt.Sprintf("%s is %s", what, w.State)
}

// Accept stores a write durably and returns it with its id. If a write was accepted under the same key before, Accept
// returns that one. The error is an *Invalid, a *KeyReused, or the repository's own; nothing was stored then.
func (b *Outbox) Accept(ctx context.Context, w intent.Write) (intent.Write, error) {
	stored, err := b.AcceptAll(ctx, []intent.Write{w})
	if err != nil {
		return intent.Write{}, err
	}
	return stored[0], nil
}

// AcceptAll stores many writes durably in one transaction, all or none, and returns them in their order. A write whose
// key was used before is returned as it was accepted then. The errors are those of [Outbox.Accept].
func (b *Outbox) AcceptAll(ctx context.Context, writes []intent.Write) ([]intent.Write, error) {
	now := b.opts.Now().UTC()
	before, err := b.acceptedBefore(ctx, writes)
	if err != nil {
		return nil, err
	}
	ready := make([]intent.Write, len(writes))
	for i, w := range writes {
		if err := b.findBase(ctx, &w); err != nil {
			return nil, err
		}
		// A repetition was checked when it first came. The write itself may have changed the record since.
		if first, used := before[i]; !used || !intent.Equivalent(first, w) {
			if fields := validate.Check(w); len(fields) > 0 {
				return nil, &Invalid{Index: i, Key: w.Key, Fields: fields}
			}
		}
		w.ID = intent.NewID(now, w.StoreID, w.Key)
		if w.Key == "" {
			w.Key = w.ID // without a key of the caller each acceptance is a write of its own
		}
		if w.Policy == "" {
			w.Policy = intent.Merge
		}
		w.State, w.AcceptedAt, w.NextAt = intent.Pending, now, now
		if len(w.Made) > 0 {
			w = madeBeforeRestore(w, now)
		}
		ready[i] = w
	}
	stored, err := b.repo.AcceptWrites(ctx, ready)
	if err != nil {
		return nil, err
	}
	for i := range stored {
		if stored[i].ID != ready[i].ID && !intent.Equivalent(stored[i], ready[i]) {
			return nil, &KeyReused{Index: i, Key: ready[i].Key, First: stored[i]}
		}
		stored[i].Repeated = stored[i].ID != ready[i].ID
	}
	return stored, nil
}

func (e *NotWaiting) Error() string {
	return fmt.Sprintf("write %s is %s and cannot be %s", e.ID, e.State, e.Asked)
}

// acceptedBefore returns the writes that were accepted earlier under the keys of the given writes, by index.
func (b *Outbox) acceptedBefore(ctx context.Context, writes []intent.Write) (map[int]intent.Write, error) {
	before := map[int]intent.Write{}
	for i, w := range writes {
		if w.Key == "" {
			continue
		}
		first, err := b.repo.WriteByKey(ctx, w.StoreID, w.Key)
		switch {
		case errors.Is(err, storage.ErrNotFound):
		case err != nil:
			return nil, err
		default:
			before[i] = first
		}
	}
	return before, nil
}

// findBase takes the mirror's record as the version that the caller saw, when the caller gave none. For a note or a
// refund it takes the order's lasting members, by which another order under the same id is recognised.
func (b *Outbox) findBase(ctx context.Context, w *intent.Write) error {
	if w.Base == nil && ofOrder(*w) {
		order, err := b.repo.MirroredRecord(ctx, w.StoreID, storage.Ref{Resource: storage.Orders, ID: w.ParentID})
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		w.Base = compare.Identity(storage.Orders, order.Raw)
		return err
	}
	if w.Base != nil || w.Action == intent.Create {
		return nil
	}
	record, err := b.repo.MirroredRecord(ctx, w.StoreID, w.Ref())
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	w.Base = record.Raw
	return err
}

// Invalid says which fields of a write would not do what the caller means. Nothing was stored or sent.
type Invalid struct {
	Index  int // of the write in the call
	Key    string
	Fields []intent.FieldError
}

// mostNamed is the largest number of fields that an error names. A person can correct that many at once.
const mostNamed = 8

// KeyReused says that an idempotency key came again with other content. The first write stays valid.
type KeyReused struct {
	Index int // of the write in the call
	Key   string
	First intent.Write
}

// NotWaiting says that a write is in a state in which a person cannot decide about it.
type NotWaiting struct {
	ID    string
	State intent.State
	Asked string
}
