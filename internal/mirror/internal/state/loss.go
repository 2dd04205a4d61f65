package state

import (
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Losses are the known losses of records, by collection.
type Losses map[storage.Resource]*Loss

// Of returns the loss of a collection, and makes an empty one when there is none.
func (l Losses) Of(r storage.Resource) *Loss {
	if l[r] == nil {
		l[r] = new(Loss)
	}
	return l[r]
}

// Loss counts the records of a collection that the store no longer has.
type Loss struct {
	// Since is when the counting began. Held is how many records there were then. Went are the ids of the records that
	// were removed from the mirror since; an id that came back and went again counts once.
	Since time.Time `json:"since,omitzero"`
	Held  int       `json:"held,omitempty"`
	Went  []int64   `json:"went,omitempty"`
	// Withheld is about how many records the mirror keeps although the store no longer has them, until a person accepts
	// the loss; 0 when there are none. At is when the loss was noticed.
	Withheld int       `json:"withheld,omitempty"`
	At       time.Time `json:"at,omitzero"`
}

// Gone returns how many records were removed.
func (l *Loss) Gone() int { return len(l.Went) }

// Take notes the id of a record that is removed from the mirror.
func (l *Loss) Take(id int64) {
	if !slices.Contains(l.Went, id) {
		l.Went = append(l.Went, id)
	}
}
