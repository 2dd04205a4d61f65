package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Shown is the request that a write makes, for people who want to look before they send.
type Shown struct {
	Method string          `json:"method"`
	Path   string          `json:"path"` // below wc/v3
	Body   json.RawMessage `json:"body,omitempty"`
}

// Preview gives the request that a write would make now, products found by their SKUs included, or the *Invalid that
// Accept or the sending would end in. It reads from the store at most, and keeps nothing. The marker shows the place of
// an id that is given on acceptance; several writes of one collection travel together, in one request to its /batch.
func (b *Outbox) Preview(ctx context.Context, shop woo.Doer, w Write) (Shown, error) {
	checked, err := b.Check(ctx, shop, []Write{w})
	if err != nil {
		return Shown{}, err
	}
	w = checked[0]
	if fields := validate(w); len(fields) > 0 {
		return Shown{}, &Invalid{Key: w.Key, Fields: fields}
	}
	w.ID = "(given on acceptance)"
	t := targets[w.Resource]
	shown := Shown{Method: http.MethodPost, Path: t.route.List(w.ParentID)}
	switch w.Action {
	case Delete:
		shown.Method, shown.Path = http.MethodDelete, t.route.Record(w.ParentID, w.RecordID)
		if w.Force || !t.route.HasTrash() {
			shown.Path += "?force=true"
		}
		return shown, nil
	case Update:
		shown.Method, shown.Path = http.MethodPut, t.route.Record(w.ParentID, w.RecordID)
	}
	body := w.Body
	if w.Resource == storage.Orders {
		names, err := FindSKUs(ctx, b.repo, shop, w.StoreID, skusOf(w))
		if err != nil {
			return Shown{}, err
		}
		found, reason, err := b.resolveLines(ctx, shop, names, w, body)
		switch {
		case err != nil:
			return Shown{}, err
		case reason != nil:
			return Shown{}, &Invalid{Key: w.Key, Fields: reason.Fields}
		}
		body = found
	}
	body, err = marked(w, body)
	shown.Body = body
	return shown, err
}

// findBase takes the mirror's record for the version that the caller saw, where the caller gave none.
func (b *Outbox) findBase(ctx context.Context, w *Write) error {
	if w.Base != nil || w.Action != Update {
		return nil
	}
	record, err := b.repo.MirroredRecord(ctx, w.StoreID, w.Ref())
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	w.Base = record.Raw
	return err
}

// Difference is one field of a write that waits for a decision, in all versions; null where there is none.
type Difference struct {
	Field  string          `json:"field"`
	Seen   json.RawMessage `json:"seen"`   // in the version the write is based on
	Theirs json.RawMessage `json:"theirs"` // on the store
	Ours   json.RawMessage `json:"ours"`   // in the write
}

// Differences lays the versions of a conflict side by side: every field that the write names, and every other one that
// changed on the store since. Nil unless the write is a conflict.
func (w Write) Differences() []Difference {
	if w.Reason == nil || w.Reason.Theirs == nil {
		return nil
	}
	ours, err1 := leaves(w.Body)
	theirs, err2 := recordLeaves(w.Reason.Theirs)
	seen := map[string]json.RawMessage{}
	var err3 error
	if w.Base != nil {
		seen, err3 = recordLeaves(w.Base)
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
	for _, path := range sortedKeys(fields) {
		list = append(list, Difference{Field: path, Seen: or(seen, path), Theirs: or(theirs, path),
			Ours: or(ours, path)})
	}
	return list
}

// Behind is a write that holds back later ones of its subject.
type Behind struct {
	ID    string `json:"id"`
	State State  `json:"state"`
}

// String says what a write that is held back waits for, and what to do.
func (b Behind) String() string {
	if b.State == Parked {
		return fmt.Sprintf("waits behind %[1]s, which is parked: decide about that one (waybill outbox show %[1]s)",
			b.ID)
	}
	return fmt.Sprintf("waits behind %s, which is %s: it is sent after that one", b.ID, b.State)
}

// HeldByPerson says whether a write is not sent before a person has decided about another one.
func (w Write) HeldByPerson() bool { return w.Behind != nil && w.Behind.State == Parked }
