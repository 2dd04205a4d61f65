package wire

import (
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Connection is a shop on its way of being connected over its own approval page.
type Connection struct {
	ID    string `json:"id"`
	State string `json:"state" doc:"waiting: for its owner to approve it. arrived: a key came, and is tried. connected: the store is there, and its first copy has begun. failed: see reason."`
	Acts  string `json:"acts" doc:"Who has to do something now: owner (of the shop), waybill, you or nobody."`
	Says  string `json:"says" doc:"How it stands, in a sentence."`
	Group string `json:"group,omitempty"`
	URL   string `json:"url" doc:"The shop."`
	Name  string `json:"name,omitempty" doc:"How the store was asked to be called."`
	// Scopes are what it is wanted for.
	Scopes []string `json:"scopes,omitempty" doc:"What it is wanted for."`
	Link   string   `json:"approve_url,omitempty" doc:"Send the owner of the shop there; while it waits."`
	Store  string   `json:"store,omitempty" doc:"Name of the store, once it is connected."`
	Reason string   `json:"reason,omitempty" doc:"What it failed of or hangs on, for programs."`
	Hint   string   `json:"hint,omitempty" doc:"What to do."`
	Notes  []string `json:"notes" doc:"What a person should know of the store, such as that less rights are enough."`

	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at" doc:"Until when its owner may approve it."`
	ArrivedAt time.Time `json:"arrived_at,omitzero" doc:"When a key came."`
	DoneAt    time.Time `json:"done_at,omitzero" doc:"When it was over."`
}

// ConnectionOf is a connection with the link for the owner of the shop, the name of the store and of its group.
func ConnectionOf(c storage.Connection, link, store, group string) Connection {
	v := Connection{ID: c.ID, State: string(c.State), Group: group, URL: c.HomeURL, Name: c.Name, Scopes: c.Scopes,
		Link: link, Store: store, Reason: c.Reason, Hint: c.Next, Notes: append([]string{}, c.Notes...),
		CreatedAt: c.CreatedAt, ExpiresAt: c.ExpiresAt, ArrivedAt: c.ArrivedAt, DoneAt: c.DoneAt}
	v.Acts, v.Says = standing(c)
	return v
}

// standing says who has to act, and how it stands.
func standing(c storage.Connection) (acts, says string) {
	switch c.State {
	case storage.ConnectionArrived:
		acts, says = "waybill", "a key came and is tried on the shop"
	case storage.ConnectionConnected:
		return "nobody", "the store is connected, and is being copied"
	case storage.ConnectionFailed:
		acts, says = "you", "it failed"
	default:
		acts, says = "owner", "the owner of the shop is to approve it"
		if c.Why != "" {
			acts = "you"
		}
	}
	if c.Why != "" {
		says = c.Why
	}
	return acts, says
}
