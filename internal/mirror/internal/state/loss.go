package state

import (
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Losses are what is known of vanished records, by collection.
type Losses map[storage.Resource]*Loss

// Of gives the loss of a collection.
func (l Losses) Of(r storage.Resource) *Loss {
	if l[r] == nil {
		l[r] = new(Loss)
	}
	return l[r]
}

// Loss counts the records of a collection that the store no longer has.
type Loss struct {
	// Since is when the counting began, and Held how many records there were then. Went are the ids that were taken out
	// of the mirror since; an id that came back and went again counts once.
	Since time.Time `json:"since,omitzero"`
	Held  int       `json:"held,omitempty"`
	Went  []int64   `json:"went,omitempty"`
	// Withheld is about how many records the mirror keeps although the store no longer has them, until a person accepts
	// the loss; 0 while none are. At is when that was noticed.
	Withheld int       `json:"withheld,omitempty"`
	At       time.Time `json:"at,omitzero"`
}

// Gone is how many records were taken out.
func (l *Loss) Gone() int { return len(l.Went) }

// Take notes the id of a record that is taken out of the mirror.
func (l *Loss) Take(id int64) {
	if !slices.Contains(l.Went, id) {
		l.Went = append(l.Went, id)
	}
}
