package sqlite

import (
	"database/sql"
	"time"
)

// The store's own dates keep the form WooCommerce gives them, so that they compare with what people see in the JSON;
// ours carry milliseconds and a Z.
const (
	storeTime = "2006-01-02T15:04:05"
	ourTime   = "2006-01-02T15:04:05.000Z"
)

// storeDate is NULL for a date the store did not give.
func storeDate(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(storeTime)
}

func ourDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(ourTime)
}

func parseStoreDate(s sql.NullString) time.Time {
	if !s.Valid {
		return time.Time{}
	}
	t, err := time.Parse(storeTime, s.String)
	if err != nil {
		return time.Time{} // only this package writes the column
	}
	return t
}

func parseOurDate(s string) time.Time {
	t, err := time.Parse(ourTime, s)
	if err != nil {
		return time.Time{}
	}
	return t
}
