package woo

import "context"

// OrderNotes is the notes of one order. There is no paging and no update.
type OrderNotes struct{ resource[OrderNote] }

// OrderNotes gives access to the notes of an order. It sends no request.
func (c *Client) OrderNotes(order int64) OrderNotes {
	return OrderNotes{resourceAt[OrderNote](c, RouteOrderNotes, order)}
}

// Get reads one note.
func (n OrderNotes) Get(ctx context.Context, id int64) (*OrderNote, error) {
	return n.get(ctx, itoa(id))
}

// Create makes a note of the fields that are set, and returns it as the store made it. The request is never repeated.
func (n OrderNotes) Create(ctx context.Context, note OrderNote) (*OrderNote, error) {
	return n.create(ctx, note)
}

// Delete removes the note for good and returns it as it was.
func (n OrderNotes) Delete(ctx context.Context, id int64) (*OrderNote, error) {
	return n.remove(ctx, itoa(id), true)
}

// OrderNoteOptions selects notes.
type OrderNoteOptions struct {
	Type string `query:"type"` // "any", "customer" or "internal"
}

// List reads all notes of the order, the newest first.
func (n OrderNotes) List(ctx context.Context, opts OrderNoteOptions) ([]OrderNote, error) {
	query, err := encodeOptions(opts)
	if err != nil {
		return nil, err
	}
	items, _, err := list[OrderNote](ctx, n.client, Request{Path: n.path, Query: query})
	return items, err
}

// OrderNote is a remark on an order.
type OrderNote struct {
	Record
	ID             int64     `json:"id"`
	Author         string    `json:"author"` // "WooCommerce" for the store itself
	DateCreated    LocalTime `json:"date_created"`
	DateCreatedGMT GMTTime   `json:"date_created_gmt"`
	Note           string    `json:"note"`          // HTML
	CustomerNote   bool      `json:"customer_note"` // shown and mailed to the customer
	AddedByUser    bool      `json:"added_by_user"` // only sent: the author is the key's owner
}

func (n *OrderNote) UnmarshalJSON(b []byte) error { return readRecord(b, n) }
func (n OrderNote) MarshalJSON() ([]byte, error)  { return writeRecord(&n) }
