package intent

import (
	"fmt"
)

// Behind is a write that holds back later ones of its subject.
type Behind struct {
	ID    string `json:"id"`
	State State  `json:"state"`
}

// String says what a write that is held back waits for, and what to do.
func (b Behind) String() string {
	if b.State == Parked {
		return fmt.Sprintf("waits behind %[1]s, which is parked: decide about that one (waybill outbox show %[1]s)",
			b.ID)
	}
	return fmt.Sprintf("waits behind %s, which is %s: it is sent after that one", b.ID, b.State)
}

// HeldByPerson says whether a write is not sent before a person has decided about another one.
func (w Write) HeldByPerson() bool { return w.Behind != nil && w.Behind.State == Parked }
