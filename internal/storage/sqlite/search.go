package sqlite

import (
	"strings"
	"unicode/utf8"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

// sqlPart is the first row number of a part of the index. A part holds one store's records of one resource.
const sqlPart = `(SELECT part << 44 FROM search_parts WHERE store_id = ? AND resource = ?)`

// shortest is the shortest text, in characters, that the index can find. Shorter texts are searched for in the records
// themselves.
const shortest = 3

// indexed says whether the index can find a text.
func indexed(r storage.Resource, text string) bool {
	return len(column.Searched(r)) > 0 && utf8.RuneCountInString(column.Fold(text)) >= shortest
}

// phrase is a text as a phrase of the index's query language.
func phrase(text string) string { return `"` + strings.ReplaceAll(column.Fold(text), `"`, `""`) + `"` }

// textCondition is the SQL condition for records with a text.
func textCondition(q storage.Query, text string) (condition string, args []any) {
	pattern := column.Pattern(text)
	if !indexed(q.Resource, text) {
		return `waybill_text(resource, raw) LIKE ? ESCAPE '\'`, []any{pattern}
	}
	part := []any{q.StoreID, string(q.Resource)}
	args = append(args, part...)
	args = append(args, phrase(text))
	args = append(args, part...)
	args = append(args, part...)
	// Records that came since the index was last updated are searched directly.
	return `id IN (SELECT search.rowid - ` + sqlPart + ` FROM search WHERE search MATCH ? AND search.rowid > ` + sqlPart +
		` AND search.rowid < ` + sqlPart + ` + (1 << 44) UNION ALL SELECT came.id FROM (SELECT DISTINCT id FROM changes
			WHERE seq > (SELECT seq FROM order_parts_until) AND store_id = ? AND resource = ?) came
		CROSS JOIN records r ON r.store_id = ? AND r.resource = ? AND r.id = came.id AND r.slug = ''
		WHERE waybill_text(r.resource, r.raw) LIKE ? ESCAPE '\')`, append(append(append(args, part...), part...), pattern)
}
