package wire

import (
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/storage"
)

// Token is a token for the API, without its secret.
type Token struct {
	Prefix    string    `json:"prefix" doc:"The part of the token that may be shown; it names the token."`
	Name      string    `json:"name" doc:"What it is for."`
	Group     string    `json:"group,omitempty" doc:"The group that it is confined to; absent where it is not."`
	Scopes    []string  `json:"scopes"`
	Networks  []string  `json:"networks" doc:"Where it may be used from; empty for anywhere."`
	CreatedBy string    `json:"created_by"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at,omitzero" doc:"Absent for never."`
	UsedAt    time.Time `json:"used_at,omitzero" doc:"The last use, to the minute; absent when it was never used."`
	RevokedAt time.Time `json:"revoked_at,omitzero"`
}

// NewToken is a token that was just made: the only time that its secret is shown.
type NewToken struct {
	Token
	Secret string `json:"token" doc:"The token itself. It is shown this once and kept nowhere."`
}

// TokenOf is a token; groups are the names of groups by their ids.
func TokenOf(t storage.Token, groups map[int64]string) Token {
	networks := make([]string, len(t.Networks))
	for i, n := range t.Networks {
		networks[i] = n.String()
	}
	return Token{Prefix: t.Prefix, Name: t.Name, Group: groups[t.GroupID], Scopes: t.Scopes, Networks: networks,
		CreatedBy: t.CreatedBy, CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt, UsedAt: t.UsedAt,
		RevokedAt: t.RevokedAt}
}

// NewTokenOf is a token that was just made.
func NewTokenOf(made access.Made, groups map[int64]string) NewToken {
	return NewToken{TokenOf(made.Token, groups), made.Secret}
}

// Group is a group of stores.
type Group struct {
	Name      string    `json:"name"`
	Stores    []string  `json:"stores" doc:"The names of the stores in it."`
	CreatedAt time.Time `json:"created_at"`
}

// GroupOf is a group with those of the stores that are in it.
func GroupOf(g storage.Group, stores []storage.Store) Group {
	v := Group{Name: g.Name, Stores: []string{}, CreatedAt: g.CreatedAt}
	for _, st := range stores {
		if st.GroupID == g.ID {
			v.Stores = append(v.Stores, st.Name)
		}
	}
	return v
}

// AuditEntry is something that somebody did, or was refused.
type AuditEntry struct {
	Seq       int64     `json:"seq"`
	At        time.Time `json:"at"`
	Actor     string    `json:"actor" doc:"Prefix of the token, or command line; empty for nobody known."`
	Name      string    `json:"name,omitempty" doc:"Name of the token."`
	Group     string    `json:"group,omitempty" doc:"Group of the actor."`
	Action    string    `json:"action" doc:"The operation, by its name in the API's description."`
	Object    string    `json:"object,omitempty" doc:"What it was done with."`
	From      string    `json:"from,omitempty" doc:"Address of who asked."`
	RequestID string    `json:"request_id,omitempty"`
	Status    int       `json:"status,omitempty" doc:"Status of the answer."`
	Code      string    `json:"code,omitempty" doc:"Code of the problem it ended with; absent when it worked."`
	LeftOut   int64     `json:"left_out,omitempty" doc:"Refusals like it before it that were not written."`
}

// AuditEntryOf is an entry of the audit log; groups are the names of groups by their ids.
func AuditEntryOf(e storage.AuditEntry, groups map[int64]string) AuditEntry {
	return AuditEntry{Seq: e.Seq, At: e.At, Actor: e.Actor, Name: e.Name, Group: groups[e.GroupID], Action: e.Action,
		Object: e.Object, From: e.From, RequestID: e.RequestID, Status: e.Status, Code: e.Code, LeftOut: e.Left}
}
