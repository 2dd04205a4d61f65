package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

// Groups lists all groups by name.
func (db *DB) Groups(ctx context.Context) ([]storage.Group, error) {
	return list(ctx, pooled{db}, scanGroup, `SELECT id, name, created_at FROM store_groups ORDER BY name`)
}

// Group is one group.
func (db *DB) Group(ctx context.Context, id int64) (storage.Group, error) {
	return one(ctx, pooled{db}, scanGroup, `SELECT id, name, created_at FROM store_groups WHERE id = $1`, id)
}

func scanGroup(row pgx.CollectableRow) (g storage.Group, err error) {
	var created string
	err = row.Scan(&g.ID, &g.Name, &created)
	g.CreatedAt = column.ParseOurDate(created)
	return g, err
}

const tokenColumns = `SELECT id, prefix, hash, name, COALESCE(group_id, 0), scopes, networks, created_by, created_at, expires_at,
	used_at, revoked_at FROM tokens `

// Tokens lists tokens in the order in which they were made.
func (db *DB) Tokens(ctx context.Context, groupID int64) ([]storage.Token, error) {
	if groupID == 0 {
		return list(ctx, pooled{db}, scanToken, tokenColumns+`ORDER BY id`)
	}
	return list(ctx, pooled{db}, scanToken, tokenColumns+`WHERE group_id = $1 ORDER BY id`, groupID)
}

// TokenByPrefix is one token.
func (db *DB) TokenByPrefix(ctx context.Context, prefix string) (storage.Token, error) {
	return one(ctx, pooled{db}, scanToken, tokenColumns+`WHERE prefix = $1`, clean(prefix))
}

func scanToken(row pgx.CollectableRow) (t storage.Token, err error) {
	var hash []byte
	var scopes, networks, created, expires, used, revoked string
	err = row.Scan(&t.ID, &t.Prefix, &hash, &t.Name, &t.GroupID, &scopes, &networks, &t.CreatedBy, &created, &expires,
		&used, &revoked)
	if err != nil {
		return t, err
	}
	copy(t.Hash[:], hash)
	t.Scopes = strings.Fields(scopes)
	t.CreatedAt, t.ExpiresAt = column.ParseOurDate(created), column.ParseOurDate(expires)
	t.UsedAt, t.RevokedAt = column.ParseOurDate(used), column.ParseOurDate(revoked)
	t.Networks, err = column.ParseNetworks(networks)
	return t, err
}

// Audit lists audit entries, the newest first.
func (db *DB) Audit(ctx context.Context, q storage.AuditQuery) ([]storage.AuditEntry, error) {
	c := &condition{}
	c.add(`true`)
	if q.GroupID != 0 {
		c.add(`group_id = ?`, q.GroupID)
	}
	if q.Actor != "" {
		c.add(`actor = ?`, clean(q.Actor))
	}
	if q.BeforeSeq != 0 {
		c.add(`seq < ?`, q.BeforeSeq)
	}
	return list(ctx, pooled{db}, scanAudit, `SELECT seq, at, actor, name, group_id, action, object, origin, request_id, status,
		code, left_out FROM audit`+c.String()+` ORDER BY seq DESC`+limited(q.Limit), c.args...)
}

func scanAudit(row pgx.CollectableRow) (e storage.AuditEntry, err error) {
	var at string
	err = row.Scan(&e.Seq, &at, &e.Actor, &e.Name, &e.GroupID, &e.Action, &e.Object, &e.From, &e.RequestID, &e.Status,
		&e.Code, &e.Left)
	e.At = column.ParseOurDate(at)
	return e, err
}

// AddGroup keeps a group and gives it an ID.
func (t *Tx) AddGroup(ctx context.Context, g storage.Group) (storage.Group, error) {
	g.CreatedAt = t.Now().Truncate(time.Millisecond)
	var err error
	g.ID, err = one(ctx, t.tx, value[int64], `INSERT INTO store_groups (name, created_at) VALUES ($1, $2) RETURNING id`,
		g.Name, column.OurDate(g.CreatedAt))
	if isUnique(err) {
		err = fmt.Errorf("group %q: %w", g.Name, storage.ErrExists)
	}
	return g, err
}

// DropGroup removes a group with its tokens and users.
func (t *Tx) DropGroup(ctx context.Context, id int64) error {
	n, err := t.exec(ctx, `DELETE FROM store_groups WHERE id = $1`, id)
	switch {
	case isForeign(err):
		return fmt.Errorf("group %d: %w", id, storage.ErrInUse)
	case err == nil && n == 0:
		return fmt.Errorf("group %d: %w", id, storage.ErrNotFound)
	}
	return err
}

func isForeign(err error) bool {
	coded, ok := errors.AsType[*pgconn.PgError](err)
	return ok && coded.Code == foreignKeyViolation
}

// AddToken keeps a token and gives it an ID.
func (t *Tx) AddToken(ctx context.Context, k storage.Token) (storage.Token, error) {
	k.CreatedAt = t.Now().Truncate(time.Millisecond)
	var err error
	k.ID, err = one(ctx, t.tx, value[int64], `INSERT INTO tokens (prefix, hash, name, group_id, scopes, networks, created_by,
		created_at, expires_at) VALUES ($1, $2, $3, NULLIF($4::bigint, 0), $5, $6, $7, $8, $9) RETURNING id`, k.Prefix, k.Hash[:],
		clean(k.Name), k.GroupID, strings.Join(k.Scopes, " "), column.Networks(k.Networks), clean(k.CreatedBy),
		column.OurDate(k.CreatedAt), column.OurDate(k.ExpiresAt))
	switch {
	case isUnique(err):
		return k, fmt.Errorf("token: %w", storage.ErrExists)
	case isForeign(err):
		return k, fmt.Errorf("group %d: %w", k.GroupID, storage.ErrNotFound)
	}
	return k, err
}

// RevokeToken ends a token. A token that ended before keeps that time.
func (t *Tx) RevokeToken(ctx context.Context, id int64, at time.Time) error {
	n, err := t.exec(ctx, `UPDATE tokens SET revoked_at = CASE revoked_at WHEN '' THEN $2 ELSE revoked_at END
		WHERE id = $1`, id, column.OurDate(at))
	if err == nil && n == 0 {
		err = fmt.Errorf("token %d: %w", id, storage.ErrNotFound)
	}
	return err
}

// UseToken notes when a token was used last.
func (t *Tx) UseToken(ctx context.Context, id int64, at time.Time) error {
	_, err := t.exec(ctx, `UPDATE tokens SET used_at = $2 WHERE id = $1`, id, column.OurDate(at))
	return err
}

// LogAudit appends entries in their order.
func (t *Tx) LogAudit(ctx context.Context, entries []storage.AuditEntry) error {
	var batch pgx.Batch
	for _, e := range entries {
		batch.Queue(`INSERT INTO audit (at, actor, name, group_id, action, object, origin, request_id, status, code, left_out)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, column.OurDate(e.At), clean(e.Actor), clean(e.Name),
			e.GroupID, e.Action, clean(e.Object), e.From, clean(e.RequestID), e.Status, e.Code, e.Left)
	}
	return told(t.tx.SendBatch(ctx, &batch).Close())
}

// DropAudit removes the entries older than a time.
func (t *Tx) DropAudit(ctx context.Context, before time.Time) error {
	_, err := t.exec(ctx, `DELETE FROM audit WHERE at < $1`, column.OurDate(before))
	return err
}
