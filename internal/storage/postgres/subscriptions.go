package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

const subscriptionColumns = `SELECT id, key, name, COALESCE(group_id, 0),
	ARRAY(SELECT store_id FROM subscription_stores c WHERE c.subscription_id = subscriptions.id ORDER BY store_id), resources,
	kinds, filter, thin <> 0, fields, sink, target, sealed, state, why, from_seq, failures, failing_since, rest_until,
	delivered_at, created_at, receipt_within FROM subscriptions `

// Subscriptions lists subscriptions by name.
func (db *DB) Subscriptions(ctx context.Context, groupID int64) ([]storage.Subscription, error) {
	return list(ctx, pooled{db}, scanSubscription, subscriptionColumns+
		`WHERE $1::bigint = 0 OR group_id = $1 ORDER BY name, id`, groupID)
}

// Subscription is the subscription with a name.
func (db *DB) Subscription(ctx context.Context, groupID int64, name string) (storage.Subscription, error) {
	s, err := one(ctx, pooled{db}, scanSubscription, subscriptionColumns+
		`WHERE COALESCE(group_id, 0) = $1 AND name = $2`, groupID, clean(name))
	return s, named(err, "subscription %q", name)
}

// SubscriptionByKey is the subscription with a key.
func (db *DB) SubscriptionByKey(ctx context.Context, key string) (storage.Subscription, error) {
	s, err := one(ctx, pooled{db}, scanSubscription, subscriptionColumns+`WHERE key = $1`, clean(key))
	return s, named(err, "subscription")
}

// getsChanges is the condition that a subscription gets the changes of the store $1.
const getsChanges = `EXISTS (SELECT 1 FROM stores s WHERE s.id = $1 AND
	(subscriptions.group_id IS NULL OR s.group_id = subscriptions.group_id)) AND (confined = 0 OR EXISTS
	(SELECT 1 FROM subscription_stores c WHERE c.subscription_id = subscriptions.id AND c.store_id = $1))`

// SubscriptionsOf lists the subscriptions that get the changes of a store.
func (db *DB) SubscriptionsOf(ctx context.Context, storeID int64) ([]storage.Subscription, error) {
	return list(ctx, pooled{db}, scanSubscription, subscriptionColumns+`WHERE `+getsChanges+` ORDER BY id`, storeID)
}

func scanSubscription(row pgx.CollectableRow) (s storage.Subscription, err error) {
	var resources, kinds, fields, state, failing, rest, delivered, created string
	var within int64
	err = row.Scan(&s.ID, &s.Key, &s.Name, &s.GroupID, &s.Stores, &resources, &kinds, &s.Filter, &s.Thin, &fields,
		&s.Sink,
		&s.Target, &s.Sealed, &state, &s.Why, &s.From, &s.Failures, &failing, &rest, &delivered, &created,
		&within)
	if err != nil {
		return s, err
	}
	s.State = storage.SubscriptionState(state)
	s.Resources = column.ParseWords[storage.Resource](resources)
	s.Kinds = column.ParseWords[storage.Kind](kinds)
	s.FailingSince, s.RestUntil = column.ParseOurDate(failing), column.ParseOurDate(rest)
	s.ReceiptWithin = time.Duration(within) * time.Second
	s.DeliveredAt, s.CreatedAt = column.ParseOurDate(delivered), column.ParseOurDate(created)
	if len(s.Stores) == 0 {
		s.Stores = nil
	}
	if err = json.Unmarshal([]byte(fields), &s.Fields); len(s.Fields) == 0 {
		s.Fields = nil
	}
	return s, err
}

// AddSubscription keeps a subscription and gives it an ID.
func (t *Tx) AddSubscription(ctx context.Context, s storage.Subscription) (storage.Subscription, error) {
	s.CreatedAt = t.Now().Truncate(time.Millisecond)
	var err error
	s.ID, err = one(ctx, t.tx, value[int64], `INSERT INTO subscriptions (key, name, group_id, confined, sink, target, state,
		from_seq, created_at) VALUES ($1, $2, NULLIF($3::bigint, 0), $4, $5, $6, $7, $8, $9) RETURNING id`, s.Key,
		clean(s.Name), s.GroupID, flag(len(s.Stores) > 0), s.Sink, clean(s.Target), string(s.State), s.From,
		column.OurDate(s.CreatedAt))
	if err == nil {
		_, err = t.exec(ctx, `INSERT INTO subscription_stores (subscription_id, store_id) SELECT $1, unnest($2::bigint[])`,
			s.ID, s.Stores)
	}
	switch {
	case isUnique(err):
		return s, fmt.Errorf("subscription %q: %w", s.Name, storage.ErrExists)
	case isForeign(err):
		return s, fmt.Errorf("group or store of subscription %q: %w", s.Name, storage.ErrNotFound)
	case err != nil:
		return s, err
	}
	return s, t.SaveSubscription(ctx, s)
}

// LockSubscription reads a subscription and keeps other transactions from changing it until this one ends.
func (t *Tx) LockSubscription(ctx context.Context, id int64) (storage.Subscription, error) {
	s, err := one(ctx, t.tx, scanSubscription, subscriptionColumns+`WHERE id = $1 FOR NO KEY UPDATE`, id)
	return s, named(err, "subscription %d", id)
}

// SaveSubscription replaces what may change in a subscription.
func (t *Tx) SaveSubscription(ctx context.Context, s storage.Subscription) error {
	fields, err := json.Marshal(append([]string{}, s.Fields...))
	if err != nil {
		return err
	}
	n, err := t.exec(ctx, `UPDATE subscriptions SET resources = $2, kinds = $3, filter = $4, thin = $5, fields = $6,
		sink = $7, target = $8, sealed = $9, state = $10, why = $11, failures = $12, failing_since = $13, rest_until = $14,
		delivered_at = $15, receipt_within = $16 WHERE id = $1`, s.ID, column.Words(s.Resources), column.Words(s.Kinds), clean(s.Filter),
		flag(s.Thin), clean(string(fields)), s.Sink, clean(s.Target), s.Sealed, string(s.State), clean(s.Why),
		s.Failures,
		column.OurDate(s.FailingSince), column.OurDate(s.RestUntil), column.OurDate(s.DeliveredAt),
		int64(s.ReceiptWithin/time.Second))
	if err == nil && n == 0 {
		err = fmt.Errorf("subscription %d: %w", s.ID, storage.ErrNotFound)
	}
	return err
}

// DropSubscription removes a subscription with its events.
func (t *Tx) DropSubscription(ctx context.Context, id int64) error {
	_, err := t.exec(ctx, `DELETE FROM subscriptions WHERE id = $1`, id)
	return err
}

// WakeSubscribed makes a task of a store due now, if an active subscription gets the store's changes.
func (t *Tx) WakeSubscribed(ctx context.Context, task storage.Task, storeID int64) error {
	found, err := one(ctx, t.tx, value[bool], `SELECT EXISTS (SELECT 1 FROM subscriptions WHERE state = 'active' AND `+
		getsChanges+`)`, storeID)
	if err != nil || !found {
		return err
	}
	return t.Wake(ctx, task, storeID)
}

// WakeStoresOf makes a task due now for every store whose changes a subscription gets.
func (t *Tx) WakeStoresOf(ctx context.Context, task storage.Task, subscriptionID int64) error {
	_, err := t.exec(ctx, `INSERT INTO calendar AS c (store_id, task, due_at, wakes)
		SELECT s.id, $1, $2, 1 FROM stores s, subscriptions u WHERE u.id = $3
			AND (u.group_id IS NULL OR u.group_id = s.group_id) AND (u.confined = 0 OR EXISTS
				(SELECT 1 FROM subscription_stores o WHERE o.subscription_id = u.id AND o.store_id = s.id))
		ORDER BY s.id
		ON CONFLICT (store_id, task) DO UPDATE SET due_at = LEAST(c.due_at, excluded.due_at), wakes = c.wakes + 1`,
		string(task), t.Now().UnixMilli(), subscriptionID)
	if err != nil {
		return err
	}
	return t.tellDue(ctx)
}
