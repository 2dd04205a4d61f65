package outbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// An order can have a status that is not registered for requests of the API: a plugin set the status right after the
// order was made. No list shows such an order, but it answers under its id
// (docs/woocommerce/lists.md#unregistered-status). So before an order is sent again, the ids that its first request may
// have got and that no list accounts for are asked for one by one.
const (
	// beyondNewest is how many ids above the newest listed order are asked for. An order takes one id.
	beyondNewest = 5
	// mostUnlisted is the largest number of ids that are asked for, half of them right above the floor and half below
	// the newest. An order among more ids of other kinds than that is not found.
	mostUnlisted = 40
)

// sendsAgain returns the creates of orders of which a look-up found nothing and that would therefore be sent again.
func (b *Outbox) sendsAgain(writes []intent.Write, found map[string]trace, clock http.Header) (again []intent.Write) {
	for _, w := range writes {
		tr := found[w.ID]
		if _, over := b.waited(w, clock); over && w.Resource == storage.Orders && tr.record == nil &&
			len(tr.suspects) == 0 {
			again = append(again, w)
		}
	}
	return again
}

// unlisted returns the orders that writes may have made and that no list shows.
func (b *Outbox) unlisted(ctx context.Context, shop woo.Doer, v view, writes []intent.Write) ([]sighting, error) {
	ids, err := b.unaccounted(ctx, v, writes)
	if err != nil {
		return nil, err
	}
	var found []sighting
	for _, id := range ids {
		answer, err := read(ctx, shop, woo.RouteOrders.Record(0, id), nil)
		switch {
		case woo.IsNotFound(err):
			if id < v.newest { // the id was given out, and never to an order
				b.noOrder(writes[0].StoreID, id)
			}
		case err != nil:
			return nil, err
		case compare.ID(answer.Body) != id:
			return nil, fmt.Errorf("outbox: the answer to a look at orders/%d is something else", id)
		default:
			found = append(found, sighting{id: id, raw: answer.Body})
		}
	}
	return found, nil
}

// unaccounted returns the ids above the lowest floor that no list of orders shows and that no other known record has.
func (b *Outbox) unaccounted(ctx context.Context, v view, writes []intent.Write) ([]int64, error) {
	lowest := writes[0].Floor
	for _, w := range writes {
		lowest = min(lowest, w.Floor)
	}
	seen := map[int64]bool{}
	for _, s := range v.newer {
		seen[s.id] = true
	}
	last := max(v.newest, lowest) + beyondNewest
	var ids []int64
	for id := max(lowest, last-mostSpread) + 1; id <= last; id++ {
		if seen[id] || b.isNoOrder(writes[0].StoreID, id) {
			continue
		}
		other, err := b.ofAnotherKind(ctx, writes[0].StoreID, id)
		if err != nil {
			return nil, err
		}
		if !other {
			ids = append(ids, id)
		}
	}
	if len(ids) > mostUnlisted {
		ids = append(ids[:mostUnlisted/2:mostUnlisted/2], ids[len(ids)-mostUnlisted/2:]...)
	}
	return ids, nil
}

// mostSpread is how many ids below the newest are searched for unaccounted ones.
const mostSpread = 2000

// ofAnotherKind says whether the mirror knows an id as that of a record of another kind that shares its numbers with
// orders.
func (b *Outbox) ofAnotherKind(ctx context.Context, storeID, id int64) (bool, error) {
	for _, r := range []storage.Resource{storage.Products, storage.Variations, storage.Coupons, storage.Refunds} {
		_, err := b.repo.MirroredRecord(ctx, storeID, storage.Ref{Resource: r, ID: id})
		if !errors.Is(err, storage.ErrNotFound) {
			return err == nil, err
		}
	}
	return false, nil
}

func (b *Outbox) noOrder(storeID, id int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.noOrders[storeID] == nil || len(b.noOrders[storeID]) > mostSpread {
		b.noOrders[storeID] = map[int64]bool{}
	}
	b.noOrders[storeID][id] = true
}

func (b *Outbox) isNoOrder(storeID, id int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.noOrders[storeID][id]
}
