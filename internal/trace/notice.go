package trace

import (
	"context"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/storage"
)

// aroundPlacing is how much a shop's clock may differ from ours where its webhooks are looked for.
const aroundPlacing = 15 * time.Minute

// hooksKept is how long it is known what came by a webhook.
const hooksKept = 23 * time.Hour

// hookOf is where a shop sends its webhooks; nil where it sends none.
func (t *Tracer) hookOf(ctx context.Context, st storage.Store) (*storage.Hook, error) {
	h, err := t.db.Hook(ctx, st.ID)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	return &h, err
}

// noticed says by what an order was noticed that is in the mirror: a webhook, or a look at the shop. Webhooks are kept
// for a day; where that is not known any more nothing is said.
func (t *Tracer) noticed(
	ctx context.Context, st storage.Store, order storage.Record, first storage.Change,
) ([]Hop, error) {
	hook, err := t.hookOf(ctx, st)
	if err != nil || hook == nil || first.Kind != storage.Created || first.Origin == storage.Own {
		return nil, err
	}
	at, err := t.db.DeliveryOf(ctx, st.ID, order.Ref, first.At.Add(-2*aroundPlacing), first.At)
	switch {
	case err != nil:
		return nil, err
	case !at.IsZero():
		return []Hop{{Link: Noticed, State: Done, At: at, Says: byWebhook()}}, nil
	case t.now().Sub(first.At) < hooksKept:
		return []Hop{{Link: Noticed, State: Done, At: first.At, Says: byLook(*hook)}}, nil
	}
	return nil, nil
}

// unnoticed says why a shop's webhooks have not told of an order that is in the shop and not in the mirror; nil where
// it has none, or one has come. It is no broken link: the next look at the shop finds the order.
func (t *Tracer) unnoticed(
	ctx context.Context, st storage.Store, s follow.Standing, order storage.Record,
) (*Hop, error) {
	hook, err := t.hookOf(ctx, st)
	if err != nil || hook == nil {
		return nil, err
	}
	h := &Hop{Link: Noticed, State: Waiting, Who: Nobody, Until: s.NextAt, Fix: checkHooks,
		Remedy: Remedy{Do: CheckWebhooks, Store: st.Name}}
	if hook.State != storage.HookActive {
		h.Says = hooksOff(*hook, s)
		return h, nil
	}
	at, err := t.db.DeliveryOf(ctx, st.ID, order.Ref, order.Created.Add(-aroundPlacing), t.now())
	if err != nil {
		return nil, err
	}
	if !at.IsZero() {
		return &Hop{Link: Noticed, State: Done, At: at, Says: byWebhook()}, nil
	}
	h.Says = noHook(*hook, s)
	return h, nil
}
