package verify

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/storage"
)

// clear asks for every suspect once more, and counts those that still differ.
func (v *verification) clear(ctx context.Context) error {
	suspects := v.suspects
	v.suspects = nil
	for _, one := range suspects {
		if err := v.again(ctx, one); err != nil {
			return err
		}
	}
	return nil
}

func (v *verification) again(ctx context.Context, one suspect) error {
	held, err := v.repo.Record(ctx, v.StoreID, one.ref)
	inMirror := err == nil
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	if one.parent == 0 {
		one.parent = held.ParentID
	}
	raw, onStore, err := v.fetch(ctx, one)
	if err != nil {
		return err
	}
	if c := roster.CollectionOf(one.ref.Resource); c != nil && onStore && inMirror &&
		!v.watch.Same.Content(c.Resource, raw, held.Raw) {
		if _, err := v.watch.OnlyVolatile(ctx, c, held, reading.OrEmpty(c.Resource, raw)); err != nil {
			return err
		}
	}
	difference := RecordDifference{Ref: one.ref, ParentID: one.parent}
	switch {
	case !onStore && !inMirror:
		return nil // the record came and went meanwhile
	case !onStore:
		difference.Found = FoundOnlyMirror
	case !inMirror:
		v.of(one.ref.Resource).Store++
		difference.Found = FoundOnlyStore
	case v.watch.Same.Content(one.ref.Resource, raw, held.Raw):
		v.equal(one.ref.Resource)
		v.countHidden(one, held)
		return nil
	default:
		v.of(one.ref.Resource).Store++
		difference.Found = FoundDifferent
		difference.Fields = v.watch.Same.Differences(one.ref.Resource, raw, held.Raw, 5)
	}
	v.note(difference)
	return nil
}

// fetch reads one record from the store; false when the store does not have it.
func (v *verification) fetch(ctx context.Context, one suspect) ([]byte, bool, error) {
	path, known := v.AddressOf(ctx, one.ref, one.parent)
	var got *ask.Answer
	var err error
	if known {
		got, err = v.Asker.One(ctx, path, v.Asker.Fresh(nil))
	}
	if one.ref.Resource == storage.Refunds && (!known || ask.Gone(err)) {
		r, shown, err := v.InRefunds(ctx, one.ref.ID)
		if err != nil || !shown {
			return nil, false, err
		}
		return r.Raw, true, nil
	}
	if !known || shown.GoneRecord(one.ref.Resource, err) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	return shown.SingleBody(one.ref.Resource, got.Body), true, nil
}
