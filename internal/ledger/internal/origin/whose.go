package origin

import (
	"encoding/json"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// Difference is the content of a record before and after a change. Before is nil for a new record, After for one that
// is gone.
type Difference struct {
	Ref           storage.Ref
	ParentID      int64
	Before, After json.RawMessage
}

// Doing says who made a difference.
type Doing struct {
	Origin storage.Origin
	// WriteID names the write of ours that made the difference; empty when none did.
	WriteID string
	// Doubled is a write that was found to have made a second record, with the second record noted in it; nil
	// otherwise.
	Doubled *storage.Write
}

var foreign = Doing{Origin: storage.Foreign}

func own(w storage.Write) Doing { return Doing{Origin: storage.Own, WriteID: w.ID} }

// Whose says whose doing a difference is.
func (f *Facts) Whose(d Difference) Doing {
	if w := f.Settling; w != nil {
		if d.Before == nil || d.After == nil || outbox.CausedAll(*w, d.Before, d.After) {
			return own(*w)
		}
		return foreign
	}
	if f.Own {
		return Doing{Origin: storage.Own, WriteID: f.WriteID}
	}
	if w, found := outbox.Cause(f.Open, d.Ref, d.ParentID, d.Before, d.After); found {
		return own(w)
	}
	if d.Before == nil && d.After != nil {
		if w := f.maker(d.After); w != nil {
			doing := own(*w)
			if doing.Doubled = doubled(*w, d); doing.Doubled == nil && copied(*w, d.Ref) {
				return foreign
			}
			return doing
		}
	}
	if d.Before != nil && d.After != nil && f.SettledLately() && outbox.Restamped(d.Before, d.After) {
		if w := f.late(d); w != nil {
			return own(*w)
		}
	}
	return foreign
}

// copied says whether a record that carries the mark of a write is not the one that the write is known to have made:
// something in the store has copied that one with its meta data, as renewals, splits and translations do.
func copied(w storage.Write, ref storage.Ref) bool {
	return w.Resource != ref.Resource || w.State == storage.WriteDone && w.RecordID != 0 && w.RecordID != ref.ID
}

// doubled returns a write with a second record of its mark noted in it; nil when the second record was known.
func doubled(w storage.Write, d Difference) *storage.Write {
	record, err := storage.ParseRecord(d.Ref.Resource, d.ParentID, d.After)
	if err != nil {
		return nil // cannot happen: the text came from a store as a record with an id
	}
	if w, more := outbox.MadeAlso(w, record); more {
		return &w
	}
	return nil
}

// late returns a write to a record whose answer was lost and that was settled a short time ago; nil when there is none.
// The store may carry the write out only now, and then changes the modification time although nothing else changes.
func (f *Facts) late(d Difference) *storage.Write {
	var found *storage.Write
	for _, w := range f.Settled[storage.SubjectOf(d.Ref, d.ParentID)] {
		if w.Lost > 0 {
			found = &w
		}
	}
	return found
}
