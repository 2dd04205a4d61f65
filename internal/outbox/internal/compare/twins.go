package compare

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
)

// Twins are the notes, of those that came with one or after it, that say the same to the same readers.
func Twins(id int64, notes map[int64]json.RawMessage) []int64 {
	one, err := document.Parse(notes[id])
	if err != nil {
		return nil
	}
	var twins []int64
	for _, other := range slices.Sorted(maps.Keys(notes)) {
		note, err := document.Parse(notes[other])
		if err == nil && other != id && document.Text(note, "note") == document.Text(one, "note") &&
			document.Same(note["customer_note"], one["customer_note"]) {
			twins = append(twins, other)
		}
	}
	return twins
}
