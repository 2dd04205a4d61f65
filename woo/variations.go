package woo

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
)

// Variations is the variations of one variable product.
type Variations struct{ resource[Variation] }

// Variations gives access to the variations of a product. It sends no request.
func (c *Client) Variations(product int64) Variations {
	return Variations{resourceAt[Variation](c, RouteVariations, product)}
}

// List reads one page of variations. Next to an error with KindStrayOutput the page is returned too.
func (v Variations) List(ctx context.Context, opts VariationOptions) (*Page[Variation], error) {
	return v.list(ctx, opts)
}

// Pages reads page after page of variations, beginning with the page that opts names. A page holds 100 unless opts says
// otherwise. The first error ends the walk.
func (v Variations) Pages(ctx context.Context, opts VariationOptions) iter.Seq2[*Page[Variation], error] {
	return v.pages(ctx, opts)
}

// All reads all variations that opts selects, page after page. The first error ends the walk.
func (v Variations) All(ctx context.Context, opts VariationOptions) iter.Seq2[Variation, error] {
	return v.all(ctx, opts)
}

// Count asks how many variations opts selects, with one request for one id. The error is ErrNoTotal when the store
// gives no number.
func (v Variations) Count(ctx context.Context, opts VariationOptions) (int, error) {
	return v.count(ctx, opts)
}

// Get reads one variation.
func (v Variations) Get(ctx context.Context, id int64) (*Variation, error) {
	return v.get(ctx, itoa(id))
}

// Create makes a variation of the fields that are set, and returns it as the store made it. The request is never
// repeated.
func (v Variations) Create(ctx context.Context, variation Variation) (*Variation, error) {
	return v.create(ctx, variation)
}

// Update sends the fields of change that are set. For a variation that was read use Change: the whole variation sent
// back would overwrite what others changed meanwhile.
func (v Variations) Update(ctx context.Context, id int64, change Variation) (*Variation, error) {
	return v.update(ctx, itoa(id), change)
}

// Change sends only what edit changes in a copy of from, the variation as it was read. When edit changes nothing,
// nothing is sent and from is returned.
func (v Variations) Change(ctx context.Context, id int64, from *Variation, edit func(*Variation)) (*Variation, error) {
	return v.change(ctx, itoa(id), from, edit)
}

// UpdateRaw is Update with a JSON object that is sent as it stands.
func (v Variations) UpdateRaw(ctx context.Context, id int64, body json.RawMessage) (*Variation, error) {
	return v.updateRaw(ctx, itoa(id), body)
}

// Delete removes the variation for good and returns it as it was.
func (v Variations) Delete(ctx context.Context, id int64) (*Variation, error) {
	return v.remove(ctx, itoa(id), true)
}

// Batch sends up to MaxBatch writes of variations in one request. The error is about the request as a whole. The
// BatchItem of a write that failed holds the error of that write. When the answer is lost, a part of the batch may have
// been executed: look at each variation.
func (v Variations) Batch(ctx context.Context, batch Batch[Variation]) (*BatchResult[Variation], error) {
	return v.batch(ctx, batch)
}

// VariationOptions selects variations.
type VariationOptions struct {
	ListOptions
	DateRange
	Status        string   `query:"status"`
	IncludeStatus []string `query:"include_status"`
	ExcludeStatus []string `query:"exclude_status"`
	Slug          string   `query:"slug"`
	SKU           string   `query:"sku"`
	OnSale        *bool    `query:"on_sale"`
	HasPrice      *bool    `query:"has_price"`
	Downloadable  *bool    `query:"downloadable"`
	Virtual       *bool    `query:"virtual"`
	StockStatus   string   `query:"stock_status"`
	MinPrice      Money    `query:"min_price"`
	MaxPrice      Money    `query:"max_price"`
	IncludeMeta   []string `query:"include_meta"`
	ExcludeMeta   []string `query:"exclude_meta"`
}

// GenerateVariations says how Generate works.
type GenerateVariations struct {
	Delete        bool       `json:"delete,omitempty"` // delete variations that match no combination of attributes
	DefaultValues *Variation `json:"default_values,omitempty"`
}

// Generate makes a variation for every combination of the product's attributes that has none, and gives their number.
func (v Variations) Generate(ctx context.Context, how GenerateVariations) (int, error) {
	done, err := one[generateResult](ctx, v.client, Request{
		Method: http.MethodPost, Path: v.path + "/generate", Body: how,
	})
	if done == nil {
		return 0, err
	}
	return done.Count, err
}

type generateResult struct {
	Count int `json:"count"`
}

// Variation is one choice of a variable product.
type Variation struct {
	Record
	ID                int64             `json:"id"`
	ParentID          int64             `json:"parent_id"`
	Name              string            `json:"name"`
	Type              string            `json:"type"`
	DateCreated       LocalTime         `json:"date_created"`
	DateCreatedGMT    GMTTime           `json:"date_created_gmt"`
	DateModified      LocalTime         `json:"date_modified"`
	DateModifiedGMT   GMTTime           `json:"date_modified_gmt"`
	Description       string            `json:"description"`
	Permalink         string            `json:"permalink"`
	SKU               string            `json:"sku"`
	GlobalUniqueID    string            `json:"global_unique_id"`
	Price             Money             `json:"price"`
	RegularPrice      Money             `json:"regular_price"`
	SalePrice         Money             `json:"sale_price"`
	DateOnSaleFrom    LocalTime         `json:"date_on_sale_from"`
	DateOnSaleFromGMT GMTTime           `json:"date_on_sale_from_gmt"`
	DateOnSaleTo      LocalTime         `json:"date_on_sale_to"`
	DateOnSaleToGMT   GMTTime           `json:"date_on_sale_to_gmt"`
	OnSale            bool              `json:"on_sale"`
	Status            string            `json:"status"`
	Purchasable       bool              `json:"purchasable"`
	Virtual           bool              `json:"virtual"`
	Downloadable      bool              `json:"downloadable"`
	Downloads         []ProductDownload `json:"downloads"`
	DownloadLimit     Number            `json:"download_limit"`
	DownloadExpiry    Number            `json:"download_expiry"`
	TaxStatus         string            `json:"tax_status"`
	TaxClass          string            `json:"tax_class"`
	ManageStock       StockManagement   `json:"manage_stock"`
	StockQuantity     Number            `json:"stock_quantity"`
	StockStatus       string            `json:"stock_status"`
	Backorders        string            `json:"backorders"`
	BackordersAllowed bool              `json:"backorders_allowed"`
	Backordered       bool              `json:"backordered"`
	LowStockAmount    Number            `json:"low_stock_amount"`
	Weight            string            `json:"weight"`
	Dimensions        Dimensions        `json:"dimensions"`
	ShippingClass     string            `json:"shipping_class"`
	ShippingClassID   int64             `json:"shipping_class_id"`
	Image             *Image            `json:"image"`
	Attributes        []AttributeOption `json:"attributes"`
	MenuOrder         int64             `json:"menu_order"`
	MetaData          MetaList          `json:"meta_data"`
}

func (v *Variation) UnmarshalJSON(b []byte) error { return readRecord(b, v) }
func (v Variation) MarshalJSON() ([]byte, error)  { return writeRecord(&v) }
