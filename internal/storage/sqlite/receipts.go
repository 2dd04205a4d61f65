package sqlite

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

const receiptColumns = `SELECT number, store_id, resource, id, COALESCE(subscription_id, 0), COALESCE(consumer_id, 0), reference,
	seq, sent_at, given_at, lacked_at, unsent, instead FROM receipts `

// Receipts lists receipts in the order of their numbers.
func (db *DB) Receipts(ctx context.Context, q storage.ReceiptQuery) ([]storage.Receipt, error) {
	where, args := []string{`1`}, []any{}
	add := func(piece string, given bool, values ...any) {
		if given {
			where, args = append(where, piece), append(args, values...)
		}
	}
	add(`store_id = ?`, q.StoreID != 0, q.StoreID)
	add(`subscription_id = ?`, q.SubscriptionID != 0, q.SubscriptionID)
	add(`consumer_id = ?`, q.ConsumerID != 0, q.ConsumerID)
	add(`resource = ? AND id = ?`, q.Record != (storage.Ref{}), string(q.Record.Resource), q.Record.ID)
	add(`reference <> '' AND lower(reference) = lower(?)`, q.Reference != "", q.Reference)
	add(`given_at = '' AND sent_at <> ''`, q.Missing)
	add(`sent_at <> '' AND sent_at < ?`, !q.SentBefore.IsZero(), column.OurDate(q.SentBefore))
	add(`number > ?`, q.After != 0, q.After)
	add(`number < ?`, q.Before != 0, q.Before)
	order := ` ORDER BY number DESC LIMIT ?`
	if q.OldestFirst {
		order = ` ORDER BY number LIMIT ?`
	}
	return rows(ctx, db.readers, scanReceipt, receiptColumns+`WHERE `+strings.Join(where, ` AND `)+order,
		append(args, limitOr(q.Limit))...)
}

func scanReceipt(row scanner) (r storage.Receipt, err error) {
	var sent, given, lacked string
	err = row.Scan(&r.Number, &r.StoreID, &r.Resource, &r.ID, &r.SubscriptionID, &r.ConsumerID, &r.Reference, &r.Seq,
		&sent, &given, &lacked, &r.Unsent, &r.Instead)
	r.SentAt, r.GivenAt = column.ParseOurDate(sent), column.ParseOurDate(given)
	r.LackedAt = column.ParseOurDate(lacked)
	return r, err
}

// MissingReceipts counts what a subscription was sent and has given no receipt for.
func (db *DB) MissingReceipts(
	ctx context.Context, subscriptionID int64, sentBefore time.Time,
) ([]storage.MissingReceipts, error) {
	scan := func(row scanner) (m storage.MissingReceipts, err error) {
		var since string
		err = row.Scan(&m.StoreID, &m.Count, &since)
		m.Since = column.ParseOurDate(since)
		return m, err
	}
	return rows(ctx, db.readers, scan, `SELECT store_id, COUNT(*), MIN(sent_at) FROM receipts
		WHERE subscription_id = ? AND given_at = '' AND sent_at <> '' AND sent_at < ? GROUP BY store_id ORDER BY store_id`,
		subscriptionID, column.OurDate(sentBefore))
}

// ofReceiver is the place of a receipt: its record and its receiver.
const ofReceiver = `ON CONFLICT (store_id, resource, id, COALESCE(subscription_id, 0), COALESCE(consumer_id, 0)) DO UPDATE SET `

// ExpectReceipts notes that records were sent.
func (t *Tx) ExpectReceipts(ctx context.Context, expected []storage.Receipt) error {
	return t.eachReceipt(ctx, expected, ofReceiver+`
		seq = CASE WHEN sent_at = '' AND seq = 0 THEN excluded.seq ELSE seq END,
		sent_at = CASE WHEN sent_at = '' THEN excluded.sent_at ELSE sent_at END, unsent = 0,
		instead = CASE WHEN given_at = '' AND excluded.instead <> '' THEN excluded.instead ELSE instead END`)
}

// GiveReceipts notes that a receiver has records.
func (t *Tx) GiveReceipts(ctx context.Context, given []storage.Receipt) error {
	return t.eachReceipt(ctx, given, ofReceiver+`
		given_at = CASE WHEN given_at = '' OR excluded.reference <> '' AND reference <> excluded.reference
			THEN excluded.given_at ELSE given_at END,
		reference = CASE WHEN excluded.reference = '' THEN reference ELSE excluded.reference END,
		lacked_at = CASE WHEN lacked_at < excluded.given_at THEN '' ELSE lacked_at END,
		seq = CASE WHEN seq = 0 THEN excluded.seq ELSE seq END, unsent = unsent AND excluded.unsent, instead = ''`)
}

// LackReceipts notes that a list of a receiver lacked records.
func (t *Tx) LackReceipts(ctx context.Context, lacked []storage.Receipt) error {
	return t.eachReceipt(ctx, lacked, ofReceiver+`lacked_at = excluded.lacked_at`)
}

func (t *Tx) eachReceipt(ctx context.Context, receipts []storage.Receipt, conflict string) error {
	for _, r := range receipts {
		_, err := t.exec(ctx, `INSERT INTO receipts (store_id, resource, id, subscription_id, consumer_id, reference, seq,
			sent_at, given_at, lacked_at, unsent, instead) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) `+conflict, r.StoreID,
			string(r.Resource), r.ID, idOrNull(r.SubscriptionID), idOrNull(r.ConsumerID), r.Reference, r.Seq,
			column.OurDate(r.SentAt), column.OurDate(r.GivenAt), column.OurDate(r.LackedAt), r.Unsent, r.Instead)
		if isForeign(err) {
			return fmt.Errorf("receiver of a receipt: %w", storage.ErrNotFound)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// DropMissing forgets that receipts are waited for.
func (t *Tx) DropMissing(ctx context.Context, subscriptionID, storeID int64, refs []storage.Ref) error {
	for _, ref := range refs {
		_, err := t.exec(ctx, `DELETE FROM receipts WHERE subscription_id = ? AND store_id = ? AND resource = ? AND id = ?
			AND given_at = ''`, subscriptionID, storeID, string(ref.Resource), ref.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// DropReceipts removes old receipts of a store.
func (t *Tx) DropReceipts(ctx context.Context, storeID int64, before time.Time, limit int) (int64, error) {
	return affected(t.exec(ctx, `DELETE FROM receipts WHERE number IN (SELECT number FROM receipts WHERE store_id = ?1
		AND given_at <> '' AND given_at < ?2 AND sent_at < ?2 AND lacked_at < ?2 LIMIT ?3)`, storeID,
		column.OurDate(before), limitOr(limit)))
}

// DropReceiptsOf removes receipts of a subscription.
func (t *Tx) DropReceiptsOf(ctx context.Context, subscriptionID int64, limit int) (int64, error) {
	return affected(t.exec(ctx, `DELETE FROM receipts WHERE number IN (SELECT number FROM receipts
		WHERE subscription_id = ? LIMIT ?)`, subscriptionID, limitOr(limit)))
}
