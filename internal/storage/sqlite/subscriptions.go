package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

const subscriptionColumns = `SELECT id, key, name, COALESCE(group_id, 0),
	(SELECT json_group_array(store_id) FROM subscription_stores c WHERE c.subscription_id = subscriptions.id), resources,
	kinds, filter, thin, fields, sink, target, sealed, state, why, from_seq, failures, failing_since, rest_until,
	delivered_at, created_at, receipt_within FROM subscriptions `

// Subscriptions lists subscriptions by name.
func (db *DB) Subscriptions(ctx context.Context, groupID int64) ([]storage.Subscription, error) {
	return rows(ctx, db.readers, scanSubscription, subscriptionColumns+
		`WHERE ?1 = 0 OR group_id = ?1 ORDER BY name, id`, groupID)
}

// Subscription is the subscription with a name.
func (db *DB) Subscription(ctx context.Context, groupID int64, name string) (storage.Subscription, error) {
	s, err := scanSubscription(db.readers.QueryRowContext(ctx, subscriptionColumns+
		`WHERE COALESCE(group_id, 0) = ? AND name = ?`, groupID, name))
	return s, notFound(err, "subscription %q", name)
}

// SubscriptionByKey is the subscription with a key.
func (db *DB) SubscriptionByKey(ctx context.Context, key string) (storage.Subscription, error) {
	s, err := scanSubscription(db.readers.QueryRowContext(ctx, subscriptionColumns+`WHERE key = ?`, key))
	return s, notFound(err, "subscription")
}

// getsChanges is the condition that a subscription gets the changes of the store ?1.
const getsChanges = `EXISTS (SELECT 1 FROM stores s WHERE s.id = ?1 AND
	(subscriptions.group_id IS NULL OR s.group_id = subscriptions.group_id)) AND (confined = 0 OR EXISTS
	(SELECT 1 FROM subscription_stores c WHERE c.subscription_id = subscriptions.id AND c.store_id = ?1))`

// SubscriptionsOf lists the subscriptions that get the changes of a store.
func (db *DB) SubscriptionsOf(ctx context.Context, storeID int64) ([]storage.Subscription, error) {
	return rows(ctx, db.readers, scanSubscription, subscriptionColumns+`WHERE `+getsChanges+` ORDER BY id`, storeID)
}

func scanSubscription(row scanner) (s storage.Subscription, err error) {
	var stores, resources, kinds, fields, failing, rest, delivered, created string
	var within int64
	err = row.Scan(&s.ID, &s.Key, &s.Name, &s.GroupID, &stores, &resources, &kinds, &s.Filter, &s.Thin, &fields,
		&s.Sink,
		&s.Target, &s.Sealed, &s.State, &s.Why, &s.From, &s.Failures, &failing, &rest, &delivered, &created,
		&within)
	if err != nil {
		return s, err
	}
	s.Resources = column.ParseWords[storage.Resource](resources)
	s.Kinds = column.ParseWords[storage.Kind](kinds)
	s.FailingSince, s.RestUntil = column.ParseOurDate(failing), column.ParseOurDate(rest)
	s.DeliveredAt, s.CreatedAt = column.ParseOurDate(delivered), column.ParseOurDate(created)
	s.ReceiptWithin = time.Duration(within) * time.Second
	if s.Stores, err = listOrNil[int64](stores); err != nil {
		return s, err
	}
	s.Fields, err = listOrNil[string](fields)
	return s, err
}

// listOrNil reads a JSON list; nil for an empty one.
func listOrNil[T any](text string) (list []T, err error) {
	err = json.Unmarshal([]byte(text), &list)
	if len(list) == 0 {
		return nil, err
	}
	return list, err
}

// AddSubscription keeps a subscription and gives it an ID.
func (t *Tx) AddSubscription(ctx context.Context, s storage.Subscription) (storage.Subscription, error) {
	s.CreatedAt = t.Now().Truncate(time.Millisecond)
	res, err := t.exec(ctx, `INSERT INTO subscriptions (key, name, group_id, confined, sink, target, state, from_seq,
		created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, s.Key, s.Name, idOrNull(s.GroupID), len(s.Stores) > 0, s.Sink,
		s.Target, string(s.State), s.From, column.OurDate(s.CreatedAt))
	if isUnique(err) {
		return s, fmt.Errorf("subscription %q: %w", s.Name, storage.ErrExists)
	}
	if err == nil {
		s.ID, err = res.LastInsertId()
	}
	for _, id := range s.Stores {
		if err == nil {
			_, err = t.exec(ctx, `INSERT INTO subscription_stores (subscription_id, store_id) VALUES (?, ?)`, s.ID, id)
		}
	}
	if isForeign(err) {
		return s, fmt.Errorf("group or store of subscription %q: %w", s.Name, storage.ErrNotFound)
	}
	if err != nil {
		return s, err
	}
	return s, t.SaveSubscription(ctx, s)
}

// LockSubscription reads a subscription. It needs no lock, because only one transaction writes at a time.
func (t *Tx) LockSubscription(ctx context.Context, id int64) (storage.Subscription, error) {
	s, err := scanSubscription(t.tx.QueryRowContext(ctx, subscriptionColumns+`WHERE id = ?`, id))
	return s, notFound(err, "subscription %d", id)
}

// SaveSubscription replaces what may change in a subscription.
func (t *Tx) SaveSubscription(ctx context.Context, s storage.Subscription) error {
	fields, err := json.Marshal(append([]string{}, s.Fields...))
	if err != nil {
		return err
	}
	res, err := t.exec(ctx, `UPDATE subscriptions SET resources = ?, kinds = ?, filter = ?, thin = ?, fields = ?, sink = ?,
		target = ?, sealed = ?, state = ?, why = ?, failures = ?, failing_since = ?, rest_until = ?, delivered_at = ?,
		receipt_within = ? WHERE id = ?`, column.Words(s.Resources), column.Words(s.Kinds), s.Filter, s.Thin, string(fields), s.Sink, s.Target,
		s.Sealed, string(s.State), s.Why, s.Failures, column.OurDate(s.FailingSince), column.OurDate(s.RestUntil),
		column.OurDate(s.DeliveredAt), int64(s.ReceiptWithin/time.Second), s.ID)
	return oneChanged(res, err, "subscription %d", s.ID)
}

// DropSubscription removes a subscription with its events.
func (t *Tx) DropSubscription(ctx context.Context, id int64) error {
	_, err := t.exec(ctx, `DELETE FROM subscriptions WHERE id = ?`, id)
	return err
}

// WakeSubscribed makes a task of a store due now, if an active subscription gets the store's changes.
func (t *Tx) WakeSubscribed(ctx context.Context, task storage.Task, storeID int64) error {
	var one int
	found, err := t.row(ctx, `SELECT 1 FROM subscriptions WHERE state = 'active' AND `+getsChanges+` LIMIT 1`,
		[]any{storeID}, &one)
	if err != nil || !found {
		return err
	}
	return t.Wake(ctx, task, storeID)
}

// WakeStoresOf makes a task due now for every store whose changes a subscription gets.
func (t *Tx) WakeStoresOf(ctx context.Context, task storage.Task, subscriptionID int64) error {
	t.woke = true
	_, err := t.exec(ctx, `INSERT INTO calendar (task, store_id, due_at, wakes)
		SELECT ?1, s.id, ?2, 1 FROM stores s, subscriptions u WHERE u.id = ?3
			AND (u.group_id IS NULL OR u.group_id = s.group_id) AND (u.confined = 0 OR EXISTS
				(SELECT 1 FROM subscription_stores c WHERE c.subscription_id = u.id AND c.store_id = s.id))
		ON CONFLICT DO UPDATE SET due_at = min(COALESCE(due_at, excluded.due_at), excluded.due_at), wakes = wakes + 1`,
		string(task), moment(t.Now()), subscriptionID)
	return err
}
