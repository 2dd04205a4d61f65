package feed

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// Consumers keeps named readers of the log of changes. It is safe for concurrent use.
type Consumers struct {
	db   storage.Database
	opts Options
}

// Options adjust Consumers. All are needed.
type Options struct {
	Logger *slog.Logger
	Now    func() time.Time
}

// NewConsumers makes Consumers that work on a database.
func NewConsumers(db storage.Database, opts Options) *Consumers { return &Consumers{db, opts} }

// New is what a consumer is made with.
type New struct {
	Name string
	// GroupID is the group that the consumer belongs to; 0 for none.
	GroupID int64
	// StoreID and Resources confine the consumer; zero values do not.
	StoreID   int64
	Resources []storage.Resource
	// From is the number of the change behind which the consumer begins.
	From int64
	// Idle is how long the consumer may be silent before it is forgotten, in whole seconds; 0 for ever.
	Idle time.Duration
}

var consumerName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$`)

// Create makes a consumer. The error is a problem: input_invalid, or consumer_exists.
func (c *Consumers) Create(ctx context.Context, n New) (made storage.Consumer, err error) {
	if !consumerName.MatchString(n.Name) {
		return made, noConsumerName(n.Name)
	}
	last, err := c.db.LastSeq(ctx)
	if err != nil {
		return made, err
	}
	if err := within(n.From, last); err != nil {
		return made, err
	}
	// A consumer of this name that was silent for too long makes room.
	if _, err := c.Find(ctx, n.GroupID, n.Name); err != nil && !problem.Is(err, problem.ConsumerNotFound) {
		return made, err
	}
	err = c.db.Within(ctx, func(tx storage.Tx) error {
		made, err = tx.AddConsumer(ctx, storage.Consumer{Name: n.Name, GroupID: n.GroupID, StoreID: n.StoreID,
			Resources: n.Resources, Seq: n.From, Idle: n.Idle})
		return err
	})
	if errors.Is(err, storage.ErrExists) {
		return made, consumerExists(err, n.Name)
	}
	return made, err
}

// within refuses a position that is not one in the log.
func within(seq, last int64) error {
	if seq >= 0 && seq <= last {
		return nil
	}
	return outsideLog(seq, last)
}

// Find gives a consumer of a group, or one of none for 0. The error is a problem of code consumer_not_found.
func (c *Consumers) Find(ctx context.Context, groupID int64, name string) (storage.Consumer, error) {
	found, err := c.db.Consumer(ctx, groupID, name)
	if err == nil {
		var gone bool
		if gone, err = c.forgotten(ctx, found); err == nil && gone {
			err = storage.ErrNotFound
		}
	}
	if errors.Is(err, storage.ErrNotFound) {
		return found, notFound(name)
	}
	return found, err
}

// List gives the consumers of a group by name, those of all groups and of none for 0.
func (c *Consumers) List(ctx context.Context, groupID int64) ([]storage.Consumer, error) {
	all, err := c.db.Consumers(ctx, groupID)
	if err != nil {
		return nil, err
	}
	var left []storage.Consumer
	for _, one := range all {
		gone, err := c.forgotten(ctx, one)
		if err != nil {
			return nil, err
		}
		if !gone {
			left = append(left, one)
		}
	}
	return left, nil
}

// silentSince is when a consumer was last heard of.
func silentSince(c storage.Consumer) time.Time {
	last := c.CreatedAt
	for _, at := range []time.Time{c.SeenAt, c.AckedAt} {
		if at.After(last) {
			last = at
		}
	}
	return last
}

// forgotten forgets a consumer that was silent for longer than it may be. Within the transaction it looks once more,
// since the consumer may have been heard of meanwhile.
func (c *Consumers) forgotten(ctx context.Context, seen storage.Consumer) (gone bool, err error) {
	late := func(c storage.Consumer, now time.Time) bool {
		// The time of its last reading is kept to the minute.
		return c.Idle > 0 && now.Sub(silentSince(c)) > c.Idle+seenEvery
	}
	if !late(seen, c.opts.Now()) {
		return false, nil
	}
	err = c.db.Within(ctx, func(tx storage.Tx) error {
		gone = true
		now, err := tx.LockConsumer(ctx, seen.ID)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if gone = late(now, c.opts.Now()); !gone {
			return nil
		}
		return tx.DropConsumer(ctx, seen.ID)
	})
	return gone, err
}

// Query selects what a consumer reads next, up to limit changes.
func Query(c storage.Consumer, limit int) storage.ChangeQuery {
	return storage.ChangeQuery{StoreID: c.StoreID, GroupID: c.GroupID, Resources: c.Resources, After: c.Seq,
		Limit: limit}
}

// seenEvery is how often the last reading is written.
const seenEvery = time.Minute

// Seen notes that a consumer reads now. Failing to note it keeps nobody from reading.
func (c *Consumers) Seen(ctx context.Context, seen storage.Consumer) {
	now := c.opts.Now()
	if now.Sub(seen.SeenAt) < seenEvery {
		return
	}
	err := c.db.WithinRelaxed(ctx, func(tx storage.Tx) error {
		kept, err := tx.LockConsumer(ctx, seen.ID)
		if err != nil {
			return err
		}
		kept.SeenAt = now
		return tx.SaveConsumer(ctx, kept)
	})
	if err != nil && !errors.Is(err, storage.ErrNotFound) && ctx.Err() == nil {
		c.opts.Logger.WarnContext(ctx, "cannot note that a consumer reads", "consumer", seen.Name, "error", err)
	}
}

// Ack acknowledges every change up to a number. A position that is further already stays. The error is a problem:
// input_invalid for a number that no change has had, or consumer_not_found.
func (c *Consumers) Ack(ctx context.Context, of storage.Consumer, seq int64) (storage.Consumer, error) {
	return c.move(ctx, of, func(now int64) int64 { return max(now, seq) }, seq)
}

// Move sets the position, forward or back. Changes behind a position that went back are read again. Errors are those of
// Ack.
func (c *Consumers) Move(ctx context.Context, of storage.Consumer, seq int64) (storage.Consumer, error) {
	return c.move(ctx, of, func(int64) int64 { return seq }, seq)
}

func (c *Consumers) move(
	ctx context.Context, of storage.Consumer, to func(int64) int64, seq int64,
) (now storage.Consumer, err error) {
	last, err := c.db.LastSeq(ctx)
	if err != nil {
		return of, err
	}
	if err := within(seq, last); err != nil {
		return of, err
	}
	err = c.db.Within(ctx, func(tx storage.Tx) error {
		if now, err = tx.LockConsumer(ctx, of.ID); err != nil {
			return err
		}
		now.Seq, now.AckedAt = to(now.Seq), c.opts.Now().UTC().Truncate(time.Millisecond)
		return tx.SaveConsumer(ctx, now)
	})
	if errors.Is(err, storage.ErrNotFound) {
		err = notFound(of.Name)
	}
	return now, err
}

// Remove forgets a consumer.
func (c *Consumers) Remove(ctx context.Context, of storage.Consumer) error {
	return c.db.Within(ctx, func(tx storage.Tx) error { return tx.DropConsumer(ctx, of.ID) })
}

// Lag is how far behind a consumer is.
type Lag struct {
	// Waiting counts the changes that the consumer has not acknowledged, up to [LagAtMost]; More says that there are
	// more.
	Waiting int
	More    bool
	// Since is when the oldest of these changes was observed; zero when there is none.
	Since time.Time
}

// LagAtMost is how many changes are counted.
const LagAtMost = 1000

// Lag looks at what a consumer has not acknowledged.
func (c *Consumers) Lag(ctx context.Context, of storage.Consumer) (l Lag, err error) {
	waiting, err := c.db.Changes(ctx, Query(of, LagAtMost+1))
	if err != nil || len(waiting) == 0 {
		return l, err
	}
	return Lag{Waiting: min(len(waiting), LagAtMost), More: len(waiting) > LagAtMost, Since: waiting[0].At}, nil
}
