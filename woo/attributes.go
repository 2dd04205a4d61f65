package woo

import "context"

// Attributes is the global product attributes. The list has no pages.
type Attributes struct {
	Reading[Attribute, int64]
	Creating[Attribute]
	Updating[Attribute, int64]
	Deleting[Attribute, int64]
	Batching[Attribute]
}

// Attributes gives access to global product attributes; their values are in Client.AttributeTerms.
func (c *Client) Attributes() Attributes {
	e := endpoint{c, "products/attributes"}
	return Attributes{
		Reading[Attribute, int64]{e}, Creating[Attribute]{e}, Updating[Attribute, int64]{e}, Deleting[Attribute, int64]{e}, Batching[Attribute]{e},
	}
}

// List reads all attributes.
func (a Attributes) List(ctx context.Context) ([]Attribute, error) {
	items, _, err := list[Attribute](ctx, a.Reading.client, Request{Path: a.Reading.path})
	return items, err
}

// Attribute is a property that many products share, such as "Color".
type Attribute struct {
	Record
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	Slug        string `json:"slug"` // with "pa_"
	Type        string `json:"type"`
	OrderBy     string `json:"order_by"`
	HasArchives bool   `json:"has_archives"`
}

func (a *Attribute) UnmarshalJSON(b []byte) error { return readRecord(b, a) }
func (a Attribute) MarshalJSON() ([]byte, error)  { return writeRecord(&a) }
