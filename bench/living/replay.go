package main

import (
	"context"

	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
)

// replay builds the records anew from the log of changes, from its first line on. apart counts the records that then
// differ from the mirror's.
func replay(ctx context.Context, s *service.Service, storeID int64) (apart, changes int, err error) {
	told := map[storage.Ref]storage.Hash{}
	err = s.EachChange(ctx, storage.ChangeQuery{StoreID: storeID}, false, func(c records.NamedChange) error {
		if changes++; c.Kind == storage.Deleted {
			delete(told, c.Ref)
		} else {
			told[c.Ref] = c.Hash
		}
		return nil
	})
	if err != nil {
		return 0, 0, err
	}
	for _, resource := range storage.Resources() {
		q := storage.Query{StoreID: storeID, Resource: resource, WithTrash: true}
		for held, err := range s.Records(ctx, q) {
			if err != nil {
				return 0, 0, err
			}
			if hash, ok := told[held.Ref]; !ok || hash != storage.HashOf(held.Raw) {
				apart++
			}
			delete(told, held.Ref)
		}
	}
	return apart + len(told), changes, nil
}
