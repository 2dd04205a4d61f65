package origin

import (
	"encoding/json"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// Entry is how a record that a write has brought enters the mirror.
type Entry struct {
	// Take says that the record is put into the mirror. It is false where the mirror's copy carries a later stamp of
	// the store.
	Take bool
	// Again says that the record is to be read once more. A pull has brought it while the write was under way; which of
	// the two is newer only another reading tells, and until then the store's own stamps decide.
	Again bool
}

// Enters decides how the record that came with the answer to a write enters the mirror. held is what the mirror has of
// that record.
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

// EditedSince says whether a record that a create has made was found late and no longer as it was asked for. Then
// somebody has edited it, and an update is announced behind the creation.
func EditedSince(w storage.Write, raw json.RawMessage) bool {
	return w.Action == storage.ActionCreate && w.Lost > 0 && !outbox.Untouched(w, raw)
}

// Edited is the announcement of an edit that came after the creation.
func Edited(w storage.Write, record storage.Record, at time.Time) storage.Change {
	return storage.Change{StoreID: w.StoreID, Ref: record.Ref, ParentID: record.ParentID, Kind: storage.Updated, At: at,
		Origin: storage.Foreign, Hash: record.Hash}
}
