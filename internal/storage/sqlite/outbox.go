package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

var _ outbox.Repository = (*DB)(nil)

const writeColumns = `seq, id, store_id, key, action, resource, record_id, parent_id, force, body, base, policy, state, attempts, lost,
	floor, accepted_at, sent_at, missed_at, next_at, done_at, reason, asked, allowed`

// unfinished are the states in which a write holds back the later ones of its subject. The text is that of the partial
// index writes_in_order, or the index is not used.
const unfinished = `('pending', 'sending', 'unknown', 'parked')`

// ClaimOutbox takes over the sending for a store.
func (db *DB) ClaimOutbox(ctx context.Context, storeID int64) (storage.Claim, error) {
	claim := storage.Claim{StoreID: storeID}
	err := db.Write(ctx, func(tx *Tx) error {
		return tx.tx.QueryRowContext(ctx, `INSERT INTO outbox_claims (store_id, epoch) VALUES (?, 1)
			ON CONFLICT (store_id) DO UPDATE SET epoch = epoch + 1 RETURNING epoch`, storeID).Scan(&claim.Epoch)
	})
	return claim, err
}

// fenceOutbox fails with storage.ErrFenced unless the claim is the newest one of its store's outbox.
func (t *Tx) fenceOutbox(ctx context.Context, claim storage.Claim) error {
	var epoch int64
	if err := t.tx.QueryRowContext(ctx, `SELECT epoch FROM outbox_claims WHERE store_id = ?`, claim.StoreID).Scan(&epoch); err != nil {
		return fmt.Errorf("outbox of store %d: %w", claim.StoreID, err)
	}
	if epoch != claim.Epoch {
		return fmt.Errorf(
			"outbox of store %d, claim %d, now %d: %w",
			claim.StoreID,
			claim.Epoch,
			epoch,
			storage.ErrFenced,
		)
	}
	return nil
}

// AcceptWrites stores the writes that are new. It returns when the disk has them: the caller will promise them on.
func (db *DB) AcceptWrites(ctx context.Context, writes []outbox.Write) ([]outbox.Write, error) {
	stored := make([]outbox.Write, len(writes))
	err := db.WriteDurable(ctx, func(tx *Tx) error {
		for i, w := range writes {
			args, err := writeValues(w)
			if err != nil {
				return err
			}
			_, err = tx.exec(
				ctx,
				`INSERT INTO writes (id, store_id, key, action, resource, record_id, parent_id, force, body, base, policy,
				state, attempts, lost, floor, accepted_at, sent_at, missed_at, next_at, done_at, reason, asked, allowed, subject)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (store_id, key) DO NOTHING`,
				append(args, w.Subject())...)
			if err != nil {
				return err
			}
			stored[i], err = scanWrite(
				tx.tx.QueryRowContext(
					ctx,
					`SELECT `+writeColumns+` FROM writes WHERE store_id = ? AND key = ?`,
					w.StoreID,
					w.Key,
				),
			)
			if err != nil {
				return err
			}
			if stored[i].ID == w.ID {
				if err := tx.discardSuperseded(ctx, stored[i]); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return stored, err
}

// discardSuperseded ends the writes that wait and that a new one makes pointless.
func (t *Tx) discardSuperseded(ctx context.Context, newer outbox.Write) error {
	older, err := scanWrites(
		ctx,
		t.tx,
		`store_id = ? AND subject = ? AND seq < ? AND state IN ('pending', 'parked')`,
		newer.StoreID,
		newer.Subject(),
		newer.Seq,
	)
	if err != nil {
		return err
	}
	for _, w := range older {
		if outbox.Supersedes(newer, w) {
			if err := t.saveWrite(ctx, outbox.SupersededBy(w, newer)); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeValues are the columns of a write but seq and subject, in the order of writeColumns.
func writeValues(w outbox.Write) ([]any, error) {
	reason := ""
	if w.Reason != nil {
		text, err := json.Marshal(w.Reason)
		if err != nil {
			return nil, err
		}
		reason = string(text)
	}
	return []any{
		w.ID,
		w.StoreID,
		w.Key,
		string(w.Action),
		string(w.Resource),
		w.RecordID,
		w.ParentID,
		w.Force,
		string(w.Body),
		string(
			w.Base,
		),
		string(w.Policy),
		string(w.State),
		w.Attempts,
		w.Lost,
		w.Floor,
		ourDate(w.AcceptedAt),
		ourDate(w.SentAt),
		ourDate(
			w.MissedAt,
		),
		ourDate(w.NextAt),
		ourDate(w.DoneAt),
		reason,
		string(w.Asked),
		strings.Join(w.Allowed, "\n"),
	}, nil
}

func scanWrite(row scanner) (outbox.Write, error) {
	var w outbox.Write
	var action, resource, body, base, policy, state, accepted, sent, missed, next, done, reason, asked, allowed string
	err := row.Scan(
		&w.Seq,
		&w.ID,
		&w.StoreID,
		&w.Key,
		&action,
		&resource,
		&w.RecordID,
		&w.ParentID,
		&w.Force,
		&body,
		&base,
		&policy,
		&state,
		&w.Attempts,
		&w.Lost,
		&w.Floor,
		&accepted,
		&sent,
		&missed,
		&next,
		&done,
		&reason,
		&asked,
		&allowed,
	)
	if err != nil {
		return w, err
	}
	w.Action, w.Resource, w.Policy, w.State = outbox.Action(
		action,
	), storage.Resource(
		resource,
	), outbox.Policy(
		policy,
	), outbox.State(
		state,
	)
	w.AcceptedAt, w.SentAt, w.MissedAt = parseOurDate(accepted), parseOurDate(sent), parseOurDate(missed)
	w.NextAt, w.DoneAt = parseOurDate(next), parseOurDate(done)
	if body != "" {
		w.Body = json.RawMessage(body)
	}
	if base != "" {
		w.Base = json.RawMessage(base)
	}
	if asked != "" {
		w.Asked = json.RawMessage(asked)
	}
	if allowed != "" {
		w.Allowed = strings.Split(allowed, "\n")
	}
	if reason != "" {
		w.Reason = new(outbox.Reason)
		if err := json.Unmarshal([]byte(reason), w.Reason); err != nil {
			return w, fmt.Errorf("reason of write %s: %w", w.ID, err)
		}
	}
	return w, nil
}

// querier is a transaction or a pool.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func scanWrites(ctx context.Context, from querier, where string, args ...any) ([]outbox.Write, error) {
	rows, err := from.QueryContext(ctx, `SELECT `+writeColumns+` FROM writes w WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var writes []outbox.Write
	for rows.Next() {
		w, err := scanWrite(rows)
		if err != nil {
			return nil, err
		}
		writes = append(writes, w)
	}
	return writes, rows.Err()
}

// ClaimWrites moves pending writes that are due to Sending.
func (db *DB) ClaimWrites(ctx context.Context, claim storage.Claim, now time.Time, limit int) ([]outbox.Write, error) {
	var claimed []outbox.Write
	err := db.Write(ctx, func(tx *Tx) error {
		if err := tx.fenceOutbox(ctx, claim); err != nil {
			return err
		}
		var err error
		claimed, err = scanWrites(ctx, tx.tx, `store_id = ? AND state = 'pending' AND next_at <= ? AND NOT EXISTS (
			SELECT 1 FROM writes e WHERE e.store_id = w.store_id AND e.subject = w.subject AND e.seq < w.seq AND e.state IN `+unfinished+`)
			ORDER BY seq LIMIT ?`, claim.StoreID, ourDate(now), limit)
		if err != nil {
			return err
		}
		for i := range claimed {
			w := &claimed[i]
			w.State, w.SentAt, w.MissedAt = outbox.Sending, now, time.Time{}
			w.Attempts++
			if w.Action == outbox.Create && w.Lost == 0 {
				w.Floor = outbox.NoFloor
			}
			_, err := tx.exec(
				ctx,
				`UPDATE writes SET state = 'sending', epoch = ?, attempts = ?, floor = ?, sent_at = ?, missed_at = '' WHERE id = ?`,
				claim.Epoch,
				w.Attempts,
				w.Floor,
				ourDate(now),
				w.ID,
			)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return claimed, err
}

// InterruptedWrites moves what an older claim left in Sending to Unknown.
func (db *DB) InterruptedWrites(ctx context.Context, claim storage.Claim, now time.Time) (int, error) {
	var moved int64
	err := db.Write(ctx, func(tx *Tx) error {
		if err := tx.fenceOutbox(ctx, claim); err != nil {
			return err
		}
		_, err := tx.tx.ExecContext(ctx, `UPDATE writes SET state = 'pending', attempts = attempts - 1, next_at = ?
			WHERE store_id = ? AND state = 'sending' AND epoch < ? AND action = 'create' AND floor = ?`, ourDate(now), claim.StoreID, claim.Epoch, outbox.NoFloor)
		if err != nil {
			return err
		}
		reason, err := json.Marshal(outbox.Interrupted())
		if err != nil {
			return err
		}
		res, err := tx.tx.ExecContext(
			ctx,
			`UPDATE writes SET state = 'unknown', lost = lost + 1, missed_at = '', next_at = ?, reason = ?
			WHERE store_id = ? AND state = 'sending' AND epoch < ?`,
			ourDate(now),
			string(reason),
			claim.StoreID,
			claim.Epoch,
		)
		if err != nil {
			return err
		}
		moved, err = res.RowsAffected()
		return err
	})
	return int(moved), err
}

// UnknownWrites lists the writes in Unknown that are due.
func (db *DB) UnknownWrites(
	ctx context.Context,
	claim storage.Claim,
	now time.Time,
	limit int,
) ([]outbox.Write, error) {
	return scanWrites(ctx, db.readers, `store_id = ? AND state = 'unknown' AND next_at <= ? ORDER BY seq LIMIT ?`,
		claim.StoreID, ourDate(now), limit)
}

// DoneSince lists the updates of the same subject that were done after w was accepted.
func (db *DB) DoneSince(ctx context.Context, w outbox.Write) ([]outbox.Write, error) {
	return scanWrites(
		ctx,
		db.readers,
		`store_id = ? AND subject = ? AND state = 'done' AND done_at >= ? AND action = 'update' AND seq < ? ORDER BY seq`,
		w.StoreID,
		w.Subject(),
		ourDate(w.AcceptedAt),
		w.Seq,
	)
}

// WaitingBehind lists the pending writes of the same subject that were accepted after w.
func (db *DB) WaitingBehind(ctx context.Context, w outbox.Write) ([]outbox.Write, error) {
	return scanWrites(
		ctx,
		db.readers,
		`store_id = ? AND subject = ? AND state = 'pending' AND seq > ? ORDER BY seq`,
		w.StoreID,
		w.Subject(),
		w.Seq,
	)
}

// HeldBackBy is the earlier write of the same subject that holds w back, a parked one before any other, because it does
// not move by itself; storage.ErrNotFound when there is none.
func (db *DB) HeldBackBy(ctx context.Context, w outbox.Write) (outbox.Write, error) {
	earlier, err := scanWrites(ctx, db.readers, `store_id = ? AND subject = ? AND seq < ? AND state IN `+unfinished+`
		ORDER BY state <> 'parked', seq LIMIT 1`, w.StoreID, w.Subject(), w.Seq)
	if err == nil && len(earlier) == 0 {
		err = storage.ErrNotFound
	}
	if err != nil {
		return outbox.Write{}, err
	}
	return earlier[0], nil
}

// NextWriteDue is when the next pending or unknown write is due; zero when there is none. Writes that wait behind
// another one of their subject do not count.
func (db *DB) NextWriteDue(ctx context.Context, storeID int64) (time.Time, error) {
	var next sql.NullString
	err := db.readers.QueryRowContext(ctx, `SELECT MIN(next_at) FROM writes w WHERE store_id = ? AND state IN ('pending', 'unknown') AND NOT EXISTS (
		SELECT 1 FROM writes e WHERE e.store_id = w.store_id AND e.subject = w.subject AND e.seq < w.seq AND e.state IN `+unfinished+`)`, storeID).
		Scan(&next)
	return parseOurDate(next.String), err
}

// SettleWrites stores outcomes together with their effects on the mirror.
func (db *DB) SettleWrites(ctx context.Context, claim storage.Claim, settled []outbox.Settlement) error {
	return db.WriteDurable(ctx, func(tx *Tx) error {
		if err := tx.fenceOutbox(ctx, claim); err != nil {
			return err
		}
		db.settled.note(claim.StoreID, tx.Now())
		for _, s := range settled {
			if err := tx.saveWrite(ctx, s.Write); err != nil {
				return err
			}
			for _, e := range s.Effects {
				if err := tx.applyEffect(ctx, s.Write, e); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (t *Tx) saveWrite(ctx context.Context, w outbox.Write) error {
	args, err := writeValues(w)
	if err != nil {
		return err
	}
	res, err := t.exec(
		ctx,
		`UPDATE writes SET (id, store_id, key, action, resource, record_id, parent_id, force, body, base, policy,
		state, attempts, lost, floor, accepted_at, sent_at, missed_at, next_at, done_at, reason, asked, allowed) =
		(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE id = ?`,
		append(args, w.ID)...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, fmt.Errorf("write %s: %w", w.ID, storage.ErrNotFound))
	}
	return nil
}

// ChangeWrite lets a person decide about one write.
func (db *DB) ChangeWrite(ctx context.Context, id string, change func(*outbox.Write) error) (outbox.Write, error) {
	var w outbox.Write
	err := db.WriteDurable(ctx, func(tx *Tx) error {
		var err error
		if w, err = scanWrite(tx.tx.QueryRowContext(ctx, `SELECT `+writeColumns+` FROM writes WHERE id = ?`, id)); err != nil {
			return notFound(err, "write %s", id)
		}
		if err := change(&w); err != nil {
			return err
		}
		return tx.saveWrite(ctx, w)
	})
	return w, err
}

// GetWrite is one write.
func (db *DB) GetWrite(ctx context.Context, id string) (outbox.Write, error) {
	w, err := scanWrite(db.readers.QueryRowContext(ctx, `SELECT `+writeColumns+` FROM writes WHERE id = ?`, id))
	return w, notFound(err, "write %s", id)
}

// WriteByKey is the write that was accepted under a caller's key.
func (db *DB) WriteByKey(ctx context.Context, storeID int64, key string) (outbox.Write, error) {
	w, err := scanWrite(
		db.readers.QueryRowContext(
			ctx,
			`SELECT `+writeColumns+` FROM writes WHERE store_id = ? AND key = ?`,
			storeID,
			key,
		),
	)
	return w, notFound(err, "key %q", key)
}

// ListWrites selects writes for people, newest first.
func (db *DB) ListWrites(ctx context.Context, q outbox.Query) ([]outbox.Write, error) {
	where, args := []string{`TRUE`}, []any{}
	if q.StoreID != 0 {
		where, args = append(where, `store_id = ?`), append(args, q.StoreID)
	}
	if len(q.States) > 0 {
		where = append(where, `state IN (?`+strings.Repeat(`, ?`, len(q.States)-1)+`)`)
		for _, s := range q.States {
			args = append(args, string(s))
		}
	}
	return scanWrites(
		ctx,
		db.readers,
		strings.Join(where, ` AND `)+` ORDER BY seq DESC LIMIT ?`,
		append(args, limitOr(q.Limit))...)
}

// notFound turns "no rows" into storage.ErrNotFound.
func notFound(err error, format string, args ...any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf(format+": %w", append(args, storage.ErrNotFound)...)
	}
	return err
}
