package wire

import (
	"encoding/json"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Record is a record of a mirror.
type Record struct {
	Resource   storage.Resource `json:"resource"`
	ID         int64            `json:"id,omitempty" doc:"The store's number of it."`
	Slug       string           `json:"slug,omitempty" doc:"Its name, where the store gives it no number."`
	ParentID   int64            `json:"parent_id,omitempty" doc:"Order of a refund or note, product of a variation."`
	Status     string           `json:"status,omitempty"`
	CreatedAt  time.Time        `json:"created_at,omitzero"`
	ModifiedAt time.Time        `json:"modified_at,omitzero"`
	SeenAt     time.Time        `json:"seen_at" doc:"When this content was first read."`
	Hash       storage.Hash     `json:"hash" doc:"Of the content. It is the same as that of the change that brought it."`
	Record     json.RawMessage  `json:"record" doc:"The record as the store sent it."`
}

// RecordOf is a record of a mirror.
func RecordOf(r storage.Record) Record {
	return Record{Resource: r.Resource, ID: r.ID, Slug: r.Slug, ParentID: r.ParentID, Status: r.Status,
		CreatedAt: r.Created, ModifiedAt: r.Modified, SeenAt: r.SeenAt, Hash: r.Hash, Record: r.Raw}
}
