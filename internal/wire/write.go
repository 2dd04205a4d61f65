package wire

import (
	"encoding/json"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// Write is a write.
type Write struct {
	ID             string           `json:"id"`
	IdempotencyKey string           `json:"idempotency_key"`
	Action         outbox.Action    `json:"action"`
	Resource       storage.Resource `json:"resource"`
	RecordID       int64            `json:"record_id,omitempty"`
	ParentID       int64            `json:"parent_id,omitempty"`
	State          outbox.State     `json:"state"`
	Repeated       bool             `json:"repeated,omitempty"`
	Policy         outbox.Policy    `json:"policy,omitempty"`
	Attempts       int              `json:"attempts"`
	AcceptedAt     time.Time        `json:"accepted_at"`
	SentAt         time.Time        `json:"sent_at,omitzero"`
	NextAt         time.Time        `json:"next_at,omitzero"`
	DoneAt         time.Time        `json:"done_at,omitzero"`
	Reason         *outbox.Reason   `json:"reason,omitempty"`
	WaitsBehind    *outbox.Behind   `json:"waits_behind,omitempty"`
	Body           json.RawMessage  `json:"body,omitempty"`
	Base           json.RawMessage  `json:"base,omitempty"`
	Record         json.RawMessage  `json:"record,omitempty"`
	// Lessons are what sending to the store has taught, where it bears on how lost writes are found.
	Lessons []string `json:"lessons,omitempty"`
	// Unconfirmed says why the mirror's word was taken for which record a SKU or an e-mail address stands for; empty
	// where the store said it.
	Unconfirmed string `json:"unconfirmed,omitempty"`
	// Conflict shows every version of each field that a person has to decide about.
	Conflict []outbox.Difference `json:"conflict,omitempty"`
}

// WriteOf is a write of the outbox. What it sends and what came back are left to whoever shows one write alone.
func WriteOf(w outbox.Write) Write {
	v := Write{
		ID: w.ID, IdempotencyKey: w.Key, Action: w.Action, Resource: w.Resource, RecordID: w.RecordID,
		ParentID: w.ParentID,
		State:    w.State, Attempts: w.Attempts, AcceptedAt: w.AcceptedAt, SentAt: w.SentAt, DoneAt: w.DoneAt,
		Reason: w.Reason, WaitsBehind: w.Behind,
	}
	if w.Unconfirmed != nil {
		v.Unconfirmed = "the store could not be asked which record this is, so the mirror's word was taken: " +
			w.Unconfirmed.Error()
	}
	if w.Action == outbox.Update {
		v.Policy = w.Policy
	}
	if !w.State.Final() && w.State != outbox.Parked && w.Behind == nil {
		v.NextAt = w.NextAt
	}
	return v
}
