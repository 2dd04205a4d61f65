package storage

import (
	"context"
	"time"
)

// User is a person who may sign in to the pages of the server.
type User struct {
	ID int64
	// Email names the user: unique, in small letters.
	Email string
	// Name is how the user is called.
	Name string
	// Role is what the user may do: viewer, operator, administrator.
	Role string
	// GroupID is the group that the user is confined to; 0 for none.
	GroupID int64
	// Password is a hash of the password with what it was made by; empty where there is none.
	Password string
	// TOTP is what the codes of the user's device are made of, encrypted; nil where there is none. TOTPStep is the
	// period of the last code that was taken, so that none is taken twice.
	TOTP     []byte
	TOTPStep int64
	// Subject is who the user is for the provider that signs people in; empty where none ever did, otherwise unique.
	Subject string
	// CreatedBy says for people who made the user.
	CreatedBy string
	// SignedInAt is zero for never.
	CreatedAt, SignedInAt time.Time
}

// SecretHashSize is the length of the hashes of what browsers and links bear, in bytes.
const SecretHashSize = 32

// UserSession is a browser in which a user is signed in, as it is kept: what the browser bears is nowhere.
type UserSession struct {
	// Hash is the SHA-256 of what the browser bears.
	Hash   [SecretHashSize]byte
	UserID int64
	// How says by what the user signed in.
	How string
	// From is the address that the user signed in from, Agent how the browser called itself.
	From, Agent string
	// SeenAt may be a minute late.
	CreatedAt, SeenAt, ExpiresAt time.Time
}

// Passkey is a key on a device of a user, as its server keeps it: nothing of it is secret.
type Passkey struct {
	// ID is what the device calls it, unique.
	ID     []byte
	UserID int64
	// Name is how the user calls it, Site the name of the server that it was made for.
	Name, Site string
	// Credential is the public key with what is needed to check a signature, as JSON.
	Credential []byte
	// UsedAt is zero for never.
	CreatedAt, UsedAt time.Time
}

// Ticket is something that is good for one use: a link that was given to somebody, or a sign-in between its two steps.
// What its bearer shows is nowhere.
type Ticket struct {
	// Hash is the SHA-256 of what its bearer shows.
	Hash [SecretHashSize]byte
	// Purpose says what it is good for.
	Purpose string
	// UserID is whom it is for; 0 where that is nobody yet.
	UserID int64
	// Data is what the second step needs of the first.
	Data []byte
	// CreatedBy says for people who made it.
	CreatedBy            string
	CreatedAt, ExpiresAt time.Time
}

// Attempts counts the sign-ins that failed lately, of one address or of one user.
type Attempts struct {
	Key   string
	Count int64
	At    time.Time
}

// PeopleReader looks at who may sign in, and who has.
type PeopleReader interface {
	// Users lists the users of a group, all for 0, by their e-mail addresses.
	Users(ctx context.Context, groupID int64) ([]User, error)
	// User is one by its ID, UserByEmail by its address, UserBySubject by who it is for a provider; [ErrNotFound] when
	// there is none.
	User(ctx context.Context, id int64) (User, error)
	UserByEmail(ctx context.Context, email string) (User, error)
	UserBySubject(ctx context.Context, subject string) (User, error)
	// UserSession is a session by its hash, with its user; [ErrNotFound] when there is none.
	UserSession(ctx context.Context, hash [SecretHashSize]byte) (UserSession, User, error)
	// UserSessions lists the sessions of a user, the newest first.
	UserSessions(ctx context.Context, userID int64) ([]UserSession, error)
	// Passkeys lists the passkeys of a user, of all for 0, in the order in which they were made.
	Passkeys(ctx context.Context, userID int64) ([]Passkey, error)
	// Ticket is a ticket by its hash; [ErrNotFound] when there is none.
	Ticket(ctx context.Context, hash [SecretHashSize]byte) (Ticket, error)
}

// PeopleTx changes who may sign in. Nothing here needs the lock of a store. A user goes with its group; sessions,
// passkeys and tickets go with their user.
type PeopleTx interface {
	// LockUsers reads all users by their IDs, and keeps others from changing one until the transaction ends. It does
	// not keep others from adding one.
	LockUsers(ctx context.Context) ([]User, error)
	// AddUser keeps a user and gives it an ID; [ErrExists] when the address is taken, [ErrNotFound] when the group is
	// gone. The transaction is lost then.
	AddUser(ctx context.Context, u User) (User, error)
	// SaveUser replaces everything about a user but who made it and when; [ErrNotFound] when it, or its group, is gone,
	// [ErrExists] when its address or subject is another's. The transaction is lost then.
	SaveUser(ctx context.Context, u User) error
	// DropUser forgets a user; one that is gone is no error.
	DropUser(ctx context.Context, id int64) error

	// AddUserSession keeps a session; [ErrNotFound] when its user is gone. The transaction is lost then.
	AddUserSession(ctx context.Context, s UserSession) error
	// UseUserSession notes when a session was seen last. One that is gone is no error.
	UseUserSession(ctx context.Context, hash [SecretHashSize]byte, at time.Time) error
	// DropUserSession ends a session; one that is gone is no error.
	DropUserSession(ctx context.Context, hash [SecretHashSize]byte) error
	// DropUserSessions ends the sessions of a user but for one that is spared.
	DropUserSessions(ctx context.Context, userID int64, spared [SecretHashSize]byte) error
	// DropUserSessionsBefore ends those that expired before a time, and those that were not seen since another.
	DropUserSessionsBefore(ctx context.Context, expired, seen time.Time) error

	// AddPasskey keeps a passkey; [ErrExists] when there is one of this ID, [ErrNotFound] when its user is gone. The
	// transaction is lost then.
	AddPasskey(ctx context.Context, p Passkey) error
	// SavePasskey replaces the name, the credential and the last use of a passkey; [ErrNotFound] when it is gone.
	SavePasskey(ctx context.Context, p Passkey) error
	// DropPasskey forgets a passkey of a user; one that is gone is no error. DropPasskeys forgets all of a user.
	DropPasskey(ctx context.Context, userID int64, id []byte) error
	DropPasskeys(ctx context.Context, userID int64) error

	// AddTicket keeps a ticket; [ErrNotFound] when its user is gone. The transaction is lost then.
	AddTicket(ctx context.Context, t Ticket) error
	// TakeTicket takes a ticket away and gives it; [ErrNotFound] when it is not there, or is good for something else.
	// Of several who ask one gets it.
	TakeTicket(ctx context.Context, hash [SecretHashSize]byte, purpose string) (Ticket, error)
	// DropTickets forgets those of a purpose that are for a user, for nobody yet for 0, and gives them in any order. Of
	// several who ask at a time one gets them.
	DropTickets(ctx context.Context, userID int64, purpose string) ([]Ticket, error)
	// DropTicketsBefore forgets those that expired before a time.
	DropTicketsBefore(ctx context.Context, before time.Time) error

	// LockAttempts reads how many sign-ins failed, and keeps others from counting until the transaction ends. Who asks
	// for several keys asks in their order.
	LockAttempts(ctx context.Context, key string) (Attempts, error)
	SaveAttempts(ctx context.Context, a Attempts) error
	// DropAttemptsBefore forgets what was counted last before a time.
	DropAttemptsBefore(ctx context.Context, before time.Time) error
}
