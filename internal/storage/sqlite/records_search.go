package sqlite

import (
	"context"
	"strings"

	"github.com/waybillhq/waybill/internal/storage"
)

// searchOf is the SQL that finds records with a text by walking the index in the order of ids up to the limit. So a
// text that occurs in every record costs no more than a rare one. ok is false for texts and resources that the index
// does not cover, and while records wait to be indexed.
func (db *DB) searchOf(ctx context.Context, q storage.Query) (query string, args []any, ok bool) {
	text := strings.TrimSpace(q.Text)
	if !indexed(q.Resource, text) || q.Number != "" || q.Email != "" || q.SKU != "" {
		return "", nil, false
	}
	if waiting, err := db.unprepared(ctx); err != nil || waiting {
		return "", nil, false
	}
	q.Text = ""
	where, conditions := whereOf(q)
	order := ` ORDER BY search.rowid DESC`
	if q.OldestFirst {
		order = ` ORDER BY search.rowid`
	}
	part := []any{q.StoreID, string(q.Resource)}
	args = append(args, part...)
	args = append(args, conditions...)
	args = append(args, phrase(text))
	args = append(args, part...)
	args = append(args, part...)
	return `SELECT ` + recordColumns + ` FROM search CROSS JOIN records ON id = search.rowid - ` + sqlPart + where +
		` AND slug = '' AND search MATCH ? AND search.rowid > ` + sqlPart + ` AND search.rowid < ` + sqlPart +
		` + (1 << 44)` + order + ` LIMIT ? OFFSET ?`, append(args, limitOr(q.Limit), q.Offset), true
}
