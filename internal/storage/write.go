package storage

import (
	"encoding/json"
	"fmt"
	"time"
)

// WriteAction is what a write does to its record.
type WriteAction string

// The actions. Bringing a record back from the trash is an update of its status.
const (
	ActionCreate WriteAction = "create"
	ActionUpdate WriteAction = "update"
	ActionDelete WriteAction = "delete" // to the trash, or for good with Write.Force
)

// WriteState is where a write stands; the documentation of package outbox draws the transitions.
type WriteState string

// The states of a write.
const (
	WritePending   WriteState = "pending"   // waits to be sent
	WriteSending   WriteState = "sending"   // claimed; the request may have left
	WriteUnknown   WriteState = "unknown"   // the request left and no usable answer came
	WriteDone      WriteState = "done"      // in effect on the store
	WriteRejected  WriteState = "rejected"  // certainly not in effect; Reason says why
	WriteParked    WriteState = "parked"    // a person must decide; Reason says what about
	WriteDiscarded WriteState = "discarded" // a person decided that it shall not be sent
)

// Final says whether a write in this state will not move by itself and holds nothing back.
func (s WriteState) Final() bool {
	return s == WriteDone || s == WriteRejected || s == WriteDiscarded
}

// NoFloor is the floor of a create whose request has not left yet.
const NoFloor = -1

// WritePolicy decides what happens to an update when the store's record is no longer the one the caller saw.
type WritePolicy string

// The policies. Without a version that the caller saw (no mirrored record, no base given) every policy but
// [PolicyStore] behaves like [PolicyCaller], because nothing can be compared.
const (
	PolicyMerge  WritePolicy = "merge"  // send if nobody else touched the same fields, else park: the default
	PolicyReject WritePolicy = "reject" // park if anything in the record changed
	PolicyStore  WritePolicy = "store"  // send only the fields that nobody else touched
	PolicyCaller WritePolicy = "caller" // send
)

// Write is one intent to change a store, as it is kept. What may become of one is decided by package outbox.
type Write struct {
	ID       string          // assigned on acceptance; sorts by time
	Seq      int64           // order of acceptance
	StoreID  int64           // the store
	Key      string          // the caller's idempotency key, unique per store
	Action   WriteAction     //
	Resource Resource        //
	RecordID int64           // the record; 0 for a create until the store has numbered it
	ParentID int64           // order of a note or refund, product of a variation
	Force    bool            // delete for good instead of to the trash
	Body     json.RawMessage // the fields the caller named, nothing else
	Base     json.RawMessage // the record as the caller saw it; nil when unknown
	Policy   WritePolicy     // what to do when Base is no longer true
	// the body as the caller gave it, where fields were added to it (prices); nil where Body is that
	Asked json.RawMessage

	// Allowed are members that the caller insists on although WooCommerce does not know them or would pass over them,
	// as paths with or without places ("line_items.price"). It is looked at on acceptance and when a person edits the
	// write.
	Allowed []string
	// Version is the store's version of WooCommerce, empty where it is not known. It is looked at on acceptance and not
	// kept.
	Version string

	// Made are the records that carry the mark of a create which was made already, under the same key before the data
	// were put back to an earlier state: its own first, then copies. It is looked at on acceptance and not kept.
	Made []int64

	// Repeated says that it was accepted before, under the same key and with the same content; it is not kept.
	Repeated bool
	// Unconfirmed is why the store could not be asked which record the caller's SKU or e-mail address stands for, so
	// that the mirror's word was taken; nil where the store said it. It is not kept.
	Unconfirmed error
	// Behind is the earlier write of the same subject that holds this one back. It is looked up for people and not
	// kept.
	Behind *Behind

	State WriteState
	// Epoch is the claim under which it was last sent; 0 if never.
	Epoch    int64
	Attempts int // how often it was claimed to be sent
	Lost     int // how often it may have reached the store without an answer
	// highest id on the store before the first send: of the resource, or of the order's lines for an update that adds
	// some
	Floor      int64
	AcceptedAt time.Time    // our clock
	SentAt     time.Time    // our clock, the last time it was claimed; zero if never
	MissedAt   time.Time    // the store's clock when it was first looked for in vain since SentAt; zero if never
	NextAt     time.Time    // our clock; not looked at before
	DoneAt     time.Time    // our clock, when it became final; zero before
	Reason     *WriteReason // why it is rejected, parked, or waiting
}

// Subject is what keeps its order: writes with the same subject are sent one after the other. Refunds belong to their
// order, whose total and status they change; the notes of an order keep their order among themselves and hold nothing
// else back. Variations belong to themselves.
func (w Write) Subject() string {
	switch {
	case w.Resource == OrderNotes || w.Resource == Refunds:
		return SubjectOf(Ref{Resource: w.Resource}, w.ParentID)
	case w.Action == ActionCreate && w.Resource == Webhooks:
		return "new/" + string(Webhooks)
	case w.Action == ActionCreate:
		return "new/" + w.ID
	default:
		return SubjectOf(Ref{Resource: w.Resource, ID: w.RecordID}, w.ParentID)
	}
}

// SubjectOf is the subject of the writes to a record, below its parent.
func SubjectOf(ref Ref, parentID int64) string {
	switch ref.Resource {
	case OrderNotes:
		return fmt.Sprintf("%s/%d/notes", Orders, parentID)
	case Refunds:
		return fmt.Sprintf("%s/%d", Orders, parentID)
	}
	return fmt.Sprintf("%s/%d", ref.Resource, ref.ID)
}

// Ref names the record a write is about, as far as it is known.
func (w Write) Ref() Ref { return Ref{Resource: w.Resource, ID: w.RecordID} }

// HeldByPerson says whether a write is not sent before a person has decided about another one.
func (w Write) HeldByPerson() bool { return w.Behind != nil && w.Behind.State == WriteParked }

// WriteReason says in a person's words and in a program's code why a write is where it is.
type WriteReason struct {
	// Code is the store's own error code, or one of package outbox.
	Code string `json:"code"`
	// Message says what happened and what to do.
	Message string `json:"message"`
	// Status is the HTTP status of the store's answer, 0 without one.
	Status int `json:"status,omitempty"`
	// Fields names what is wrong with which field of the body.
	Fields []FieldError `json:"fields,omitempty"`
	// Theirs is the store's version, where it is not the one the caller saw.
	Theirs json.RawMessage `json:"theirs,omitempty"`
	// Records are the store's records that the reason is about: those that the write may have made, or the one that is
	// not whole.
	Records []int64 `json:"records,omitempty"`
	// Silent says that nothing shows whether the store has ended its work on the request: it timed out, or was cut off.
	Silent bool `json:"silent,omitempty"`
	// Cut says that a silence came from us: we ended the request, so it is no sign of a store that hangs.
	Cut bool `json:"cut,omitempty"`
	// Over says that the store has certainly ended its work on the request whose answer brought nothing.
	Over bool `json:"over,omitempty"`
	// Doubt says that the write may be in effect although it was refused, because the store could not be looked at.
	Doubt bool `json:"doubt,omitempty"`
	// Restored says that the write is looked for because the data were put back to an earlier state: no answer to it is
	// known to be lost, and it may have been sent since the backup.
	Restored bool `json:"restored,omitempty"`
}

// FieldError is one thing wrong with one field.
type FieldError struct {
	Field   string `json:"field"` // "line_items[2].sku"
	Message string `json:"message"`
}

// Behind is a write that holds back later ones of its subject.
type Behind struct {
	ID    string     `json:"id"`
	State WriteState `json:"state"`
}

// String says what a write that is held back waits for, and what to do.
func (b Behind) String() string {
	if b.State == WriteParked {
		return fmt.Sprintf("waits behind %[1]s, which is parked: decide about that one (waybill outbox show %[1]s)",
			b.ID)
	}
	return fmt.Sprintf("waits behind %s, which is %s: it is sent after that one", b.ID, b.State)
}
