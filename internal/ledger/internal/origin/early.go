package origin

import (
	"encoding/json"

	"github.com/waybillhq/waybill/internal/storage"
)

// readAgain are the resources whose records are read again when a reading came too early. The other resources
// (categories, tags, fulfilments) are read as whole lists, often enough that the next reading corrects an older one.
var readAgain = map[storage.Resource]bool{
	storage.Orders: true, storage.Refunds: true, storage.OrderNotes: true, storage.Products: true,
	storage.Variations: true, storage.Coupons: true, storage.Customers: true,
}

// ReadAgain returns the mark of a record whose reading came too early, or may have.
func ReadAgain(ref storage.Ref, parentID int64) storage.Mark {
	return storage.Mark{Resource: ref.Resource, ID: ref.ID, ParentID: parentID,
		Reason: "was read while a write of ours may have been under way"}
}

// AsksWhen says whether the time of a reading matters. The time does not matter when no write was settled lately: no
// reading can then be older than a write's effect.
func (f *Facts) AsksWhen() bool { return !f.Known() && !f.Fresh && f.SettledLately() }

// TooEarly says whether a reading may be older than what a settled write put into the mirror. The caller then leaves
// the reading out and marks the record to be read again. A reading that was made for such a mark came after the write.
// The mark's attempts show whether another write was settled since: settling a write adds one to each mark of the
// record.
//
// Failure policy: a foreign edit that follows closely on a write of ours is announced one request later, never lost.
func (f *Facts) TooEarly(ref storage.Ref, parentID int64, raw json.RawMessage) bool {
	if !f.AsksWhen() || !readAgain[ref.Resource] || f.readForItsMark(ref) {
		return false
	}
	if len(f.Settled[storage.SubjectOf(ref, parentID)]) > 0 {
		return true
	}
	w := f.maker(raw)
	return w != nil && w.State == storage.WriteDone && !w.DoneAt.Before(Since(f.Now))
}

// readForItsMark says whether a record was read because of its mark, and no write to it has been settled since.
func (f *Facts) readForItsMark(ref storage.Ref) bool {
	for _, read := range f.Done {
		if read.Resource != ref.Resource || read.ID != ref.ID {
			continue
		}
		for _, now := range f.Marks {
			if now.Resource == read.Resource && now.ID == read.ID && now.ParentID == read.ParentID &&
				now.Attempts == read.Attempts {
				return true
			}
		}
	}
	return false
}
