package mirror

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/jsonvalue"
)

// The lines of an order repeat the SKU and the picture of their products, and
// name a product that was deleted for good as product 0. All orders with it
// then read differently, under the dates they had (measured on WooCommerce
// 9.9 and 10.0.2, order tables). So such a change of a product marks "the
// orders with it": a mark of orders without an id, whose parent is the product.

// ordersWith is that mark.
func ordersWith(product int64) storage.Mark {
	return storage.Mark{Resource: storage.Orders, ParentID: product, Reason: "a product of theirs is gone or looks different"}
}

// shownInLines says whether a product changed in what lines repeat of it.
func shownInLines(before, after json.RawMessage) bool {
	was, is := repeatedInLines(before), repeatedInLines(after)
	return !slices.EqualFunc(was, is, func(a, b json.RawMessage) bool { return bytes.Equal(a, b) })
}

func repeatedInLines(product json.RawMessage) []json.RawMessage {
	members := make([]json.RawMessage, 2)
	for m, err := range jsonvalue.Members(product) {
		if err != nil {
			break
		}
		switch string(m.Name) {
		case "sku":
			members[0] = m.Value
		case "images":
			members[1] = m.Value
		}
	}
	return members
}

// markOrdersWith turns marks for the orders with a product into marks of each,
// by one look through the mirrored orders for all of them, and gives back the
// other marks.
func (s *step) markOrdersWith(ctx context.Context, marks []storage.Mark) ([]storage.Mark, error) {
	products := map[int64]bool{}
	var others, done []storage.Mark
	for _, m := range marks {
		if m.ID != 0 {
			others = append(others, m)
			continue
		}
		products[m.ParentID] = true
		done = append(done, m)
	}
	if len(done) == 0 {
		return marks, nil
	}
	named := func(r *reading) bool {
		ids := append(idsIn(r.items, "product_id"), idsIn(r.items, "variation_id")...)
		return slices.ContainsFunc(ids, func(id int64) bool { return products[id] })
	}
	batch := storage.Batch{Done: done}
	q := storage.Query{StoreID: s.storeID, Resource: storage.Orders, WithTrash: true}
	for held, err := range s.mirror.repo.Records(ctx, q) {
		if err != nil {
			return nil, err
		}
		if r, err := read(storage.Orders, held.Raw); err == nil && named(&r) {
			batch.Marks = append(batch.Marks, storage.Mark{Resource: storage.Orders, ID: held.ID, Reason: "a product of it is gone or looks different"})
		}
	}
	return others, s.writer.put(batch)
}
