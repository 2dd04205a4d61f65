package outbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// A plugin can put a new order's lines into an older order of the same customer and delete the new one, all in one
// request. When the answer is lost, no record above the floor shows what happened, and each further request adds the
// lines once more. So before an order is sent again, the orders that were changed since are looked through. The outbox
// looks for an older order of the same customer that has gained what was asked for, compared with the mirror's copy.
// One request serves all writes of a round.

// clockSlack is subtracted from the time of sending, because the store's dates and its clock are known only to a
// second.
const clockSlack = 5 * time.Second

// mergedInto finds older orders that may hold what some creates asked for, by the write's id.
func (b *Outbox) mergedInto(
	ctx context.Context, shop woo.Doer, v view, writes []intent.Write,
) (map[string]sighting, error) {
	if len(writes) == 0 {
		return nil, nil
	}
	since := writes[0].SentAt
	for _, w := range writes {
		if w.SentAt.Before(since) {
			since = w.SentAt
		}
	}
	changed, err := b.changedSince(ctx, shop, writes[0].StoreID, b.storeTime(v.clock, since).Add(-clockSlack))
	if err != nil {
		return nil, err
	}
	found := map[string]sighting{}
	for _, w := range writes {
		for _, s := range changed {
			sent := b.storeTime(v.clock, w.SentAt)
			if s.id > w.Floor || dateOf(s.raw, "date_modified_gmt").Before(sent.Add(-clockSlack)) {
				continue
			}
			before, err := b.repo.MirroredRecord(ctx, w.StoreID, storage.Ref{Resource: storage.Orders, ID: s.id})
			if err != nil && !errors.Is(err, storage.ErrNotFound) {
				return nil, err
			}
			if !dateOf(before.Raw, "date_modified_gmt").Before(sent) {
				before.Raw = nil // the mirror has met the merged order already
			}
			if compare.MergedInto(w, s.raw, before.Raw) {
				found[w.ID] = s
				break
			}
		}
		if _, has := found[w.ID]; has {
			continue
		}
		into, err := b.mergedSilently(ctx, shop, w)
		if err != nil {
			return nil, err
		}
		if into.raw != nil {
			found[w.ID] = into
		}
	}
	return found, nil
}

// mostOrdersOfOne is how many of a customer's newest orders are looked through.
const mostOrdersOfOne = 50

// mergedSilently finds an older order of the same customer that has gained what a create asked for while its date
// stayed: a shop that keeps orders in posts moves no date for changed lines. Only the mirror's earlier copy shows what
// the order gained. mergedSilently is not called again after a person has looked and wants the create sent.
func (b *Outbox) mergedSilently(ctx context.Context, shop woo.Doer, w intent.Write) (sighting, error) {
	lists, err := b.listsOf(ctx, shop, w.StoreID, storage.Orders)
	if err != nil {
		return sighting{}, err
	}
	query := lists[0]
	if w.Attempts == 0 {
		return sighting{}, nil
	}
	switch customer, email := compare.CustomerOf(w); {
	case customer != 0:
		query.Set("customer", strconv.FormatInt(customer, 10))
	case email != "":
		query.Set("search", email)
	default:
		return sighting{}, nil
	}
	query.Set("orderby", "id")
	query.Set("order", "desc")
	query.Set("per_page", strconv.Itoa(mostOrdersOfOne))
	query.Set("_fields", "id,status,customer_id,billing,line_items,fee_lines")
	answer, err := read(ctx, shop, woo.RouteOrders.List(0), query)
	if err != nil {
		return sighting{}, err
	}
	list, ids, err := recordsIn(answer.Body)
	if err != nil {
		return sighting{}, fmt.Errorf("outbox: list of a customer's orders: %w", err)
	}
	for i, record := range list {
		if ids[i] > w.Floor {
			continue
		}
		before, err := b.repo.MirroredRecord(ctx, w.StoreID, storage.Ref{Resource: storage.Orders, ID: ids[i]})
		if errors.Is(err, storage.ErrNotFound) || err == nil && !before.SeenAt.Before(w.SentAt) {
			continue
		}
		if err != nil {
			return sighting{}, err
		}
		if compare.MergedInto(w, record, before.Raw) {
			return sighting{id: ids[i], raw: record}, nil
		}
	}
	return sighting{}, nil
}

// storeTime converts a time by our clock to the store's clock, as an answer of the store shows it.
func (b *Outbox) storeTime(header http.Header, ours time.Time) time.Time {
	if date, err := http.ParseTime(header.Get("Date")); err == nil && woo.CachedBy(header) == "" {
		return ours.Add(date.Sub(b.opts.Now()))
	}
	return ours
}

// mostChangedPages is how many pages of changed orders are read since a write was sent.
const mostChangedPages = 5

func (b *Outbox) changedSince(
	ctx context.Context, shop woo.Doer, storeID int64, since time.Time,
) (changed []sighting, err error) {
	lists, err := b.listsOf(ctx, shop, storeID, storage.Orders)
	if err != nil {
		return nil, err
	}
	query, size := lists[0], b.sizeOf(storeID, storage.Orders).Now()
	query.Set("modified_after", since.UTC().Format(storage.WooTime))
	query.Set("dates_are_gmt", "true")
	query.Set("orderby", "id")
	query.Set("order", "desc")
	query.Set("per_page", strconv.Itoa(size))
	query.Set("_fields", "id,status,customer_id,billing,line_items,fee_lines,date_modified_gmt")
	for page := 1; page <= mostChangedPages; page++ {
		query.Set("page", strconv.Itoa(page))
		answer, err := read(ctx, shop, woo.RouteOrders.List(0), query)
		if err != nil {
			return nil, err
		}
		list, ids, err := recordsIn(answer.Body)
		if err != nil {
			return nil, fmt.Errorf("outbox: list of changed orders: %w", err)
		}
		for i, record := range list {
			changed = append(changed, sighting{id: ids[i], raw: record})
		}
		if len(list) < size {
			break
		}
	}
	return changed, nil
}

// mayBeMerged parks a create that has left no record, when an older order may have taken in what it asked for.
func mayBeMerged(w intent.Write, into sighting) Settlement {
	w.State, w.MissedAt = intent.Parked, time.Time{}
	w.Reason = &intent.Reason{Code: intent.CodeUncertain, Records: []int64{into.id}, Theirs: into.raw,
		Message: fmt.Sprintf(
			"%s, and nothing of it is there; but orders/%d of the same customer was changed since it was sent, and "+
				"holds what was ordered: something on the store may have merged it into that. Nothing is sent again. "+
				"Look at the order. If it is so: ⟨adopt %s %[2]d⟩. If not: ⟨retry %[3]s⟩ "+
				"sends it anew", intent.HowLost(w), into.id, w.ID)}
	return Settlement{Write: w}
}
