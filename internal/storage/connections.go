package storage

import (
	"context"
	"time"
)

// StateHashSize is the length of [Connection.StateHash] in bytes.
const StateHashSize = 32

// Connection is a shop that is being connected by a key which its owner approves on the shop's own page.
type Connection struct {
	// ID names the connection. It is unique and cannot be guessed.
	ID string
	// GroupID is the group of the store to be made; 0 for none.
	GroupID int64
	// HomeURL is the address of the shop, without a password.
	HomeURL string
	// Name is the name of the store to be made, Scopes what it is wanted for. Home says which address to use where the
	// shop names another one. Each is empty where the caller left it open.
	Name   string
	Scopes []string
	Home   string
	// ReturnURL is the address to which the shop sends its owner's browser afterwards.
	ReturnURL string
	// StateHash is the SHA-256 of the last part of the address to which the shop sends the key. Sealed holds,
	// encrypted, that part, the address as it was given and the key. It is empty once the connection is over.
	StateHash [StateHashSize]byte
	Sealed    []byte
	// State is the connection's state. Reason is the code of a failure, Why explains it to people and Next says what to
	// do. They are empty without a failure.
	State             ConnectionState
	Reason, Why, Next string
	// Notes are what people should know about a store that was connected.
	Notes []string
	// StoreID is the store that was made; 0 before that.
	StoreID int64
	// The shop may send a key until ExpiresAt. ArrivedAt is when a key came, DoneAt when the connection was over. Until
	// BusyUntil only the process that set it works on the connection. All are zero for none.
	CreatedAt, ExpiresAt, ArrivedAt, DoneAt, BusyUntil time.Time
}

// ConnectionState is the state of a [Connection].
type ConnectionState string

// The states of connections.
const (
	ConnectionWaiting   ConnectionState = "waiting"   // the owner has not approved yet
	ConnectionArrived   ConnectionState = "arrived"   // a key came, and is being tried
	ConnectionConnected ConnectionState = "connected" // the store was made
	ConnectionFailed    ConnectionState = "failed"
)

// ConnectionReader reads connections.
type ConnectionReader interface {
	// Connections lists the connections of a group, or all for 0, the newest first.
	Connections(ctx context.Context, groupID int64) ([]Connection, error)
	// Connection is the connection with an ID, ConnectionByState that with a hash of its state. [ErrNotFound] when
	// there is none.
	Connection(ctx context.Context, id string) (Connection, error)
	ConnectionByState(ctx context.Context, hash [StateHashSize]byte) (Connection, error)
}

// ConnectionTx changes connections. None of its methods needs the lock of a store. A connection is removed with its
// group, and with its store.
type ConnectionTx interface {
	// AddConnection keeps a connection; [ErrExists] when its ID or its state's hash is taken, [ErrNotFound] when its
	// group is gone. The transaction is lost then.
	AddConnection(ctx context.Context, c Connection) (Connection, error)
	// LockConnection reads a connection and keeps others from changing it until the transaction ends; [ErrNotFound]
	// when it is gone.
	LockConnection(ctx context.Context, id string) (Connection, error)
	// SaveConnection replaces what changes in a connection: what is sealed, its state with reason, words and notes, its
	// store and its times except that of its creation. A missing store is [ErrNotFound], and the transaction is lost
	// then.
	SaveConnection(ctx context.Context, c Connection) error
	// DropConnection removes a connection. A missing one is no error.
	DropConnection(ctx context.Context, id string) error
	// DropConnections removes the connections that were over before a time.
	DropConnections(ctx context.Context, before time.Time) error
}
