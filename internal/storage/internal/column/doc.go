// Package column says how values stand in the columns of a database, alike in every one: how dates are written, and
// what of a record's JSON is looked up and searched. The columns are an interface (docs/schema.md), so a date must read
// the same wherever it is asked for.
//
// It knows no database and no SQL.
//
//	column.OurDate(time.Date(2026, 11, 23, 10, 6, 8, 0, time.UTC)) // 2026-11-23T10:06:08.000Z
package column
