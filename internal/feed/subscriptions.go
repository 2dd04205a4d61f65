package feed

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/feed/filter"
	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/receipts"
	"github.com/waybillhq/waybill/internal/storage"
)

// Subscriptions sends changes to receivers. It is safe for concurrent use.
type Subscriptions struct {
	db    storage.Database
	keys  Keys
	opts  SubscriptionOptions
	sinks sinks
	// receipts judges what receivers say they have.
	receipts *receipts.Keeper
	// forgot is when old events were last dropped, by store.
	forgot sync.Map
}

// SubscriptionOptions adjust Subscriptions.
type SubscriptionOptions struct {
	Logger *slog.Logger
	Now    func() time.Time
	// Sinks is what receivers are reached with.
	Sinks sink.Options
	// Task is what the calendar knows the delivery for a store by.
	Task storage.Task
	// Keep is how long events that were taken or given up are kept.
	Keep time.Duration
	// ReceiptsKeep is how long receipts are kept that were given; 0 for good.
	ReceiptsKeep time.Duration
	// PauseAfter is how long nothing may be taken before a subscription is paused.
	PauseAfter time.Duration
	// Lost says of a context that ended whether somebody else does the work now. If so, what is under way is cut off;
	// if not, it may end.
	Lost func(context.Context) bool
	// Policy is when what failed is tried again; the zero value is [DefaultPolicy].
	Policy Policy
}

// NewSubscriptions makes Subscriptions that work on a database.
func NewSubscriptions(db storage.Database, keys Keys, opts SubscriptionOptions) *Subscriptions {
	if opts.Policy.Retries == nil {
		opts.Policy = DefaultPolicy()
	}
	return &Subscriptions{db: db, keys: keys, opts: opts,
		receipts: receipts.New(db, receipts.Options{Now: opts.Now, EventsKept: opts.Keep})}
}

// NewSubscription is what a subscription is made with.
type NewSubscription struct {
	Name string
	// GroupID is the group that the subscription belongs to; 0 for none.
	GroupID int64
	Selection
	// Reach is the receiver. Secret is what events are signed with; one is made where none is given.
	Reach  sink.Reach
	Secret string
	// From is the number of the change behind which the subscription begins.
	From int64
	// Local lets the subscription write to this machine (file, stdout).
	Local bool
	// ReceiptWithin is how long the receiver may take to give a receipt, in whole seconds; 0 demands none.
	ReceiptWithin time.Duration
}

// Selection is which changes a subscription gets, and what of them.
type Selection struct {
	Stores    []int64
	Resources []storage.Resource
	Kinds     []storage.Kind
	Filter    string
	Thin      bool
	Fields    []string
}

// kinds are the kinds of changes that can be asked for.
var kinds = []storage.Kind{storage.Created, storage.Updated, storage.Trashed, storage.Restored, storage.Deleted}

// fieldName is the place of a member in a record.
var fieldName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,7}$`)

// mostFields bounds the members of a projection.
const mostFields = 100

// check refuses what cannot select. The error is a problem of code input_invalid.
func (s Selection) check() error {
	for _, kind := range s.Kinds {
		if !slices.Contains(kinds, kind) {
			return noKind(kind)
		}
	}
	for _, field := range s.Fields {
		if !fieldName.MatchString(field) {
			return noMember(field)
		}
	}
	if len(s.Fields) > mostFields {
		return tooManyFields()
	}
	if s.Thin && len(s.Fields) > 0 {
		return fieldsOfThin()
	}
	_, err := filter.Compile(s.Filter)
	return err
}

// Create makes a subscription, and gives the secret that its events are signed with; it is shown this once. The error
// is a problem: input_invalid, or subscription_exists.
func (s *Subscriptions) Create(
	ctx context.Context, n NewSubscription,
) (made storage.Subscription, secret string, err error) {
	if !consumerName.MatchString(n.Name) {
		return made, "", noSubscriptionName(n.Name)
	}
	last, err := s.db.LastSeq(ctx)
	if err != nil {
		return made, "", err
	}
	if err := within(n.From, last); err != nil {
		return made, "", err
	}
	made = storage.Subscription{Key: strings.ToLower(rand.Text()[:16]), Name: n.Name, GroupID: n.GroupID,
		Stores: n.Stores, Resources: n.Resources, Kinds: n.Kinds, Filter: n.Filter, Thin: n.Thin, Fields: n.Fields,
		State: storage.SubscriptionActive, From: n.From, ReceiptWithin: n.ReceiptWithin}
	if err := s.prepare(&made, n); err != nil {
		return made, "", err
	}
	secret, keep, err := newSecrets(n)
	if err != nil {
		return made, "", err
	}
	release, err := s.keys.Hold(ctx)
	if err != nil {
		return made, "", err
	}
	defer release()
	if made.Sealed, err = s.seal(made, keep); err != nil {
		return made, "", err
	}
	wanted := made
	err = s.db.Within(ctx, func(tx storage.Tx) error {
		if made, err = tx.AddSubscription(ctx, wanted); err != nil {
			return err
		}
		return tx.WakeStoresOf(ctx, s.opts.Task, made.ID)
	})
	if errors.Is(err, storage.ErrExists) {
		return made, "", subscriptionExists(err, n.Name)
	}
	return made, secret, err
}

// prepare checks what a subscription is made with, and fills in its receiver.
func (s *Subscriptions) prepare(made *storage.Subscription, n NewSubscription) error {
	if err := n.Selection.check(); err != nil {
		return err
	}
	if err := receipts.CheckWithin(n.ReceiptWithin); err != nil {
		return err
	}
	return s.prepareReach(made, n.Reach, n.Local)
}

// prepareReach checks how a receiver is reached, and fills it in.
func (s *Subscriptions) prepareReach(made *storage.Subscription, to sink.Reach, local bool) error {
	made.Sink = sink.KindOf(to.URL)
	if sink.Local(made.Sink) && !local {
		return sinkNotAllowed(made.Sink)
	}
	opened, err := sink.Open(made.Sink, to, s.opts.Sinks)
	if err != nil {
		return err
	}
	opened.Close()
	made.Target = sink.Target(made.Sink, to)
	return nil
}

// Find gives a subscription of a group, or one of none for 0. The error is a problem of code subscription_not_found.
func (s *Subscriptions) Find(ctx context.Context, groupID int64, name string) (storage.Subscription, error) {
	found, err := s.db.Subscription(ctx, groupID, name)
	if errors.Is(err, storage.ErrNotFound) {
		return found, noSubscription(name)
	}
	return found, err
}

// List gives the subscriptions of a group by name, those of all groups and of none for 0.
func (s *Subscriptions) List(ctx context.Context, groupID int64) ([]storage.Subscription, error) {
	return s.db.Subscriptions(ctx, groupID)
}

// Pause stops sending. Changes go on waiting: nothing is lost.
func (s *Subscriptions) Pause(ctx context.Context, of storage.Subscription) (storage.Subscription, error) {
	return s.change(ctx, of, func(_ storage.Tx, now *storage.Subscription) error {
		now.State, now.Why = storage.SubscriptionPaused, ""
		return nil
	})
}

// Resume goes on where it stopped, at once, also one that its receiver has ended.
func (s *Subscriptions) Resume(ctx context.Context, of storage.Subscription) (storage.Subscription, error) {
	return s.change(ctx, of, func(tx storage.Tx, now *storage.Subscription) error {
		*now = well(*now)
		now.State = storage.SubscriptionActive
		return tx.WakeStoresOf(ctx, s.opts.Task, now.ID)
	})
}

// well is a subscription that nothing is wrong with.
func well(s storage.Subscription) storage.Subscription {
	s.Failures, s.FailingSince, s.RestUntil, s.Why = 0, time.Time{}, time.Time{}, ""
	return s
}

func (s *Subscriptions) change(
	ctx context.Context, of storage.Subscription, how func(storage.Tx, *storage.Subscription) error,
) (now storage.Subscription, err error) {
	err = s.db.Within(ctx, func(tx storage.Tx) error {
		if now, err = tx.LockSubscription(ctx, of.ID); err != nil {
			return err
		}
		if err := how(tx, &now); err != nil {
			return err
		}
		return tx.SaveSubscription(ctx, now)
	})
	if errors.Is(err, storage.ErrNotFound) {
		err = noSubscription(of.Name)
	}
	return now, err
}

// removedAtOnce is how many events one transaction removes.
const removedAtOnce = 5000

// Remove forgets a subscription with everything of it, in pieces that keep nobody waiting. One that was interrupted is
// left paused, and removed by removing it again.
func (s *Subscriptions) Remove(ctx context.Context, of storage.Subscription) error {
	if _, err := s.Pause(ctx, of); err != nil {
		return err
	}
	for _, drop := range []func(storage.Tx, context.Context, int64, int) (int64, error){
		storage.Tx.DropEventsOf, storage.Tx.DropReceiptsOf,
	} {
		for removed := int64(removedAtOnce); removed == removedAtOnce; {
			err := s.db.WithinRelaxed(ctx, func(tx storage.Tx) (err error) {
				removed, err = drop(tx, ctx, of.ID, removedAtOnce)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return s.db.Within(ctx, func(tx storage.Tx) error { return tx.DropSubscription(ctx, of.ID) })
}
