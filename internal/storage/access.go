package storage

import (
	"context"
	"net/netip"
	"time"
)

// Group is a set of stores that is apart from all others: it has tokens of its own, and what belongs to another group
// does not exist for them.
type Group struct {
	ID        int64
	Name      string // unique
	CreatedAt time.Time
}

// TokenHashSize is the length of [Token.Hash] in bytes.
const TokenHashSize = 32

// Token is the right to use the API, as it is kept: the secret itself is nowhere.
type Token struct {
	ID int64
	// Prefix is the part of the token that may be shown, unique; Hash is the SHA-256 of the whole.
	Prefix string
	Hash   [TokenHashSize]byte
	// Name says for people what the token is for.
	Name string
	// GroupID is the group that the token is confined to; 0 for none.
	GroupID int64
	Scopes  []string
	// Networks are the networks that the token may be used from; empty for any.
	Networks []netip.Prefix
	// CreatedBy says for people who made the token.
	CreatedBy string
	CreatedAt time.Time
	// ExpiresAt, UsedAt and RevokedAt are zero for never; UsedAt may be a minute late.
	ExpiresAt, UsedAt, RevokedAt time.Time
}

// AuditEntry is one thing that somebody did, or was refused, by the API or by a command that concerns it.
type AuditEntry struct {
	Seq int64
	At  time.Time
	// Actor says who did it: the prefix of a token, or "command line" with the name of the user; empty when that is not
	// known. Name is the name of the token.
	Actor, Name string
	// GroupID is the group that the actor, and so the entry, belongs to; 0 for none.
	GroupID int64
	// Action says what was done, in the words of the API's operations; Object what it was done to.
	Action, Object string
	// From is the address of who asked, RequestID names the request; both are empty for a command.
	From, RequestID string
	// Status is the status of the answer, 0 for a command. Code is the code of the problem that it ended with, empty
	// when it worked.
	Status int
	Code   string
	// Left counts the entries of the same kind before this one that were not written, because they came too often.
	Left int64
}

// AuditQuery selects audit entries, the newest first. The zero value of a field does not filter.
type AuditQuery struct {
	GroupID   int64
	Actor     string
	BeforeSeq int64 // exclusive
	Limit     int   // 0 means no limit
}

// AccessReader looks at who may use the API, and what was done.
type AccessReader interface {
	// Groups lists all groups by name.
	Groups(ctx context.Context) ([]Group, error)
	// Group is one group; [ErrNotFound] when there is none.
	Group(ctx context.Context, id int64) (Group, error)
	// Tokens lists the tokens of a group, of all for 0, in the order in which they were made; revoked ones too.
	Tokens(ctx context.Context, groupID int64) ([]Token, error)
	// TokenByPrefix is one token; [ErrNotFound] when there is none.
	TokenByPrefix(ctx context.Context, prefix string) (Token, error)
	Audit(ctx context.Context, q AuditQuery) ([]AuditEntry, error)
}

// AccessTx changes who may use the API. Nothing here needs the lock of a store.
type AccessTx interface {
	// AddGroup keeps a group and gives it an ID; [ErrExists] when the name is taken.
	AddGroup(ctx context.Context, g Group) (Group, error)
	// DropGroup forgets a group with its tokens and users. It fails with [ErrInUse] while a store is in it, and with
	// [ErrNotFound] when it is not there.
	DropGroup(ctx context.Context, id int64) error
	// AddToken keeps a token and gives it an ID; [ErrExists] when the prefix is taken, [ErrNotFound] when the group is
	// gone.
	AddToken(ctx context.Context, t Token) (Token, error)
	// RevokeToken ends a token, or leaves the time at which it was ended before; [ErrNotFound] when it is not there.
	RevokeToken(ctx context.Context, id int64, at time.Time) error
	// UseToken notes when a token was used last. One that is gone is no error.
	UseToken(ctx context.Context, id int64, at time.Time) error
	// LogAudit appends entries in their order, numbered.
	LogAudit(ctx context.Context, entries []AuditEntry) error
	// DropAudit removes the entries from before a time.
	DropAudit(ctx context.Context, before time.Time) error
}
