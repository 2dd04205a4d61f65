package orders

import (
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

func newNoteTable() *core.Table[*Note] {
	return core.NewTable[*Note]().
		GroupedBy("order", func(n *Note) (int64, bool) { return n.OrderID, true })
}

// addNote writes a note on an order. With byUser it is signed by the user, if he may edit orders; otherwise by the
// store.
func (c *Clerk) addNote(orderID int64, text string, customer, byUser bool) *Note {
	author, email := "WooCommerce", ""
	if byUser && c.User.Can("edit_shop_orders") {
		author, email = c.User.DisplayName, c.User.Email
	}
	note := &Note{
		ID:       c.IDs.Comment.Next(),
		OrderID:  orderID,
		Author:   author,
		Email:    email,
		Text:     unslash(text),
		Customer: customer,
		Created:  c.Now(),
	}
	c.Notes.Insert(note)
	return note
}

// unslash is what wp_insert_comment does to a text that it takes for escaped: backslashes go (recordings:
// note-create-html).
func unslash(text string) string {
	if strings.IndexByte(text, '\\') < 0 {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' {
			i++
			if i < len(text) {
				if text[i] == '0' {
					b.WriteByte(0)
				} else {
					b.WriteByte(text[i])
				}
			}
			continue
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// notesOf are the notes of an order, the youngest first. Notes of one second are in the order they were written
// (note-ties-list).
func (s *Store) notesOf(orderID int64) []*Note {
	notes := slices.Clone(s.Notes.Group("order", orderID))
	slices.SortStableFunc(notes, func(a, b *Note) int { return b.Created.Compare(a.Created) })
	return notes
}

// EachSignature yields the e-mail address and the creation time (UTC) of every note.
func (s *Store) EachSignature(yield func(email string, at time.Time)) {
	for note := range s.Notes.All() {
		yield(note.Email, note.Created)
	}
}

// AddOrderNotes writes notes on an order, all dated at.
func (s *Store) AddOrderNotes(orderID int64, texts []string, at time.Time) {
	c := s.clerk(nil)
	for _, text := range texts {
		note := c.addNote(orderID, text, false, false)
		s.Notes.Change(note, func(n *Note) { n.Created = at.UTC() })
	}
}
