package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

// problemColumns has one argument, the group that is counted; 0 for all.
const problemColumns = `SELECT id, kind, cause, host, state, grave <> 0, who, until, title, why, fix, docs, since, seen_at,
	changed_at, set_by, note, ignored_until, times,
	(SELECT count(*) FROM problem_affected a WHERE a.problem_id = p.id AND a.ended_at = '' AND ` + ofGroup + `),
	(SELECT count(*) FROM problem_affected a WHERE a.problem_id = p.id AND ` + ofGroup + `) FROM problems p `

// ofGroup says that something affected is of the group that is the first argument; all is of 0.
const ofGroup = `($1::bigint = 0 OR a.group_id = $1 OR a.store_id IN (SELECT id FROM stores WHERE group_id = $1))`

func scanProblem(row pgx.CollectableRow) (p storage.Problem, err error) {
	var state, until, since, seen, changed, ignored string
	err = row.Scan(&p.ID, &p.Kind, &p.Cause, &p.Host, &state, &p.Grave, &p.Who, &until, &p.Title, &p.Why, &p.Fix,
		&p.Docs, &since, &seen, &changed, &p.By, &p.Note, &ignored, &p.Times, &p.Affected, &p.Ever)
	p.State = storage.ProblemState(state)
	p.Until, p.Since, p.SeenAt = column.ParseOurDate(until), column.ParseOurDate(since), column.ParseOurDate(seen)
	p.ChangedAt, p.IgnoredUntil = column.ParseOurDate(changed), column.ParseOurDate(ignored)
	return p, err
}

// Problems lists problems, the newest first.
func (db *DB) Problems(ctx context.Context, q storage.ProblemQuery) ([]storage.Problem, error) {
	where := &condition{args: []any{q.GroupID}}
	where.add(`TRUE`)
	if len(q.States) > 0 {
		states := make([]string, len(q.States))
		for i, s := range q.States {
			states[i] = string(s)
		}
		where.add(`p.state = ANY(?)`, states)
	}
	if q.Kind != "" {
		where.add(`p.kind = ?`, clean(q.Kind))
	}
	if q.Host != "" {
		where.add(`p.host = ?`, clean(q.Host))
	}
	if q.StoreID != 0 {
		where.add(`EXISTS (SELECT 1 FROM problem_affected a WHERE a.problem_id = p.id AND a.store_id = ?)`, q.StoreID)
	}
	if q.GroupID != 0 {
		where.add(`EXISTS (SELECT 1 FROM problem_affected a WHERE a.problem_id = p.id AND ` + ofGroup + `)`)
	}
	if q.Before != 0 {
		where.add(`p.id < ?`, q.Before)
	}
	return list(ctx, pooled{db}, scanProblem, problemColumns+where.String()+` ORDER BY p.id DESC`+limited(q.Limit),
		where.args...)
}

// Problem is one by its ID.
func (db *DB) Problem(ctx context.Context, id, groupID int64) (storage.Problem, error) {
	p, err := one(ctx, pooled{db}, scanProblem, problemColumns+`WHERE p.id = $2`, groupID, id)
	if err == nil && groupID != 0 && p.Ever == 0 {
		return storage.Problem{}, fmt.Errorf("problem %d: %w", id, storage.ErrNotFound)
	}
	return p, named(err, "problem %d", id)
}

// LastProblem is the newest of a key that is resolved.
func (db *DB) LastProblem(ctx context.Context, key storage.ProblemKey) (storage.Problem, error) {
	p, err := one(ctx, pooled{db}, scanProblem, problemColumns+`WHERE p.kind = $2 AND p.cause = $3 AND p.host = $4
		AND p.state = 'resolved' ORDER BY p.id DESC LIMIT 1`, 0, clean(key.Kind), clean(key.Cause), clean(key.Host))
	return p, named(err, "problem of kind %s", key.Kind)
}

// Affected lists what a problem affects, in the order of subjects.
func (db *DB) Affected(ctx context.Context, q storage.AffectedQuery) ([]storage.Affected, error) {
	scan := func(row pgx.CollectableRow) (a storage.Affected, err error) {
		var since, ended string
		err = row.Scan(&a.Subject, &a.What, &a.Name, &a.StoreID, &a.GroupID, &a.Count, &since, &ended, &a.Detail)
		a.Since, a.EndedAt = column.ParseOurDate(since), column.ParseOurDate(ended)
		return a, err
	}
	return list(ctx, pooled{db}, scan, `SELECT subject, what, name, COALESCE(store_id, 0), COALESCE(group_id, 0), count, since,
		ended_at, detail FROM problem_affected a WHERE problem_id = $2 AND `+ofGroup+` AND ($3 OR ended_at = '')
		AND subject > $4 ORDER BY subject`+limited(q.Limit), q.GroupID, q.ProblemID, q.Ended, clean(q.After))
}

// Look is the last look for problems.
func (db *DB) Look(ctx context.Context) (storage.Look, error) { return look(ctx, pooled{db}, ``) }

func look(ctx context.Context, from querier, lock string) (storage.Look, error) {
	return one(ctx, from, func(row pgx.CollectableRow) (l storage.Look, err error) {
		var at string
		err = row.Scan(&l.Number, &at)
		l.At = column.ParseOurDate(at)
		return l, err
	}, `SELECT number, at FROM problem_look`+lock)
}

// StoresAfter lists stores behind one.
func (db *DB) StoresAfter(ctx context.Context, after int64, limit int) ([]storage.Store, error) {
	return list(ctx, pooled{db}, scanStore, `SELECT `+storeColumns+fromStores+`WHERE s.id > $1 ORDER BY s.id`+
		limited(limit), after)
}

// TurnsBetween lists lines of the calendar.
func (db *DB) TurnsBetween(ctx context.Context, first, last int64) ([]storage.Turn, error) {
	return list(ctx, pooled{db}, scanTurn, `SELECT `+turnColumns+` FROM calendar c WHERE c.store_id BETWEEN $1 AND $2
		ORDER BY c.store_id, c.task`, first, last)
}

// HooksBetween lists hooks.
func (db *DB) HooksBetween(ctx context.Context, first, last int64) ([]storage.Hook, error) {
	return list(ctx, pooled{db}, scanHook, hookColumns+`WHERE store_id BETWEEN $1 AND $2 ORDER BY store_id`, first, last)
}

// StuckWrites counts parked and rejected writes.
func (db *DB) StuckWrites(ctx context.Context) ([]storage.StuckWrites, error) {
	scan := func(row pgx.CollectableRow) (w storage.StuckWrites, err error) {
		var state, oldest, newest string
		err = row.Scan(&w.StoreID, &state, &w.Code, &w.Count, &oldest, &newest)
		w.State = storage.WriteState(state)
		w.Oldest, w.Newest = column.ParseOurDate(oldest), column.ParseOurDate(newest)
		return w, err
	}
	return list(ctx, pooled{db}, scan, `SELECT store_id, state, code, count(*), min(accepted_at), max(accepted_at) FROM (
		SELECT store_id, state, accepted_at,
			CASE WHEN reason = '' THEN '' ELSE COALESCE(reason::json ->> 'code', '') END COLLATE "C" AS code
		FROM writes WHERE state IN ('parked', 'rejected')) w
		GROUP BY store_id, state, code ORDER BY store_id, state, code`)
}

// FailedEvents counts the events that were given up, by subscription.
func (db *DB) FailedEvents(ctx context.Context) ([]storage.FailedEvents, error) {
	scan := func(row pgx.CollectableRow) (e storage.FailedEvents, err error) {
		var oldest, newest string
		err = row.Scan(&e.SubscriptionID, &e.Count, &oldest, &newest)
		e.Oldest, e.Newest = column.ParseOurDate(oldest), column.ParseOurDate(newest)
		return e, err
	}
	return list(ctx, pooled{db}, scan, `SELECT subscription_id, count(*), min(done_at), max(done_at) FROM event_deliveries
		WHERE state = 'failed' GROUP BY subscription_id ORDER BY subscription_id`)
}

// LockLook reads the last look and keeps others from keeping one until the transaction ends.
func (t *Tx) LockLook(ctx context.Context) (storage.Look, error) {
	return look(ctx, t.tx, ` FOR UPDATE`)
}

// SaveLook keeps a look.
func (t *Tx) SaveLook(ctx context.Context, l storage.Look) error {
	_, err := t.exec(ctx, `UPDATE problem_look SET number = $1, at = $2`, l.Number, column.OurDate(l.At))
	return err
}

// AddProblem keeps a problem.
func (t *Tx) AddProblem(ctx context.Context, p storage.Problem) (storage.Problem, error) {
	id, err := one(ctx, t.tx, value[int64], `INSERT INTO problems (kind, cause, host, state, since, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`, clean(p.Kind), clean(p.Cause), clean(p.Host), string(p.State),
		column.OurDate(p.Since), column.OurDate(p.ChangedAt))
	if isUnique(err) {
		return p, fmt.Errorf("problem of kind %s: %w", p.Kind, storage.ErrExists)
	}
	if err != nil {
		return p, err
	}
	p.ID = id
	return p, t.SaveProblem(ctx, p)
}

// LockProblem reads a problem and keeps others from changing it until the transaction ends.
func (t *Tx) LockProblem(ctx context.Context, id int64) (storage.Problem, error) {
	p, err := one(ctx, t.tx, scanProblem, problemColumns+`WHERE p.id = $2 FOR NO KEY UPDATE OF p`, 0, id)
	return p, named(err, "problem %d", id)
}

// SaveProblem replaces what is kept of a problem.
func (t *Tx) SaveProblem(ctx context.Context, p storage.Problem) error {
	n, err := t.exec(ctx, `UPDATE problems SET state = $2, grave = $3, who = $4, until = $5, title = $6, why = $7, fix = $8,
		docs = $9, since = $10, seen_at = $11, changed_at = $12, set_by = $13, note = $14, ignored_until = $15, times = $16
		WHERE id = $1`, p.ID, string(p.State), flag(p.Grave), clean(p.Who), column.OurDate(p.Until), clean(p.Title),
		clean(p.Why), clean(p.Fix), clean(p.Docs), column.OurDate(p.Since), column.OurDate(p.SeenAt),
		column.OurDate(p.ChangedAt), clean(p.By), clean(p.Note), column.OurDate(p.IgnoredUntil), p.Times)
	if isUnique(err) {
		return fmt.Errorf("problem of kind %s: %w", p.Kind, storage.ErrExists)
	}
	if err == nil && n == 0 {
		err = fmt.Errorf("problem %d: %w", p.ID, storage.ErrNotFound)
	}
	return err
}

// SaveAffected keeps what a problem affects.
func (t *Tx) SaveAffected(ctx context.Context, problemID int64, affected []storage.Affected) error {
	var batch pgx.Batch
	for _, a := range affected {
		batch.Queue(`INSERT INTO problem_affected (problem_id, subject, what, name, store_id, group_id, count, since, ended_at,
			detail) SELECT $1, $2, $3, $4, NULLIF($5::bigint, 0), NULLIF($6::bigint, 0), $7, $8, $9, $10
			WHERE ($5 = 0 OR EXISTS (SELECT 1 FROM stores WHERE id = $5 FOR KEY SHARE))
			AND ($6 = 0 OR EXISTS (SELECT 1 FROM store_groups WHERE id = $6 FOR KEY SHARE))
			ON CONFLICT (problem_id, subject) DO UPDATE SET what = excluded.what, name = excluded.name,
			store_id = excluded.store_id, group_id = excluded.group_id, count = excluded.count, since = excluded.since,
			ended_at = excluded.ended_at, detail = excluded.detail`, problemID, clean(a.Subject), clean(a.What),
			clean(a.Name), a.StoreID, a.GroupID, a.Count, column.OurDate(a.Since), column.OurDate(a.EndedAt),
			clean(a.Detail))
	}
	return told(t.tx.SendBatch(ctx, &batch).Close())
}

// EndAffected notes that subjects are affected no more.
func (t *Tx) EndAffected(ctx context.Context, problemID int64, subjects []string, at time.Time) error {
	_, err := t.exec(ctx, `UPDATE problem_affected SET ended_at = $3 WHERE problem_id = $1 AND ended_at = ''
		AND ($2::text[] IS NULL OR subject = ANY($2))`, problemID, subjects, column.OurDate(at))
	return err
}

// DropProblems forgets problems that were resolved before a time.
func (t *Tx) DropProblems(ctx context.Context, before time.Time, limit int) (int64, error) {
	return t.exec(ctx, `DELETE FROM problems WHERE id IN (SELECT id FROM problems WHERE state = 'resolved'
		AND changed_at < $1`+limited(limit)+`)`, column.OurDate(before))
}
