package storage

import "time"

// Mark says that a record must be read again: the mirror's copy may be old, or the store may no longer have the record.
// With ID 0 the mark stands for all children of ParentID, such as the variations of a product or the notes of an order.
type Mark struct {
	Resource Resource
	ID       int64
	ParentID int64
	// Reason says to people why the record is read again.
	Reason string
	// Attempts counts the failed readings so far.
	Attempts int
	// Renewed counts how often the mark was made again while it existed.
	Renewed int
	// NotBefore delays the next reading.
	NotBefore time.Time
}

// Batch is what one transaction writes into a store's mirror: records, the changes that follow from them, and the
// cursors that say that they were read.
type Batch struct {
	// Records were seen on the store. Their hash may be empty.
	Records []Record
	// Gone are records that are confirmed to be gone from the store. One that the mirror does not hold is ignored.
	Gone []Ref
	// Cursors are kept under their names; a nil value removes one.
	Cursors []Cursor
	// Marks are added. An existing mark is renewed, and becomes due as early as the new one unless it has failed
	// before. Done are marks to remove, as they were read. A mark that was renewed since then stays, because the record
	// may have changed after it was read.
	Marks []Mark
	Done  []Mark
	// Failed marks stay, with one attempt more and the given NotBefore.
	Failed []Mark
	// Lines are the products that the lines of orders and refunds show. LinesUpTo is the change up to which all lines
	// are noted; 0 leaves that number as it is.
	Lines     []Lines
	LinesUpTo int64
	// Origin is that of the changes; empty means [Foreign]. WriteID goes with [Own].
	Origin  Origin
	WriteID string
	// Now is our clock; zero means the time of the transaction.
	Now time.Time
	// Same decides whether a record that reads differently has changed. Nil uses the rules that are true for every
	// store.
	Same *Sameness
	// New is a hint that most records are not in the mirror yet. An implementation may use it to be faster.
	New bool
}

// Applied counts what a [Batch] did.
type Applied struct {
	Created, Updated, Trashed, Restored, Deleted, Unchanged int
	// LastSeq is the number of the last change written, 0 when there was none.
	LastSeq int64
	// Replaced are the updated orders that are others than those that stood under their ids before.
	Replaced int
}

// Changes is the number of changes written.
func (a Applied) Changes() int {
	return a.Created + a.Updated + a.Trashed + a.Restored + a.Deleted
}

// Add sums two results.
func (a Applied) Add(b Applied) Applied {
	return Applied{
		Created: a.Created + b.Created, Updated: a.Updated + b.Updated, Trashed: a.Trashed + b.Trashed,
		Restored: a.Restored + b.Restored, Deleted: a.Deleted + b.Deleted, Unchanged: a.Unchanged + b.Unchanged,
		LastSeq: max(a.LastSeq, b.LastSeq), Replaced: a.Replaced + b.Replaced,
	}
}

// Count is how many records of a resource the mirror holds, those in the trash counted apart.
type Count struct {
	Live  int
	Trash int
}
