package outbox

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// acceptedBefore finds the writes that were accepted under the keys of some, by their index.
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

// findBase takes the mirror's record for the version that the caller saw, where the caller gave none.
func (b *Outbox) findBase(ctx context.Context, w *intent.Write) error {
	if w.Base != nil || w.Action != intent.Update {
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
	Index  int // of the write among those given
	Key    string
	Fields []intent.FieldError
}

// mostNamed is how many fields an error names: a person corrects them in one go.
const mostNamed = 8

// KeyReused says that an idempotency key came again with another content. The first write stands.
type KeyReused struct {
	Index int // of the write among those given
	Key   string
	First intent.Write
}

// NotWaiting says that a write is not in a state in which a person can decide about it.
type NotWaiting struct {
	ID    string
	State intent.State
	Asked string
}
