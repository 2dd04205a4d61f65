package feed_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/storage"
)

// mortal is a database as a process sees it that is killed at one of its transactions: before that is made, or after it
// was committed. From then on nothing can be done with it.
type mortal struct {
	storage.Database
	left  atomic.Int64
	after bool
	// dead ends what is under way.
	dead context.CancelFunc
}

var errKilled = errors.New("killed")

// Within makes a transaction, unless the process is killed at it.
func (m *mortal) Within(ctx context.Context, work func(storage.Tx) error) error {
	return m.within(ctx, work, m.Database.Within)
}

// WithinRelaxed makes a transaction, unless the process is killed at it.
func (m *mortal) WithinRelaxed(ctx context.Context, work func(storage.Tx) error) error {
	return m.within(ctx, work, m.Database.WithinRelaxed)
}

func (m *mortal) within(
	ctx context.Context, work func(storage.Tx) error, make func(context.Context, func(storage.Tx) error) error,
) error {
	left := m.left.Add(-1)
	if left < 0 || left == 0 && !m.after {
		m.dead()
		return errKilled
	}
	err := make(ctx, work)
	if left == 0 && err == nil {
		m.dead()
		return errKilled
	}
	return err
}

// TestKilledBetweenAnyTwoSteps kills a worker at every one of its transactions in turn, before and after it, while its
// receiver fails now and then: nothing is lost, and what is repeated bears the same id.
func TestKilledBetweenAnyTwoSteps(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		t.Run(fmt.Sprintf("after=%v", after), func(t *testing.T) {
			t.Parallel()
			c, r := newCourier(t, quick()), receipted(t, func(e came) string {
				if e.RecordID == 1 {
					return `{"receipts":[{"id":1,"reference":"SO-1"}]}`
				}
				return ""
			})
			sub := c.subscribe(demanding("erp", r.url))
			asked := atomic.Int64{}
			r.answers(func(came) int {
				if asked.Add(1)%4 == 0 {
					return 500
				}
				return 200
			})
			var changes []storage.Change
			kills := 0
			for n := int64(1); n <= 12; n++ {
				changes = append(changes, c.log(20, 3)...)
				if c.runAndKill(n, after) {
					kills++
				}
				c.later(time.Second)
			}
			if kills < 5 {
				t.Errorf("only %d were killed", kills)
			}
			r.answers(func(came) int { return 200 })
			c.drain()
			r.whole(changes)
			// Nobody was killed between the note that an event was taken and what was said of receipts.
			if got := c.missing(sub); !slices.Equal(got, []int64{2, 3}) || c.receipt(sub, 1).Reference != "SO-1" {
				t.Errorf("missing are %v, of order 1 there is %+v", got, c.receipt(sub, 1))
			}
		})
	}
}

// runAndKill lets a worker of its own run until its n-th transaction, and says whether it came to that.
func (c *courier) runAndKill(n int64, after bool) (killed bool) {
	ctx, cancel := context.WithCancel(c.Context())
	defer cancel()
	db := &mortal{Database: c.db, after: after, dead: cancel}
	db.left.Store(n)
	opts := c.opts
	opts.Lost = func(context.Context) bool { return true } // what it has under way dies with it
	subs := feed.NewSubscriptions(db, openKeys{}, opts)
	defer subs.Close()
	_, err := subs.Work(ctx, c.store.ID, c.now().Add(time.Minute))
	return err != nil
}

// stormSize is how many changes go through the storm, of how many records: a short one for every day, and the 10,000 of
// the promise with WAYBILL_TEST_ALL=long.
func stormSize() (changes, records int) {
	if os.Getenv("WAYBILL_TEST_ALL") == "long" {
		return 10_000, 200
	}
	return 300, 25
}

// TestADifficultReceiver fails, hangs, answers late, hangs up after it has taken an event, asks for rest, says in the
// body of a 200 that it failed, and is away for more than an hour, while its workers are killed and started again all
// along.
func TestADifficultReceiver(t *testing.T) {
	t.Parallel()
	changes, records := stormSize()
	policy := quick()
	policy.Retries = make([]time.Duration, 500) // nothing is given up here
	for i := range policy.Retries {
		policy.Retries[i] = time.Millisecond
	}
	c, r := newCourier(t, policy), newReceiver(t)
	c.opts.Sinks.Time = 250 * time.Millisecond
	c.subscribe(to("erp", r.url))
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same every time
	var calm, away atomic.Bool
	r.says = `{"error":"it could not be stored"}`
	r.answers(func(came came) int {
		r.mu.Lock()
		what := random.IntN(40)
		r.mu.Unlock()
		switch {
		case calm.Load():
		case away.Load():
			return 503
		case what == 0:
			return 500
		case what == 1:
			return 429
		case what == 2: // it hangs
			select {
			case <-r.over:
			case <-time.After(300 * time.Millisecond):
			}
			return 0
		case what == 3: // it answers late
			time.Sleep(20 * time.Millisecond)
		case what == 4: // it has taken it, and the answer is lost
			r.mu.Lock()
			r.taken = append(r.taken, came)
			r.mu.Unlock()
			return 0
		}
		return 200
	})
	var log []storage.Change
	for n := 0; len(log) < changes; n++ {
		log = append(log, c.log(changes/20+1, records)...)
		away.Store(n%7 == 3)
		c.runAndKill(int64(1+random.IntN(40)), n%2 == 0)
		for gone := time.Duration(0); away.Load() && gone < 70*time.Minute; gone += 10 * time.Minute {
			c.later(10 * time.Minute)
			c.runAndKill(int64(1+random.IntN(4)), n%2 == 0)
		}
		c.later(time.Second)
	}
	calm.Store(true)
	c.drain()
	r.whole(log)
	if failed := c.events(storage.EventQuery{State: storage.EventFailed}); len(failed) > 0 {
		t.Errorf("%d were given up", len(failed))
	}
}
