package service

import (
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// countChanges tells the metrics what a pull has logged.
func (a *Asker) countChanges(done storage.Applied) {
	m := a.metrics.Load()
	if m == nil {
		return
	}
	for kind, n := range map[storage.Kind]int{storage.Created: done.Created, storage.Updated: done.Updated,
		storage.Trashed: done.Trashed, storage.Restored: done.Restored, storage.Deleted: done.Deleted} {
		m.Changes(string(kind), n)
	}
}

// countWrites tells the metrics what became of writes.
func (a *Asker) countWrites(r outbox.Round) {
	m := a.metrics.Load()
	if m == nil {
		return
	}
	for outcome, n := range map[outbox.State]int{outbox.Done: r.Done, outbox.Rejected: r.Rejected,
		outbox.Parked: r.Parked, outbox.Unknown: r.Unknown} {
		m.Writes(string(outcome), n)
	}
}
