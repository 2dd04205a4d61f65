package woo

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
)

// Orders is the service for the orders of the store.
type Orders struct{ resource[Order] }

// Orders gives access to orders. It sends no request.
func (c *Client) Orders() Orders { return Orders{resourceAt[Order](c, RouteOrders, 0)} }

// List reads one page of orders. Next to an error with KindStrayOutput the page is returned too.
func (o Orders) List(ctx context.Context, opts OrderOptions) (*Page[Order], error) {
	return o.list(ctx, opts)
}

// Pages reads page after page of orders, beginning with the page that opts names. A page holds 100 unless opts says
// otherwise. The first error ends the walk.
func (o Orders) Pages(ctx context.Context, opts OrderOptions) iter.Seq2[*Page[Order], error] {
	return o.pages(ctx, opts)
}

// All reads all orders that opts selects, page after page. The first error ends the walk.
func (o Orders) All(ctx context.Context, opts OrderOptions) iter.Seq2[Order, error] {
	return o.all(ctx, opts)
}

// Count asks how many orders opts selects, with one request for one id. The error is ErrNoTotal when the store gives no
// number.
func (o Orders) Count(ctx context.Context, opts OrderOptions) (int, error) { return o.count(ctx, opts) }

// Get reads one order.
func (o Orders) Get(ctx context.Context, id int64) (*Order, error) { return o.get(ctx, itoa(id)) }

// Create makes an order of the fields that are set, and returns it as the store made it. The request is never repeated.
func (o Orders) Create(ctx context.Context, order Order) (*Order, error) { return o.create(ctx, order) }

// Update sends the fields of change that are set. For an order that was read use Change: the whole order sent back
// would overwrite what others changed meanwhile.
func (o Orders) Update(ctx context.Context, id int64, change Order) (*Order, error) {
	return o.update(ctx, itoa(id), change)
}

// Change sends only what edit changes in a copy of from, the order as it was read. When edit changes nothing, nothing
// is sent and from is returned.
func (o Orders) Change(ctx context.Context, id int64, from *Order, edit func(*Order)) (*Order, error) {
	return o.change(ctx, itoa(id), from, edit)
}

// UpdateRaw is Update with a JSON object that is sent as it stands.
func (o Orders) UpdateRaw(ctx context.Context, id int64, body json.RawMessage) (*Order, error) {
	return o.updateRaw(ctx, itoa(id), body)
}

// Trash moves the order to the trash. Setting the status restores the order. The order returned has its former status.
func (o Orders) Trash(ctx context.Context, id int64) (*Order, error) {
	return o.remove(ctx, itoa(id), false)
}

// Delete removes the order for good and returns it as it was.
func (o Orders) Delete(ctx context.Context, id int64) (*Order, error) {
	return o.remove(ctx, itoa(id), true)
}

// Batch sends up to MaxBatch writes of orders in one request. The error is about the request as a whole. The BatchItem
// of a write that failed holds the error of that write. When the answer is lost, a part of the batch may have been
// executed: look at each order.
func (o Orders) Batch(ctx context.Context, batch Batch[Order]) (*BatchResult[Order], error) {
	return o.batch(ctx, batch)
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
	items, _, err := list[OrderStatus](ctx, o.client, Request{Path: string(RouteOrderStatuses)})
	return items, err
}

// Receipt gives the order's printable receipt, if one was made and has not expired.
func (o Orders) Receipt(ctx context.Context, order int64) (*Receipt, error) {
	return one[Receipt](ctx, o.client, Request{Path: RouteOrders.Record(0, order) + "/receipt"})
}

// CreateReceipt makes the order's receipt, or returns the one there is unless request.ForceNew is set.
func (o Orders) CreateReceipt(ctx context.Context, order int64, request ReceiptRequest) (*Receipt, error) {
	return one[Receipt](ctx, o.client, Request{
		Method: http.MethodPost, Path: RouteOrders.Record(0, order) + "/receipt", Body: request,
	})
}

// EmailTemplates lists the e-mails that can be sent for the order as it is now.
func (o Orders) EmailTemplates(ctx context.Context, order int64) ([]EmailTemplate, error) {
	items, _, err := list[EmailTemplate](ctx, o.client, Request{
		Path: RouteOrders.Record(0, order) + "/actions/email_templates",
	})
	return items, err
}

// SendEmail has the store send one of the e-mails that EmailTemplates lists, and returns the store's message.
func (o Orders) SendEmail(ctx context.Context, order int64, email OrderEmail) (string, error) {
	return o.action(ctx, order, "send_email", email)
}

// SendDetails has the store send the order's details with a payment link. It ignores TemplateID.
func (o Orders) SendDetails(ctx context.Context, order int64, email OrderEmail) (string, error) {
	email.TemplateID = ""
	return o.action(ctx, order, "send_order_details", email)
}

func (o Orders) action(ctx context.Context, order int64, name string, email OrderEmail) (string, error) {
	done, err := one[actionResult](ctx, o.client, Request{
		Method: http.MethodPost, Path: RouteOrders.Record(0, order) + "/actions/" + name, Body: email,
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
