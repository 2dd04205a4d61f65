package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

// SubscriptionPlace is the number of the last change of a store that was looked at for a subscription.
func (db *DB) SubscriptionPlace(ctx context.Context, subscriptionID, storeID int64) (int64, error) {
	seq, err := one(ctx, pooled{db}, value[int64], `SELECT COALESCE((SELECT seq FROM subscription_places p
		WHERE p.subscription_id = s.id AND store_id = $2), from_seq) FROM subscriptions s WHERE id = $1`, subscriptionID,
		storeID)
	return seq, named(err, "subscription %d", subscriptionID)
}

// SetSubscriptionPlace keeps the number of the last change of a store that was looked at.
func (t *Tx) SetSubscriptionPlace(ctx context.Context, subscriptionID, storeID, seq int64) error {
	_, err := t.exec(ctx, `INSERT INTO subscription_places (subscription_id, store_id, seq) VALUES ($1, $2, $3)
		ON CONFLICT (subscription_id, store_id) DO UPDATE SET seq = excluded.seq`, subscriptionID, storeID, seq)
	if isForeign(err) {
		return fmt.Errorf("subscription %d or store %d: %w", subscriptionID, storeID, storage.ErrNotFound)
	}
	return err
}

const eventColumns = `SELECT subscription_id, seq, store_id, resource, id, slug, parent_id, kind, at, origin, write_id, hash,
	state, attempts, redeliveries, next_at, done_at, status, error, took FROM event_deliveries `

// Events lists events in the order of their numbers.
func (db *DB) Events(ctx context.Context, q storage.EventQuery) ([]storage.Event, error) {
	c := &condition{}
	c.add(`seq > ?`, q.After)
	if q.SubscriptionID != 0 {
		c.add(`subscription_id = ?`, q.SubscriptionID)
	}
	if q.StoreID != 0 {
		c.add(`store_id = ?`, q.StoreID)
	}
	switch q.State { // a literal, so that the index of it is used
	case storage.EventPending:
		c.add(`state = 'pending'`)
	case storage.EventFailed:
		c.add(`state = 'failed'`)
	case storage.EventDelivered:
		c.add(`state = 'delivered'`)
	}
	if !q.DoneFrom.IsZero() {
		c.add(`done_at >= ?`, column.OurDate(q.DoneFrom))
	}
	if q.Before != 0 {
		c.add(`seq < ?`, q.Before)
	}
	order := ` ORDER BY seq DESC, subscription_id`
	if q.OldestFirst {
		order = ` ORDER BY seq, subscription_id`
	}
	return list(ctx, pooled{db}, scanEvent, eventColumns+c.String()+order+limited(q.Limit), c.args...)
}

// Event is one event of a subscription.
func (db *DB) Event(ctx context.Context, subscriptionID, seq int64) (storage.Event, error) {
	e, err := one(ctx, pooled{db}, scanEvent, eventColumns+`WHERE subscription_id = $1 AND seq = $2`, subscriptionID, seq)
	return e, named(err, "event %d of subscription %d", seq, subscriptionID)
}

func scanEvent(row pgx.CollectableRow) (e storage.Event, err error) {
	var resource, kind, at, origin, state, next, done string
	var hash []byte
	var took int64
	err = row.Scan(&e.SubscriptionID, &e.Seq, &e.StoreID, &resource, &e.ID, &e.Slug, &e.ParentID, &kind, &at, &origin,
		&e.WriteID, &hash, &state, &e.Attempts, &e.Redeliveries, &next, &done, &e.Status, &e.Error, &took)
	copy(e.Hash[:], hash)
	e.Resource, e.Kind, e.Origin = storage.Resource(resource), storage.Kind(kind), storage.Origin(origin)
	e.State = storage.EventState(state)
	e.At, e.NextAt, e.DoneAt = column.ParseOurDate(at), column.ParseOurDate(next), column.ParseOurDate(done)
	e.Took = time.Duration(took) * time.Millisecond
	return e, err
}

// AddEvents keeps the events that are new.
func (t *Tx) AddEvents(ctx context.Context, events []storage.Event) error {
	n := len(events)
	subscriptions, seqs, stores, parents := make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)
	kinds, ats, origins, writes := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	states, nexts, hashes := make([]string, n), make([]string, n), make([][]byte, n)
	var k refs
	for i, e := range events {
		k.add(e.Ref)
		subscriptions[i], seqs[i], stores[i], parents[i] = e.SubscriptionID, e.Seq, e.StoreID, e.ParentID
		kinds[i], ats[i], origins[i], writes[i] = string(e.Kind), column.OurDate(e.At), string(e.Origin), e.WriteID
		states[i], nexts[i] = string(e.State), column.OurDate(e.NextAt)
		if !e.Hash.IsZero() {
			hashes[i] = e.Hash[:]
		}
	}
	_, err := t.exec(ctx, `INSERT INTO event_deliveries (subscription_id, seq, store_id, resource, id, slug, parent_id, kind, at,
			origin, write_id, hash, state, next_at)
		SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::bigint[],
			$8::text[], $9::text[], $10::text[], $11::text[], $12::bytea[], $13::text[], $14::text[])
		ON CONFLICT (subscription_id, seq) DO NOTHING`, subscriptions, seqs, stores, k.resources, k.ids, k.slugs, parents,
		kinds, ats, origins, writes, hashes, states, nexts)
	if isForeign(err) {
		return fmt.Errorf("subscription of events: %w", storage.ErrNotFound)
	}
	return err
}

// SaveEvents replaces the outcome of events that were not reopened since they were read.
func (t *Tx) SaveEvents(ctx context.Context, events []storage.Event) error {
	n := len(events)
	subscriptions, seqs, attempts, again := make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)
	states, nexts, dones, why := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	statuses, took := make([]int64, n), make([]int64, n)
	for i, e := range events {
		subscriptions[i], seqs[i], attempts[i], again[i] = e.SubscriptionID, e.Seq, e.Attempts, e.Redeliveries
		states[i], nexts[i], dones[i] = string(e.State), column.OurDate(e.NextAt), column.OurDate(e.DoneAt)
		statuses[i], why[i], took[i] = int64(e.Status), clean(e.Error), e.Took.Milliseconds()
	}
	_, err := t.exec(ctx, `UPDATE event_deliveries e SET state = g.state, attempts = g.attempts,
			next_at = g.next_at, done_at = g.done_at, status = g.status, error = g.error,
			took = g.took
		FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::bigint[],
			$9::text[], $10::bigint[]) AS g (subscription_id, seq, state, attempts, redeliveries, next_at, done_at, status, error,
			took)
		WHERE e.subscription_id = g.subscription_id AND e.seq = g.seq AND e.redeliveries = g.redeliveries`, subscriptions, seqs, states, attempts, again, nexts,
		dones, statuses, why, took)
	return err
}

// ReopenEvents makes events pending again and counts a redelivery of each.
func (t *Tx) ReopenEvents(ctx context.Context, subscriptionID int64, seqs []int64, at time.Time) error {
	_, err := t.exec(ctx, `UPDATE event_deliveries SET state = 'pending', attempts = 0, next_at = $3, done_at = '',
		redeliveries = redeliveries + 1 WHERE subscription_id = $1 AND seq = ANY ($2::bigint[])`, subscriptionID, seqs,
		column.OurDate(at))
	return err
}

// DropEvents removes events of a store that were taken or given up before a time.
func (t *Tx) DropEvents(ctx context.Context, storeID int64, before time.Time, limit int) (int64, error) {
	return t.exec(ctx, `DELETE FROM event_deliveries WHERE ctid = ANY (ARRAY(SELECT ctid FROM event_deliveries
		WHERE store_id = $1 AND done_at > '' AND done_at < $2 AND state <> 'pending'`+limited(limit)+`))`, storeID,
		column.OurDate(before))
}

// DropEventsOf removes events of a subscription.
func (t *Tx) DropEventsOf(ctx context.Context, subscriptionID int64, limit int) (int64, error) {
	return t.exec(ctx, `DELETE FROM event_deliveries WHERE ctid = ANY (ARRAY(SELECT ctid FROM event_deliveries
		WHERE subscription_id = $1`+limited(limit)+`))`, subscriptionID)
}
