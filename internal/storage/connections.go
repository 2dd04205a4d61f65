package storage

import (
	"context"
	"time"
)

// StateHashSize is the length of [Connection.StateHash] in bytes.
const StateHashSize = 32

// Connection is a shop on its way of being connected by a key that its owner approves on the shop's own page.
type Connection struct {
	// ID names it: unique, and nobody guesses it.
	ID string
	// GroupID is the group that the store will come into; 0 for none.
	GroupID int64
	// HomeURL is the address of the shop, without a password.
	HomeURL string
	// Name, Scopes and Home are how the store is to be called, what it is wanted for, and which address to use where
	// the shop names another; empty where nobody said.
	Name   string
	Scopes []string
	Home   string
	// ReturnURL is where the shop sends the browser of its owner afterwards.
	ReturnURL string
	// StateHash is the SHA-256 of the last part of the address to which the shop sends the key. Sealed is that part,
	// the address as it was given and the key, encrypted; empty once it is over.
	StateHash [StateHashSize]byte
	Sealed    []byte
	// State is how it stands. Reason names in a word what it failed of, Why says that for people and Next what to do;
	// empty when nothing did.
	State             ConnectionState
	Reason, Why, Next string
	// Notes are what a person should know of a store that was connected.
	Notes []string
	// StoreID is the store; 0 while there is none.
	StoreID int64
	// ExpiresAt is until when the shop may send a key, ArrivedAt when one came, DoneAt when it was over. Nobody but who
	// set BusyUntil works on it before that. Zero for none.
	CreatedAt, ExpiresAt, ArrivedAt, DoneAt, BusyUntil time.Time
}

// ConnectionState is how a [Connection] stands.
type ConnectionState string

// The states of connections.
const (
	ConnectionWaiting   ConnectionState = "waiting"   // for somebody to approve it on the shop
	ConnectionArrived   ConnectionState = "arrived"   // a key came, and is tried
	ConnectionConnected ConnectionState = "connected" // the store is there
	ConnectionFailed    ConnectionState = "failed"
)

// ConnectionReader looks at shops on their way of being connected.
type ConnectionReader interface {
	// Connections lists those of a group, of all groups and of none for 0, the newest first.
	Connections(ctx context.Context, groupID int64) ([]Connection, error)
	// Connection is one by its ID, ConnectionByState the one whose state has a hash; [ErrNotFound] when there is none.
	Connection(ctx context.Context, id string) (Connection, error)
	ConnectionByState(ctx context.Context, hash [StateHashSize]byte) (Connection, error)
}

// ConnectionTx keeps shops on their way of being connected. Nothing here needs the lock of a store. A connection goes
// with its group, and with its store.
type ConnectionTx interface {
	// AddConnection keeps a connection; [ErrExists] when its ID or its state's hash is taken, [ErrNotFound] when its
	// group is gone. The transaction is lost then.
	AddConnection(ctx context.Context, c Connection) (Connection, error)
	// LockConnection reads a connection and keeps others from changing it until the transaction ends; [ErrNotFound]
	// when it is gone.
	LockConnection(ctx context.Context, id string) (Connection, error)
	// SaveConnection replaces what becomes of it: what is sealed, its state with reason, words and notes, its store and
	// its times, but not the time of its creation. A store that is gone is [ErrNotFound]; the transaction is lost then.
	SaveConnection(ctx context.Context, c Connection) error
	// DropConnection forgets a connection; one that is gone is no error.
	DropConnection(ctx context.Context, id string) error
	// DropConnections forgets those that were over before a time.
	DropConnections(ctx context.Context, before time.Time) error
}
