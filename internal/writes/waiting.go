package writes

import (
	"context"
	"slices"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/shop"
)

// mostWaiting bounds how many writes are looked at to say what they wait for; one of each kind is enough.
const mostWaiting = 2000

// WaitingFor are the scopes, in the words of the doctor and of roles, that the writes of a store need which are not
// settled: those that wait and those that a person must decide about.
func (v *Viewer) WaitingFor(ctx context.Context, storeID int64) ([]string, error) {
	writes, err := v.db.Writes(ctx, outbox.Query{StoreID: storeID, Limit: mostWaiting,
		States: []outbox.State{outbox.Pending, outbox.Sending, outbox.Unknown, outbox.Parked}})
	if err != nil {
		return nil, shop.Explain(err)
	}
	var scopes []string
	for _, w := range writes {
		if scope := outbox.Scope(w); !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes, nil
}
