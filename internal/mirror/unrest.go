package mirror

import (
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/storage"
)

// Changes that show in no date come together with others that do: who edits meta data by a program also moves a status
// now and then. So a store that shows changes is compared record by record soon, and one that shows none is left alone.
//
// Two sweeps follow the last change seen. One is not enough: the last edits may have been silent ones, made behind the
// place it had reached.

// stirred notes a change just seen; the cursor goes into its batch, so that a step that dies cannot lose the one
// without the other.
func (s *step) stirred() storage.Cursor {
	s.unrest.At = s.Now()
	return state.Cursor(state.UnrestName, s.unrest)
}

// restless says whether the store was seen to change since the end of the sweep before the last.
func (s *step) restless(before time.Time) bool {
	return !s.unrest.At.IsZero() && !s.unrest.At.Before(before)
}
