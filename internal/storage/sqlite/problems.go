package sqlite

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

// problemColumns has one argument, the group that is counted; 0 for all.
const problemColumns = `SELECT id, kind, cause, host, state, grave, who, until, title, why, fix, docs, since, seen_at, changed_at,
	set_by, note, ignored_until, times,
	(SELECT count(*) FROM problem_affected a WHERE a.problem_id = p.id AND a.ended_at = '' AND ` + ofGroup + `),
	(SELECT count(*) FROM problem_affected a WHERE a.problem_id = p.id AND ` + ofGroup + `) FROM problems p `

// ofGroup says that something affected is of the group that is the first argument; all is of 0.
const ofGroup = `(?1 = 0 OR a.group_id = ?1 OR a.store_id IN (SELECT id FROM stores WHERE group_id = ?1))`

func scanProblem(row scanner) (p storage.Problem, err error) {
	var until, since, seen, changed, ignored string
	err = row.Scan(&p.ID, &p.Kind, &p.Cause, &p.Host, &p.State, &p.Grave, &p.Who, &until, &p.Title, &p.Why, &p.Fix,
		&p.Docs, &since, &seen, &changed, &p.By, &p.Note, &ignored, &p.Times, &p.Affected, &p.Ever)
	p.Until, p.Since, p.SeenAt = column.ParseOurDate(until), column.ParseOurDate(since), column.ParseOurDate(seen)
	p.ChangedAt, p.IgnoredUntil = column.ParseOurDate(changed), column.ParseOurDate(ignored)
	return p, err
}

// Problems lists problems, the newest first.
func (db *DB) Problems(ctx context.Context, q storage.ProblemQuery) ([]storage.Problem, error) {
	where, args := []string{`TRUE`}, []any{q.GroupID}
	add := func(piece string, values ...any) { where, args = append(where, piece), append(args, values...) }
	if len(q.States) > 0 {
		states := make([]any, len(q.States))
		for i, s := range q.States {
			states[i] = string(s)
		}
		add(`p.state IN (?`+strings.Repeat(`, ?`, len(states)-1)+`)`, states...)
	}
	if q.Kind != "" {
		add(`p.kind = ?`, q.Kind)
	}
	if q.Host != "" {
		add(`p.host = ?`, q.Host)
	}
	if q.StoreID != 0 {
		add(`EXISTS (SELECT 1 FROM problem_affected a WHERE a.problem_id = p.id AND a.store_id = ?)`, q.StoreID)
	}
	if q.GroupID != 0 {
		add(`EXISTS (SELECT 1 FROM problem_affected a WHERE a.problem_id = p.id AND ` + ofGroup + `)`)
	}
	if q.Before != 0 {
		add(`p.id < ?`, q.Before)
	}
	return rows(ctx, db.readers, scanProblem, problemColumns+`WHERE `+strings.Join(where, ` AND `)+
		` ORDER BY p.id DESC LIMIT ?`, append(args, limitOr(q.Limit))...)
}

// Problem is one by its ID.
func (db *DB) Problem(ctx context.Context, id, groupID int64) (storage.Problem, error) {
	p, err := scanProblem(db.readers.QueryRowContext(ctx, problemColumns+`WHERE p.id = ?2`, groupID, id))
	if err == nil && groupID != 0 && p.Ever == 0 {
		return storage.Problem{}, fmt.Errorf("problem %d: %w", id, storage.ErrNotFound)
	}
	return p, notFound(err, "problem %d", id)
}

// LastProblem is the newest of a key that is resolved.
func (db *DB) LastProblem(ctx context.Context, key storage.ProblemKey) (storage.Problem, error) {
	p, err := scanProblem(db.readers.QueryRowContext(ctx, problemColumns+`WHERE p.kind = ?2 AND p.cause = ?3
		AND p.host = ?4 AND p.state = 'resolved' ORDER BY p.id DESC LIMIT 1`, 0, key.Kind, key.Cause, key.Host))
	return p, notFound(err, "problem of kind %s", key.Kind)
}

// Affected lists what a problem affects, in the order of subjects.
func (db *DB) Affected(ctx context.Context, q storage.AffectedQuery) ([]storage.Affected, error) {
	scan := func(row scanner) (a storage.Affected, err error) {
		var since, ended string
		err = row.Scan(&a.Subject, &a.What, &a.Name, &a.StoreID, &a.GroupID, &a.Count, &since, &ended, &a.Detail)
		a.Since, a.EndedAt = column.ParseOurDate(since), column.ParseOurDate(ended)
		return a, err
	}
	return rows(ctx, db.readers, scan, `SELECT subject, what, name, COALESCE(store_id, 0), COALESCE(group_id, 0), count, since,
		ended_at, detail FROM problem_affected a WHERE problem_id = ?2 AND `+ofGroup+` AND (?3 OR ended_at = '')
		AND subject > ?4 ORDER BY subject LIMIT ?5`, q.GroupID, q.ProblemID, q.Ended, q.After, limitOr(q.Limit))
}

// Look is the last look for problems.
func (db *DB) Look(ctx context.Context) (storage.Look, error) { return look(ctx, db.readers) }

func look(ctx context.Context, from querier) (l storage.Look, err error) {
	var at string
	err = from.QueryRowContext(ctx, `SELECT number, at FROM problem_look`).Scan(&l.Number, &at)
	l.At = column.ParseOurDate(at)
	return l, err
}

// StoresAfter lists stores behind one.
func (db *DB) StoresAfter(ctx context.Context, after int64, limit int) ([]storage.Store, error) {
	return rows(ctx, db.readers, scanStore, `SELECT `+storeColumns+fromStores+`WHERE s.id > ? ORDER BY s.id LIMIT ?`, after,
		limitOr(limit))
}

// TurnsBetween lists lines of the calendar.
func (db *DB) TurnsBetween(ctx context.Context, first, last int64) ([]storage.Turn, error) {
	return turns(ctx, db.readers, `store_id BETWEEN ? AND ? ORDER BY store_id, task`, first, last)
}

// HooksBetween lists hooks.
func (db *DB) HooksBetween(ctx context.Context, first, last int64) ([]storage.Hook, error) {
	return rows(ctx, db.readers, scanHook, hookColumns+`WHERE store_id BETWEEN ? AND ? ORDER BY store_id`, first, last)
}

// StuckWrites counts parked and rejected writes.
func (db *DB) StuckWrites(ctx context.Context) ([]storage.StuckWrites, error) {
	scan := func(row scanner) (w storage.StuckWrites, err error) {
		var oldest, newest string
		err = row.Scan(&w.StoreID, &w.State, &w.Code, &w.Count, &oldest, &newest)
		w.Oldest, w.Newest = column.ParseOurDate(oldest), column.ParseOurDate(newest)
		return w, err
	}
	return rows(ctx, db.readers, scan, `SELECT store_id, state,
		CASE WHEN reason = '' THEN '' ELSE COALESCE(reason ->> '$.code', '') END AS code, count(*), min(accepted_at),
		max(accepted_at) FROM writes WHERE state IN ('parked', 'rejected') GROUP BY store_id, state, code
		ORDER BY store_id, state, code`)
}

// FailedEvents counts the events that were given up, by subscription.
func (db *DB) FailedEvents(ctx context.Context) ([]storage.FailedEvents, error) {
	scan := func(row scanner) (e storage.FailedEvents, err error) {
		var oldest, newest string
		err = row.Scan(&e.SubscriptionID, &e.Count, &oldest, &newest)
		e.Oldest, e.Newest = column.ParseOurDate(oldest), column.ParseOurDate(newest)
		return e, err
	}
	return rows(ctx, db.readers, scan, `SELECT subscription_id, count(*), min(done_at), max(done_at) FROM event_deliveries
		WHERE state = 'failed' GROUP BY subscription_id ORDER BY subscription_id`)
}

// LockLook reads the last look. The transaction keeps everybody else from writing anyway.
func (t *Tx) LockLook(ctx context.Context) (storage.Look, error) { return look(ctx, t.tx) }

// SaveLook keeps a look.
func (t *Tx) SaveLook(ctx context.Context, l storage.Look) error {
	_, err := t.exec(ctx, `UPDATE problem_look SET number = ?, at = ?`, l.Number, column.OurDate(l.At))
	return err
}

// AddProblem keeps a problem.
func (t *Tx) AddProblem(ctx context.Context, p storage.Problem) (storage.Problem, error) {
	res, err := t.exec(ctx, `INSERT INTO problems (kind, cause, host, state, since, changed_at) VALUES (?, ?, ?, ?, ?, ?)`,
		p.Kind, p.Cause, p.Host, string(p.State), column.OurDate(p.Since), column.OurDate(p.ChangedAt))
	if isUnique(err) {
		return p, fmt.Errorf("problem of kind %s: %w", p.Kind, storage.ErrExists)
	}
	if err != nil {
		return p, err
	}
	if p.ID, err = res.LastInsertId(); err != nil {
		return p, err
	}
	return p, t.SaveProblem(ctx, p)
}

// LockProblem reads a problem. The transaction keeps everybody else from writing anyway.
func (t *Tx) LockProblem(ctx context.Context, id int64) (storage.Problem, error) {
	p, err := scanProblem(t.tx.QueryRowContext(ctx, problemColumns+`WHERE p.id = ?2`, 0, id))
	return p, notFound(err, "problem %d", id)
}

// SaveProblem replaces what is kept of a problem.
func (t *Tx) SaveProblem(ctx context.Context, p storage.Problem) error {
	res, err := t.exec(ctx, `UPDATE problems SET state = ?, grave = ?, who = ?, until = ?, title = ?, why = ?, fix = ?, docs = ?,
		since = ?, seen_at = ?, changed_at = ?, set_by = ?, note = ?, ignored_until = ?, times = ? WHERE id = ?`,
		string(p.State), p.Grave, p.Who, column.OurDate(p.Until), p.Title, p.Why, p.Fix, p.Docs,
		column.OurDate(p.Since), column.OurDate(p.SeenAt), column.OurDate(p.ChangedAt), p.By, p.Note,
		column.OurDate(p.IgnoredUntil), p.Times, p.ID)
	if isUnique(err) {
		return fmt.Errorf("problem of kind %s: %w", p.Kind, storage.ErrExists)
	}
	return oneChanged(res, err, "problem %d", p.ID)
}

// SaveAffected keeps what a problem affects.
func (t *Tx) SaveAffected(ctx context.Context, problemID int64, affected []storage.Affected) error {
	for _, a := range affected {
		_, err := t.exec(ctx, `INSERT INTO problem_affected (problem_id, subject, what, name, store_id, group_id, count, since,
			ended_at, detail) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
			WHERE (?5 IS NULL OR EXISTS (SELECT 1 FROM stores WHERE id = ?5))
			AND (?6 IS NULL OR EXISTS (SELECT 1 FROM store_groups WHERE id = ?6))
			ON CONFLICT (problem_id, subject) DO UPDATE SET what = excluded.what, name = excluded.name,
			store_id = excluded.store_id, group_id = excluded.group_id, count = excluded.count, since = excluded.since,
			ended_at = excluded.ended_at, detail = excluded.detail`, problemID, a.Subject, a.What, a.Name,
			idOrNull(a.StoreID), idOrNull(a.GroupID), a.Count, column.OurDate(a.Since), column.OurDate(a.EndedAt),
			a.Detail)
		if err != nil {
			return err
		}
	}
	return nil
}

// EndAffected notes that subjects are affected no more.
func (t *Tx) EndAffected(ctx context.Context, problemID int64, subjects []string, at time.Time) error {
	if subjects == nil {
		_, err := t.exec(ctx, `UPDATE problem_affected SET ended_at = ? WHERE problem_id = ? AND ended_at = ''`,
			column.OurDate(at), problemID)
		return err
	}
	for _, subject := range subjects {
		if _, err := t.exec(ctx, `UPDATE problem_affected SET ended_at = ? WHERE problem_id = ? AND subject = ?
			AND ended_at = ''`, column.OurDate(at), problemID, subject); err != nil {
			return err
		}
	}
	return nil
}

// DropProblems forgets problems that were resolved before a time.
func (t *Tx) DropProblems(ctx context.Context, before time.Time, limit int) (int64, error) {
	res, err := t.exec(ctx, `DELETE FROM problems WHERE id IN (SELECT id FROM problems WHERE state = 'resolved'
		AND changed_at < ? LIMIT ?)`, column.OurDate(before), limitOr(limit))
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
