package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

// LogChanges appends changes to the log in their order and returns the number of the last one. From then on this
// transaction keeps every other one from logging, so LogChanges must come last in a transaction. The row of change_lock
// is locked but never changed. A counter in that row would leave a dead row for each transaction, and these pile up
// during a person's long question. An advisory lock would be handed over more slowly (BenchmarkNumbers).
func (t *Tx) LogChanges(ctx context.Context, changes []storage.Change) (last int64, err error) {
	if len(changes) == 0 {
		return 0, nil
	}
	n := len(changes)
	stores, parents, hashes := make([]int64, n), make([]int64, n), make([][]byte, n)
	kinds, ats, origins, writes := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	var k refs
	for i, c := range changes {
		k.add(c.Ref)
		stores[i], parents[i], kinds[i], ats[i] = c.StoreID, c.ParentID, string(c.Kind), column.OurDate(c.At)
		origins[i], writes[i] = string(c.Origin), c.WriteID
		if !c.Hash.IsZero() {
			hashes[i] = c.Hash[:]
		}
	}
	last, err = one(ctx, t.tx, value[int64], `
		WITH locked AS MATERIALIZED (SELECT FROM change_lock FOR NO KEY UPDATE),
		logged AS (
			INSERT INTO changes (seq, store_id, resource, id, slug, parent_id, kind, at, origin, write_id, hash)
			SELECT nextval('changes_seq'), k.store_id, k.resource, k.id, k.slug, k.parent_id, k.kind, k.at, k.origin,
				k.write_id, k.hash
			FROM locked, unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::text[],
				$8::text[], $9::text[], $10::bytea[]) WITH ORDINALITY
				AS k (store_id, resource, id, slug, parent_id, kind, at, origin, write_id, hash, n)
			ORDER BY k.n RETURNING seq),
		told AS MATERIALIZED (SELECT pg_notify('`+changesChannel+`', '') )
		SELECT MAX(seq) FROM logged, told`,
		stores, k.resources, k.ids, k.slugs, parents, kinds, ats, origins, writes, hashes)
	t.logged = err == nil
	return last, err
}

// LastSeq is the number of the newest change of any store, 0 when there is none.
func (db *DB) LastSeq(ctx context.Context) (int64, error) {
	return one(ctx, pooled{db}, value[int64], `SELECT COALESCE(MAX(seq), 0) FROM changes`)
}

// Changes lists changes in the order of their numbers.
func (db *DB) Changes(ctx context.Context, q storage.ChangeQuery) ([]storage.Change, error) {
	c := &condition{}
	c.add(`seq > ?`, q.After)
	if q.StoreID != 0 {
		c.add(`store_id = ?`, q.StoreID)
	}
	if q.GroupID != 0 {
		c.add(`store_id IN (SELECT id FROM stores WHERE group_id = ?)`, q.GroupID)
	}
	if len(q.Resources) > 0 {
		names := make([]string, len(q.Resources))
		for i, r := range q.Resources {
			names[i] = string(r)
		}
		c.add(`resource = ANY (?)`, names)
	}
	if q.Record != (storage.Ref{}) {
		c.add(`resource = ?`, string(q.Record.Resource))
		c.add(`id = ?`, q.Record.ID)
		c.add(`slug = ?`, q.Record.Slug)
	}
	return list(ctx, pooled{db}, scanChange, `SELECT seq, store_id, resource, id, slug, parent_id, kind, at, origin, write_id, hash
		FROM changes`+c.String()+` ORDER BY seq`+limited(q.Limit), c.args...)
}

func scanChange(row pgx.CollectableRow) (storage.Change, error) {
	var c storage.Change
	var resource, kind, at, origin string
	var hash []byte
	err := row.Scan(&c.Seq, &c.StoreID, &resource, &c.ID, &c.Slug, &c.ParentID, &kind, &at, &origin, &c.WriteID, &hash)
	c.Resource, c.Kind, c.Origin = storage.Resource(resource), storage.Kind(kind), storage.Origin(origin)
	c.At = column.ParseOurDate(at)
	copy(c.Hash[:], hash)
	return c, err
}

// WaitChanges returns when the log may hold a change with a number greater than after, or with the context's error. It
// may return early, so the caller reads and waits again.
func (db *DB) WaitChanges(ctx context.Context, after int64) error {
	ticker := time.NewTicker(fallbackPoll)
	defer ticker.Stop()
	for {
		woken := db.notices.next(&db.notices.changes) // before the look, so that nothing falls between
		last, err := db.LastSeq(ctx)
		if err != nil || last > after {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-woken:
			return nil
		case <-ticker.C:
		}
	}
}

// fallbackPoll is how often a follower looks without a notice, because a notice may be lost with its connection.
const fallbackPoll = 2 * time.Second
