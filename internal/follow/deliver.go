package follow

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wait"
)

// Delivery says how long a caller waits for writes, and what is called meanwhile. The zero value waits without an end
// and calls nothing.
type Delivery struct {
	// Settled is called with each write as it settles; nil is not called.
	Settled func(outbox.Write)
	// Waiting is called with the writes that are waited for, each time there is nothing to do for a while; nil is not
	// called.
	Waiting func([]outbox.Write)
	// Until ends the waiting once no request is under way; zero waits without an end.
	Until time.Time
	// noWait ends the waiting as soon as nothing can be sent at the moment.
	noWait bool
}

// SendDue sends what can be sent to a store now and returns. Writes that are due later are left in the outbox. If
// another process works for the store, that process sends.
func (f *Follower) SendDue(ctx context.Context, st storage.Store) error {
	if served, err := f.served(ctx, st.ID); err != nil || served {
		return shop.Explain(err)
	}
	err := f.held(ctx, engine.Push, st.ID, func() {}, func(hold *engine.Hold) error {
		_, err := f.deliverHere(hold.Context, st, nil, Delivery{noWait: true})
		return err
	})
	return shop.Explain(err)
}

// Deliver sends what waits in the outbox of a store until each of the named writes is settled: done, rejected, parked
// or discarded. Without names it continues until nothing waits. It returns the names of the writes that are not
// settled, which only a bounded wait leaves. An interruption loses nothing: a request that was under way is looked up
// next time.
//
// If another process works for the store, that process sends, and Deliver watches.
func (f *Follower) Deliver(ctx context.Context, st storage.Store, ids []string, d Delivery) (open []string, err error) {
	for {
		served, err := f.served(ctx, st.ID)
		if err != nil {
			return ids, shop.Explain(err)
		}
		if !served {
			break
		}
		if open, err = f.deliverByWorker(ctx, st, ids, d); !errors.Is(err, errWorkerGone) {
			return open, err
		}
	}
	err = f.held(ctx, engine.Push, st.ID, func() {}, func(hold *engine.Hold) error {
		ctx := hold.Context
		open, err = f.deliverHere(ctx, st, ids, d)
		return err
	})
	return open, shop.Explain(err)
}

// deliverHere sends the waiting writes of a store whose outbox this process holds.
func (f *Follower) deliverHere(
	ctx context.Context, st storage.Store, ids []string, d Delivery,
) (open []string, err error) {
	client, err := f.shops.Of(st)
	if err != nil {
		return nil, err
	}
	box := f.box
	open = slices.Clone(ids)
	for {
		if err := f.writesHeld(ctx, st); err != nil {
			return open, err
		}
		round, err := box.Step(ctx, st.ID, client)
		if err != nil {
			return open, shop.Explain(err)
		}
		var waiting []outbox.Write
		if open, waiting, err = f.settled(ctx, open, d.Settled); err != nil {
			return open, err
		}
		if len(ids) > 0 && len(open) == 0 || round.Next.IsZero() {
			return open, nil
		}
		now := f.opts.Now()
		if !d.Until.IsZero() && !now.Before(d.Until) {
			return open, nil
		}
		pause := round.Next.Sub(now)
		if pause <= 0 {
			continue
		}
		if d.noWait {
			return open, nil
		}
		if d.Waiting != nil {
			if err := f.tellWaiting(ctx, st, ids, waiting, d.Waiting); err != nil {
				return open, err
			}
		}
		if !d.Until.IsZero() {
			pause = min(pause, d.Until.Sub(now))
		}
		if err := wait.For(ctx, pause); err != nil {
			return open, err
		}
	}
}

// deliverByWorker watches a worker until writes are settled.
func (f *Follower) deliverByWorker(
	ctx context.Context, st storage.Store, ids []string, d Delivery,
) (open []string, err error) {
	open = slices.Clone(ids)
	// The worker answers this errand with what keeps it from sending at all.
	errand, err := f.ask(ctx, engine.Push, st.ID, json.RawMessage(`{}`))
	if err != nil {
		return open, shop.Explain(err)
	}
	defer func() { _ = f.engine.Withdraw(context.WithoutCancel(ctx), errand.ID) }()
	var told time.Time
	for looks := 1; ; looks++ {
		var waiting []outbox.Write
		if open, waiting, err = f.settled(ctx, open, d.Settled); err != nil {
			return open, err
		}
		if len(ids) == 0 {
			waiting, err = through(ctx, func() ([]outbox.Write, error) {
				return f.writes.Writes(ctx, outbox.Query{StoreID: st.ID,
					States: []outbox.State{outbox.Pending, outbox.Unknown, outbox.Sending}})
			})
		} else {
			_, err = through(ctx, func() (any, error) { return nil, f.writes.Behind(ctx, waiting) })
		}
		if err != nil {
			return open, shop.Explain(err)
		}
		// A write that waits for a person does not settle by itself.
		moving := slices.DeleteFunc(waiting, outbox.Write.HeldByPerson)
		if len(moving) == 0 {
			return open, nil
		}
		next := moving[0].NextAt
		for _, w := range moving {
			if w.NextAt.Before(next) {
				next = w.NextAt
			}
		}
		now := f.opts.Now()
		if !d.Until.IsZero() && !now.Before(d.Until) {
			return open, nil
		}
		if d.Waiting != nil && next.After(now) && !next.Equal(told) {
			told = next
			d.Waiting(moving)
		}
		if err := f.lookAtWorker(ctx, errand, looks); err != nil {
			return open, err
		}
		if err := wait.For(ctx, lookAgain); err != nil {
			return open, err
		}
	}
}

// lookAtWorker fails when the worker has ended, or has answered the errand that it cannot do the work.
func (f *Follower) lookAtWorker(ctx context.Context, errand storage.Errand, looks int) error {
	now, err := through(ctx, func() (storage.Errand, error) { return f.db.Errand(ctx, errand.ID) })
	if err != nil {
		return shop.Explain(err)
	}
	if !now.DoneAt.IsZero() {
		var answer syncAnswer
		if err := json.Unmarshal(now.Answer, &answer); err != nil {
			return err
		}
		if answer.Problem != nil {
			return answer.Problem
		}
	}
	if looks%20 == 0 {
		if alive, err := f.served(ctx, errand.StoreID); err != nil || !alive {
			return errors.Join(err, errWorkerGone)
		}
	}
	return nil
}

// tellWaiting calls tell with the writes that are waited for: the named ones, or without names all that will be tried
// again.
func (f *Follower) tellWaiting(
	ctx context.Context, st storage.Store, ids []string, waiting []outbox.Write, tell func([]outbox.Write),
) error {
	if len(ids) == 0 {
		var err error
		q := outbox.Query{StoreID: st.ID, States: []outbox.State{outbox.Pending, outbox.Unknown}}
		if waiting, err = f.writes.Writes(ctx, q); err != nil {
			return err
		}
	}
	if err := f.writes.Behind(ctx, waiting); err != nil {
		return shop.Explain(err)
	}
	tell(waiting)
	return nil
}

// settled calls observe with each write that has ended or waits for a person, and returns the others.
func (f *Follower) settled(
	ctx context.Context, ids []string, observe func(outbox.Write),
) (open []string, waiting []outbox.Write, err error) {
	for _, id := range ids {
		w, err := through(ctx, func() (outbox.Write, error) { return f.db.WriteByID(ctx, id) })
		if err != nil {
			return nil, nil, shop.Explain(err)
		}
		if !w.State.Final() && w.State != outbox.Parked {
			open, waiting = append(open, id), append(waiting, w)
			continue
		}
		if observe != nil {
			observe(w)
		}
	}
	return open, waiting, nil
}
