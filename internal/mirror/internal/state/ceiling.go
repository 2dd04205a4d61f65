package state

import (
	"time"
)

// Ceiling is the largest page that a store allows, if that is smaller than the mirror's. Plugins and hosts lower it:
// some refuse a larger page, and some cut it without an error (docs/woocommerce/lists.md#per-page-over-100). The
// records missing from a cut page would look as if the store hid them.
type Ceiling struct {
	Most int       `json:"most,omitempty"`
	At   time.Time `json:"at,omitzero"`
}
