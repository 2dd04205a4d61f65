package state

import (
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Losses are what is known of records that vanish, by collection.
type Losses map[storage.Resource]*Loss

// Of is that of a collection.
func (l Losses) Of(r storage.Resource) *Loss {
	if l[r] == nil {
		l[r] = new(Loss)
	}
	return l[r]
}

// Loss counts records that the store has no more.
type Loss struct {
	// Since is when the counting began, Held how many records there were then, Went which of them were taken out of the
	// mirror since: one that came back and went again is one.
	Since time.Time `json:"since,omitzero"`
	Held  int       `json:"held,omitempty"`
	Went  []int64   `json:"went,omitempty"`
	// Withheld is about how many the store has no more that the mirror keeps until a person says that it is so; 0 while
	// none are. At is when that was noticed.
	Withheld int       `json:"withheld,omitempty"`
	At       time.Time `json:"at,omitzero"`
}

// Gone is how many records were taken out.
func (l *Loss) Gone() int { return len(l.Went) }

// Take notes one that is taken out.
func (l *Loss) Take(id int64) {
	if !slices.Contains(l.Went, id) {
		l.Went = append(l.Went, id)
	}
}
