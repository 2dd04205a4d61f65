package state

import (
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
	// Since is when the counting began, Held how many records the mirror held then, Gone how many of them were taken
	// out of it since.
	Since time.Time `json:"since,omitzero"`
	Held  int       `json:"held,omitempty"`
	Gone  int       `json:"gone,omitempty"`
	// Withheld is about how many the store has no more that the mirror keeps until a person says that it is so; 0 while
	// none are. At is when that was noticed.
	Withheld int       `json:"withheld,omitempty"`
	At       time.Time `json:"at,omitzero"`
}
