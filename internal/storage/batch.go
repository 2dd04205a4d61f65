package storage

import "time"

// Mark says that a record must be read again, because something hints that the mirror's copy is old or that the store
// no longer has it. With ID 0 it stands for all children of ParentID (the variations of a product, the notes of an
// order).
type Mark struct {
	Resource Resource
	ID       int64
	ParentID int64
	// Reason is for people: why the record is looked at again.
	Reason string
	// Attempts counts the readings that failed so far.
	Attempts int
	// Renewed counts how often the mark was made again while it was there.
	Renewed int
	// NotBefore delays the next reading.
	NotBefore time.Time
}

// Batch is what one transaction writes into a store's mirror: records, the changes that follow from them, and the
// cursors that say they were read.
type Batch struct {
	// Records are on the store. Their hash may be left empty.
	Records []Record
	// Gone are confirmed to be no longer on the store. A record that is not in the mirror is passed over.
	Gone []Ref
	// Cursors are kept under their names; a nil value removes one.
	Cursors []Cursor
	// Marks are added. A mark that is there already is renewed, and becomes due as early as the new one unless it has
	// failed before. Done are the marks to remove, as they were read: a mark that was renewed since then stays, because
	// the record may have changed after it was looked at.
	Marks []Mark
	Done  []Mark
	// Failed marks stay, with one attempt more and the given NotBefore.
	Failed []Mark
	// Lines note which products the lines of orders and refunds show. LinesUpTo is the change up to which all lines are
	// noted; 0 changes nothing about that.
	Lines     []Lines
	LinesUpTo int64
	// Origin of the changes; empty means [Foreign]. WriteID goes with [Own].
	Origin  Origin
	WriteID string
	// Now is our clock; zero means the time of the transaction.
	Now time.Time
	// Same decides whether a record that reads otherwise has changed; nil stands for what holds for every store.
	Same *Sameness
	// New promises nothing, but says that most records are probably not in the mirror yet, which the implementation may
	// use to go faster.
	New bool
}

// Applied counts what a [Batch] did.
type Applied struct {
	Created, Updated, Trashed, Restored, Deleted, Unchanged int
	// LastSeq is the number of the last change written, 0 when there was none.
	LastSeq int64
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
		LastSeq: max(a.LastSeq, b.LastSeq),
	}
}

// Count is how many records of a resource the mirror holds, the trash counted apart as the store counts it.
type Count struct {
	Live  int
	Trash int
}
