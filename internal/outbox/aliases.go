package outbox

import (
	"encoding/json"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// What a write is stands in a room below, because everything here builds on it. These are its words for those who
// import the outbox.
type (
	// Write is one intent to change a store.
	Write = intent.Write
	// Action is what a write does to its record.
	Action = intent.Action
	// State is where a write stands; the package documentation draws the transitions.
	State = intent.State
	// Policy decides what happens to an update when the store's record is no longer the one the caller saw.
	Policy = intent.Policy
	// Reason says in a person's words and in a program's code why a write is where it is.
	Reason = intent.Reason
	// FieldError is one thing wrong with one field.
	FieldError = intent.FieldError
	// Query selects writes for people. The zero value of a field does not filter.
	Query = intent.Query
	// Behind is a write that holds back later ones of its subject.
	Behind = intent.Behind
	// Remedy is something that a person can do about a write.
	Remedy = intent.Remedy
	// Difference is one field of a write that waits for a decision, in all versions; null where there is none.
	Difference = compare.Difference
)

// The actions.
const (
	Create = intent.Create
	Update = intent.Update
	Delete = intent.Delete
)

// The states of a write.
const (
	Pending   = intent.Pending
	Sending   = intent.Sending
	Unknown   = intent.Unknown
	Done      = intent.Done
	Rejected  = intent.Rejected
	Parked    = intent.Parked
	Discarded = intent.Discarded
)

// States are all states of a write.
var States = []State{Pending, Sending, Unknown, Done, Rejected, Parked, Discarded}

// The policies.
const (
	Merge      = intent.Merge
	Reject     = intent.Reject
	StoreWins  = intent.StoreWins
	CallerWins = intent.CallerWins
)

// Codes of reasons that come from here and not from the store; what each means stands beside it in intent.
const (
	CodeAdopted      = intent.CodeAdopted
	CodeCompleted    = intent.CodeCompleted
	CodeConflict     = intent.CodeConflict
	CodeContradicted = intent.CodeContradicted
	CodeDiscarded    = intent.CodeDiscarded
	CodeDoubled      = intent.CodeDoubled
	CodeGhost        = intent.CodeGhost
	CodeGone         = intent.CodeGone
	CodeHalf         = intent.CodeHalf
	CodeIgnored      = intent.CodeIgnored
	CodeInDoubt      = intent.CodeInDoubt
	CodeInvalid      = intent.CodeInvalid
	CodeKeptOther    = intent.CodeKeptOther
	CodeKeyReused    = intent.CodeKeyReused
	CodeNoAnswer     = intent.CodeNoAnswer
	CodeNotPermitted = intent.CodeNotPermitted
	CodeRestored     = intent.CodeRestored
	CodeStoreKept    = intent.CodeStoreKept
	CodeSuperseded   = intent.CodeSuperseded
	CodeTooManyTries = intent.CodeTooManyTries
	CodeTrashed      = intent.CodeTrashed
	CodeUncertain    = intent.CodeUncertain
	CodeUnproved     = intent.CodeUnproved
	CodeEffects      = intent.CodeEffects
	CodeUnreachable  = intent.CodeUnreachable
	CodeVanished     = intent.CodeVanished
)

// What else callers name.
const (
	MarkerKey      = intent.MarkerKey
	NoFloor        = intent.NoFloor
	StockMarkerKey = intent.StockMarkerKey
	Webhooks       = intent.Webhooks
)

// Writable lists the resources that can be written.
func Writable() []storage.Resource { return intent.Writable() }

// Scope is what an integration must be allowed in order to make a write, in the words of the doctor and of roles.
func Scope(w Write) string { return intent.Scope(w) }

// Fingerprint is the same for writes that would do the same: see [intent.Fingerprint].
func Fingerprint(w Write) string { return intent.Fingerprint(w) }

// Differences lays the versions of a conflict side by side: every field that the write names, and every other one that
// changed on the store since. Nil unless the write is a conflict.
func Differences(w Write) []Difference { return compare.Differences(w) }

// Cause finds the write under way that made the difference a pull came across: see [compare.Cause].
func Cause(open []Write, ref storage.Ref, parentID int64, before, after json.RawMessage) (Write, bool) {
	return compare.Cause(open, ref, parentID, before, after)
}

// CausedAll says whether a settled write explains everything that differs between the mirror's reading before it and
// the store's record after it.
func CausedAll(w Write, before, after json.RawMessage) bool {
	return compare.CausedAll(w, before, after)
}

// Restamped says whether nothing differs but stamps of the store and what it reckons from the rest.
func Restamped(before, after json.RawMessage) bool { return compare.Restamped(before, after) }

// Untouched says whether a record found after its create was lost is as it was asked for.
func Untouched(w Write, record json.RawMessage) bool { return compare.Untouched(w, record) }

// Marker is the id of the write that created a record; empty when it carries none.
func Marker(record json.RawMessage) string { return compare.Marker(record) }

// SetsStock says whether a write sets a stock to a number.
func SetsStock(w Write) bool { return intent.SetsStock(w) }

// AddsStock says whether a write changes a stock by a number.
func AddsStock(w Write) bool { return intent.AddsStock(w) }

// Supersedes says whether a write makes an earlier one of the same record pointless: see [intent.Supersedes].
func Supersedes(w, older Write) bool { return intent.Supersedes(w, older) }

// SupersededBy is an older write of stock as it ends when a newer one is accepted.
func SupersededBy(w, newer Write) Write { return intent.SupersededBy(w, newer) }

// Said is the message of a reason in the words of a face: word says each remedy that the message names.
func Said(message string, word func(Remedy) string) string { return intent.Said(message, word) }

// Remedies are the remedies that a message names, in its order.
func Remedies(message string) []Remedy { return intent.Remedies(message) }

// KeyTrace is what the id of every write shows that was accepted for a store under a key.
func KeyTrace(storeID int64, key string) string { return intent.KeyTrace(storeID, key) }

// LifelongMembers are the members by which a record is told from another under its number.
func LifelongMembers(r storage.Resource) string { return compare.LifelongMembers(r) }

// Another says whether the record that has the number of a write that is done is certainly another one.
func Another(w Write, record json.RawMessage) bool { return compare.Another(w, record) }
