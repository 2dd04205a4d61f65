package storage

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"
)

// HashSize is the length of a [Hash] in bytes.
const HashSize = 16

// Hash is the first 16 bytes of the SHA-256 of a record's JSON text as received. With equal hashes nothing changed.
// With different hashes the content is compared before a change is announced.
type Hash [HashSize]byte

// HashOf is the hash of a record's JSON text.
func HashOf(raw []byte) Hash {
	sum := sha256.Sum256(raw)
	return Hash(sum[:HashSize])
}

// IsZero says that there is no hash.
func (h Hash) IsZero() bool { return h == Hash{} }

// String is the hash in hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText is [Hash.String].
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// Record is one record of a store as the mirror holds it.
type Record struct {
	StoreID int64
	Ref
	ParentID int64 // the order of a refund or note, the product of a variation, 0 otherwise
	// Status is the record's own status field ("completed", "publish", "trash"), empty where the resource has none.
	Status string
	// CustomerID is an order's customer, 0 for guests and other resources.
	CustomerID int64
	// Created and Modified are the store's *_gmt dates.
	Created  time.Time
	Modified time.Time
	// Raw is the record's JSON exactly as the store sent it.
	Raw  json.RawMessage
	Hash Hash
	// SeenAt is when this content was first read, by our clock.
	SeenAt time.Time
}

// Trashed says whether the record is in the store's trash.
func (r Record) Trashed() bool { return r.Status == StatusTrash }

// StatusTrash is the status of a record in the store's trash.
const StatusTrash = "trash"

// Kind is what happened to a record.
type Kind string

// The kinds of change. A record that was in the trash when it was first seen is Created with the status trash.
const (
	Created  Kind = "created"
	Updated  Kind = "updated"
	Trashed  Kind = "trashed"
	Restored Kind = "restored"
	Deleted  Kind = "deleted" // gone from the store; the mirror no longer holds it
)

// Origin tells an integration's own writes from all others, so that a two-way integration does not echo.
type Origin string

// The origins of a change.
const (
	Foreign Origin = "foreign" // happened on the store
	Own     Origin = "own"     // the answer of the store to a write of ours
)

// Change is one observed difference. Sequence numbers grow over all stores of one database and are never reused. A
// reader that sees a number was already able to see every smaller number, and the records of these changes.
type Change struct {
	Seq     int64 `json:"seq"`
	StoreID int64 `json:"store_id"`
	Ref
	ParentID int64     `json:"parent_id,omitempty"`
	Kind     Kind      `json:"kind"`
	At       time.Time `json:"at"` // when it was observed, by our clock
	Origin   Origin    `json:"origin"`
	// WriteID names the outbox write that caused an Own change.
	WriteID string `json:"write_id,omitempty"`
	// Hash is that of the record's content after the change. A reader of the log can compare it with the record that it
	// fetched. It is zero for a deletion, and for changes from before hashes were kept.
	Hash Hash `json:"hash,omitzero"`
}

// OrderNumber is the number by which people know an order: its id, unless a plugin gives it another number.
func OrderNumber(order Record) string {
	var of struct {
		Number string `json:"number"`
	}
	if json.Unmarshal(order.Raw, &of) != nil || of.Number == "" {
		return strconv.FormatInt(order.ID, 10)
	}
	return of.Number
}
