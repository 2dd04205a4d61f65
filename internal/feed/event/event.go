package event

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Change is a change that was seen.
type Change struct {
	Seq      int64            `json:"seq"`
	Store    string           `json:"store"`
	Resource storage.Resource `json:"resource"`
	ID       int64            `json:"id,omitempty"`
	Slug     string           `json:"slug,omitempty"`
	ParentID int64            `json:"parent_id,omitempty"`
	Kind     storage.Kind     `json:"kind"`
	At       time.Time        `json:"at"`
	Origin   storage.Origin   `json:"origin"`
	WriteID  string           `json:"write_id,omitempty"`
	Hash     storage.Hash     `json:"hash,omitzero"` // of the record's JSON after the change
}

// ChangeOf turns an entry of the log into what receivers get of it; store is the name of the entry's store.
func ChangeOf(c storage.Change, store string) Change {
	return Change{
		Seq: c.Seq, Store: store, Resource: c.Resource, ID: c.ID, Slug: c.Slug, ParentID: c.ParentID,
		Kind: c.Kind, At: c.At, Origin: c.Origin, WriteID: c.WriteID, Hash: c.Hash,
	}
}

// Event is what a receiver gets.
type Event struct {
	Type string `json:"type"`
	Change
	// Record is the record as the mirror holds it now; absent when it is gone, and in thin events.
	Record json.RawMessage `json:"record,omitempty"`
	// Outdated says that the record has changed again since: a later change tells of that.
	Outdated bool `json:"outdated,omitempty"`
	// Test marks an event that somebody sent to try the receiver: nothing has changed.
	Test bool `json:"test,omitempty"`
}

// TypeOf is what happened to what, such as orders.created.
func TypeOf(c storage.Change) string { return string(c.Resource) + "." + string(c.Kind) }

// Of is the event of a change without a record.
func Of(c storage.Change, store string) Event {
	return Event{Type: TypeOf(c), Change: ChangeOf(c, store)}
}

// With is the event with the record as it is now; record is nil where the mirror holds none. fields are the members of
// the record that are sent, with dots between them (billing.email); none for all.
func (e Event) With(record *storage.Record, fields []string) Event {
	switch {
	case record == nil:
		e.Outdated = e.Kind != storage.Deleted
	default:
		e.Record, e.Outdated = Project(record.Raw, fields), e.Hash != storage.Hash{} && record.Hash != e.Hash
	}
	return e
}

// Project keeps some members of an object. A member of each element of a list is named as if the list were not there
// (line_items.sku). What is no object stays whole.
func Project(raw json.RawMessage, fields []string) json.RawMessage {
	if len(fields) == 0 {
		return raw
	}
	tree := map[string]any{}
	for _, field := range fields {
		at := tree
		parts := strings.Split(field, ".")
		for i, part := range parts {
			below, there := at[part].(map[string]any)
			if known, set := at[part]; set && known == nil {
				break // all of it is wanted already
			}
			if i == len(parts)-1 {
				at[part] = nil
				break
			}
			if !there {
				below = map[string]any{}
				at[part] = below
			}
			at = below
		}
	}
	return pick(raw, tree)
}

// pick keeps the members of a tree; a nil branch is kept whole.
func pick(raw json.RawMessage, tree map[string]any) json.RawMessage {
	switch first(raw) {
	case '{':
		var object map[string]json.RawMessage
		if json.Unmarshal(raw, &object) != nil {
			return raw
		}
		kept := make(map[string]json.RawMessage, len(tree))
		for name, below := range tree {
			value, there := object[name]
			if !there {
				continue
			}
			if branch, deeper := below.(map[string]any); deeper {
				value = pick(value, branch)
			}
			kept[name] = value
		}
		return encoded(kept, raw)
	case '[':
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil {
			return raw
		}
		for i := range list {
			list[i] = pick(list[i], tree)
		}
		return encoded(list, raw)
	}
	return raw
}

func encoded(v any, or json.RawMessage) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		return or
	}
	return text
}

func first(raw json.RawMessage) byte {
	for _, c := range raw {
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return c
		}
	}
	return 0
}
