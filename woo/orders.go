package woo

import (
	"context"
	"net/http"
)

// Orders is the orders of the store.
type Orders struct {
	Collection[Order, OrderOptions]
	Trashing[Order, int64]
}

// Orders gives access to orders.
func (c *Client) Orders() Orders {
	collection := newCollection[Order, OrderOptions](c, "orders")
	return Orders{collection, Trashing[Order, int64]{collection.Listing.endpoint}}
}

// OrderOptions selects orders. Without Status the store lists every status but trash and drafts of the checkout.
type OrderOptions struct {
	ListOptions
	DateRange
	Status        []string `query:"status"` // without "wc-"; "trash" only when named
	Customer      *int64   `query:"customer"`
	Product       int64    `query:"product"`
	Parent        []int64  `query:"parent"`
	ParentExclude []int64  `query:"parent_exclude"`
	Decimals      *int     `query:"dp"` // decimals of amounts; the store's setting when nil
	CreatedVia    []string `query:"created_via"`
	IncludeMeta   []string `query:"include_meta"`
	ExcludeMeta   []string `query:"exclude_meta"`
}

// Statuses lists the order statuses the store knows, those of extensions included. Since WooCommerce 9.6.
func (o Orders) Statuses(ctx context.Context) ([]OrderStatus, error) {
	items, _, err := list[OrderStatus](ctx, o.Listing.client, Request{Path: "orders/statuses"})
	return items, err
}

// Receipt gives the order's printable receipt, if one was made and has not expired.
func (o Orders) Receipt(ctx context.Context, order int64) (*Receipt, error) {
	return one[Receipt](ctx, o.Listing.client, Request{Path: "orders/" + itoa(order) + "/receipt"})
}

// CreateReceipt makes the order's receipt, or returns the one there is unless request.ForceNew is set.
func (o Orders) CreateReceipt(ctx context.Context, order int64, request ReceiptRequest) (*Receipt, error) {
	return one[Receipt](ctx, o.Listing.client, Request{
		Method: http.MethodPost, Path: "orders/" + itoa(order) + "/receipt", Body: request,
	})
}

// EmailTemplates lists the e-mails that can be sent for the order as it is now.
func (o Orders) EmailTemplates(ctx context.Context, order int64) ([]EmailTemplate, error) {
	items, _, err := list[EmailTemplate](ctx, o.Listing.client, Request{Path: "orders/" + itoa(order) + "/actions/email_templates"})
	return items, err
}

// SendEmail sends one of EmailTemplates. The store's message is returned.
func (o Orders) SendEmail(ctx context.Context, order int64, email OrderEmail) (string, error) {
	return o.action(ctx, order, "send_email", email)
}

// SendDetails sends the order's details with a payment link. TemplateID is not used.
func (o Orders) SendDetails(ctx context.Context, order int64, email OrderEmail) (string, error) {
	email.TemplateID = ""
	return o.action(ctx, order, "send_order_details", email)
}

func (o Orders) action(ctx context.Context, order int64, name string, email OrderEmail) (string, error) {
	done, err := one[actionResult](ctx, o.Listing.client, Request{
		Method: http.MethodPost, Path: "orders/" + itoa(order) + "/actions/" + name, Body: email,
	})
	if done == nil {
		return "", err
	}
	return done.Message, err
}

// OrderEmail says which e-mail goes to whom.
type OrderEmail struct {
	TemplateID string `json:"template_id,omitempty"`
	// Email is the recipient; the order's own when empty. The store writes it into the order's billing address and
	// refuses to replace another one unless ForceUpdate is set.
	Email       string `json:"email,omitempty"`
	ForceUpdate bool   `json:"force_email_update,omitempty"`
}

type actionResult struct {
	Message string `json:"message"`
}

// ReceiptRequest says how long a new receipt lives; a day when empty.
type ReceiptRequest struct {
	ExpirationDate string `json:"expiration_date,omitempty"` // "2030-01-31", in the store's zone
	ExpirationDays int    `json:"expiration_days,omitempty"`
	ForceNew       bool   `json:"force_new,omitempty"`
}

// Receipt is a page that shows an order to be printed.
type Receipt struct {
	Record
	URL            string `json:"receipt_url"`
	ExpirationDate string `json:"expiration_date"` // a day in the store's zone
}

func (r *Receipt) UnmarshalJSON(b []byte) error { return readRecord(b, r) }
func (r Receipt) MarshalJSON() ([]byte, error)  { return writeRecord(&r) }

// EmailTemplate is an e-mail that can be sent for an order.
type EmailTemplate struct {
	Record
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

func (t *EmailTemplate) UnmarshalJSON(b []byte) error { return readRecord(b, t) }
func (t EmailTemplate) MarshalJSON() ([]byte, error)  { return writeRecord(&t) }

// OrderStatus is one of the statuses an order can have.
type OrderStatus struct {
	Record
	Slug string `json:"slug"` // without "wc-"
	Name string `json:"name"`
}

func (s *OrderStatus) UnmarshalJSON(b []byte) error { return readRecord(b, s) }
func (s OrderStatus) MarshalJSON() ([]byte, error)  { return writeRecord(&s) }
