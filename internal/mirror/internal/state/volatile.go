package state

import (
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Volatile is what was learned about members that differ from one reading to the next although nothing changed.
type Volatile struct {
	Members []Member `json:"members,omitempty"`
	// Tried is when the readings of a resource were last compared, by our clock.
	Tried map[storage.Resource]time.Time `json:"tried,omitempty"`
	// Moving are the places that were seen to change in every record at once.
	Moving []MovingPlace `json:"moving,omitempty"`
}

// Member is a member of records that is left out of comparisons.
type Member struct {
	Resource storage.Resource `json:"resource"`
	Path     string           `json:"path"`
	Query    []string         `json:"query,omitempty"`
	Since    time.Time        `json:"since"`
	// Proved says that the member had another value in each of three readings. Otherwise it was seen to change now and
	// then.
	Proved bool `json:"proved,omitempty"`
	// Looked is when the member was last found to be still changing.
	Looked time.Time `json:"looked,omitzero"`
	// Seen stands for the value that the oldest record last showed at the place. Still is since when that value has
	// stayed.
	Seen  string    `json:"seen,omitempty"`
	Still time.Time `json:"still,omitzero"`
}

// MovingPlace is a place that was seen to change in every record at once.
type MovingPlace struct {
	Resource storage.Resource `json:"resource"`
	Path     string           `json:"path"`
	Times    int              `json:"times"`
	At       time.Time        `json:"at"`
}

// Moves says whether the member had another value in each reading when it was learned. A whole value is learned only in
// that way.
func (m Member) Moves() bool { return m.Proved || len(m.Query) == 0 }
