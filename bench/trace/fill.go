package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// atOnce is how many orders one transaction adds.
const atOnce = 2000

// fill makes a shop with its orders, each changed as often as the numbers say, and a receiver that has receipted all.
func fill(ctx context.Context, db storage.Database, o options) error {
	var st storage.Store
	var sub storage.Subscription
	err := db.Within(ctx, func(tx storage.Tx) (err error) {
		if st, err = tx.CreateStore(ctx, storage.Store{Name: "shop", HomeURL: "https://shop.example"}); err != nil {
			return err
		}
		sub, err = tx.AddSubscription(ctx, storage.Subscription{Key: "key", Name: "erp", Sink: "http",
			Target: "https://erp.example", State: storage.SubscriptionActive, ReceiptWithin: 10 * time.Minute})
		return err
	})
	if err != nil {
		return err
	}
	each := max(o.changes/o.orders, 1)
	for first := 1; first <= o.orders; first += atOnce {
		last := min(first+atOnce-1, o.orders)
		err := db.WithinRelaxed(ctx, func(tx storage.Tx) error { return add(ctx, tx, st, sub, first, last) })
		if err != nil {
			return err
		}
	}
	for n := 1; n < each; n++ {
		for first := 1; first <= o.orders; first += atOnce {
			last := min(first+atOnce-1, o.orders)
			err := db.WithinRelaxed(ctx, func(tx storage.Tx) error {
				return change(ctx, tx, st, sub, storage.Updated, first, last, n == each-1)
			})
			if err != nil {
				return err
			}
		}
	}
	return db.Within(ctx, func(tx storage.Tx) error {
		return tx.SetSubscriptionPlace(ctx, sub.ID, st.ID, int64(o.orders*each))
	})
}

// add copies orders, and has them receipted.
func add(ctx context.Context, tx storage.Tx, st storage.Store, sub storage.Subscription, first, last int) error {
	var records []storage.Record
	var given []storage.Receipt
	now := time.Now()
	for id := int64(first); id <= int64(last); id++ {
		raw := json.RawMessage(fmt.Sprintf(`{"id":%d,"number":"W-%d","status":"completed","total":"10.00",`+
			`"billing":{"email":"customer%d@example.com","first_name":"Ada"},"date_created_gmt":"2026-01-01T00:00:00",`+
			`"date_modified_gmt":"2026-01-01T00:00:00","line_items":[{"id":1,"sku":"A-1","quantity":1}]}`, id, id, id))
		r, err := storage.ParseRecord(storage.Orders, 0, raw)
		if err != nil {
			return err
		}
		r.StoreID, r.SeenAt, r.Hash = st.ID, now, storage.HashOf(raw)
		records = append(records, r)
		given = append(given, storage.Receipt{StoreID: st.ID, Ref: r.Ref, SubscriptionID: sub.ID, SentAt: now,
			GivenAt: now, Reference: fmt.Sprintf("SO-%d", id)})
	}
	if _, err := tx.AddRecords(ctx, st.ID, records); err != nil {
		return err
	}
	if err := tx.GiveReceipts(ctx, given); err != nil {
		return err
	}
	return change(ctx, tx, st, sub, storage.Created, first, last, false)
}

// change logs a change of orders. The last of each order has a delivery still.
func change(ctx context.Context, tx storage.Tx, st storage.Store, sub storage.Subscription, kind storage.Kind,
	first, last int, delivered bool,
) error {
	now := time.Now()
	log := make([]storage.Change, 0, last-first+1)
	for id := int64(first); id <= int64(last); id++ {
		ref := storage.Ref{Resource: storage.Orders, ID: id}
		log = append(log, storage.Change{StoreID: st.ID, Ref: ref, Kind: kind, At: now, Origin: storage.Foreign,
			Hash: storage.HashOf([]byte(ref.String()))})
	}
	seq, err := tx.LogChanges(ctx, log)
	if err != nil || !delivered {
		return err
	}
	events := make([]storage.Event, len(log))
	for i, c := range log {
		c.Seq = seq - int64(len(log)-1-i)
		events[i] = storage.Event{SubscriptionID: sub.ID, Change: c, State: storage.EventDelivered, DoneAt: now,
			Attempts: 1, Status: 200}
	}
	if err := tx.AddEvents(ctx, events); err != nil {
		return err
	}
	return tx.SaveEvents(ctx, events)
}
