package orders

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// orderNotes is the controller of /orders/{id}/notes.
type orderNotes struct{ *Store }

func (c orderNotes) mayGet(r *rest.Request) error {
	return c.mayOne(r, capability.Get, core.CannotView)
}

func (c orderNotes) mayDelete(r *rest.Request) error {
	return c.mayOne(r, capability.Delete, core.CannotDelete)
}

// mayOne checks the permission for the order. For a missing order everybody passes, to its 404.
func (c orderNotes) mayOne(r *rest.Request, action capability.Action, message string) error {
	d, ok := c.document(r.Int("order_id"))
	if !ok {
		return nil
	}
	return c.May(r, capability.OrderNotes, action, c.recordOf(r, d), message)
}

func (c orderNotes) list(r *rest.Request) (*rest.Response, error) {
	order, ok := c.Orders.Get(r.Int("order_id"))
	if !ok {
		return nil, rest.Errorf(404, "woocommerce_rest_shop_order_invalid_id", "Invalid order ID.")
	}
	kind := r.Text("type")
	items := rest.List{}
	for _, note := range c.notesOf(order.ID) {
		if kind == "customer" && !note.Customer || kind == "internal" && note.Customer {
			continue
		}
		items = append(items, rest.Item{Data: c.noteJSON(note), Links: noteLinks(r, note)})
	}
	return &rest.Response{Body: items}, nil
}

func (s *Store) noteJSON(note *Note) *rest.Object {
	return rest.NewObject(
		"id", note.ID,
		"author", note.Author,
		"date_created", s.LocalTime(note.Created),
		"date_created_gmt", core.GMTTime(note.Created),
		"note", note.Text,
		"customer_note", note.Customer,
	)
}

func noteLinks(r *rest.Request, note *Note) []rest.Link {
	order := r.RESTURL("/wc/v3/orders/" + core.Itoa(note.OrderID))
	return []rest.Link{
		{Rel: "self", Href: order + "/notes/" + core.Itoa(note.ID)},
		{Rel: "collection", Href: order + "/notes"},
		{Rel: "up", Href: order},
	}
}

func errNoNoteOrder() error {
	return rest.Errorf(404, "woocommerce_rest_order_invalid_id", "Invalid order ID.")
}

func (c orderNotes) create(r *rest.Request) (*rest.Response, error) {
	if rest.Truthy(r.Param("id")) {
		return nil, rest.Errorf(400, "woocommerce_rest_shop_order_exists", "Cannot create existing shop_order.")
	}
	order, ok := c.Orders.Get(r.Int("order_id"))
	if !ok {
		return nil, errNoNoteOrder()
	}
	clerk := c.clerkOf(r)
	text := r.Text("note")
	if c.Has(core.NotesAreCleaned) {
		text = wptext.KsesPost(text)
	}
	note := clerk.addNote(order.ID, text, r.Bool("customer_note"), r.Bool("added_by_user"))
	if note.Customer {
		clerk.Reach("woocommerce_new_customer_note") // plugins hang on this hook before the e-mail does
		clerk.mail("customer_note", order.ID)
		clerk.Fire("woocommerce_new_customer_note", order.ID)
	}
	response := &rest.Response{Status: 201, Body: c.noteJSON(note), Links: noteLinks(r, note)}
	response.SetHeader("Location", r.RESTURL("/wc/v3/orders/"+core.Itoa(order.ID)+"/notes/"+core.Itoa(note.ID)))
	return response, nil
}

// note finds the note a request names.
func (c orderNotes) note(r *rest.Request) (*Note, error) {
	order, ok := c.Orders.Get(r.Int("order_id"))
	if !ok {
		return nil, errNoNoteOrder()
	}
	note, ok := c.Notes.Get(r.Int("id"))
	if !ok || note.OrderID != order.ID {
		return nil, rest.Errorf(404, "woocommerce_rest_invalid_id", "Invalid resource ID.")
	}
	return note, nil
}

func (c orderNotes) get(r *rest.Request) (*rest.Response, error) {
	note, err := c.note(r)
	if err != nil {
		return nil, err
	}
	return &rest.Response{Body: c.noteJSON(note), Links: noteLinks(r, note)}, nil
}

func (c orderNotes) remove(r *rest.Request) (*rest.Response, error) {
	if !r.Bool("force") {
		return nil, rest.Errorf(501, "woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.")
	}
	note, err := c.note(r)
	if err != nil {
		return nil, err
	}
	c.Notes.Delete(note)
	return &rest.Response{Body: c.noteJSON(note), Links: noteLinks(r, note)}, nil
}
