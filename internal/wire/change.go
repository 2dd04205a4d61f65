package wire

import (
	"time"

	"github.com/waybillhq/waybill/internal/records"
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

// ChangeOf is a change of the log.
func ChangeOf(c records.NamedChange) Change {
	return Change{
		Seq: c.Seq, Store: c.Store, Resource: c.Resource, ID: c.ID, Slug: c.Slug, ParentID: c.ParentID,
		Kind: c.Kind, At: c.At, Origin: c.Origin, WriteID: c.WriteID, Hash: c.Hash,
	}
}
