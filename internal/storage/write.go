package storage

import (
	"encoding/json"
	"fmt"
	"time"
)

// WriteAction is what a write does to its record.
type WriteAction string

// The actions. An update of the status brings a record back from the trash.
const (
	ActionCreate WriteAction = "create"
	ActionUpdate WriteAction = "update"
	ActionDelete WriteAction = "delete" // to the trash, or for good with Write.Force
)

// WriteState is the state of a write. The documentation of package outbox draws the transitions.
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

// Final says whether a write in this state never changes by itself and delays no other write.
func (s WriteState) Final() bool {
	return s == WriteDone || s == WriteRejected || s == WriteDiscarded
}

// NoFloor is the floor of a create whose request was not sent yet.
const NoFloor = -1

// WritePolicy decides what happens to an update when the store's record is no longer the one that the caller saw.
type WritePolicy string

// The policies. Without a version that the caller saw (no mirrored record, no base given) nothing can be compared. Then
// every policy but [PolicyStore] behaves like [PolicyCaller].
const (
	PolicyMerge  WritePolicy = "merge"  // send if nobody else touched the same fields, else park: the default
	PolicyReject WritePolicy = "reject" // park if anything in the record changed
	PolicyStore  WritePolicy = "store"  // send only the fields that nobody else touched
	PolicyCaller WritePolicy = "caller" // send all fields
)

// Write is one intent to change a store, as it is kept. Package outbox decides what happens to it.
type Write struct {
	ID       string // assigned on acceptance; sorts by time
	Seq      int64  // order of acceptance
	StoreID  int64
	Key      string // the caller's idempotency key, unique per store
	Action   WriteAction
	Resource Resource
	RecordID int64           // the record; 0 for a create until the store has numbered it
	ParentID int64           // order of a note or refund, product of a variation
	Force    bool            // delete for good instead of to the trash
	Body     json.RawMessage // the fields the caller named, nothing else
	Base     json.RawMessage // the record as the caller saw it; nil when unknown
	Policy   WritePolicy     // what to do when Base is no longer true
	// Asked is the body as the caller gave it, where fields were added to it (prices). It is nil where Body is that
	// body.
	Asked json.RawMessage

	// Allowed are members that the caller insists on although WooCommerce does not know them or would ignore them. They
	// are paths with or without positions ("line_items.price"). Acceptance, and an edit by a person, look at them.
	Allowed []string
	// Version is the store's version of WooCommerce, empty where it is not known. Only acceptance looks at it; it is
	// not kept.
	Version string

	// Made are the records with the mark of a create that was made before under the same key, when the data were then
	// put back to an earlier state: first its own record, then copies. Only acceptance looks at them; they are not
	// kept.
	Made []int64

	// Repeated says that the same write was accepted before, under the same key. It is not kept.
	Repeated bool
	// Unconfirmed is why the store could not be asked which record the caller's SKU or e-mail address stands for. The
	// mirror was asked instead. It is nil where the store answered, and it is not kept.
	Unconfirmed error
	// Behind is the earlier write of the same subject that holds this one back. It is for people, and not kept.
	Behind *Behind

	State WriteState
	// Epoch is the claim under which the write was last sent; 0 if never.
	Epoch    int64
	Attempts int // how often the write was claimed for sending
	Lost     int // how often the write may have reached the store without an answer
	// Floor is the highest id on the store before the first send: of the resource, or of the order's lines for an
	// update that adds lines.
	Floor      int64
	AcceptedAt time.Time    // our clock
	SentAt     time.Time    // our clock, the last time it was claimed; zero if never
	MissedAt   time.Time    // the store's clock when it was first looked for in vain since SentAt; zero if never
	NextAt     time.Time    // our clock; the write rests until then
	DoneAt     time.Time    // our clock, when it became final; zero before
	Reason     *WriteReason // why it is rejected, parked, or waiting
}

// Subject is the key within which writes keep their order: writes with the same subject are sent one after the other.
// Refunds have the subject of their order, because they change its total and status. The notes of an order have a
// subject of their own, so they delay nothing else. Variations have a subject each.
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

// Ref names the record of a write, as far as it is known.
func (w Write) Ref() Ref { return Ref{Resource: w.Resource, ID: w.RecordID} }

// HeldByPerson says whether the write waits until a person has decided about another write.
func (w Write) HeldByPerson() bool { return w.Behind != nil && w.Behind.State == WriteParked }

// WriteReason says why a write is in its state, in words for people and a code for programs.
type WriteReason struct {
	// Code is the store's own error code, or one of package outbox.
	Code string `json:"code"`
	// Message says what happened and what to do.
	Message string `json:"message"`
	// Status is the HTTP status of the store's answer, 0 without one.
	Status int `json:"status,omitempty"`
	// Fields says what is wrong with which field of the body.
	Fields []FieldError `json:"fields,omitempty"`
	// Theirs is the store's version, where it differs from the one that the caller saw.
	Theirs json.RawMessage `json:"theirs,omitempty"`
	// Records are the store's records that the reason is about: those that the write may have made, or the one that is
	// incomplete.
	Records []int64 `json:"records,omitempty"`
	// Silent says that nothing shows whether the store has ended its work on the request: the request timed out or was
	// cut off.
	Silent bool `json:"silent,omitempty"`
	// Cut says that we ended a request without an answer, so its silence is no sign of a store that hangs.
	Cut bool `json:"cut,omitempty"`
	// Over says that the store has certainly ended its work on the request, although no usable answer came.
	Over bool `json:"over,omitempty"`
	// Doubt says that the write may be in effect although it was refused, because the store could not be checked.
	Doubt bool `json:"doubt,omitempty"`
	// Restored says that the write is looked for because the data were put back to an earlier state. The write may have
	// been sent after the backup; no answer is known to be lost.
	Restored bool `json:"restored,omitempty"`
}

// FieldError says what is wrong with one field.
type FieldError struct {
	Field   string `json:"field"` // "line_items[2].sku"
	Message string `json:"message"`
}

// Behind is a write that holds back later writes of its subject.
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
