package writes

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// recognise names the records of creates that were made before the data of a store were put back to an earlier state:
// their keys are not known here any more, and they would be made once more. It costs one look through what the store
// has made since the backup, for each collection, the first time it is written to.
func (s *Submitter) recognise(ctx context.Context, client woo.Doer, st storage.Store, writes []outbox.Write) error {
	raw, err := s.db.Cursor(ctx, st.ID, outbox.RestoredCursor)
	if err != nil || raw == nil {
		return err
	}
	var restored outbox.Restored
	if err := json.Unmarshal(raw, &restored); err != nil {
		return err
	}
	if restored.Made == nil {
		restored.Made = map[string]map[string][]int64{}
	}
	looked := false
	for i, w := range writes {
		if w.Action != outbox.Create || w.Key == "" {
			continue
		}
		if _, err := s.db.WriteByKey(ctx, st.ID, w.Key); !errors.Is(err, storage.ErrNotFound) {
			if err != nil {
				return err
			}
			continue // known here
		}
		collection := outbox.CollectionOf(w)
		if restored.Made[collection] == nil {
			w.StoreID = st.ID
			made, err := s.box.MadeSince(ctx, client, w, restored.Floors[w.Resource])
			if err != nil {
				return err // nothing is accepted while it is not known what was made
			}
			restored.Made[collection], looked = made, true
		}
		writes[i].Made = restored.Made[collection][outbox.KeyTrace(st.ID, w.Key)]
	}
	if !looked {
		return nil
	}
	value, err := json.Marshal(restored)
	if err != nil {
		return err
	}
	return s.db.WithinRelaxed(ctx, func(tx storage.Tx) error {
		if _, err := tx.LockStore(ctx, st.ID); err != nil {
			return err
		}
		return tx.KeepCursors(ctx, st.ID, []storage.Cursor{{StoreID: st.ID, Name: outbox.RestoredCursor, Value: value}})
	})
}
