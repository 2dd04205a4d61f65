package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

const receiptColumns = `SELECT number, store_id, resource, id, COALESCE(subscription_id, 0), COALESCE(consumer_id, 0), reference,
	seq, sent_at, given_at, lacked_at, unsent <> 0, instead FROM receipts `

// Receipts lists receipts in the order of their numbers.
func (db *DB) Receipts(ctx context.Context, q storage.ReceiptQuery) ([]storage.Receipt, error) {
	c := &condition{}
	add := func(piece string, given bool, values ...any) {
		if given {
			c.add(piece, values...)
		}
	}
	c.add(`number > ?`, q.After)
	add(`store_id = ?`, q.StoreID != 0, q.StoreID)
	add(`subscription_id = ?`, q.SubscriptionID != 0, q.SubscriptionID)
	add(`consumer_id = ?`, q.ConsumerID != 0, q.ConsumerID)
	add(`resource = ? AND id = ?`, q.Record != (storage.Ref{}), string(q.Record.Resource), q.Record.ID)
	add(`reference <> '' AND lower(reference) = lower(? COLLATE "C")`, q.Reference != "", clean(q.Reference))
	add(`given_at = '' AND sent_at <> ''`, q.Missing)
	add(`sent_at <> '' AND sent_at < ?`, !q.SentBefore.IsZero(), column.OurDate(q.SentBefore))
	add(`number < ?`, q.Before != 0, q.Before)
	order := ` ORDER BY number DESC`
	if q.OldestFirst {
		order = ` ORDER BY number`
	}
	return list(ctx, pooled{db}, scanReceipt, receiptColumns+c.String()+order+limited(q.Limit), c.args...)
}

func scanReceipt(row pgx.CollectableRow) (r storage.Receipt, err error) {
	var resource, sent, given, lacked string
	err = row.Scan(&r.Number, &r.StoreID, &resource, &r.ID, &r.SubscriptionID, &r.ConsumerID, &r.Reference, &r.Seq,
		&sent, &given, &lacked, &r.Unsent, &r.Instead)
	r.Resource = storage.Resource(resource)
	r.SentAt, r.GivenAt = column.ParseOurDate(sent), column.ParseOurDate(given)
	r.LackedAt = column.ParseOurDate(lacked)
	return r, err
}

// MissingReceipts counts what a subscription was sent and has given no receipt for.
func (db *DB) MissingReceipts(
	ctx context.Context, subscriptionID int64, sentBefore time.Time,
) ([]storage.MissingReceipts, error) {
	scan := func(row pgx.CollectableRow) (m storage.MissingReceipts, err error) {
		var since string
		err = row.Scan(&m.StoreID, &m.Count, &since)
		m.Since = column.ParseOurDate(since)
		return m, err
	}
	return list(ctx, pooled{db}, scan, `SELECT store_id, COUNT(*), MIN(sent_at) FROM receipts
		WHERE subscription_id = $1 AND given_at = '' AND sent_at <> '' AND sent_at < $2 GROUP BY store_id ORDER BY store_id`,
		subscriptionID, column.OurDate(sentBefore))
}

// ofReceiver is the place of a receipt: its record and its receiver.
const ofReceiver = `ON CONFLICT (store_id, resource, id, COALESCE(subscription_id, 0), COALESCE(consumer_id, 0)) DO UPDATE SET `

// ExpectReceipts notes that records were sent.
func (t *Tx) ExpectReceipts(ctx context.Context, expected []storage.Receipt) error {
	return t.putReceipts(ctx, expected, ofReceiver+`
		seq = CASE WHEN r.sent_at = '' AND r.seq = 0 THEN excluded.seq ELSE r.seq END,
		sent_at = CASE WHEN r.sent_at = '' THEN excluded.sent_at ELSE r.sent_at END, unsent = 0,
		instead = CASE WHEN r.given_at = '' AND excluded.instead <> '' THEN excluded.instead ELSE r.instead END`)
}

// GiveReceipts notes that a receiver has records.
func (t *Tx) GiveReceipts(ctx context.Context, given []storage.Receipt) error {
	return t.putReceipts(ctx, given, ofReceiver+`
		given_at = CASE WHEN r.given_at = '' OR excluded.reference <> '' AND r.reference <> excluded.reference
			THEN excluded.given_at ELSE r.given_at END,
		reference = CASE WHEN excluded.reference = '' THEN r.reference ELSE excluded.reference END,
		lacked_at = CASE WHEN r.lacked_at < excluded.given_at THEN '' ELSE r.lacked_at END,
		seq = CASE WHEN r.seq = 0 THEN excluded.seq ELSE r.seq END, unsent = r.unsent * excluded.unsent, instead = ''`)
}

// LackReceipts notes that a list of a receiver lacked records.
func (t *Tx) LackReceipts(ctx context.Context, lacked []storage.Receipt) error {
	return t.putReceipts(ctx, lacked, ofReceiver+`lacked_at = excluded.lacked_at`)
}

// putReceipts adds receipts in an order that is the same for everybody, so that two who do so do not wait for each
// other.
func (t *Tx) putReceipts(ctx context.Context, receipts []storage.Receipt, conflict string) error {
	if len(receipts) == 0 {
		return nil
	}
	sorted := slices.SortedFunc(slices.Values(receipts), func(a, b storage.Receipt) int {
		return slices.Compare([]int64{int64(strings.Compare(string(a.Resource), string(b.Resource))), a.StoreID, a.ID,
			a.SubscriptionID, a.ConsumerID}, []int64{0, b.StoreID, b.ID, b.SubscriptionID, b.ConsumerID})
	})
	n := len(sorted)
	stores, ids, subscriptions, consumers := make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)
	resources, references, insteads := make([]string, n), make([]string, n), make([]string, n)
	sent, given, lacked := make([]string, n), make([]string, n), make([]string, n)
	seqs, unsent := make([]int64, n), make([]int64, n)
	for i, r := range sorted {
		stores[i], resources[i], ids[i] = r.StoreID, string(r.Resource), r.ID
		subscriptions[i], consumers[i] = r.SubscriptionID, r.ConsumerID
		references[i], seqs[i], insteads[i] = clean(r.Reference), r.Seq, clean(r.Instead)
		sent[i], given[i], lacked[i] = column.OurDate(r.SentAt), column.OurDate(r.GivenAt), column.OurDate(r.LackedAt)
		unsent[i] = int64(flag(r.Unsent))
	}
	_, err := t.exec(ctx, `INSERT INTO receipts AS r (store_id, resource, id, subscription_id, consumer_id, reference, seq, sent_at,
			given_at, lacked_at, unsent, instead)
		SELECT s, t, i, NULLIF(u, 0), NULLIF(c, 0), f, q, a, g, l, n, o
		FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::bigint[], $8::text[],
			$9::text[], $10::text[], $11::bigint[], $12::text[]) AS k (s, t, i, u, c, f, q, a, g, l, n, o) `+conflict, stores,
		resources, ids, subscriptions, consumers, references, seqs, sent, given, lacked, unsent, insteads)
	if isForeign(err) {
		return fmt.Errorf("receiver of a receipt: %w", storage.ErrNotFound)
	}
	return err
}

// DropMissing forgets that receipts are waited for.
func (t *Tx) DropMissing(ctx context.Context, subscriptionID, storeID int64, refs []storage.Ref) error {
	k := refsOf(refs)
	_, err := t.exec(ctx, `DELETE FROM receipts r USING unnest($3::text[], $4::bigint[]) AS k (resource, id)
		WHERE r.subscription_id = $1 AND r.store_id = $2 AND r.resource = k.resource AND r.id = k.id AND r.given_at = ''`,
		subscriptionID, storeID, k.resources, k.ids)
	return err
}

// DropReceipts removes old receipts of a store.
func (t *Tx) DropReceipts(ctx context.Context, storeID int64, before time.Time, limit int) (int64, error) {
	return t.exec(ctx, `DELETE FROM receipts WHERE number = ANY (ARRAY(SELECT number FROM receipts WHERE store_id = $1
		AND given_at <> '' AND given_at < $2 AND sent_at < $2 AND lacked_at < $2`+limited(limit)+`))`, storeID,
		column.OurDate(before))
}

// DropReceiptsOf removes receipts of a subscription.
func (t *Tx) DropReceiptsOf(ctx context.Context, subscriptionID int64, limit int) (int64, error) {
	return t.exec(ctx, `DELETE FROM receipts WHERE number = ANY (ARRAY(SELECT number FROM receipts
		WHERE subscription_id = $1`+limited(limit)+`))`, subscriptionID)
}
