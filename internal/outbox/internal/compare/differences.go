package compare

import (
	"encoding/json"
	"errors"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
)

// Difference is one field of a write that waits for a decision, in all versions; null in a version without the field.
type Difference struct {
	Field  string          `json:"field"`
	Seen   json.RawMessage `json:"seen"`   // in the version on which the write is based
	Theirs json.RawMessage `json:"theirs"` // on the store
	Ours   json.RawMessage `json:"ours"`   // in the write
}

// Differences returns the versions of a conflict side by side: every field that the write names, and every other field
// that changed on the store since. It returns nil unless the write is a conflict.
func Differences(w intent.Write) []Difference {
	if w.Reason == nil || w.Reason.Theirs == nil {
		return nil
	}
	ours, err1 := document.Leaves(w.Body)
	theirs, err2 := document.RecordLeaves(w.Reason.Theirs)
	seen := map[string]json.RawMessage{}
	var err3 error
	if w.Base != nil {
		seen, err3 = document.RecordLeaves(w.Base)
	}
	if errors.Join(err1, err2, err3) != nil {
		return nil
	}
	fields := map[string]bool{}
	for path := range ours {
		fields[path] = true
	}
	for _, path := range changedPaths(seen, theirs) {
		fields[path] = true
	}
	null := json.RawMessage("null")
	or := func(versions map[string]json.RawMessage, path string) json.RawMessage {
		if value, ok := versions[path]; ok {
			return value
		}
		return null
	}
	var list []Difference
	for _, path := range document.SortedKeys(fields) {
		list = append(list, Difference{Field: path, Seen: or(seen, path), Theirs: or(theirs, path),
			Ours: or(ours, path)})
	}
	return list
}
