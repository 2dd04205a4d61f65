package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

const writeColumns = `w.seq, w.id, w.store_id, w.key, w.action, w.resource, w.record_id, w.parent_id, w.force <> 0, w.body, w.base,
	w.policy, w.state, w.epoch, w.attempts, w.lost, w.floor, w.accepted_at, w.sent_at, w.missed_at, w.next_at, w.done_at, w.reason,
	w.asked, w.allowed`

// unfinished are the states in which a write holds back the later ones of its subject. The text must be that of the
// partial index writes_in_order; otherwise the index is not used.
const unfinished = `('pending', 'sending', 'unknown', 'parked')`

// unheld selects writes that no earlier write of their subject holds back.
const unheld = `NOT EXISTS (SELECT 1 FROM writes e WHERE e.store_id = w.store_id AND e.subject = w.subject AND e.seq < w.seq
	AND e.state IN ` + unfinished + `)`

func scanWrite(row pgx.CollectableRow) (storage.Write, error) {
	var w storage.Write
	var action, resource, body, base, policy, state, accepted, sent, missed, next, done, reason, asked, allowed string
	err := row.Scan(&w.Seq, &w.ID, &w.StoreID, &w.Key, &action, &resource, &w.RecordID, &w.ParentID, &w.Force, &body,
		&base,
		&policy, &state, &w.Epoch, &w.Attempts, &w.Lost, &w.Floor, &accepted, &sent, &missed, &next, &done, &reason,
		&asked,
		&allowed)
	if err != nil {
		return w, err
	}
	w.Action, w.Resource = storage.WriteAction(action), storage.Resource(resource)
	w.Policy, w.State = storage.WritePolicy(policy), storage.WriteState(state)
	w.AcceptedAt, w.SentAt = column.ParseOurDate(accepted), column.ParseOurDate(sent)
	w.MissedAt, w.NextAt, w.DoneAt = column.ParseOurDate(missed), column.ParseOurDate(next), column.ParseOurDate(done)
	w.Body, w.Base, w.Asked = unpack(body), unpack(base), unpack(asked)
	if allowed != "" {
		w.Allowed = strings.Split(allowed, "\n")
	}
	if reason != "" {
		w.Reason = new(storage.WriteReason)
		if err := json.Unmarshal(unpack(reason), w.Reason); err != nil {
			return w, fmt.Errorf("reason of write %s: %w", w.ID, err)
		}
	}
	return w, nil
}

// changing are the columns that may change after acceptance, in the order of [changingValues].
const changing = `action, resource, record_id, parent_id, force, body, base, policy, state, epoch, attempts, lost, floor,
	accepted_at, sent_at, missed_at, next_at, done_at, reason, asked, allowed`

func changingValues(w storage.Write) ([]any, error) {
	reason := ""
	if w.Reason != nil {
		text, err := json.Marshal(w.Reason)
		if err != nil {
			return nil, err
		}
		reason = pack(text)
	}
	return []any{
		string(w.Action), string(w.Resource), w.RecordID, w.ParentID, flag(w.Force), pack(w.Body), pack(w.Base),
		string(w.Policy), string(w.State), w.Epoch, w.Attempts, w.Lost, w.Floor, column.OurDate(w.AcceptedAt),
		column.OurDate(w.SentAt), column.OurDate(w.MissedAt), column.OurDate(w.NextAt), column.OurDate(w.DoneAt),
		reason,
		pack(w.Asked), clean(strings.Join(w.Allowed, "\n")),
	}, nil
}

// AddWrites keeps the writes whose keys are new, in order. It returns, for each, the write that is kept under its key.
func (t *Tx) AddWrites(ctx context.Context, writes []storage.Write) ([]storage.Write, error) {
	var batch pgx.Batch
	for _, w := range writes {
		values, err := changingValues(w)
		if err != nil {
			return nil, err
		}
		batch.Queue(`INSERT INTO writes (id, store_id, key, subject, `+changing+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
			$11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25) ON CONFLICT (store_id, key) DO NOTHING`,
			append([]any{w.ID, w.StoreID, clean(w.Key), w.Subject()}, values...)...)
		batch.Queue(`SELECT `+writeColumns+` FROM writes w WHERE store_id = $1 AND key = $2`, w.StoreID, clean(w.Key))
	}
	answers := t.tx.SendBatch(ctx, &batch)
	stored := make([]storage.Write, len(writes))
	var err error
	for i := 0; i < len(writes) && err == nil; i++ {
		if _, err = answers.Exec(); err == nil {
			rows, _ := answers.Query() // its error comes with the rows
			stored[i], err = pgx.CollectExactlyOneRow(rows, scanWrite)
		}
	}
	return stored, told(errors.Join(err, answers.Close()))
}

// SaveWrites replaces writes, except their number, store, key and subject.
func (t *Tx) SaveWrites(ctx context.Context, writes []storage.Write) error {
	var batch pgx.Batch
	for _, w := range writes {
		values, err := changingValues(w)
		if err != nil {
			return err
		}
		batch.Queue(`UPDATE writes SET (`+changing+`) = ROW($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
			$17, $18, $19, $20, $21, $22) WHERE id = $1`, append([]any{w.ID}, values...)...)
	}
	answers := t.tx.SendBatch(ctx, &batch)
	var err error
	for i := 0; i < len(writes) && err == nil; i++ {
		tag, failed := answers.Exec()
		if err = failed; err == nil && tag.RowsAffected() == 0 {
			err = fmt.Errorf("write %s: %w", writes[i].ID, storage.ErrNotFound)
		}
	}
	return told(errors.Join(err, answers.Close()))
}

func findWrites(ctx context.Context, from querier, q storage.WriteQuery) ([]storage.Write, error) {
	c := &condition{}
	c.add(`TRUE`)
	if q.StoreID != 0 {
		c.add(`w.store_id = ?`, q.StoreID)
	}
	if len(q.IDs) > 0 {
		c.add(`w.id = ANY (?)`, cleaned(q.IDs))
	}
	if len(q.Subjects) > 0 {
		c.add(`w.subject = ANY (?)`, cleaned(q.Subjects))
	}
	if len(q.States) > 0 {
		// The states are literals, so that the partial indexes are used.
		names := make([]string, len(q.States))
		for i, s := range q.States {
			names[i] = "'" + strings.ReplaceAll(clean(string(s)), "'", "''") + "'"
		}
		c.add(`w.state IN (` + strings.Join(names, `, `) + `)`)
	}
	if q.Action != "" {
		c.add(`w.action = ?`, string(q.Action))
	}
	if q.AfterSeq != 0 {
		c.add(`w.seq > ?`, q.AfterSeq)
	}
	if q.BeforeSeq != 0 {
		c.add(`w.seq < ?`, q.BeforeSeq)
	}
	if q.BeforeEpoch != 0 {
		c.add(`w.epoch < ?`, q.BeforeEpoch)
	}
	if !q.DueBy.IsZero() {
		c.add(`w.next_at <= ?`, column.OurDate(q.DueBy))
	}
	if !q.DoneFrom.IsZero() {
		c.add(`w.done_at >= ?`, column.OurDate(q.DoneFrom))
	}
	if q.Unheld {
		c.add(unheld)
	}
	order := ` ORDER BY w.seq DESC`
	if q.OldestFirst {
		order = ` ORDER BY w.seq`
	}
	return list(ctx, from, scanWrite, `SELECT `+writeColumns+` FROM writes w`+c.String()+order+limited(q.Limit),
		c.args...)
}

// Writes selects writes.
func (db *DB) Writes(ctx context.Context, q storage.WriteQuery) ([]storage.Write, error) {
	return findWrites(ctx, pooled{db}, q)
}

// FindWrites selects writes as the transaction sees them.
func (t *Tx) FindWrites(ctx context.Context, q storage.WriteQuery) ([]storage.Write, error) {
	return findWrites(ctx, t.tx, q)
}

// WriteByID is the write with an id.
func (db *DB) WriteByID(ctx context.Context, id string) (storage.Write, error) {
	w, err := one(ctx, pooled{db}, scanWrite, `SELECT `+writeColumns+` FROM writes w WHERE id = $1`, clean(id))
	return w, named(err, "write %s", id)
}

// WriteByKey is the write that was accepted under a caller's key.
func (db *DB) WriteByKey(ctx context.Context, storeID int64, key string) (storage.Write, error) {
	w, err := one(ctx, pooled{db}, scanWrite, `SELECT `+writeColumns+` FROM writes w WHERE store_id = $1 AND key = $2`,
		storeID,
		clean(key))
	return w, named(err, "key %q", key)
}

// NextWriteDue is when the next pending or unknown write of a store is due; zero when there is none. Writes that an
// earlier one holds back do not count.
func (db *DB) NextWriteDue(ctx context.Context, storeID int64) (time.Time, error) {
	next, err := one(ctx, pooled{db}, value[*string], `SELECT MIN(next_at) FROM writes w
		WHERE store_id = $1 AND state IN ('pending', 'unknown') AND `+unheld, storeID)
	if err != nil || next == nil {
		return time.Time{}, err
	}
	return column.ParseOurDate(*next), nil
}

// MadeBy returns, of the given records, those that a finished create has made, with the id of that write.
func (db *DB) MadeBy(
	ctx context.Context, storeID int64, resource storage.Resource, ids []int64,
) (map[int64]string, error) {
	type row struct {
		record int64
		write  string
	}
	rows, err := list(ctx, pooled{db}, func(r pgx.CollectableRow) (one row, err error) {
		err = r.Scan(&one.record, &one.write)
		return one, err
	}, `SELECT DISTINCT ON (record_id) record_id, id FROM writes WHERE store_id = $1 AND resource = $2 AND record_id = ANY ($3)
		AND record_id <> 0 AND action = 'create' AND state = 'done' ORDER BY record_id, seq`, storeID, string(resource), ids)
	made := make(map[int64]string, len(rows))
	for _, row := range rows {
		made[row.record] = row.write
	}
	return made, err
}

// SeenEffect is the record that last entered the mirror as the effect of a create.
func (db *DB) SeenEffect(ctx context.Context, w storage.Write) (storage.Ref, error) {
	id, err := one(ctx, pooled{db}, value[int64], `SELECT id FROM changes WHERE write_id = $1 AND write_id <> '' AND store_id = $2
		AND resource = $3 AND kind = 'created' ORDER BY seq DESC LIMIT 1`, w.ID, w.StoreID, string(w.Resource))
	return storage.Ref{Resource: w.Resource, ID: id}, named(err, "effect of write %s", w.ID)
}

func outboxOf(ctx context.Context, from querier, storeID int64) (storage.Outbox, error) {
	o, err := one(ctx, from, func(row pgx.CollectableRow) (storage.Outbox, error) {
		var o storage.Outbox
		var settled, lessons string
		err := row.Scan(&o.StoreID, &o.Epoch, &settled, &lessons)
		o.SettledAt, o.Lessons = column.ParseOurDate(settled), unpack(lessons)
		return o, err
	}, `SELECT store_id, epoch, settled_at, lessons FROM outboxes WHERE store_id = $1`, storeID)
	if errors.Is(err, storage.ErrNotFound) {
		return storage.Outbox{StoreID: storeID}, nil
	}
	return o, err
}

// Outbox is what is kept about sending to a store.
func (db *DB) Outbox(ctx context.Context, storeID int64) (storage.Outbox, error) {
	return outboxOf(ctx, pooled{db}, storeID)
}

// OutboxOf is what is kept about sending to a store, as the transaction sees it.
func (t *Tx) OutboxOf(ctx context.Context, storeID int64) (storage.Outbox, error) {
	return outboxOf(ctx, t.tx, storeID)
}

// SaveOutbox replaces what is kept about sending to a store.
func (t *Tx) SaveOutbox(ctx context.Context, o storage.Outbox) error {
	_, err := t.exec(ctx, `INSERT INTO outboxes (store_id, epoch, settled_at, lessons) VALUES ($1, $2, $3, $4)
		ON CONFLICT (store_id) DO UPDATE SET epoch = excluded.epoch, settled_at = excluded.settled_at, lessons = excluded.lessons`,
		o.StoreID, o.Epoch, column.OurDate(o.SettledAt), pack(o.Lessons))
	return err
}
