package storage

import (
	"encoding/json"
	"time"
)

// Query selects records of one store and resource. The zero value of a field does not filter.
type Query struct {
	StoreID  int64
	Resource Resource
	// Statuses keeps records whose status is one of these. When empty, records in the trash are left out unless
	// WithTrash is set.
	Statuses  []string
	WithTrash bool
	// CreatedFrom is inclusive, CreatedBefore exclusive.
	CreatedFrom   time.Time
	CreatedBefore time.Time
	ModifiedFrom  time.Time
	// CustomerID keeps the orders of one customer.
	CustomerID int64
	// ParentID keeps the refunds or notes of one order, the variations of one product.
	ParentID int64
	// Number keeps the orders that people know by it, Email the orders with this billing address or the customers with
	// this one, whatever its case, SKU the products or variations with exactly it. Other resources have none.
	Number, Email, SKU string
	// After begins the list behind a record, which need not be there any more; nil begins at its beginning.
	After *Ref
	// Text keeps records that contain it, without regard to case, in the fields a person would look at: number, names,
	// e-mail, SKU, code, title.
	Text string
	// OldestFirst orders by identifier ascending; default is newest first.
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

// Rows is the answer to a free SQL question.
type Rows struct {
	Columns []string
	// Values holds one slice per row; a value is nil, int64, float64, string or []byte.
	Values [][]any
	// Truncated says that more rows existed than were asked for.
	Truncated bool
}

// Cursor is a named place in a store where work continues. Its value is the mirror's own JSON; storage only keeps it.
type Cursor struct {
	StoreID int64
	Name    string
	Value   json.RawMessage
	// UpdatedAt is when it was last moved.
	UpdatedAt time.Time
}

// Range selects the records of a resource whose identifiers lie in (AfterID, ToID], in the trash or outside it.
type Range struct {
	Resource      Resource
	ParentID      int64 // 0: of any parent
	AfterID, ToID int64
	Trash         bool
	// CreatedFrom is inclusive, CreatedBefore exclusive; zero leaves the side open.
	CreatedFrom, CreatedBefore time.Time
}
