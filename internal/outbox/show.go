package outbox

import (
	"encoding/json"
	"net/http"
)

// Shown is the request that a write would make, for people who want to look before they send.
type Shown struct {
	Method string          `json:"method"`
	Path   string          `json:"path"` // below wc/v3
	Body   json.RawMessage `json:"body,omitempty"`
}

// Show gives the request of a write, or the *Invalid that Accept would give. Products named by SKU are still to be
// found, and the marker shows the place of an id that is given on acceptance.
func Show(w Write) (Shown, error) {
	if fields := validate(w); len(fields) > 0 {
		return Shown{}, &Invalid{Key: w.Key, Fields: fields}
	}
	if w.ID == "" {
		w.ID = "(given on acceptance)"
	}
	t := targets[w.Resource]
	shown := Shown{Method: http.MethodPost, Path: t.collectionPath(w.ParentID)}
	switch w.Action {
	case Delete:
		shown.Method, shown.Path = http.MethodDelete, t.recordPath(w.ParentID, w.RecordID)
		if w.Force || !t.trash {
			shown.Path += "?force=true"
		}
		return shown, nil
	case Update:
		shown.Method, shown.Path = http.MethodPut, t.recordPath(w.ParentID, w.RecordID)
	}
	body, err := marked(w, w.Body)
	shown.Body = body
	return shown, err
}
