package origin

import (
	"encoding/json"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// Entry is how a record that a write has brought enters the mirror.
type Entry struct {
	// Take says that it is put into the mirror. It is not where the mirror's copy carries a later stamp of the store.
	Take bool
	// Again says that it is to be read once more: a pull has brought the record while the write was under way, which of
	// the two is older only another reading tells, and until then the store's own stamps.
	Again bool
}

// Enters decides how the record that came with the answer to a write enters the mirror, which holds held of it.
func Enters(w storage.Write, record storage.Record, held storage.Held) Entry {
	return Entry{
		Take:  !Newer(held, record),
		Again: !held.SeenAt.Before(w.SentAt) && readAgain[record.Resource],
	}
}

// Newer says whether the mirror's copy of a record carries a later stamp of the store than a reading of it.
func Newer(held storage.Held, record storage.Record) bool {
	return held.Modified.After(record.Modified)
}

// EditedSince says whether a record that entered the mirror as the effect of a create was found some time after it was
// made and is no longer as it was asked for: then somebody's edit is announced too, as an update behind the creation.
func EditedSince(w storage.Write, raw json.RawMessage) bool {
	return w.Action == storage.ActionCreate && w.Lost > 0 && !outbox.Untouched(w, raw)
}

// Edited is that announcement.
func Edited(w storage.Write, record storage.Record, at time.Time) storage.Change {
	return storage.Change{StoreID: w.StoreID, Ref: record.Ref, ParentID: record.ParentID, Kind: storage.Updated, At: at,
		Origin: storage.Foreign, Hash: record.Hash}
}
