package woo

import (
	"context"
	"net/url"
)

// Terms is one kind of term: categories, tags, brands, shipping classes, or the values of a global attribute. Reading
// them takes the capability manage_product_terms.
type Terms = Collection[Term, TermOptions]

// Categories gives access to product categories.
func (c *Client) Categories() Terms {
	return newCollection[Term, TermOptions](c, "products/categories")
}

// Tags gives access to product tags.
func (c *Client) Tags() Terms { return newCollection[Term, TermOptions](c, "products/tags") }

// Brands gives access to product brands. Since WooCommerce 9.6.
func (c *Client) Brands() Terms { return newCollection[Term, TermOptions](c, "products/brands") }

// AttributeTerms gives access to the values of a global attribute.
func (c *Client) AttributeTerms(attribute int64) Terms {
	return newCollection[Term, TermOptions](c, "products/attributes", itoa(attribute), "terms")
}

// ShippingClasses is the shipping classes of the store.
type ShippingClasses struct{ Terms }

// ShippingClasses gives access to product shipping classes.
func (c *Client) ShippingClasses() ShippingClasses {
	return ShippingClasses{newCollection[Term, TermOptions](c, "products/shipping_classes")}
}

// SuggestSlug gives a slug that is free for a class with that name.
func (s ShippingClasses) SuggestSlug(ctx context.Context, name string) (string, error) {
	slug, err := one[string](ctx, s.Listing.client, Request{
		Path: "products/shipping_classes/slug-suggestion", Query: url.Values{"name": {name}},
	})
	if slug == nil {
		return "", err
	}
	return *slug, err
}

// TermOptions selects terms.
type TermOptions struct {
	ListOptions
	HideEmpty bool   `query:"hide_empty"`
	Parent    *int64 `query:"parent"` // 0: only the top level
	Product   int64  `query:"product"`
	Slug      string `query:"slug"`
}

// Term is a category, tag, brand, shipping class or attribute value. Only categories and brands have Parent, Display and
// Image.
type Term struct {
	Record
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	Slug        string `json:"slug"`
	Parent      int64  `json:"parent"`
	Description string `json:"description"`
	Display     string `json:"display"`
	Image       *Image `json:"image"`
	MenuOrder   int64  `json:"menu_order"`
	Count       int64  `json:"count"`
}

func (t *Term) UnmarshalJSON(b []byte) error { return readRecord(b, t) }
func (t Term) MarshalJSON() ([]byte, error)  { return writeRecord(&t) }
