package redo

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/receipts"
	"github.com/waybillhq/waybill/internal/storage"
)

// Options adjust a Redoer. All are needed.
type Options struct {
	Now func() time.Time
	// Pull is what the calendar knows the reading of a shop by.
	Pull storage.Task
}

// Redoer does things again. It is safe for concurrent use.
type Redoer struct {
	db   storage.Database
	feed *feed.Subscriptions
	opts Options
}

// New makes a Redoer that works on a database.
func New(db storage.Database, subscriptions *feed.Subscriptions, opts Options) *Redoer {
	return &Redoer{db, subscriptions, opts}
}

// Plan is what is done, or would be.
type Plan struct {
	// Count is how many records are read or events sent.
	Count int
	// Requests is how many requests to the shop it takes, at least.
	Requests int
	// Records are those that were named, by their store. Of a part of the log there are none.
	Records []storage.Ref
	// Underway are done anyway. LeftOut cannot be done: they are not known, or the receiver does not get them.
	Underway, LeftOut []storage.Ref
}

// readAtOnce is how many records one request reads at most.
const readAtOnce = 100

// fetchReason is the reason of a mark that somebody has asked for, for people.
const fetchReason = "somebody asked for it to be fetched"

// Fetch has records of a shop read now, before anything else. It is done by who works for the shop.
func (r *Redoer) Fetch(ctx context.Context, st storage.Store, refs []storage.Ref, preview bool) (Plan, error) {
	slices.SortFunc(refs, func(a, b storage.Ref) int { return int(a.ID - b.ID) })
	refs = slices.Compact(refs)
	plan := Plan{Count: len(refs), Requests: (len(refs) + readAtOnce - 1) / readAtOnce, Records: refs}
	if preview || len(refs) == 0 {
		return plan, nil
	}
	marks := make([]storage.Mark, len(refs))
	for i, ref := range refs {
		marks[i] = storage.Mark{Resource: ref.Resource, ID: ref.ID, Reason: fetchReason}
	}
	err := r.db.Within(ctx, func(tx storage.Tx) error {
		if _, err := tx.LockStore(ctx, st.ID); err != nil {
			return err
		}
		if err := tx.AddMarks(ctx, st.ID, marks); err != nil {
			return err
		}
		return tx.Wake(ctx, r.opts.Pull, st.ID)
	})
	if errors.Is(err, storage.ErrNotFound) {
		err = storeGone(st.Name)
	}
	return plan, err
}

// Fetchable says whether records of a kind can be fetched one by one: they have an id, and no parent that is needed.
func Fetchable(r storage.Resource) bool {
	return slices.Contains([]storage.Resource{storage.Orders, storage.Products, storage.Customers, storage.Coupons}, r)
}

// Delivery is what is sent to a subscription again: one of the members, beside the first two, says what.
type Delivery struct {
	To      storage.Subscription
	Preview bool
	// Records are those of Store, each as it is now.
	Store   storage.Store
	Records []storage.Ref
	// Range is a part of the log; nil for none.
	Range *feed.Range
	// FailedSince is what was given up since a time; zero for nothing.
	FailedSince time.Time
	// Overdue are the records without a receipt in time.
	Overdue bool
}

// Redeliver sends something again. The error is a problem.
func (r *Redoer) Redeliver(ctx context.Context, d Delivery) (plan Plan, err error) {
	switch {
	case d.Range != nil:
		part := *d.Range
		part.Preview = d.Preview
		plan.Count, err = r.feed.RedeliverRange(ctx, d.To, part)
		return plan, err
	case !d.FailedSince.IsZero():
		if d.Preview {
			plan.Count, err = r.feed.CountFailed(ctx, d.To, d.FailedSince)
			return plan, err
		}
		plan.Count, err = r.feed.RedeliverFailed(ctx, d.To, d.FailedSince)
		return plan, err
	case d.Overdue:
		return r.overdue(ctx, d)
	}
	return r.records(ctx, d, d.Store.ID, d.Records)
}

func (r *Redoer) records(ctx context.Context, d Delivery, storeID int64, refs []storage.Ref) (plan Plan, err error) {
	again, err := r.feed.RedeliverRecords(ctx, d.To, storeID, refs, d.Preview)
	if errors.Is(err, storage.ErrNotFound) {
		err = storeGone(d.Store.Name)
	}
	return Plan{Count: len(again.Records), Records: again.Records, Underway: again.Underway,
		LeftOut: again.LeftOut}, err
}

// overdueAtOnce is how many receipts are looked at together.
const overdueAtOnce = 1000

// overdue sends the records again that a subscription has given no receipt for in time.
func (r *Redoer) overdue(ctx context.Context, d Delivery) (plan Plan, err error) {
	all, err := receipts.OverdueOf(ctx, only{r.db, d.To}, 0, r.opts.Now())
	if err != nil {
		return plan, err
	}
	for _, o := range all {
		if d.Store.ID != 0 && o.StoreID != d.Store.ID {
			continue
		}
		q := o.Query()
		q.Limit = overdueAtOnce
		for {
			page, err := r.db.Receipts(ctx, q)
			if err != nil {
				return plan, err
			}
			refs := make([]storage.Ref, len(page))
			for i, one := range page {
				refs[i], q.After = one.Ref, one.Number
			}
			part, err := r.records(ctx, d, o.StoreID, refs)
			if err != nil {
				return plan, err
			}
			plan.Count += part.Count
			plan.Records = append(plan.Records, part.Records...)
			plan.Underway = append(plan.Underway, part.Underway...)
			plan.LeftOut = append(plan.LeftOut, part.LeftOut...)
			if len(page) < overdueAtOnce {
				break
			}
		}
	}
	return plan, nil
}

// only is a database in which there is one subscription.
type only struct {
	storage.Database
	subscription storage.Subscription
}

// Subscriptions is the one.
func (o only) Subscriptions(context.Context, int64) ([]storage.Subscription, error) {
	return []storage.Subscription{o.subscription}, nil
}
