package records

import (
	"context"
	"fmt"
	"slices"

	"github.com/waybillhq/waybill/internal/storage"
)

// Statuses returns the statuses that records of a resource can have on a store: those of WooCommerce and WordPress,
// those that the store registers, and those of the mirror's records. A source that cannot be read is left out.
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

// heldStatuses returns the statuses of the mirror's records.
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

// knownStatuses are the statuses of WooCommerce's orders and of WordPress's posts.
var knownStatuses = map[storage.Resource][]string{
	storage.Orders: {"pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed",
		"checkout-draft", storage.StatusTrash},
	storage.Products: {"publish", "draft", "pending", "private", "future", storage.StatusTrash},
	storage.Coupons:  {"publish", "draft", "pending", "private", "future", storage.StatusTrash},
}
