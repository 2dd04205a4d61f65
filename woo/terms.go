package woo

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
)

// Terms is the service for one kind of term: categories, tags, brands, or the values of a global attribute. Reading
// them takes the capability manage_product_terms.
type Terms struct{ resource[Term] }

// Categories gives access to product categories. It sends no request.
func (c *Client) Categories() Terms { return Terms{resourceAt[Term](c, RouteCategories, 0)} }

// Tags gives access to product tags. It sends no request.
func (c *Client) Tags() Terms { return Terms{resourceAt[Term](c, RouteTags, 0)} }

// Brands gives access to product brands. Since WooCommerce 9.6. It sends no request.
func (c *Client) Brands() Terms { return Terms{resourceAt[Term](c, RouteBrands, 0)} }

// AttributeTerms gives access to the values of a global attribute. It sends no request.
func (c *Client) AttributeTerms(attribute int64) Terms {
	return Terms{resourceAt[Term](c, RouteAttributeTerms, attribute)}
}

// List reads one page of terms. Next to an error with KindStrayOutput the page is returned too.
func (t Terms) List(ctx context.Context, opts TermOptions) (*Page[Term], error) {
	return t.list(ctx, opts)
}

// Pages reads page after page of terms, beginning with the page that opts names. A page holds 100 unless opts says
// otherwise. The first error ends the walk.
func (t Terms) Pages(ctx context.Context, opts TermOptions) iter.Seq2[*Page[Term], error] {
	return t.pages(ctx, opts)
}

// All reads all terms that opts selects, page after page. The first error ends the walk.
func (t Terms) All(ctx context.Context, opts TermOptions) iter.Seq2[Term, error] {
	return t.all(ctx, opts)
}

// Count asks how many terms opts selects, with one request for one id. The error is ErrNoTotal when the store gives no
// number.
func (t Terms) Count(ctx context.Context, opts TermOptions) (int, error) { return t.count(ctx, opts) }

// Get reads one term.
func (t Terms) Get(ctx context.Context, id int64) (*Term, error) { return t.get(ctx, itoa(id)) }

// Create makes a term of the fields that are set, and returns it as the store made it. The request is never repeated.
func (t Terms) Create(ctx context.Context, term Term) (*Term, error) { return t.create(ctx, term) }

// Update sends the fields of change that are set. For a term that was read use Change: the whole term sent back would
// overwrite what others changed meanwhile.
func (t Terms) Update(ctx context.Context, id int64, change Term) (*Term, error) {
	return t.update(ctx, itoa(id), change)
}

// Change sends only what edit changes in a copy of from, the term as it was read. When edit changes nothing, nothing is
// sent and from is returned.
func (t Terms) Change(ctx context.Context, id int64, from *Term, edit func(*Term)) (*Term, error) {
	return t.change(ctx, itoa(id), from, edit)
}

// UpdateRaw is Update with a JSON object that is sent as it stands.
func (t Terms) UpdateRaw(ctx context.Context, id int64, body json.RawMessage) (*Term, error) {
	return t.updateRaw(ctx, itoa(id), body)
}

// Delete removes the term for good and returns it as it was.
func (t Terms) Delete(ctx context.Context, id int64) (*Term, error) {
	return t.remove(ctx, itoa(id), true)
}

// Batch sends up to MaxBatch writes of terms in one request. The error is about the request as a whole. The BatchItem
// of a write that failed holds the error of that write. When the answer is lost, a part of the batch may have been
// executed: look at each term.
func (t Terms) Batch(ctx context.Context, batch Batch[Term]) (*BatchResult[Term], error) {
	return t.batch(ctx, batch)
}

// ShippingClasses is the service for the shipping classes of the store.
type ShippingClasses struct{ resource[Term] }

// ShippingClasses gives access to product shipping classes. It sends no request.
func (c *Client) ShippingClasses() ShippingClasses {
	return ShippingClasses{resourceAt[Term](c, RouteShippingClasses, 0)}
}

// List reads one page of shipping classes. Next to an error with KindStrayOutput the page is returned too.
func (s ShippingClasses) List(ctx context.Context, opts TermOptions) (*Page[Term], error) {
	return s.list(ctx, opts)
}

// Pages reads page after page of shipping classes, beginning with the page that opts names. A page holds 100 unless
// opts says otherwise. The first error ends the walk.
func (s ShippingClasses) Pages(ctx context.Context, opts TermOptions) iter.Seq2[*Page[Term], error] {
	return s.pages(ctx, opts)
}

// All reads all shipping classes that opts selects, page after page. The first error ends the walk.
func (s ShippingClasses) All(ctx context.Context, opts TermOptions) iter.Seq2[Term, error] {
	return s.all(ctx, opts)
}

// Count asks how many shipping classes opts selects, with one request for one id. The error is ErrNoTotal when the
// store gives no number.
func (s ShippingClasses) Count(ctx context.Context, opts TermOptions) (int, error) {
	return s.count(ctx, opts)
}

// Get reads one shipping class.
func (s ShippingClasses) Get(ctx context.Context, id int64) (*Term, error) {
	return s.get(ctx, itoa(id))
}

// Create makes a shipping class of the fields that are set, and returns it as the store made it. The request is never
// repeated.
func (s ShippingClasses) Create(ctx context.Context, class Term) (*Term, error) {
	return s.create(ctx, class)
}

// Update sends the fields of change that are set. For a shipping class that was read use Change: the whole shipping
// class sent back would overwrite what others changed meanwhile.
func (s ShippingClasses) Update(ctx context.Context, id int64, change Term) (*Term, error) {
	return s.update(ctx, itoa(id), change)
}

// Change sends only what edit changes in a copy of from, the shipping class as it was read. When edit changes nothing,
// nothing is sent and from is returned.
func (s ShippingClasses) Change(ctx context.Context, id int64, from *Term, edit func(*Term)) (*Term, error) {
	return s.change(ctx, itoa(id), from, edit)
}

// UpdateRaw is Update with a JSON object that is sent as it stands.
func (s ShippingClasses) UpdateRaw(ctx context.Context, id int64, body json.RawMessage) (*Term, error) {
	return s.updateRaw(ctx, itoa(id), body)
}

// Delete removes the shipping class for good and returns it as it was.
func (s ShippingClasses) Delete(ctx context.Context, id int64) (*Term, error) {
	return s.remove(ctx, itoa(id), true)
}

// Batch sends up to MaxBatch writes of shipping classes in one request. The error is about the request as a whole. The
// BatchItem of a write that failed holds the error of that write. When the answer is lost, a part of the batch may have
// been executed: look at each shipping class.
func (s ShippingClasses) Batch(ctx context.Context, batch Batch[Term]) (*BatchResult[Term], error) {
	return s.batch(ctx, batch)
}

// SuggestSlug gives a slug that is free for a class with that name.
func (s ShippingClasses) SuggestSlug(ctx context.Context, name string) (string, error) {
	slug, err := one[string](ctx, s.client, Request{
		Path: string(RouteShippingClasses) + "/slug-suggestion", Query: url.Values{"name": {name}},
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

// Term is a category, tag, brand, shipping class or attribute value. Only categories and brands have Parent, Display
// and Image.
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

// Attributes is the global product attributes. The list has no pages.
type Attributes struct{ resource[Attribute] }

// Attributes gives access to global product attributes; their values are in Client.AttributeTerms.
func (c *Client) Attributes() Attributes {
	return Attributes{resourceAt[Attribute](c, RouteAttributes, 0)}
}

// List reads all attributes; the list has no pages.
func (a Attributes) List(ctx context.Context) ([]Attribute, error) { return a.whole(ctx) }

// Get reads one attribute.
func (a Attributes) Get(ctx context.Context, id int64) (*Attribute, error) {
	return a.get(ctx, itoa(id))
}

// Create makes an attribute of the fields that are set, and returns it as the store made it. The request is never
// repeated.
func (a Attributes) Create(ctx context.Context, attribute Attribute) (*Attribute, error) {
	return a.create(ctx, attribute)
}

// Update sends the fields of change that are set. For an attribute that was read use Change: the whole attribute sent
// back would overwrite what others changed meanwhile.
func (a Attributes) Update(ctx context.Context, id int64, change Attribute) (*Attribute, error) {
	return a.update(ctx, itoa(id), change)
}

// Change sends only what edit changes in a copy of from, the attribute as it was read. When edit changes nothing,
// nothing is sent and from is returned.
func (a Attributes) Change(ctx context.Context, id int64, from *Attribute, edit func(*Attribute)) (*Attribute, error) {
	return a.change(ctx, itoa(id), from, edit)
}

// UpdateRaw is Update with a JSON object that is sent as it stands.
func (a Attributes) UpdateRaw(ctx context.Context, id int64, body json.RawMessage) (*Attribute, error) {
	return a.updateRaw(ctx, itoa(id), body)
}

// Delete removes the attribute for good and returns it as it was.
func (a Attributes) Delete(ctx context.Context, id int64) (*Attribute, error) {
	return a.remove(ctx, itoa(id), true)
}

// Batch sends up to MaxBatch writes of attributes in one request. The error is about the request as a whole. The
// BatchItem of a write that failed holds the error of that write. When the answer is lost, a part of the batch may have
// been executed: look at each attribute.
func (a Attributes) Batch(ctx context.Context, batch Batch[Attribute]) (*BatchResult[Attribute], error) {
	return a.batch(ctx, batch)
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
