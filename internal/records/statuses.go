package records

import (
	"context"
	"fmt"
	"slices"

	"github.com/waybillhq/waybill/internal/storage"
)

// Statuses are those that records of a resource can have on a store: what WooCommerce and WordPress know, what the
// store registers, and what records of the mirror have. What cannot be read is left out.
func (r *Reader) Statuses(ctx context.Context, st storage.Store, resource storage.Resource) []string {
	statuses := slices.Clone(knownStatuses[resource])
	add := func(status string) {
		if status != "" && !slices.Contains(statuses, status) {
			statuses = append(statuses, status)
		}
	}
	if resource == storage.Orders {
		for record, err := range r.db.Records(ctx, storage.Query{StoreID: st.ID, Resource: storage.OrderStatuses}) {
			if err != nil {
				break
			}
			add(record.Slug)
		}
	}
	for _, status := range r.heldStatuses(ctx, st.ID, resource) {
		add(status)
	}
	return statuses
}

// heldStatuses are those that the mirror's records have.
func (r *Reader) heldStatuses(ctx context.Context, storeID int64, resource storage.Resource) []string {
	rows, err := r.db.Query(ctx, fmt.Sprintf(
		"SELECT DISTINCT status FROM records WHERE store_id = %d AND resource = '%s'", storeID, resource), 0)
	if err != nil {
		return nil
	}
	var held []string
	for _, row := range rows.Values {
		switch status := row[0].(type) {
		case string:
			held = append(held, status)
		case []byte:
			held = append(held, string(status))
		}
	}
	return held
}

// knownStatuses are those of WooCommerce's own orders and of WordPress's posts.
var knownStatuses = map[storage.Resource][]string{
	storage.Orders: {"pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed",
		"checkout-draft", storage.StatusTrash},
	storage.Products: {"publish", "draft", "pending", "private", "future", storage.StatusTrash},
	storage.Coupons:  {"publish", "draft", "pending", "private", "future", storage.StatusTrash},
}
