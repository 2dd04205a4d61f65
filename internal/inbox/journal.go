package inbox

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// journal writes what has come. All that comes while one transaction is under way goes into the next one.
//
// Failure policy: who waits is told of a failure, and answers the store that it was not taken. WooCommerce does not
// send it again; polling finds what it was about.
type journal struct {
	db   storage.Database
	task storage.Task
	log  *slog.Logger

	mu      sync.Mutex
	waiting []entry
	writing bool
	busy    sync.WaitGroup
}

// entry is something that came, and who waits for it to be on the disk.
type entry struct {
	// delivery is nil where only note counts.
	delivery *storage.Delivery
	storeID  int64
	note     storage.HookNote
	done     chan error
}

const (
	// atOneCommit bounds a transaction, so that nobody waits for very many others.
	atOneCommit = 1000
	// waitingAtMost bounds the memory that a flood can take.
	waitingAtMost = 20_000
	// commitWithin is how long a transaction may take: a store waits a minute for the answer.
	commitWithin = 20 * time.Second
)

// errFull: more is coming than the disk takes.
var errFull = errors.New("inbox: too much is waiting to be written")

// keep returns when the disk has an entry.
func (j *journal) keep(ctx context.Context, e entry) error {
	if err := j.add(&e); err != nil {
		return err
	}
	select {
	case err := <-e.done:
		return err
	case <-ctx.Done():
		return ctx.Err() // it is written all the same
	}
}

func (j *journal) add(e *entry) error {
	e.done = make(chan error, 1)
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.waiting) >= waitingAtMost {
		return errFull
	}
	j.waiting = append(j.waiting, *e)
	if !j.writing {
		j.writing = true
		j.busy.Add(1)
		go j.write()
	}
	return nil
}

// write writes until nothing waits.
func (j *journal) write() {
	defer j.busy.Done()
	for {
		j.mu.Lock()
		n := min(len(j.waiting), atOneCommit)
		batch := j.waiting[:n:n]
		j.waiting = j.waiting[n:]
		if n == 0 {
			j.waiting, j.writing = nil, false
			j.mu.Unlock()
			return
		}
		j.mu.Unlock()
		err := j.commit(batch)
		if err != nil {
			j.log.Error("cannot keep what stores have sent", "entries", n, "error", err)
		}
		for _, e := range batch {
			e.done <- err
		}
	}
}

// commit writes a batch in one transaction, which wakes each store that something new came from.
func (j *journal) commit(batch []entry) error {
	// Nobody who gives up takes the others' with them.
	ctx, cancel := context.WithTimeout(context.Background(), commitWithin)
	defer cancel()
	var deliveries []storage.Delivery
	for _, e := range batch {
		if e.delivery != nil {
			deliveries = append(deliveries, *e.delivery)
		}
	}
	return j.db.Within(ctx, func(tx storage.Tx) error {
		kept, err := tx.KeepDeliveries(ctx, deliveries)
		if err != nil {
			return err
		}
		notes := map[int64]storage.HookNote{}
		for i, d := range deliveries {
			n := notes[d.StoreID]
			n.DeliveredAt = later(n.DeliveredAt, d.ReceivedAt)
			if kept[i] {
				n.Wakes = 1 // of this transaction
			}
			notes[d.StoreID] = n
		}
		for _, e := range batch {
			n := notes[e.storeID]
			n.Pings += e.note.Pings
			n.Refused += e.note.Refused
			n.PingedAt, n.RefusedAt = later(n.PingedAt, e.note.PingedAt), later(n.RefusedAt, e.note.RefusedAt)
			notes[e.storeID] = n
		}
		for _, id := range inOrder(notes) {
			if err := j.note(ctx, tx, id, notes[id]); err != nil {
				return err
			}
		}
		return nil
	})
}

// note keeps what came for a store, and wakes the store. A store that was removed meanwhile is no failure of the
// others.
func (j *journal) note(ctx context.Context, tx storage.Tx, id int64, n storage.HookNote) error {
	if err := tx.NoteHook(ctx, id, n); err != nil || n.Wakes == 0 {
		return err
	}
	if err := tx.Wake(ctx, j.task, id); err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	return nil
}

// wait returns when nothing is being written.
func (j *journal) wait() { j.busy.Wait() }
