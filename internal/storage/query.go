package storage

import (
	"encoding/json"
	"time"
)

// Query selects records of one store and resource. The zero value of a field does not filter.
type Query struct {
	StoreID  int64
	Resource Resource
	// Statuses selects records with one of these statuses. When it is empty, records in the trash are left out unless
	// WithTrash is set.
	Statuses  []string
	WithTrash bool
	// CreatedFrom is inclusive, CreatedBefore exclusive.
	CreatedFrom   time.Time
	CreatedBefore time.Time
	ModifiedFrom  time.Time
	// CustomerID selects the orders of one customer.
	CustomerID int64
	// ParentID selects the refunds or notes of one order, or the variations of one product.
	ParentID int64
	// Number selects the orders that people know by that number. Email selects the orders with that billing address, or
	// the customers with that address, ignoring case. SKU selects the products or variations with exactly that SKU.
	// Other resources have none of these.
	Number, Email, SKU string
	// After begins the list after a record, which need not exist any more. Nil begins at the first record.
	After *Ref
	// Text selects records that contain it, ignoring case, in the fields that a person would look at: number, names,
	// e-mail, SKU, code, title.
	Text string
	// OldestFirst sorts by ascending identifier. The default is the newest first.
	OldestFirst bool
	Limit       int // 0 means no limit
	Offset      int
}

// ChangeQuery selects changes in order of their numbers.
type ChangeQuery struct {
	StoreID   int64 // 0: all stores
	GroupID   int64 // 0: of any group, or none
	Resources []Resource
	Record    Ref   // the zero Ref: any
	After     int64 // exclusive
	Limit     int   // 0 means no limit
}

// Rows is the answer to an SQL statement of a person.
type Rows struct {
	Columns []string
	// Values holds one slice per row; a value is nil, int64, float64, string or []byte.
	Values [][]any
	// Truncated says that there were more rows than the limit.
	Truncated bool
}

// Cursor is a named place in a store where work continues. Its value is the mirror's own JSON.
type Cursor struct {
	StoreID int64
	Name    string
	Value   json.RawMessage
	// UpdatedAt is when the cursor last changed.
	UpdatedAt time.Time
}

// Range selects the records of a resource with identifiers in (AfterID, ToID], either in the trash or outside it.
type Range struct {
	Resource      Resource
	ParentID      int64 // 0: of any parent
	AfterID, ToID int64
	Trash         bool
	// CreatedFrom is inclusive, CreatedBefore exclusive. A zero bound leaves its side open.
	CreatedFrom, CreatedBefore time.Time
}
