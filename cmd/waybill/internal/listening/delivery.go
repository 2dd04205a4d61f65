package listening

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/waybillhq/waybill/internal/forward"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// DeliveryOf is what a program gets of a change: the event, and how it is handed over. record gives the record as it is
// now, unless the event is to be thin.
func DeliveryOf(
	ctx context.Context, record func(context.Context, storage.Store, storage.Ref) (storage.Record, error),
	c records.NamedChange, thin bool,
) (wire.Event, forward.Delivery, error) {
	e := wire.EventOf(c)
	if !thin && c.Kind != storage.Deleted {
		held, err := record(ctx, storage.Store{ID: c.StoreID, Name: c.Store}, c.Ref)
		switch {
		case problem.Is(err, problem.RecordNotFound):
			e = e.With(nil, nil)
		case err != nil:
			return e, forward.Delivery{}, err
		default:
			e = e.With(&held, nil)
		}
	}
	body, err := json.Marshal(e)
	if err != nil {
		return e, forward.Delivery{}, fmt.Errorf("change %d: %w", c.Seq, err)
	}
	return e, forward.Delivery{
		ID: "change-" + strconv.FormatInt(c.Seq, 10), Seq: c.Seq, Type: e.Type, Body: append(body, '\n'),
		Facts: map[string]string{"store": c.Store, "resource": string(c.Resource), "kind": string(c.Kind),
			"id": strconv.FormatInt(c.ID, 10)},
	}, nil
}
