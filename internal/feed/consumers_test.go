package feed_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
)

// bundle is consumers on a clock that stands.
type bundle struct {
	*testing.T
	db        storage.Database
	consumers *feed.Consumers
	now       time.Time
}

func setup(t *testing.T) *bundle {
	t.Helper()
	b := &bundle{T: t, db: databasetest.Open(t), now: time.Now()}
	b.consumers = feed.NewConsumers(b.db, feed.Options{Logger: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return b.now }})
	return b
}

func (b *bundle) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// change logs changes of a new store, and gives the number of the last one.
func (b *bundle) change(n int) (last int64) {
	b.Helper()
	ctx := b.Context()
	b.ok(b.db.Within(ctx, func(tx storage.Tx) error {
		st, err := tx.CreateStore(ctx, storage.Store{Name: "shop", HomeURL: "https://shop.example"})
		if err != nil {
			return err
		}
		changes := make([]storage.Change, n)
		for i := range changes {
			changes[i] = storage.Change{StoreID: st.ID, Ref: storage.Ref{Resource: storage.Orders, ID: int64(i + 1)},
				Kind: storage.Deleted, At: b.now.Add(-time.Minute), Origin: storage.Foreign}
		}
		last, err = tx.LogChanges(ctx, changes)
		return err
	}))
	return last
}

func TestAConsumerThatWasSilentTooLongIsForgotten(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx := t.Context()
	quiet, err := b.consumers.Create(ctx, feed.New{Name: "quiet", Idle: time.Hour})
	b.ok(err)
	reads, err := b.consumers.Create(ctx, feed.New{Name: "reads", Idle: time.Hour})
	b.ok(err)
	_, err = b.consumers.Create(ctx, feed.New{Name: "for-good"})
	b.ok(err)
	b.now = b.now.Add(50 * time.Minute)
	b.consumers.Seen(ctx, reads)
	b.now = b.now.Add(30 * time.Minute)
	left, err := b.consumers.List(ctx, 0)
	b.ok(err)
	if len(left) != 2 || left[0].Name != "for-good" || left[1].Name != "reads" {
		t.Errorf("left are %+v", left)
	}
	if _, err := b.consumers.Find(ctx, 0, "quiet"); !problem.Is(err, problem.ConsumerNotFound) {
		t.Errorf("the silent one: %v", err)
	}
	if _, err := b.consumers.Ack(ctx, quiet, 0); !problem.Is(err, problem.ConsumerNotFound) {
		t.Errorf("it acknowledges: %v", err)
	}
	b.now = b.now.Add(2 * time.Hour)
	if _, err := b.consumers.Create(ctx, feed.New{Name: "reads"}); err != nil {
		t.Errorf("its name is not free: %v", err)
	}
}

func TestTheLagIsCountedUpToABound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx := t.Context()
	last := b.change(feed.LagAtMost + 5)
	c, err := b.consumers.Create(ctx, feed.New{Name: "erp"})
	b.ok(err)
	lag, err := b.consumers.Lag(ctx, c)
	b.ok(err)
	if lag.Waiting != feed.LagAtMost || !lag.More || !lag.Since.Before(b.now) {
		t.Errorf("the lag is %+v", lag)
	}
	c, err = b.consumers.Ack(ctx, c, last-3)
	b.ok(err)
	if lag, err = b.consumers.Lag(ctx, c); err != nil || lag.Waiting != 3 || lag.More {
		t.Errorf("then it is %+v, %v", lag, err)
	}
	c, err = b.consumers.Ack(ctx, c, last)
	b.ok(err)
	if lag, err = b.consumers.Lag(ctx, c); err != nil || lag != (feed.Lag{}) {
		t.Errorf("in the end it is %+v, %v", lag, err)
	}
}

func TestWhatIsNoNameAndNoPositionIsRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx := t.Context()
	last := b.change(2)
	for _, n := range []feed.New{{Name: ""}, {Name: "a b"}, {Name: "-x"}, {Name: "a", From: last + 1},
		{Name: "a", From: -1}} {
		if _, err := b.consumers.Create(ctx, n); !problem.Is(err, problem.InputInvalid) {
			t.Errorf("%+v: %v", n, err)
		}
	}
	c, err := b.consumers.Create(ctx, feed.New{Name: "a", From: last})
	b.ok(err)
	for _, seq := range []int64{-1, last + 1} {
		if _, err := b.consumers.Ack(ctx, c, seq); !problem.Is(err, problem.InputInvalid) {
			t.Errorf("acknowledged %d: %v", seq, err)
		}
		if _, err := b.consumers.Move(ctx, c, seq); !problem.Is(err, problem.InputInvalid) {
			t.Errorf("moved to %d: %v", seq, err)
		}
	}
	if c, err = b.consumers.Move(ctx, c, 0); err != nil || c.Seq != 0 {
		t.Errorf("moved back it is %+v, %v", c, err)
	}
}
