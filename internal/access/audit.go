package access

import (
	"context"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// refusal names a kind of refused request: from where, by whom, with which code. One request of each kind is written in
// a minute.
type refusal struct{ from, actor, code string }

// left counts the refusals of one kind that were not written.
type left struct {
	written time.Time
	out     int64
}

const (
	refusedEvery = time.Minute
	// refusalsKept bounds the memory that many addresses can take.
	refusalsKept = 10_000
	sweepEvery   = time.Hour
)

// Note writes an entry into the audit log. The entry is on disk when Note returns.
func (k *Keeper) Note(ctx context.Context, e storage.AuditEntry) error {
	if e.At.IsZero() {
		e.At = k.opts.Now()
	}
	k.mu.Lock()
	sweep := k.opts.Keep > 0 && e.At.Sub(k.swept) >= sweepEvery
	if sweep {
		k.swept = e.At
	}
	k.mu.Unlock()
	return k.db.Within(ctx, func(tx storage.Tx) error {
		if sweep {
			if err := tx.DropAudit(ctx, e.At.Add(-k.opts.Keep)); err != nil {
				return err
			}
		}
		return tx.LogAudit(ctx, []storage.AuditEntry{e})
	})
}

// NoteRefusal writes that a request was refused. If a refusal of the same kind was written less than a minute ago, it
// only counts the request. A failure to write is logged, and the refusal stands.
func (k *Keeper) NoteRefusal(ctx context.Context, e storage.AuditEntry) {
	e.At = k.opts.Now()
	kind := refusal{e.From, e.Actor, e.Code}
	k.mu.Lock()
	before, known := k.refused[kind]
	if known && e.At.Sub(before.written) < refusedEvery {
		before.out++
		k.refused[kind] = before
		k.mu.Unlock()
		return
	}
	if len(k.refused) >= refusalsKept {
		clear(k.refused)
	}
	k.refused[kind] = left{written: e.At}
	k.mu.Unlock()
	e.Left = before.out
	if err := k.Note(ctx, e); err != nil {
		k.opts.Logger.WarnContext(ctx, "cannot write to the audit log", "error", err)
	}
}

// Did writes what a person has done at the command line.
func (k *Keeper) Did(ctx context.Context, by Caller, action, object string) error {
	return k.Note(ctx, storage.AuditEntry{Actor: by.Actor, Name: by.Name, GroupID: by.GroupID, Action: action,
		Object: object})
}

// Audit lists entries of the audit log, the newest first: those of the caller's group, or all for a caller without a
// group.
func (k *Keeper) Audit(ctx context.Context, by Caller, q storage.AuditQuery) ([]storage.AuditEntry, error) {
	q.GroupID = by.GroupID
	return k.db.Audit(ctx, q)
}
