package origin

import (
	"encoding/json"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// Entry says how a record that a write has brought enters the mirror.
type Entry struct {
	// Take says that the record is put into the mirror. Take is false where the mirror's copy has a later modification
	// time by the store's clock.
	Take bool
	// Again says that the record is to be read once more, because a pull has brought it while the write was under way.
	// Only another reading tells which of the two is newer. Until then the store's modification times decide.
	Again bool
}

// Enters decides how the record in the answer to a write enters the mirror. held is the mirror's copy of the record.
func Enters(w storage.Write, record storage.Record, held storage.Held) Entry {
	return Entry{
		Take:  !Newer(held, record),
		Again: !held.SeenAt.Before(w.SentAt) && readAgain[record.Resource],
	}
}

// Newer says whether the mirror's copy of a record has a later modification time than a reading of the record.
func Newer(held storage.Held, record storage.Record) bool {
	return held.Modified.After(record.Modified)
}

// EditedSince says whether a create whose answer was lost has made a record that was edited before it was found. An
// update is then announced after the creation.
func EditedSince(w storage.Write, raw json.RawMessage) bool {
	return w.Action == storage.ActionCreate && w.Lost > 0 && !outbox.Untouched(w, raw)
}

// Edited returns the announcement of an edit that came after the creation.
func Edited(w storage.Write, record storage.Record, at time.Time) storage.Change {
	return storage.Change{StoreID: w.StoreID, Ref: record.Ref, ParentID: record.ParentID, Kind: storage.Updated, At: at,
		Origin: storage.Foreign, Hash: record.Hash}
}
