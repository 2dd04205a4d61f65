package origin

import (
	"encoding/json"

	"github.com/waybillhq/waybill/internal/storage"
)

// readAgain are the resources of which a single record can be marked to be read again. Others (categories, tags) are
// read as whole lists, often enough that an older reading corrects itself.
var readAgain = map[storage.Resource]bool{
	storage.Orders: true, storage.Refunds: true, storage.OrderNotes: true, storage.Products: true,
	storage.Variations: true, storage.Coupons: true, storage.Customers: true,
}

// ReadAgain is the mark of a record whose reading was too early, or may have been.
func ReadAgain(ref storage.Ref, parentID int64) storage.Mark {
	return storage.Mark{Resource: ref.Resource, ID: ref.ID, ParentID: parentID,
		Reason: "was read while a write of ours may have been under way"}
}

// AsksWhen says whether the time of a reading matters at all: where nothing was settled lately, nothing can be older
// than it.
func (f *Facts) AsksWhen() bool { return !f.Known() && !f.Fresh && f.SettledLately() }

// TooEarly says whether a reading may be older than what a settled write put into the mirror: then it is not taken, and
// the record is marked to be read again. A reading that was made for a mark of this record came after the write, unless
// one was settled since, which the attempts of the mark show: settling counts one on each mark of the record.
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
