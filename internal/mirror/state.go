package mirror

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// state is where the work on one collection stands, each kind of work with a part of its own, declared where that work
// is. It is kept under the resource's name, in the transaction that writes what was read, so that a step that dies
// anywhere is taken up where its last transaction ended.
type state struct {
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
	// Missing says that the store has no such list (older WooCommerce); Denied that the key may not read it, until when
	// that is not asked again, and what the store said.
	Missing     bool      `json:"missing,omitempty"`
	DeniedUntil time.Time `json:"denied_until,omitzero"`
	Denied      string    `json:"denied,omitempty"`
}

// load reads a JSON cursor into v; v stays as it is when there is none.
func load(ctx context.Context, ledger Ledger, storeID int64, name string, v any) error {
	raw, err := ledger.Cursor(ctx, storeID, name)
	if err != nil || raw == nil {
		return err
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("mirror: store %d: cursor %s is damaged: %w", storeID, name, err)
	}
	return nil
}

// cursor is the value to keep under a name.
func cursor(name string, v any) storage.Cursor {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own plain types
	}
	return storage.Cursor{Name: name, Value: raw}
}
