package outbox

import (
	"encoding/json"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// Package intent defines what a write is, because the other parts of the outbox build on it. These are its names for
// packages that import the outbox.
type (
	// Write is one intent to change a store.
	Write = intent.Write
	// Action is what a write does to its record.
	Action = intent.Action
	// State is how far a write is; the package documentation draws the transitions.
	State = intent.State
	// Policy decides what happens to an update when the store's record is no longer the one the caller saw.
	Policy = intent.Policy
	// Reason says why a write is in its state, in words for people and as a code for programs.
	Reason = intent.Reason
	// FieldError says what is wrong with one field.
	FieldError = intent.FieldError
	// Query selects writes for people. The zero value of a field does not filter.
	Query = intent.Query
	// Behind is a write that holds back later writes of its subject.
	Behind = intent.Behind
	// Remedy is something that a person can do about a write.
	Remedy = intent.Remedy
	// Difference is one field of a write that waits for a decision, in all versions; null in a version without the
	// field.
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

// Codes of reasons that come from Waybill and not from the store. Package intent says what each means.
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

// Other names that callers use.
const (
	MarkerKey      = intent.MarkerKey
	NoFloor        = intent.NoFloor
	StockMarkerKey = intent.StockMarkerKey
	Webhooks       = intent.Webhooks
)

// Writable lists the resources that can be written.
func Writable() []storage.Resource { return intent.Writable() }

// Scope returns the scope that an integration needs to make a write, as package doctor and roles name scopes.
func Scope(w Write) string { return intent.Scope(w) }

// Fingerprint returns a text that is the same for writes that would do the same: see [intent.Fingerprint].
func Fingerprint(w Write) string { return intent.Fingerprint(w) }

// Differences returns the versions of a conflict side by side: every field that the write names, and every other field
// that changed on the store since. It returns nil unless the write is a conflict.
func Differences(w Write) []Difference { return compare.Differences(w) }

// Cause returns the write under way that made a difference which a pull met: see [compare.Cause].
func Cause(open []Write, ref storage.Ref, parentID int64, before, after json.RawMessage) (Write, bool) {
	return compare.Cause(open, ref, parentID, before, after)
}

// CausedAll says whether a settled write explains every difference between the mirror's reading before the write and
// the store's record after it.
func CausedAll(w Write, before, after json.RawMessage) bool {
	return compare.CausedAll(w, before, after)
}

// Restamped says whether two readings differ only in the store's dates and in what the store computes from the rest.
func Restamped(before, after json.RawMessage) bool { return compare.Restamped(before, after) }

// Untouched says whether a record that was found after the answer to its create was lost is as the create asked for.
func Untouched(w Write, record json.RawMessage) bool { return compare.Untouched(w, record) }

// Marker returns the id of the write that created a record; empty when the record carries no marker.
func Marker(record json.RawMessage) string { return compare.Marker(record) }

// SetsStock says whether a write sets a stock to a number.
func SetsStock(w Write) bool { return intent.SetsStock(w) }

// AddsStock says whether a write changes a stock by a number.
func AddsStock(w Write) bool { return intent.AddsStock(w) }

// Supersedes says whether a write makes an earlier one of the same record pointless: see [intent.Supersedes].
func Supersedes(w, older Write) bool { return intent.Supersedes(w, older) }

// SupersededBy returns an older write of stock as discarded, because a newer one was accepted.
func SupersededBy(w, newer Write) Write { return intent.SupersededBy(w, newer) }

// Said returns the message of a reason, with each remedy in the words that the function word returns.
func Said(message string, word func(Remedy) string) string { return intent.Said(message, word) }

// Remedies returns the remedies that a message names, in their order.
func Remedies(message string) []Remedy { return intent.Remedies(message) }

// KeyTrace returns the text that the id of every write shows that was accepted for a store under a key.
func KeyTrace(storeID int64, key string) string { return intent.KeyTrace(storeID, key) }

// LifelongMembers returns the members that must be read to tell whether another record now has a record's id.
func LifelongMembers(r storage.Resource) string { return compare.LifelongMembers(r) }

// Replaced says whether a record is certainly not the one that stood under its id before.
func Replaced(r storage.Resource, before, now json.RawMessage) bool {
	return len(compare.Replaced(r, before, now)) > 0
}

// Another says whether the record under the id of a done write is certainly another record.
func Another(w Write, record json.RawMessage) bool { return compare.Another(w, record) }
