package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
	"github.com/waybillhq/waybill/woo"
)

// count reads the store without the proxy and holds it against what the writes say: a write that is done must be there
// once and whole, a parked one at most once, and no write may be in another state.
func count(ctx context.Context, path string, shop *woo.Client, s storm) (wrong int, err error) {
	db, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return 0, err
	}
	defer db.Close()
	writes, err := db.Writes(ctx, outbox.Query{})
	if err != nil {
		return 0, err
	}
	orders, halves, err := ordersByNote(ctx, shop)
	if err != nil {
		return 0, err
	}
	refunds, parents := map[string]int{}, map[int64]bool{}
	for _, w := range writes {
		if w.Resource == storage.Refunds && !parents[w.ParentID] {
			parents[w.ParentID] = true
			if err := refundsByReason(ctx, shop, w.ParentID, refunds); err != nil {
				return 0, err
			}
		}
	}
	tally := map[string]int{}
	for _, w := range writes {
		var body struct {
			Note   string `json:"customer_note"`
			Reason string `json:"reason"`
		}
		if err := json.Unmarshal(w.Body, &body); err != nil {
			return 0, err
		}
		n, half := orders[body.Note], halves[body.Note]
		if w.Resource == storage.Refunds {
			n, half = refunds[body.Reason], false
		}
		tally[fmt.Sprintf("%s %s, %d times on the store", w.Resource, w.State, n)]++
		fine := w.State == outbox.Done && n == 1 && !half || w.State == outbox.Parked && n <= 1
		if !fine {
			wrong++
			fmt.Printf("WRONG: %s %s is %s and %d times on the store, half %v: %+v\n", w.Resource, w.Key, w.State, n,
				half, w.Reason)
		} else if w.State == outbox.Parked {
			fmt.Printf("parked: %s %s: %s\n", w.Resource, w.Key, w.Reason.Message)
		}
	}
	fmt.Printf("%d writes of %d orders and %d refunds: %v; %d wrong\n", len(writes), s.orders, s.refunds, tally, wrong)
	return wrong, nil
}

// ordersByNote counts the orders of a store by their note, wherever they are, and names those that are not whole.
func ordersByNote(ctx context.Context, shop *woo.Client) (seen map[string]int, halves map[string]bool, err error) {
	seen, halves = map[string]int{}, map[string]bool{}
	statuses, err := woo.OrderStatuses(ctx, shop)
	if err != nil {
		return nil, nil, err
	}
	list := url.Values{"per_page": {"100"}, "orderby": {"id"}, "order": {"asc"},
		"_fields": {"id,customer_note,total,status"}}
	for _, status := range append(statuses, storage.StatusTrash) {
		list.Set("status", status)
		for page := 1; ; page++ {
			list.Set("page", fmt.Sprint(page))
			answer, err := shop.Do(ctx, woo.Request{Path: "orders", Query: list})
			if err != nil {
				return nil, nil, err
			}
			var orders []struct {
				Note   string `json:"customer_note"`
				Total  string `json:"total"`
				Status string `json:"status"`
			}
			if err := json.Unmarshal(answer.Body, &orders); err != nil {
				return nil, nil, err
			}
			for _, o := range orders {
				seen[o.Note]++
				halves[o.Note] = halves[o.Note] || o.Total != "5.00" || o.Status != "processing"
			}
			if len(orders) < 100 {
				break
			}
		}
	}
	return seen, halves, nil
}

func refundsByReason(ctx context.Context, shop *woo.Client, order int64, seen map[string]int) error {
	answer, err := shop.Do(ctx, woo.Request{Path: fmt.Sprintf("orders/%d/refunds", order),
		Query: url.Values{"per_page": {"100"}}})
	if err != nil {
		return err
	}
	var refunds []struct {
		Reason string `json:"reason"`
	}
	if err := json.Unmarshal(answer.Body, &refunds); err != nil {
		return err
	}
	for _, r := range refunds {
		seen[r.Reason]++
	}
	return nil
}
