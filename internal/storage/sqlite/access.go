package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Groups lists all groups by name.
func (db *DB) Groups(ctx context.Context) ([]storage.Group, error) {
	return rows(ctx, db.readers, scanGroup, `SELECT id, name, created_at FROM store_groups ORDER BY name`)
}

// Group is one group.
func (db *DB) Group(ctx context.Context, id int64) (storage.Group, error) {
	g, err := scanGroup(db.readers.QueryRowContext(ctx, `SELECT id, name, created_at FROM store_groups WHERE id = ?`, id))
	return g, notFound(err, "group %d", id)
}

func scanGroup(row scanner) (g storage.Group, err error) {
	var created string
	err = row.Scan(&g.ID, &g.Name, &created)
	g.CreatedAt = column.ParseOurDate(created)
	return g, err
}

// rows runs a query and scans every row.
func rows[T any](
	ctx context.Context, from querier, scan func(scanner) (T, error), query string, args ...any,
) ([]T, error) {
	found, err := from.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var all []T
	for found.Next() {
		one, err := scan(found)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, found.Err()
}

const tokenColumns = `SELECT id, prefix, hash, name, group_id, scopes, networks, created_by, created_at, expires_at, used_at,
	revoked_at FROM tokens `

// Tokens lists tokens in the order in which they were made.
func (db *DB) Tokens(ctx context.Context, groupID int64) ([]storage.Token, error) {
	if groupID == 0 {
		return rows(ctx, db.readers, scanToken, tokenColumns+`ORDER BY id`)
	}
	return rows(ctx, db.readers, scanToken, tokenColumns+`WHERE group_id = ? ORDER BY id`, groupID)
}

// TokenByPrefix is one token.
func (db *DB) TokenByPrefix(ctx context.Context, prefix string) (storage.Token, error) {
	t, err := scanToken(db.readers.QueryRowContext(ctx, tokenColumns+`WHERE prefix = ?`, prefix))
	return t, notFound(err, "token")
}

func scanToken(row scanner) (t storage.Token, err error) {
	var hash []byte
	var group sql.NullInt64
	var scopes, networks, created, expires, used, revoked string
	err = row.Scan(&t.ID, &t.Prefix, &hash, &t.Name, &group, &scopes, &networks, &t.CreatedBy, &created, &expires,
		&used, &revoked)
	if err != nil {
		return t, err
	}
	copy(t.Hash[:], hash)
	t.GroupID, t.Scopes = group.Int64, strings.Fields(scopes)
	t.CreatedAt, t.ExpiresAt = column.ParseOurDate(created), column.ParseOurDate(expires)
	t.UsedAt, t.RevokedAt = column.ParseOurDate(used), column.ParseOurDate(revoked)
	t.Networks, err = column.ParseNetworks(networks)
	return t, err
}

// Audit lists audit entries, the newest first.
func (db *DB) Audit(ctx context.Context, q storage.AuditQuery) ([]storage.AuditEntry, error) {
	query := `SELECT seq, at, actor, name, group_id, action, object, origin, request_id, status, code,
		left_out		FROM audit WHERE 1`
	var args []any
	add := func(condition string, value any) {
		query += condition
		args = append(args, value)
	}
	if q.GroupID != 0 {
		add(` AND group_id = ?`, q.GroupID)
	}
	if q.Actor != "" {
		add(` AND actor = ?`, q.Actor)
	}
	if q.BeforeSeq != 0 {
		add(` AND seq < ?`, q.BeforeSeq)
	}
	return rows(ctx, db.readers, scanAudit, query+` ORDER BY seq DESC LIMIT ?`, append(args, limitOr(q.Limit))...)
}

func scanAudit(row scanner) (e storage.AuditEntry, err error) {
	var at string
	err = row.Scan(&e.Seq, &at, &e.Actor, &e.Name, &e.GroupID, &e.Action, &e.Object, &e.From, &e.RequestID, &e.Status,
		&e.Code, &e.Left)
	e.At = column.ParseOurDate(at)
	return e, err
}

// AddGroup keeps a group and gives it an ID.
func (t *Tx) AddGroup(ctx context.Context, g storage.Group) (storage.Group, error) {
	g.CreatedAt = t.Now().Truncate(time.Millisecond)
	res, err := t.exec(ctx, `INSERT INTO store_groups (name, created_at) VALUES (?, ?)`, g.Name,
		column.OurDate(g.CreatedAt))
	if isUnique(err) {
		return g, fmt.Errorf("group %q: %w", g.Name, storage.ErrExists)
	}
	if err != nil {
		return g, err
	}
	g.ID, err = res.LastInsertId()
	return g, err
}

// DropGroup removes a group with its tokens and users.
func (t *Tx) DropGroup(ctx context.Context, id int64) error {
	res, err := t.exec(ctx, `DELETE FROM store_groups WHERE id = ?`, id)
	if isForeign(err) {
		return fmt.Errorf("group %d: %w", id, storage.ErrInUse)
	}
	return oneChanged(res, err, "group %d", id)
}

func isForeign(err error) bool {
	coded := (*sqlite.Error)(nil)
	return errors.As(err, &coded) && coded.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
}

// AddToken keeps a token and gives it an ID.
func (t *Tx) AddToken(ctx context.Context, k storage.Token) (storage.Token, error) {
	k.CreatedAt = t.Now().Truncate(time.Millisecond)
	res, err := t.exec(ctx, `INSERT INTO tokens (prefix, hash, name, group_id, scopes, networks, created_by, created_at,
		expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, k.Prefix, k.Hash[:], k.Name, idOrNull(k.GroupID),
		strings.Join(k.Scopes, " "), column.Networks(k.Networks), k.CreatedBy, column.OurDate(k.CreatedAt),
		column.OurDate(k.ExpiresAt))
	switch {
	case isUnique(err):
		return k, fmt.Errorf("token: %w", storage.ErrExists)
	case isForeign(err):
		return k, fmt.Errorf("group %d: %w", k.GroupID, storage.ErrNotFound)
	case err != nil:
		return k, err
	}
	k.ID, err = res.LastInsertId()
	return k, err
}

// RevokeToken ends a token. A token that ended before keeps that time.
func (t *Tx) RevokeToken(ctx context.Context, id int64, at time.Time) error {
	res, err := t.exec(ctx, `UPDATE tokens SET revoked_at = CASE revoked_at WHEN '' THEN ? ELSE revoked_at END
		WHERE id = ?`, column.OurDate(at), id)
	return oneChanged(res, err, "token %d", id)
}

// UseToken notes when a token was used last.
func (t *Tx) UseToken(ctx context.Context, id int64, at time.Time) error {
	_, err := t.exec(ctx, `UPDATE tokens SET used_at = ? WHERE id = ?`, column.OurDate(at), id)
	return err
}

// LogAudit appends entries in their order.
func (t *Tx) LogAudit(ctx context.Context, entries []storage.AuditEntry) error {
	for _, e := range entries {
		_, err := t.exec(ctx, `INSERT INTO audit (at, actor, name, group_id, action, object, origin, request_id, status, code,
			left_out) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, column.OurDate(e.At), e.Actor, e.Name, e.GroupID, e.Action,
			e.Object, e.From, e.RequestID, e.Status, e.Code, e.Left)
		if err != nil {
			return fmt.Errorf("sqlite: audit: %w", err)
		}
	}
	return nil
}

// DropAudit removes the entries older than a time.
func (t *Tx) DropAudit(ctx context.Context, before time.Time) error {
	_, err := t.exec(ctx, `DELETE FROM audit WHERE at < ?`, column.OurDate(before))
	return err
}
