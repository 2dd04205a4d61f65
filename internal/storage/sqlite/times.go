package sqlite

import (
	"database/sql"
	"time"

	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

// parseStoreDate reads a date of the store, in UTC; the zero time for NULL.
func parseStoreDate(s sql.NullString) time.Time {
	if !s.Valid {
		return time.Time{}
	}
	return column.ParseStoreDate(&s.String)
}
