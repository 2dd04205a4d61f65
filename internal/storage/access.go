package storage

import (
	"context"
	"net/netip"
	"time"
)

// Group is a set of stores that is separate from all other stores. A group has tokens of its own. For such a token the
// stores of other groups do not exist.
type Group struct {
	ID        int64
	Name      string // unique
	CreatedAt time.Time
}

// TokenHashSize is the length of [Token.Hash] in bytes.
const TokenHashSize = 32

// Token is the right to use the API, as it is kept. The secret itself is stored nowhere.
type Token struct {
	ID int64
	// Prefix is the part of the token that may be shown; it is unique. Hash is the SHA-256 of the whole token.
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
	// ExpiresAt, UsedAt and RevokedAt are zero for never. UsedAt may be up to a minute old.
	ExpiresAt, UsedAt, RevokedAt time.Time
}

// AuditEntry is one thing that somebody did, or was refused, through the API or through a command about the API.
type AuditEntry struct {
	Seq int64
	At  time.Time
	// Actor says who acted: the prefix of a token, or "command line" with the name of the user; empty when not known.
	// Name is the name of the token.
	Actor, Name string
	// GroupID is the group of the actor, and so of the entry; 0 for none.
	GroupID int64
	// Action says what was done, in the words of the API's operations. Object says to what.
	Action, Object string
	// From is the address of the caller. RequestID names the request. Both are empty for a command.
	From, RequestID string
	// Status is the status of the answer, 0 for a command. Code is the code of the problem, empty when the action
	// worked.
	Status int
	Code   string
	// Left counts the earlier entries of the same kind that were not written, because they came too often.
	Left int64
}

// AuditQuery selects audit entries, the newest first. The zero value of a field does not filter.
type AuditQuery struct {
	GroupID   int64
	Actor     string
	BeforeSeq int64 // exclusive
	Limit     int   // 0 means no limit
}

// AccessReader reads who may use the API, and what was done.
type AccessReader interface {
	// Groups lists all groups by name.
	Groups(ctx context.Context) ([]Group, error)
	// Group is one group; [ErrNotFound] when there is none.
	Group(ctx context.Context, id int64) (Group, error)
	// Tokens lists the tokens of a group, or of all groups for 0, in the order in which they were made. Revoked tokens
	// are included.
	Tokens(ctx context.Context, groupID int64) ([]Token, error)
	// TokenByPrefix is one token; [ErrNotFound] when there is none.
	TokenByPrefix(ctx context.Context, prefix string) (Token, error)
	Audit(ctx context.Context, q AuditQuery) ([]AuditEntry, error)
}

// AccessTx changes who may use the API. None of its methods needs the lock of a store.
type AccessTx interface {
	// AddGroup keeps a group and gives it an ID; [ErrExists] when the name is taken.
	AddGroup(ctx context.Context, g Group) (Group, error)
	// DropGroup forgets a group with its tokens and users. It fails with [ErrInUse] while a store is in it, and with
	// [ErrNotFound] when it is not there.
	DropGroup(ctx context.Context, id int64) error
	// AddToken keeps a token and gives it an ID; [ErrExists] when the prefix is taken, [ErrNotFound] when the group is
	// gone.
	AddToken(ctx context.Context, t Token) (Token, error)
	// RevokeToken ends a token. A token that ended before keeps that time. [ErrNotFound] when it is not there.
	RevokeToken(ctx context.Context, id int64, at time.Time) error
	// UseToken notes when a token was used last. A missing token is no error.
	UseToken(ctx context.Context, id int64, at time.Time) error
	// LogAudit appends entries in their order, with numbers.
	LogAudit(ctx context.Context, entries []AuditEntry) error
	// DropAudit removes the entries older than a time.
	DropAudit(ctx context.Context, before time.Time) error
}
