package woo

import (
	"context"
	"net/http"
	"net/url"
)

// Customers is the customers of the store: WordPress users.
type Customers struct {
	Collection[Customer, CustomerOptions]
}

// Customers gives access to customers.
func (c *Client) Customers() Customers {
	return Customers{newCollection[Customer, CustomerOptions](c, "customers")}
}

// CustomerOptions selects customers. Without Role only users with the role "customer" are listed
// (docs/woocommerce/lists.md#customers-role-filter); "all" lists everybody.
type CustomerOptions struct {
	ListOptions
	Email string `query:"email"`
	Role  string `query:"role"`
}

// DeleteReassign deletes a customer and gives what the user wrote to another user.
func (c Customers) DeleteReassign(ctx context.Context, customer, to int64) (*Customer, error) {
	return one[Customer](ctx, c.Listing.client, Request{
		Method: http.MethodDelete, Path: "customers/" + itoa(customer),
		Query: url.Values{"force": {"true"}, "reassign": {itoa(to)}},
	})
}

// Downloads lists the files that a customer may fetch.
func (c Customers) Downloads(ctx context.Context, customer int64) ([]CustomerDownload, error) {
	items, _, err := list[CustomerDownload](ctx, c.Listing.client, Request{Path: "customers/" + itoa(customer) + "/downloads"})
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
