package receipts

import (
	"context"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Overdue are the records of a store that a subscription was sent and has given no receipt for in time.
type Overdue struct {
	Subscription storage.Subscription
	storage.MissingReceipts
	// SentBefore is when the youngest of them was sent at the latest: what came later is not due yet.
	SentBefore time.Time
}

// Query lists the records.
func (o Overdue) Query() storage.ReceiptQuery {
	return storage.ReceiptQuery{StoreID: o.StoreID, SubscriptionID: o.Subscription.ID, Missing: true,
		SentBefore: o.SentBefore, OldestFirst: true}
}

// Reader is what the question for overdue receipts needs of a database.
type Reader interface {
	Subscriptions(ctx context.Context, groupID int64) ([]storage.Subscription, error)
	MissingReceipts(ctx context.Context, subscriptionID int64, sentBefore time.Time) ([]storage.MissingReceipts, error)
}

// OverdueOf counts what is overdue, by subscription and store: of the subscriptions of a group, of all groups and of
// none for 0. It reads nothing but what is missing.
func OverdueOf(ctx context.Context, db Reader, groupID int64, now time.Time) ([]Overdue, error) {
	subscriptions, err := db.Subscriptions(ctx, groupID)
	if err != nil {
		return nil, err
	}
	var all []Overdue
	for _, s := range subscriptions {
		if s.ReceiptWithin <= 0 {
			continue
		}
		before := now.Add(-s.ReceiptWithin)
		missing, err := db.MissingReceipts(ctx, s.ID, before)
		if err != nil {
			return nil, err
		}
		for _, m := range missing {
			all = append(all, Overdue{Subscription: s, MissingReceipts: m, SentBefore: before})
		}
	}
	return all, nil
}

// Overdue is OverdueOf now.
func (k *Keeper) Overdue(ctx context.Context, groupID int64) ([]Overdue, error) {
	return OverdueOf(ctx, k.db, groupID, k.opts.Now())
}

// LongestWithin bounds how long a subscription may give its receiver.
const LongestWithin = 30 * 24 * time.Hour

// CheckWithin refuses a time within which no receipt can be demanded; 0 demands none. The error is a problem of code
// input_invalid.
func CheckWithin(within time.Duration) error {
	if within < 0 || within > LongestWithin || within != within.Truncate(time.Second) {
		return noWithin(within)
	}
	return nil
}
