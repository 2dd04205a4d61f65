package state

import (
	"time"
)

// Ceiling is the most records a page a store gives, when that is less than the mirror asks for. Plugins and hosts lower
// it: some refuse a larger page, some cut it without a word (docs/woocommerce/lists.md#per-page-over-100). What a cut
// page left out would look as if the store hid it.
type Ceiling struct {
	Most int       `json:"most,omitempty"`
	At   time.Time `json:"at,omitzero"`
}
