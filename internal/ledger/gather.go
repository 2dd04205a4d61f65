package ledger

import (
	"context"

	"github.com/waybillhq/waybill/internal/ledger/internal/origin"
	"github.com/waybillhq/waybill/internal/storage"
)

// gather fetches the facts that decide whose doing the batch is, and whether its readings came too early.
func (a *applier) gather(ctx context.Context) error {
	f := &a.facts
	f.Now = a.tx.Now()
	if f.Known() || len(a.batch.Records)+len(a.batch.Gone) == 0 {
		return nil
	}
	kept, err := a.tx.OutboxOf(ctx, a.storeID)
	if err != nil {
		return err
	}
	f.SettledAt = kept.SettledAt
	if f.Open, err = a.tx.FindWrites(ctx, storage.WriteQuery{StoreID: a.storeID, OldestFirst: true,
		States: []storage.WriteState{storage.WriteSending, storage.WriteUnknown}}); err != nil {
		return err
	}
	if err := a.gatherMakers(ctx); err != nil || !f.SettledLately() {
		return err
	}
	f.Done = a.batch.Done
	if f.Marks, err = a.tx.HeldMarks(ctx, a.storeID, a.batch.Done); err != nil {
		return err
	}
	return a.gatherSettled(ctx)
}

// gatherMakers fetches the writes whose marks the records carry.
func (a *applier) gatherMakers(ctx context.Context) error {
	var ids []string
	for i := range a.batch.Records {
		if id := origin.MarkIn(a.batch.Records[i].Raw); id != "" {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	writes, err := a.tx.FindWrites(ctx, storage.WriteQuery{StoreID: a.storeID, IDs: ids})
	if err != nil {
		return err
	}
	a.facts.Makers = make(map[string]storage.Write, len(writes))
	for _, w := range writes {
		a.facts.Makers[w.ID] = w
	}
	return nil
}

// gatherSettled fetches the writes to the batch's records that were done lately.
func (a *applier) gatherSettled(ctx context.Context) error {
	seen := map[string]bool{}
	var subjects []string
	for i := range a.batch.Records {
		r := &a.batch.Records[i]
		if s := storage.SubjectOf(r.Ref, r.ParentID); !seen[s] {
			seen[s], subjects = true, append(subjects, s)
		}
	}
	if len(subjects) == 0 {
		return nil
	}
	writes, err := a.tx.FindWrites(ctx, storage.WriteQuery{StoreID: a.storeID, Subjects: subjects, OldestFirst: true,
		States: []storage.WriteState{storage.WriteDone}, DoneFrom: origin.Since(a.facts.Now)})
	if err != nil {
		return err
	}
	a.facts.Settled = map[string][]storage.Write{}
	for _, w := range writes {
		s := w.Subject()
		a.facts.Settled[s] = append(a.facts.Settled[s], w)
	}
	return nil
}
