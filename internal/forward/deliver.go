package forward

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/waybillhq/waybill/internal/wait"
)

// Delivery is one change on its way.
type Delivery struct {
	// ID is the same each time this change is delivered.
	ID  string
	Seq int64
	// Type says which kind of record changed and how: orders.created.
	Type string
	// Facts are the change's own words for a command: store, resource, id, kind.
	Facts map[string]string
	// Body is JSON.
	Body []byte
}

// Sink takes deliveries. It returns within its time limit, or at once when the context ends.
type Sink interface {
	Deliver(ctx context.Context, d Delivery) error
}

// refusal is why a sink did not take a delivery.
type refusal struct {
	why string
	// after is how long the receiver asks to be left alone; 0 when it does not say.
	after time.Duration
	// ended says that the receiver wants nothing any more.
	ended bool
}

func (r *refusal) Error() string { return r.why }

// The pauses between two tries of one delivery.
const (
	firstPause   = time.Second
	longestPause = 5 * time.Minute
	// longestAsked is the longest pause that a receiver can ask for.
	longestAsked = time.Hour
)

// Deliverer delivers changes in their order.
type Deliverer struct {
	To Sink
	// Position keeps how far the receiver is; nil keeps nothing.
	Position *Consumer
	// GiveUp is how long one delivery is tried; 0 is for ever.
	GiveUp time.Duration
	// Failed is told of every try that failed, with the pause that follows; nil is told nothing.
	Failed func(d Delivery, tries int, why error, pause time.Duration)
	// Pause waits; nil means by the clock.
	Pause func(ctx context.Context, d time.Duration) error
}

// Deliver hands over one change and returns when it was taken and noted down. It fails when the context ends, when the
// receiver wants nothing any more, and when the time to give up has come; the change counts as not delivered then.
func (d *Deliverer) Deliver(ctx context.Context, one Delivery) error {
	pause := d.Pause
	if pause == nil {
		pause = wait.For
	}
	waited := time.Duration(0)
	for tries := 1; ; tries++ {
		began := time.Now()
		err := d.To.Deliver(ctx, one)
		if err == nil {
			if d.Position == nil {
				return nil
			}
			return d.Position.Keep(one.Seq)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var refused *refusal
		errors.As(err, &refused)
		if refused != nil && refused.ended {
			return receiverEnds(err, one.Seq)
		}
		next := pauseAfter(tries, refused)
		waited += time.Since(began)
		if d.GiveUp > 0 && waited+next > d.GiveUp {
			return notTaken(err, one.Seq, tries)
		}
		waited += next
		if d.Failed != nil {
			d.Failed(one, tries, err, next)
		}
		if err := pause(ctx, next); err != nil {
			return err
		}
	}
}

// pauseAfter doubles with every try. A little chance keeps the senders of one receiver from coming back all at once.
func pauseAfter(tries int, refused *refusal) time.Duration {
	pause := min(firstPause<<min(tries-1, 20), longestPause)
	pause += time.Duration(rand.Int64N(int64(pause)/5 + 1))
	if refused != nil {
		pause = max(pause, min(refused.after, longestAsked))
	}
	return pause
}
