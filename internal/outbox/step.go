package outbox

import (
	"context"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Step does one bounded piece of work on a store: it first finds out about writes whose answer was lost, and then sends
// the oldest writes that are due. It takes the store's outbox; an older Step on the same store then fails with
// storage.ErrFenced, and its open requests are looked up later. A cancelled context ends Step after the requests under
// way, whose outcome is saved.
func (b *Outbox) Step(ctx context.Context, storeID int64, shop woo.Doer) (Round, error) {
	var round Round
	claim, err := b.repo.ClaimOutbox(ctx, storeID)
	if err != nil {
		return round, err
	}
	if _, err := b.repo.InterruptedWrites(ctx, claim, b.opts.Now()); err != nil {
		return round, err
	}
	if _, err := b.Lessons(ctx, storeID); err != nil {
		return round, err
	}
	looked, err := b.resolveUnknown(ctx, claim, shop, &round)
	if err != nil {
		return round, err
	}
	sent, err := b.sendPending(ctx, claim, shop, &round)
	if err != nil {
		return round, err
	}
	if err := b.keepLessons(ctx, claim); err != nil {
		return round, err
	}
	round.Idle = looked+sent == 0
	round.Next, err = b.repo.NextWriteDue(ctx, storeID)
	return round, err
}

// lookedUpAtOnce is how many writes of a store one round of look-ups takes.
const lookedUpAtOnce = 200

// someday is later than anything can be due.
const someday = 100 * 365 * 24 * time.Hour

// resolveUnknown finds out what became of writes whose answer was lost, and returns how many it looked for.
func (b *Outbox) resolveUnknown(ctx context.Context, claim storage.Claim, shop woo.Doer, round *Round) (int, error) {
	now := b.opts.Now().UTC()
	due, err := b.repo.UnknownWrites(ctx, claim, now, lookedUpAtOnce)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	b.findLimit(ctx, shop, claim.StoreID)
	creates, known := map[string][]intent.Write{}, map[string][]intent.Write{}
	sort := func(w intent.Write, wanted bool) {
		path := intent.Targets[w.Resource].Route.List(w.ParentID)
		lists := known
		if w.Action == intent.Create {
			lists = creates
		}
		if wanted || lists[path] != nil {
			lists[path] = append(lists[path], w)
		}
	}
	for _, w := range due {
		sort(w, true)
	}
	// One reading serves all writes of a collection, also those whose look-up is due a little later.
	all, err := b.repo.UnknownWrites(ctx, claim, now.Add(someday), lookedUpAtOnce)
	if err != nil {
		return 0, err
	}
	for _, w := range all {
		if w.NextAt.After(now) && w.Action == intent.Create {
			sort(w, false)
		}
	}
	for _, path := range document.SortedKeys(known) {
		settled := b.resolveKnown(ctx, shop, path, known[path])
		if err := b.settle(ctx, claim, round, settled...); err != nil {
			return 0, err
		}
	}
	for _, path := range document.SortedKeys(creates) {
		if err := b.resolveCreates(ctx, claim, shop, round, creates[path]); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}
