package sqlite

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

// sqlPart is the first number of a part of the index: what a store has of one resource.
const sqlPart = `(SELECT part << 44 FROM search_parts WHERE store_id = ? AND resource = ?)`

// shortest is how many characters the index begins with. Fewer are looked for in the records themselves.
const shortest = 3

// indexed says whether the index knows a text that is asked for.
func indexed(r storage.Resource, text string) bool {
	return len(column.Searched(r)) > 0 && utf8.RuneCountInString(column.Fold(text)) >= shortest
}

// phrase is a text as the index is asked for it.
func phrase(text string) string { return `"` + strings.ReplaceAll(column.Fold(text), `"`, `""`) + `"` }

// searchOf is the question for the records with a text that walks through the index in the order of ids and ends with
// the limit: a text that stands in every record costs no more than one that stands in few. It is not for what the index
// does not know, and while records wait to be indexed.
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

// textCondition selects the records with a text.
func textCondition(q storage.Query, text string) (condition string, args []any) {
	pattern := `%` + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(column.Fold(text)) + `%`
	if !indexed(q.Resource, text) {
		return `waybill_text(resource, raw) LIKE ? ESCAPE '\'`, []any{pattern}
	}
	part := []any{q.StoreID, string(q.Resource)}
	args = append(args, part...)
	args = append(args, phrase(text))
	args = append(args, part...)
	args = append(args, part...)
	// Records that have come since the index was last made are looked at themselves.
	return `id IN (SELECT search.rowid - ` + sqlPart + ` FROM search WHERE search MATCH ? AND search.rowid > ` + sqlPart +
		` AND search.rowid < ` + sqlPart + ` + (1 << 44) UNION ALL SELECT came.id FROM (SELECT DISTINCT id FROM changes
			WHERE seq > (SELECT seq FROM order_parts_until) AND store_id = ? AND resource = ?) came
		CROSS JOIN records r ON r.store_id = ? AND r.resource = ? AND r.id = came.id AND r.slug = ''
		WHERE waybill_text(r.resource, r.raw) LIKE ? ESCAPE '\')`, append(append(append(args, part...), part...), pattern)
}
