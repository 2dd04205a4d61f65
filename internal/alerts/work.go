package alerts

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// retries are the pauses between the attempts of a message. After the last it is given up: by then it is old, and that
// nothing arrives is told elsewhere.
var retries = []time.Duration{10 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 12 * time.Hour, 12 * time.Hour, 12 * time.Hour}

const (
	// apart is how far two messages of one channel are apart at least: what comes up meanwhile is told in one.
	apart = time.Minute
	// claimed is how much longer than an attempt may take a message is another's.
	claimed = 30 * time.Second
	// forgottenAtOnce bounds what one round forgets.
	forgottenAtOnce = 200
)

// Work does one round for every channel: it decides what to tell, sends what waits, and calls heartbeats. Channels go
// beside each other: one that hangs holds no other. It returns when all are done.
func (k *Keeper) Work(ctx context.Context) error {
	channels, err := k.db.Channels(ctx)
	if err != nil || len(channels) == 0 {
		return err
	}
	look, err := k.db.Look(ctx)
	if err != nil {
		return err
	}
	standing, err := k.lately(ctx)
	if err != nil {
		return err
	}
	errs := make([]error, len(channels)+1)
	var all sync.WaitGroup
	for i, c := range channels {
		all.Go(func() { errs[i] = k.work(ctx, c, look, standing) })
	}
	all.Wait()
	errs[len(channels)] = k.db.WithinRelaxed(ctx, func(tx storage.Tx) error {
		_, err := tx.DropAlerts(ctx, k.opts.Now().Add(-k.opts.Keep), forgottenAtOnce)
		return err
	})
	return errors.Join(errs...)
}

// lately are the problems that stand, and the newest of those that are over.
func (k *Keeper) lately(ctx context.Context) ([]storage.Problem, error) {
	const newest = 1000
	standing, err := k.db.Problems(ctx, storage.ProblemQuery{States: storage.Standing()})
	if err != nil {
		return nil, err
	}
	over, err := k.db.Problems(ctx, storage.ProblemQuery{States: []storage.ProblemState{storage.ProblemResolved},
		Limit: newest})
	return append(standing, over...), err
}

func (k *Keeper) work(ctx context.Context, c storage.Channel, look storage.Look, all []storage.Problem) error {
	if c.Kind == storage.ChannelHeartbeat {
		return k.beat(ctx, c, all)
	}
	if err := k.decide(ctx, c, look, all); err != nil {
		return err
	}
	for ctx.Err() == nil {
		sent, err := k.sendNext(ctx, c)
		if err != nil || !sent {
			return err
		}
	}
	return nil
}

// decide keeps the message that tells a channel what there is to tell.
//
// Failure policy: what was told and the message are one transaction. A process that has read an older look than one
// that decided before is too late and decides nothing.
func (k *Keeper) decide(ctx context.Context, of storage.Channel, look storage.Look, all []storage.Problem) error {
	now := k.opts.Now().UTC().Truncate(time.Millisecond)
	return ignoreGone(k.db.Within(ctx, func(tx storage.Tx) error {
		c, err := tx.LockChannel(ctx, of.ID)
		if err != nil || look.Number < c.Look || now.Before(c.NextAt) {
			return err
		}
		was, err := tx.Told(ctx, c.ID, now.Add(-hour))
		if err != nil {
			return err
		}
		t := compose(c, all, was, k.opts.Grace, now)
		if len(t.told) == 0 {
			return nil
		}
		if c.Look = look.Number; len(t.opened)+len(t.resolved) > 0 {
			message, err := messageOf(c, t, now)
			if err != nil {
				return err
			}
			if err := tx.AddAlert(ctx, message); err != nil {
				return err
			}
			c.NextAt = now.Add(max(c.Every, apart))
		}
		if err := tx.SaveTold(ctx, t.told); err != nil {
			return err
		}
		return tx.SaveChannel(ctx, c)
	}))
}

// sendNext sends the oldest message that waits, when its time has come and nobody sends it; sent says whether it did.
//
// Failure policy: a message is claimed before it is sent. One whose sender died is sent again, with its id, when the
// claim has ended: it may have arrived, and an alert that is lost is worse than one that comes twice.
func (k *Keeper) sendNext(ctx context.Context, of storage.Channel) (sent bool, err error) {
	now := k.opts.Now().UTC()
	var message storage.Alert
	var mine bool
	err = k.db.Within(ctx, func(tx storage.Tx) error {
		mine = false
		if _, err := tx.LockChannel(ctx, of.ID); err != nil {
			return err
		}
		next, err := tx.NextAlert(ctx, of.ID)
		if err != nil || now.Before(next.NextAt) || now.Before(next.BusyUntil) {
			return err
		}
		next.BusyUntil = now.Add(k.opts.Time + claimed).Truncate(time.Millisecond)
		message, mine = next, true
		return tx.SaveAlert(ctx, next)
	})
	if err = ignoreGone(err); err != nil || !mine {
		return false, err
	}
	failure := k.try(ctx, of, message)
	if failure != nil && ctx.Err() != nil {
		failure = errors.New("the process ended before an answer came")
	}
	return true, k.settle(context.WithoutCancel(ctx), of, message, failure)
}

func (k *Keeper) try(ctx context.Context, of storage.Channel, message storage.Alert) error {
	to, err := k.opened(of)
	if err != nil {
		return err
	}
	defer to.close()
	return to.send(ctx, message)
}

// settle notes what became of an attempt. message has no id where it was a heartbeat.
func (k *Keeper) settle(ctx context.Context, of storage.Channel, message storage.Alert, failure error) error {
	now, claim := k.opts.Now().UTC(), message.BusyUntil
	if message.BusyUntil = (time.Time{}); failure == nil {
		message.State, message.DoneAt, message.NextAt, message.Error = storage.AlertSent, now, time.Time{}, ""
	} else {
		message.Error = failure.Error()
		if int(message.Attempts) >= len(retries) {
			message.State, message.DoneAt, message.NextAt = storage.AlertFailed, now, time.Time{}
		} else {
			message.NextAt = now.Add(retries[message.Attempts])
		}
	}
	message.Attempts++
	return ignoreGone(k.db.Within(ctx, func(tx storage.Tx) error {
		c, err := tx.LockChannel(ctx, of.ID)
		if err != nil {
			return err
		}
		if message.ID != "" {
			if failure != nil && !claims(ctx, tx, message, claim) {
				return nil // it took so long that another sends it by now
			}
			if err := tx.SaveAlert(ctx, message); err != nil {
				return err
			}
		}
		if failure == nil {
			c.Failures, c.FailingSince, c.Why, c.SentAt = 0, time.Time{}, "", now
			return tx.SaveChannel(ctx, c)
		}
		if c.Failures++; c.FailingSince.IsZero() {
			c.FailingSince = now
		}
		c.Why = failure.Error()
		return tx.SaveChannel(ctx, c)
	}))
}

// claims says whether a message is still claimed as it was.
func claims(ctx context.Context, tx storage.Tx, message storage.Alert, claim time.Time) bool {
	now, err := tx.NextAlert(ctx, message.ChannelID)
	return err == nil && now.ID == message.ID && now.BusyUntil.Equal(claim)
}

// beat calls a heartbeat when its time has come and all is well. Of several processes one calls.
func (k *Keeper) beat(ctx context.Context, of storage.Channel, all []storage.Problem) error {
	now := k.opts.Now().UTC()
	if now.Before(of.NextAt) || !well(of, all, k.opts.Grace, now) {
		return nil
	}
	var mine bool
	err := k.db.WithinRelaxed(ctx, func(tx storage.Tx) error {
		mine = false
		c, err := tx.LockChannel(ctx, of.ID)
		if err != nil || now.Before(c.NextAt) {
			return err
		}
		c.NextAt, mine = now.Add(c.Every), true
		return tx.SaveChannel(ctx, c)
	})
	if err = ignoreGone(err); err != nil || !mine {
		return err
	}
	failure := k.try(ctx, of, storage.Alert{})
	if ctx.Err() != nil {
		return nil
	}
	return k.settle(ctx, of, storage.Alert{}, failure)
}

// ignoreGone takes a channel, or a message, that is gone for nothing to do.
func ignoreGone(err error) error {
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	return err
}
