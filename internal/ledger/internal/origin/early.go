package origin

import (
	"encoding/json"

	"github.com/waybillhq/waybill/internal/storage"
)

// readAgain are the resources of which a reading that came too early is passed over and made again. The others
// (categories, tags, fulfilments) are read as whole lists, and often enough that the next reading corrects an older
// one.
var readAgain = map[storage.Resource]bool{
	storage.Orders: true, storage.Refunds: true, storage.OrderNotes: true, storage.Products: true,
	storage.Variations: true, storage.Coupons: true, storage.Customers: true,
}

// ReadAgain is the mark of a record whose reading was too early, or may have been.
func ReadAgain(ref storage.Ref, parentID int64) storage.Mark {
	return storage.Mark{Resource: ref.Resource, ID: ref.ID, ParentID: parentID,
		Reason: "was read while a write of ours may have been under way"}
}

// AsksWhen says whether the time of a reading matters. It does not where no write was settled lately, because then no
// reading can be older than a write's effect.
func (f *Facts) AsksWhen() bool { return !f.Known() && !f.Fresh && f.SettledLately() }

// TooEarly says whether a reading may be older than what a settled write put into the mirror: then the reading is
// passed over, and the record is marked to be read again. A reading that was made for such a mark came after the write.
// If another write was settled since, the mark's attempts show it: settling a write adds one to each mark of the
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
