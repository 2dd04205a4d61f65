package outbox

import (
	"cmp"
	"context"
	"sync"

	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// sendPending claims the oldest pending writes that are due and sends them. It returns how many it claimed.
func (b *Outbox) sendPending(ctx context.Context, claim storage.Claim, shop woo.Doer, round *Round) (int, error) {
	size := b.batchSize(claim.StoreID)
	writes, err := b.repo.ClaimWrites(ctx, claim, b.opts.Now().UTC(), size*b.opts.Parallel)
	if err != nil || len(writes) == 0 {
		return 0, err
	}
	jobs := make(chan job)
	errs := make(chan error, b.opts.Parallel)
	var workers sync.WaitGroup
	for range b.opts.Parallel {
		workers.Go(func() {
			var failed error
			for j := range jobs {
				if failed != nil || ctx.Err() != nil {
					// Nothing of these was sent: they go back unchanged. If even that fails, the next claim looks them
					// up.
					failed = cmp.Or(failed, b.putBack(ctx, claim, round, j), ctx.Err())
					continue
				}
				failed = b.run(ctx, claim, shop, round, j)
			}
			errs <- failed
		})
	}
	for _, j := range group(writes, size, func(r storage.Resource) bool { return b.mustGoAlone(claim.StoreID, r) }) {
		jobs <- j
	}
	close(jobs)
	workers.Wait()
	close(errs)
	for failed := range errs {
		err = cmp.Or(err, failed)
	}
	return len(writes), err
}

// putBack returns a claimed job that was not begun to the queue.
func (b *Outbox) putBack(ctx context.Context, claim storage.Claim, round *Round, j job) error {
	settled := make([]Settlement, len(j.writes))
	for i, w := range j.writes {
		w.State, w.Attempts = intent.Pending, w.Attempts-1
		settled[i] = Settlement{Write: w}
	}
	return b.settle(ctx, claim, round, settled...)
}

// group puts writes that can be sent together into batches, the oldest first. Creates, updates and forced deletes of
// one collection can, unless the key may not use its batch. A batch always deletes for good, so a delete to the trash
// is sent alone.
func group(writes []intent.Write, size int, single func(storage.Resource) bool) []job {
	var jobs []job
	open := map[string]int{}
	for _, w := range writes {
		t := intent.Targets[w.Resource]
		path := t.Route.List(w.ParentID)
		if !t.Batch || w.Action == intent.Delete && !w.Force || single(w.Resource) {
			jobs = append(jobs, job{path: path, action: w.Action, writes: []intent.Write{w}})
			continue
		}
		key := string(w.Action) + " " + path
		i, ok := open[key]
		if !ok || len(jobs[i].writes) >= size {
			jobs = append(jobs, job{path: path, action: w.Action})
			i = len(jobs) - 1
			open[key] = i
		}
		jobs[i].writes = append(jobs[i].writes, w)
	}
	return jobs
}

// run carries out one job until its writes are settled. A failure of the store settles the writes, so the error is
// never about the store.
func (b *Outbox) run(ctx context.Context, claim storage.Claim, shop woo.Doer, round *Round, j job) error {
	ready, settled, err := b.prepare(ctx, claim, shop, j)
	if err != nil {
		return err
	}
	if err := b.settle(ctx, claim, round, settled...); err != nil {
		return err
	}
	switch {
	case len(ready) == 0:
		return nil
	case len(ready) == 1:
		return b.sendOne(ctx, claim, shop, round, ready[0])
	default:
		return b.sendBatch(ctx, claim, shop, round, j, ready)
	}
}
