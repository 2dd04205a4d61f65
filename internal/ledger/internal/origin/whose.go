package origin

import (
	"encoding/json"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// Difference is one content of a record and the next. Before is nil for a new record, After for one that is gone.
type Difference struct {
	Ref           storage.Ref
	ParentID      int64
	Before, After json.RawMessage
}

// Doing is whose doing a difference is.
type Doing struct {
	Origin storage.Origin
	// WriteID names the write of ours that made the difference; empty when somebody else did.
	WriteID string
	// Doubled is a write that was found to have made a second record, as it is to be kept from now on; nil when there
	// is none.
	Doubled *storage.Write
}

var foreign = Doing{Origin: storage.Foreign}

func own(w storage.Write) Doing { return Doing{Origin: storage.Own, WriteID: w.ID} }

// Whose tells whose doing a difference is.
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
			doing.Doubled = doubled(*w, d)
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

// doubled gives a write as it is to be kept after a second record with its mark was met; nil when that was known.
func doubled(w storage.Write, d Difference) *storage.Write {
	record, err := storage.ParseRecord(d.Ref.Resource, d.ParentID, d.After)
	if err != nil {
		return nil // it came from a store as a record, with an id; nothing that is not one gets here
	}
	if w, more := outbox.MadeAlso(w, record); more {
		return &w
	}
	return nil
}

// late is a write to a record whose answer was lost and which was settled a short time ago; nil when there is none. The
// store may carry it out only now, and then moves its stamps although nothing changes.
func (f *Facts) late(d Difference) *storage.Write {
	var found *storage.Write
	for _, w := range f.Settled[storage.SubjectOf(d.Ref, d.ParentID)] {
		if w.Lost > 0 {
			found = &w
		}
	}
	return found
}
