package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

// SubscriptionPlace is the number of the last change of a store that was looked at for a subscription.
func (db *DB) SubscriptionPlace(ctx context.Context, subscriptionID, storeID int64) (seq int64, err error) {
	err = db.readers.QueryRowContext(ctx, `SELECT COALESCE((SELECT seq FROM subscription_places p
		WHERE p.subscription_id = s.id AND store_id = ?), from_seq) FROM subscriptions s WHERE id = ?`, storeID,
		subscriptionID).Scan(&seq)
	return seq, notFound(err, "subscription %d", subscriptionID)
}

// SetSubscriptionPlace keeps the number of the last change of a store that was looked at.
func (t *Tx) SetSubscriptionPlace(ctx context.Context, subscriptionID, storeID, seq int64) error {
	_, err := t.exec(ctx, `INSERT INTO subscription_places (subscription_id, store_id, seq) VALUES (?, ?, ?)
		ON CONFLICT DO UPDATE SET seq = excluded.seq`, subscriptionID, storeID, seq)
	if isForeign(err) {
		return fmt.Errorf("subscription %d or store %d: %w", subscriptionID, storeID, storage.ErrNotFound)
	}
	return err
}

const eventColumns = `SELECT subscription_id, seq, store_id, resource, id, slug, parent_id, kind, at, origin, write_id, hash,
	state, attempts, redeliveries, next_at, done_at, status, error, took FROM event_deliveries `

// Events lists events in the order of their numbers.
func (db *DB) Events(ctx context.Context, q storage.EventQuery) ([]storage.Event, error) {
	where, args := []string{`1`}, []any{}
	add := func(piece string, value any) { where, args = append(where, piece), append(args, value) }
	if q.SubscriptionID != 0 {
		add(`subscription_id = ?`, q.SubscriptionID)
	}
	if q.StoreID != 0 {
		add(`store_id = ?`, q.StoreID)
	}
	if q.State != "" {
		where = append(where, `state = '`+string(stateOf(q.State))+`'`) // a literal, so that the index of it is used
	}
	if !q.DoneFrom.IsZero() {
		add(`done_at >= ?`, column.OurDate(q.DoneFrom))
	}
	if q.After != 0 {
		add(`seq > ?`, q.After)
	}
	if q.Before != 0 {
		add(`seq < ?`, q.Before)
	}
	order := ` ORDER BY seq DESC, subscription_id LIMIT ?`
	if q.OldestFirst {
		order = ` ORDER BY seq, subscription_id LIMIT ?`
	}
	return rows(ctx, db.readers, scanEvent, eventColumns+`WHERE `+strings.Join(where, ` AND `)+order,
		append(args, limitOr(q.Limit))...)
}

// stateOf lets only known states into a statement; any other becomes pending.
func stateOf(s storage.EventState) storage.EventState {
	switch s {
	case storage.EventDelivered, storage.EventFailed:
		return s
	}
	return storage.EventPending
}

// Event is one event of a subscription.
func (db *DB) Event(ctx context.Context, subscriptionID, seq int64) (storage.Event, error) {
	e, err := scanEvent(db.readers.QueryRowContext(ctx, eventColumns+`WHERE subscription_id = ? AND seq = ?`,
		subscriptionID, seq))
	return e, notFound(err, "event %d of subscription %d", seq, subscriptionID)
}

func scanEvent(row scanner) (e storage.Event, err error) {
	var at, next, done string
	var hash []byte
	var took int64
	err = row.Scan(&e.SubscriptionID, &e.Seq, &e.StoreID, &e.Resource, &e.ID, &e.Slug, &e.ParentID, &e.Kind, &at,
		&e.Origin,
		&e.WriteID, &hash, &e.State, &e.Attempts, &e.Redeliveries, &next, &done, &e.Status, &e.Error, &took)
	copy(e.Hash[:], hash)
	e.At, e.NextAt, e.DoneAt = column.ParseOurDate(at), column.ParseOurDate(next), column.ParseOurDate(done)
	e.Took = time.Duration(took) * time.Millisecond
	return e, err
}

// AddEvents keeps the events that are new.
func (t *Tx) AddEvents(ctx context.Context, events []storage.Event) error {
	for _, e := range events {
		var hash []byte // NULL for none
		if !e.Hash.IsZero() {
			hash = e.Hash[:]
		}
		_, err := t.exec(ctx, `INSERT INTO event_deliveries (subscription_id, seq, store_id, resource, id, slug, parent_id, kind,
			at, origin, write_id, hash, state, next_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (subscription_id, seq) DO NOTHING`, e.SubscriptionID, e.Seq, e.StoreID, string(e.Resource), e.ID,
			e.Slug, e.ParentID, string(e.Kind), column.OurDate(e.At), string(e.Origin), e.WriteID, hash,
			string(e.State),
			column.OurDate(e.NextAt))
		if isForeign(err) {
			return fmt.Errorf("subscription %d: %w", e.SubscriptionID, storage.ErrNotFound)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// SaveEvents replaces the outcome of events that were not reopened since they were read.
func (t *Tx) SaveEvents(ctx context.Context, events []storage.Event) error {
	for _, e := range events {
		_, err := t.exec(ctx, `UPDATE event_deliveries SET state = ?, attempts = ?, next_at = ?, done_at = ?, status = ?,
			error = ?, took = ? WHERE subscription_id = ? AND seq = ? AND redeliveries = ?`, string(e.State), e.Attempts,
			column.OurDate(e.NextAt), column.OurDate(e.DoneAt), e.Status, e.Error, e.Took.Milliseconds(),
			e.SubscriptionID, e.Seq, e.Redeliveries)
		if err != nil {
			return err
		}
	}
	return nil
}

// ReopenEvents makes events pending again and counts a redelivery of each.
func (t *Tx) ReopenEvents(ctx context.Context, subscriptionID int64, seqs []int64, at time.Time) error {
	for _, seq := range seqs {
		_, err := t.exec(ctx, `UPDATE event_deliveries SET state = 'pending', attempts = 0, next_at = ?, done_at = '',
			redeliveries = redeliveries + 1 WHERE subscription_id = ? AND seq = ?`, column.OurDate(at), subscriptionID, seq)
		if err != nil {
			return err
		}
	}
	return nil
}

// DropEvents removes events of a store that were taken or given up before a time.
func (t *Tx) DropEvents(ctx context.Context, storeID int64, before time.Time, limit int) (int64, error) {
	return affected(t.exec(ctx, `DELETE FROM event_deliveries WHERE rowid IN (SELECT rowid FROM event_deliveries
		WHERE store_id = ? AND done_at > '' AND done_at < ? AND state <> 'pending' LIMIT ?)`, storeID,
		column.OurDate(before), limitOr(limit)))
}

// DropEventsOf removes events of a subscription.
func (t *Tx) DropEventsOf(ctx context.Context, subscriptionID int64, limit int) (int64, error) {
	return affected(t.exec(ctx, `DELETE FROM event_deliveries WHERE rowid IN (SELECT rowid FROM event_deliveries
		WHERE subscription_id = ? LIMIT ?)`, subscriptionID, limitOr(limit)))
}

// affected is the number of rows that a statement changed.
func affected(res sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
