package state

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// linesChecked says that the lines of orders were held against the products, once both had been read for the first
// time. It is kept with the products.
type linesChecked struct {
	LinesChecked bool `json:"lines_checked,omitempty"`
}

// Collection is where the work on one collection stands, each kind of work with a part and a file of its own. It is
// kept under the resource's name, in the transaction that writes what was read, so that a step may die anywhere and the
// next one goes on where the last transaction ended.
type Collection struct {
	access
	firstCopied
	polled
	trashed
	counted
	swept
	linesChecked
	// PerPage is the page size found to work, 0 for the full one.
	PerPage int `json:"per_page,omitempty"`
}

// access is whether the collection can be read at all.
type access struct {
	// Missing says that the store has no such list (an older WooCommerce). Denied is what was answered when the list
	// was refused; that was at DeniedAt, and until DeniedUntil it is not asked again. Closed says that it was not
	// WooCommerce who refused it.
	Missing     bool      `json:"missing,omitempty"`
	DeniedAt    time.Time `json:"denied_at,omitzero"`
	DeniedUntil time.Time `json:"denied_until,omitzero"`
	Denied      string    `json:"denied,omitempty"`
	Closed      bool      `json:"closed,omitempty"`
}

// Granted notes that the collection can be read.
func (a *access) Granted() { *a = access{} }

// Cursors reads what was kept under a name; nil when nothing was.
type Cursors interface {
	Cursor(ctx context.Context, storeID int64, name string) (json.RawMessage, error)
}

// Load reads a JSON cursor into v; v stays as it is when there is none.
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

// Cursor is the value to keep under a name.
func Cursor(name string, v any) storage.Cursor {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own plain types
	}
	return storage.Cursor{Name: name, Value: raw}
}

// The names under which state is kept that belongs to no collection.
const (
	AboutName    = "about"
	VolatileName = "volatile"
	StraysName   = "strays"
	CeilingName  = "ceiling"
	LossesName   = "losses"
)
