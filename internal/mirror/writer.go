package mirror

import (
	"context"
	"sync"

	"github.com/waybillhq/waybill/internal/storage"
)

// writer commits batches to the database while the next pages are read. Batches that come faster than the database
// commits share a transaction. Batches are applied in the order of the calls of put, and none is applied after a
// failure.
type writer struct {
	ledger Ledger
	claim  storage.Claim
	// committed is called with what each transaction did, from one goroutine.
	committed func(storage.Applied)

	queue chan delivery
	ended chan struct{}

	mu   sync.Mutex
	err  error
	same *storage.Sameness // given to each batch
}

// judge sets the rules that decide from now on whether a record has changed.
func (w *writer) judge(same *storage.Sameness) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.same = same
}

func (w *writer) sameness() *storage.Sameness {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.same
}

// delivery is a batch, or without one a request to close done when everything before it is committed.
type delivery struct {
	batch   *storage.Batch
	records int
	done    chan struct{}
}

// recordsPerTransaction is the largest number of records in one transaction: large enough that committing costs little,
// and small enough that other users of the connection wait only shortly.
const recordsPerTransaction = 2000

func startWriter(ctx context.Context, ledger Ledger, claim storage.Claim, committed func(storage.Applied)) *writer {
	w := &writer{
		ledger:    ledger,
		claim:     claim,
		committed: committed,
		queue:     make(chan delivery, 4),
		ended:     make(chan struct{}),
	}
	go w.run(ctx)
	return w
}

func (w *writer) run(ctx context.Context) {
	defer close(w.ended)
	for first := range w.queue {
		taken := []delivery{first}
		records := first.records
		for more := true; more && records < recordsPerTransaction && taken[len(taken)-1].batch != nil; {
			select {
			case next, ok := <-w.queue:
				if more = ok; ok {
					taken = append(taken, next)
					records += next.records
				}
			default:
				more = false
			}
		}
		w.commit(ctx, taken)
	}
}

func (w *writer) commit(ctx context.Context, taken []delivery) {
	var batches []storage.Batch
	for _, d := range taken {
		if d.batch != nil {
			batches = append(batches, *d.batch)
		}
	}
	if len(batches) > 0 && w.failure() == nil {
		applied, err := w.ledger.Apply(ctx, w.claim, batches...)
		if err != nil {
			w.mu.Lock()
			w.err = err
			w.mu.Unlock()
		} else {
			w.committed(applied)
		}
	}
	for _, d := range taken {
		if d.done != nil {
			close(d.done)
		}
	}
}

func (w *writer) failure() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// put hands a batch over. It waits only when the database is slower than the batches come. The error is that of an
// earlier batch; the writer writes nothing after it.
func (w *writer) put(batch storage.Batch) error {
	if err := w.failure(); err != nil {
		return err
	}
	batch.Same = w.sameness()
	w.queue <- delivery{batch: &batch, records: len(batch.Records) + len(batch.Marks)}
	return nil
}

// flush waits until everything put before is committed.
func (w *writer) flush() error {
	done := make(chan struct{})
	w.queue <- delivery{done: done}
	<-done
	return w.failure()
}

// stop commits what is left and ends the writer.
func (w *writer) stop() error {
	close(w.queue)
	<-w.ended
	return w.failure()
}
