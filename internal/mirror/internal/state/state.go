package state

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// linesChecked says that the lines of orders were compared with the products, once both had been read for the first
// time. It is kept with the products.
type linesChecked struct {
	LinesChecked bool `json:"lines_checked,omitempty"`
}

// Collection is how far the work on one collection is. Each kind of work has a part and a file of its own. The state is
// saved under the resource's name, in the transaction that writes what was read. A step may therefore die at any
// moment, and the next step continues after the last transaction.
type Collection struct {
	access
	firstCopied
	polled
	trashed
	counted
	swept
	linesChecked
	// PerPage is the page size that was found to work; 0 for the full size.
	PerPage int `json:"per_page,omitempty"`
}

// access says whether the collection can be read at all.
type access struct {
	// Missing says that the store has no such list (an older WooCommerce). Denied is the answer with which the list was
	// refused at DeniedAt; the list is not asked for again until DeniedUntil. Closed says that something other than
	// WooCommerce refused it.
	Missing     bool      `json:"missing,omitempty"`
	DeniedAt    time.Time `json:"denied_at,omitzero"`
	DeniedUntil time.Time `json:"denied_until,omitzero"`
	Denied      string    `json:"denied,omitempty"`
	Closed      bool      `json:"closed,omitempty"`
}

// Granted notes that the collection can be read.
func (a *access) Granted() { *a = access{} }

// Cursors returns the value that was kept under a name; nil when there is none.
type Cursors interface {
	Cursor(ctx context.Context, storeID int64, name string) (json.RawMessage, error)
}

// Load reads the JSON value of a cursor into v; v stays unchanged when there is none.
func Load(ctx context.Context, ledger Cursors, storeID int64, name string, v any) error {
	raw, err := ledger.Cursor(ctx, storeID, name)
	if err != nil || raw == nil {
		return err
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("mirror: store %d: cursor %s is damaged: %w", storeID, name, err)
	}
	return nil
}

// Cursor returns the cursor that keeps a value under a name.
func Cursor(name string, v any) storage.Cursor {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own plain types always encode
	}
	return storage.Cursor{Name: name, Value: raw}
}

// The names of the cursors that belong to no collection.
const (
	AboutName    = "about"
	VolatileName = "volatile"
	StraysName   = "strays"
	CeilingName  = "ceiling"
	LossesName   = "losses"
)
