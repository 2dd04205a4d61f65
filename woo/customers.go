package woo

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"net/url"
)

// Customers is the service for the customers of the store: WordPress users.
type Customers struct{ resource[Customer] }

// Customers gives access to customers. It sends no request.
func (c *Client) Customers() Customers { return Customers{resourceAt[Customer](c, RouteCustomers, 0)} }

// List reads one page of customers. Next to an error with KindStrayOutput the page is returned too.
func (c Customers) List(ctx context.Context, opts CustomerOptions) (*Page[Customer], error) {
	return c.list(ctx, opts)
}

// Pages reads page after page of customers, beginning with the page that opts names. A page holds 100 unless opts says
// otherwise. The first error ends the walk.
func (c Customers) Pages(ctx context.Context, opts CustomerOptions) iter.Seq2[*Page[Customer], error] {
	return c.pages(ctx, opts)
}

// All reads all customers that opts selects, page after page. The first error ends the walk.
func (c Customers) All(ctx context.Context, opts CustomerOptions) iter.Seq2[Customer, error] {
	return c.all(ctx, opts)
}

// Count asks how many customers opts selects, with one request for one id. The error is ErrNoTotal when the store gives
// no number.
func (c Customers) Count(ctx context.Context, opts CustomerOptions) (int, error) {
	return c.count(ctx, opts)
}

// Get reads one customer.
func (c Customers) Get(ctx context.Context, id int64) (*Customer, error) { return c.get(ctx, itoa(id)) }

// Create makes a customer of the fields that are set, and returns it as the store made it. The request is never
// repeated.
func (c Customers) Create(ctx context.Context, customer Customer) (*Customer, error) {
	return c.create(ctx, customer)
}

// Update sends the fields of change that are set. For a customer that was read use Change: the whole customer sent back
// would overwrite what others changed meanwhile.
func (c Customers) Update(ctx context.Context, id int64, change Customer) (*Customer, error) {
	return c.update(ctx, itoa(id), change)
}

// Change sends only what edit changes in a copy of from, the customer as it was read. When edit changes nothing,
// nothing is sent and from is returned.
func (c Customers) Change(ctx context.Context, id int64, from *Customer, edit func(*Customer)) (*Customer, error) {
	return c.change(ctx, itoa(id), from, edit)
}

// UpdateRaw is Update with a JSON object that is sent as it stands.
func (c Customers) UpdateRaw(ctx context.Context, id int64, body json.RawMessage) (*Customer, error) {
	return c.updateRaw(ctx, itoa(id), body)
}

// Delete removes the customer for good and returns it as it was.
func (c Customers) Delete(ctx context.Context, id int64) (*Customer, error) {
	return c.remove(ctx, itoa(id), true)
}

// Batch sends up to MaxBatch writes of customers in one request. The error is about the request as a whole. The
// BatchItem of a write that failed holds the error of that write. When the answer is lost, a part of the batch may have
// been executed: look at each customer.
func (c Customers) Batch(ctx context.Context, batch Batch[Customer]) (*BatchResult[Customer], error) {
	return c.batch(ctx, batch)
}

// CustomerOptions selects customers. Without Role only users with the role "customer" are listed
// (docs/woocommerce/lists.md#customers-role-filter); "all" lists everybody.
type CustomerOptions struct {
	ListOptions
	Email string `query:"email"`
	Role  string `query:"role"`
}

// DeleteReassign deletes a customer for good and returns the customer as it was. The user with the id to inherits what
// the customer wrote in WordPress.
func (c Customers) DeleteReassign(ctx context.Context, customer, to int64) (*Customer, error) {
	return one[Customer](ctx, c.client, Request{
		Method: http.MethodDelete, Path: RouteCustomers.Record(0, customer),
		Query: url.Values{"force": {"true"}, "reassign": {itoa(to)}},
	})
}

// Downloads lists the files that a customer may fetch.
func (c Customers) Downloads(ctx context.Context, customer int64) ([]CustomerDownload, error) {
	items, _, err := list[CustomerDownload](ctx, c.client, Request{
		Path: RouteCustomers.Record(0, customer) + "/downloads",
	})
	return items, err
}

// Customer is one customer.
type Customer struct {
	Record
	ID               int64     `json:"id"`
	DateCreated      LocalTime `json:"date_created"`
	DateCreatedGMT   GMTTime   `json:"date_created_gmt"`
	DateModified     LocalTime `json:"date_modified"` // null until something about the customer is saved
	DateModifiedGMT  GMTTime   `json:"date_modified_gmt"`
	Email            string    `json:"email"`
	FirstName        string    `json:"first_name"`
	LastName         string    `json:"last_name"`
	Role             string    `json:"role"`
	Username         string    `json:"username"`
	Password         string    `json:"password"` // only sent
	Billing          Address   `json:"billing"`
	Shipping         Address   `json:"shipping"`
	IsPayingCustomer bool      `json:"is_paying_customer"`
	AvatarURL        string    `json:"avatar_url"`
	MetaData         MetaList  `json:"meta_data"`
}

func (c *Customer) UnmarshalJSON(b []byte) error { return readRecord(b, c) }
func (c Customer) MarshalJSON() ([]byte, error)  { return writeRecord(&c) }

// CustomerDownload is a file that a customer bought.
type CustomerDownload struct {
	Record
	DownloadID         string       `json:"download_id"`
	DownloadURL        string       `json:"download_url"`
	ProductID          int64        `json:"product_id"`
	ProductName        string       `json:"product_name"`
	DownloadName       string       `json:"download_name"`
	OrderID            int64        `json:"order_id"`
	OrderKey           string       `json:"order_key"`
	DownloadsRemaining string       `json:"downloads_remaining"` // a number or "unlimited"
	AccessExpires      string       `json:"access_expires"`      // a date or "never"
	AccessExpiresGMT   string       `json:"access_expires_gmt"`
	File               DownloadFile `json:"file"`
}

func (d *CustomerDownload) UnmarshalJSON(b []byte) error { return readRecord(b, d) }
func (d CustomerDownload) MarshalJSON() ([]byte, error)  { return writeRecord(&d) }

// DownloadFile is the file behind a download.
type DownloadFile struct {
	Record
	Name string `json:"name"`
	File string `json:"file"`
}

func (f *DownloadFile) UnmarshalJSON(b []byte) error { return readRecord(b, f) }
func (f DownloadFile) MarshalJSON() ([]byte, error)  { return writeRecord(&f) }
