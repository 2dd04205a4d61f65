package intent

import (
	"encoding/json"

	"github.com/waybillhq/waybill/internal/storage"
)

// Storage keeps writes, so package storage defines their type. These are the outbox's names for it. The outbox decides
// what may become of a write.
type (
	// Write is one intent to change a store.
	Write = storage.Write
	// Action is what a write does to its record.
	Action = storage.WriteAction
	// State is how far a write is; the documentation of package outbox draws the transitions.
	State = storage.WriteState
	// Policy decides what happens to an update when the store's record is no longer the one the caller saw.
	Policy = storage.WritePolicy
	// Reason says why a write is in its state, in words for people and as a code for programs.
	Reason = storage.WriteReason
	// FieldError says what is wrong with one field.
	FieldError = storage.FieldError
	// Behind is a write that holds back later writes of its subject.
	Behind = storage.Behind
	// Query selects writes.
	Query = storage.WriteQuery
)

// The actions.
const (
	Create = storage.ActionCreate
	Update = storage.ActionUpdate
	Delete = storage.ActionDelete
)

// The states of a write.
const (
	Pending   = storage.WritePending
	Sending   = storage.WriteSending
	Unknown   = storage.WriteUnknown
	Done      = storage.WriteDone
	Rejected  = storage.WriteRejected
	Parked    = storage.WriteParked
	Discarded = storage.WriteDiscarded
)

// NoFloor is the floor of a create whose request has not left yet.
const NoFloor = storage.NoFloor

// The policies.
const (
	Merge      = storage.PolicyMerge
	Reject     = storage.PolicyReject
	StoreWins  = storage.PolicyStore
	CallerWins = storage.PolicyCaller
)

// asked returns the body as the caller gave it.
func asked(w Write) json.RawMessage {
	if w.Asked != nil {
		return w.Asked
	}
	return w.Body
}

// Codes of reasons that come from Waybill and not from the store.
const (
	CodeInvalid      = "write_invalid"         // the body would not do what the caller means
	CodeKeyReused    = "idempotency_key_reuse" // the same key with another content
	CodeConflict     = "write_conflict"        // the record changed since the caller saw it
	CodeStoreKept    = "store_version_kept"    // policy store: every field had been changed on the store
	CodeUnreachable  = "store_unreachable"     // the request did not reach the shop; it is sent again
	CodeNoAnswer     = "no_answer"             // the outcome is being looked up
	CodeTooManyTries = "too_many_attempts"     // sent several times, never found: a person must look
	CodeNotPermitted = "not_permitted"         // the key may not do it (401, 403): fix the key, then retry
	CodeSuperseded   = "superseded"            // a newer stock of the same product was written before this one went out
	CodeInDoubt      = "in_doubt"              // a lost change of stock that may be in effect: a person must look
	CodeDiscarded    = "discarded"             // a person decided against the write
	CodeUncertain    = "outcome_uncertain"     // a record without proof could be the write's: nothing is sent again
	CodeHalf         = "half_made"             // the store left a record that is not whole
	CodeCompleted    = "completed"             // done: it was half-made, and an update made it whole
	CodeUnproved     = "found_by_content"      // done: found without its marker
	CodeEffects      = "effects_unknown"       // done: whether e-mails, stock and plugins followed is unknown
	CodeGhost        = "half_made_beside"      // done: a request that died left an empty record as well
	CodeIgnored      = "fields_ignored"        // the store took the request and ignored what Fields names
	CodeKeptOther    = "other_values_kept"     // done: the store has other values than were sent, named in Fields
	CodeGone         = "record_gone"           // the record is not on the store
	CodeAdopted      = "adopted"               // done: a person said which record the write made
	CodeVanished     = "record_vanished"       // the store said that it made the record, and does not have it
	CodeDoubled      = "made_twice"            // several records carry the mark of the write
	CodeTrashed      = "in_trash"              // done: the record was made, and lies in the trash
	CodeRestored     = "data_restored"         // the data were put back to an earlier state: it may have been sent since
	CodeContradicted = "answer_contradicted"   // done: the store's answer said otherwise
)
