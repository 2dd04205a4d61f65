package origin

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// staleFor is how long a reading may take from its request to its transaction. A write that was settled within that
// time may have an effect that the reading misses.
const staleFor = 5 * time.Minute

// Since returns the earliest settlement of a write whose effect a reading of now may have missed.
func Since(now time.Time) time.Time { return now.Add(-staleFor) }

// Facts are what the database knows about the readings of one batch. The zero value knows of no write.
type Facts struct {
	// Now is the time by our clock.
	Now time.Time
	// SettledAt is when the outcome of a write of the store was last stored; zero if never.
	SettledAt time.Time
	// Open are the store's writes under way (sending or unknown), in the order of their acceptance.
	Open []storage.Write
	// Settled are the writes done since [Since], by subject, in the order of their acceptance. The map must be complete
	// for the subjects of the batch's records. It may be empty when SettledAt is earlier than [Since].
	Settled map[string][]storage.Write
	// Makers are the writes whose marks the batch's records carry, by id.
	Makers map[string]storage.Write
	// Done are the marks for which the batch was read, as they were before the reading. Marks are the ones among them
	// that still exist, as they are now.
	Done, Marks []storage.Mark

	// Settling is the write whose effect the batch is; nil in a pull.
	Settling *storage.Write
	// Fresh says that the batch was read after our last write to its records.
	Fresh bool
	// Own says that the caller knows the batch to be the doing of the write WriteID.
	Own     bool
	WriteID string
}

// SettledLately says whether a write of ours was settled so recently that a reading of now may have been made before.
func (f *Facts) SettledLately() bool {
	return !f.SettledAt.IsZero() && !f.SettledAt.Before(Since(f.Now))
}

// Known says that it is clear without further facts whose doing the batch is.
func (f *Facts) Known() bool { return f.Settling != nil || f.Own }

// MarkIn returns the id of the write that made a record, from the mark in the record's text; empty when there is no
// mark.
func MarkIn(raw json.RawMessage) string {
	if !bytes.Contains(raw, []byte(outbox.MarkerKey)) {
		return ""
	}
	return outbox.Marker(raw)
}

// maker returns the write of ours that made a record; nil when there is none, or when another Waybill made the record.
func (f *Facts) maker(raw json.RawMessage) *storage.Write {
	if len(f.Makers) == 0 {
		return nil
	}
	if w, ok := f.Makers[MarkIn(raw)]; ok {
		return &w
	}
	return nil
}
