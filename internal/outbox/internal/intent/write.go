package intent

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Action is what a write does to its record.
type Action string

// The actions. Bringing a record back from the trash is an update of its status.
const (
	Create Action = "create"
	Update Action = "update"
	Delete Action = "delete" // to the trash, or for good with Write.Force
)

// State is where a write stands; the package documentation draws the transitions.
type State string

// The states of a write.
const (
	Pending   State = "pending"   // waits to be sent
	Sending   State = "sending"   // claimed; the request may have left
	Unknown   State = "unknown"   // the request left and no usable answer came
	Done      State = "done"      // in effect on the store
	Rejected  State = "rejected"  // certainly not in effect; Reason says why
	Parked    State = "parked"    // a person must decide; Reason says what about
	Discarded State = "discarded" // a person decided that it shall not be sent
)

// NoFloor is the floor of a create whose request has not left yet.
const NoFloor = -1

// Final says whether a write in this state will not move by itself and holds nothing back.
func (s State) Final() bool { return s == Done || s == Rejected || s == Discarded }

// Policy decides what happens to an update when the store's record is no longer the one the caller saw.
type Policy string

// The policies. Without a version that the caller saw (no mirrored record, no base given) every policy but StoreWins
// behaves like CallerWins, because nothing can be compared.
const (
	Merge      Policy = "merge"  // send if nobody else touched the same fields, else park: the default
	Reject     Policy = "reject" // park if anything in the record changed
	StoreWins  Policy = "store"  // send only the fields that nobody else touched
	CallerWins Policy = "caller" // send
)

// Write is one intent to change a store.
type Write struct {
	ID       string           // assigned on acceptance; sorts by time
	Seq      int64            // order of acceptance
	StoreID  int64            // the store
	Key      string           // the caller's idempotency key, unique per store
	Action   Action           //
	Resource storage.Resource //
	RecordID int64            // the record; 0 for a create until the store has numbered it
	ParentID int64            // order of a note or refund, product of a variation
	Force    bool             // delete for good instead of to the trash
	Body     json.RawMessage  // the fields the caller named, nothing else
	Base     json.RawMessage  // the record as the caller saw it; nil when unknown
	Policy   Policy           // what to do when Base is no longer true
	// the body as the caller gave it, where fields were added to it (prices); nil where Body is that
	Asked json.RawMessage

	// Allowed are members that the caller insists on although WooCommerce does not know them or would pass over them,
	// as paths with or without places ("line_items.price"). It is looked at on acceptance and when a person edits the
	// write.
	Allowed []string
	// Version is the store's version of WooCommerce, empty where it is not known. It is looked at on acceptance and not
	// kept.
	Version string

	// Repeated says that it was accepted before, under the same key and with the same content; it is not kept.
	Repeated bool
	// Unconfirmed is why the store could not be asked which record the caller's SKU or e-mail address stands for, so
	// that the mirror's word was taken; nil where the store said it. It is not kept.
	Unconfirmed error
	// Behind is the earlier write of the same subject that holds this one back. It is looked up for people and not
	// kept.
	Behind *Behind

	State    State
	Attempts int // how often it was claimed to be sent
	Lost     int // how often it may have reached the store without an answer
	// highest id on the store before the first send: of the resource, or of the order's lines for an update that adds
	// some
	Floor      int64
	AcceptedAt time.Time // our clock
	SentAt     time.Time // our clock, the last time it was claimed; zero if never
	MissedAt   time.Time // the store's clock when it was first looked for in vain since SentAt; zero if never
	NextAt     time.Time // our clock; not looked at before
	DoneAt     time.Time // our clock, when it became final; zero before
	Reason     *Reason   // why it is rejected, parked, or waiting
}

// asked is the body as the caller gave it.
func (w Write) asked() json.RawMessage {
	if w.Asked != nil {
		return w.Asked
	}
	return w.Body
}

// Subject is what keeps its order: writes with the same subject are sent one after the other. Notes and refunds belong
// to their order, variations to themselves.
func (w Write) Subject() string {
	switch {
	case w.Resource == storage.OrderNotes || w.Resource == storage.Refunds:
		return fmt.Sprintf("%s/%d", storage.Orders, w.ParentID)
	case w.Action == Create && w.Resource == Webhooks:
		return "new/" + string(Webhooks)
	case w.Action == Create:
		return "new/" + w.ID
	default:
		return fmt.Sprintf("%s/%d", w.Resource, w.RecordID)
	}
}

// Ref names the record a write is about, as far as it is known.
func (w Write) Ref() storage.Ref { return storage.Ref{Resource: w.Resource, ID: w.RecordID} }

// Reason says in a person's words and in a program's code why a write is where it is.
type Reason struct {
	// Code is the store's own error code, or one of this package's Code constants.
	Code string `json:"code"`
	// Message says what happened and what to do.
	Message string `json:"message"`
	// Status is the HTTP status of the store's answer, 0 without one.
	Status int `json:"status,omitempty"`
	// Fields names what is wrong with which field of the body.
	Fields []FieldError `json:"fields,omitempty"`
	// Theirs is the store's version, where it is not the one the caller saw.
	Theirs json.RawMessage `json:"theirs,omitempty"`
	// Records are the store's records that it is about: those that could be the one, or the one that is not whole.
	Records []int64 `json:"records,omitempty"`
	// Silent says that nothing shows whether the store has ended its work on the request: it timed out, or was cut off.
	Silent bool `json:"silent,omitempty"`
	// Cut says of a silence that it was we who ended the request, so that it is no sign of a store that hangs.
	Cut bool `json:"cut,omitempty"`
	// Over says that the store has certainly ended its work on the request whose answer brought nothing.
	Over bool `json:"over,omitempty"`
	// Doubt says that the write may be in effect although it was refused, because the store could not be looked at.
	Doubt bool `json:"doubt,omitempty"`
}

// FieldError is one thing wrong with one field.
type FieldError struct {
	Field   string `json:"field"` // "line_items[2].sku"
	Message string `json:"message"`
}

// Codes of reasons that come from here and not from the store.
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
	CodeDiscarded    = "discarded"             // a person decided against it
	CodeUncertain    = "outcome_uncertain"     // a record without proof could be the one: nothing is sent again
	CodeHalf         = "half_made"             // the store left a record that is not whole
	CodeCompleted    = "completed"             // done: it was half-made, and an update made it whole
	CodeUnproved     = "found_by_content"      // done: found without its marker
	CodeGhost        = "half_made_beside"      // done: a request that died left an empty record beside it
	CodeIgnored      = "fields_ignored"        // the store took the request and passed over what is named in Fields
	CodeKeptOther    = "other_values_kept"     // done: the store has other values than were sent, named in Fields
	CodeGone         = "record_gone"           // the record is not on the store
	CodeAdopted      = "adopted"               // done: a person said which record it is
	CodeVanished     = "record_vanished"       // the store said that it made the record, and has nothing of it
	CodeDoubled      = "made_twice"            // several records carry the mark of the write
	CodeTrashed      = "in_trash"              // done: the record was made, and lies in the trash
	CodeContradicted = "answer_contradicted"   // done: the store's answer said otherwise
)

// Query selects writes for people. The zero value of a field does not filter.
type Query struct {
	StoreID int64
	States  []State
	Limit   int // 0 means no limit; newest first
}
