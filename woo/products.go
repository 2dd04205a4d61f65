package woo

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
)

// Products is the service for the products of the store; variations are in Client.Variations.
type Products struct{ resource[Product] }

// Products gives access to products. It sends no request.
func (c *Client) Products() Products { return Products{resourceAt[Product](c, RouteProducts, 0)} }

// List reads one page of products. Next to an error with KindStrayOutput the page is returned too.
func (p Products) List(ctx context.Context, opts ProductOptions) (*Page[Product], error) {
	return p.list(ctx, opts)
}

// Pages reads page after page of products, beginning with the page that opts names. A page holds 100 unless opts says
// otherwise. The first error ends the walk.
func (p Products) Pages(ctx context.Context, opts ProductOptions) iter.Seq2[*Page[Product], error] {
	return p.pages(ctx, opts)
}

// All reads all products that opts selects, page after page. The first error ends the walk.
func (p Products) All(ctx context.Context, opts ProductOptions) iter.Seq2[Product, error] {
	return p.all(ctx, opts)
}

// Count asks how many products opts selects, with one request for one id. The error is ErrNoTotal when the store gives
// no number.
func (p Products) Count(ctx context.Context, opts ProductOptions) (int, error) {
	return p.count(ctx, opts)
}

// Get reads one product.
func (p Products) Get(ctx context.Context, id int64) (*Product, error) { return p.get(ctx, itoa(id)) }

// Create makes a product of the fields that are set, and returns it as the store made it. The request is never
// repeated.
func (p Products) Create(ctx context.Context, product Product) (*Product, error) {
	return p.create(ctx, product)
}

// Update sends the fields of change that are set. For a product that was read use Change: the whole product sent back
// would overwrite what others changed meanwhile.
func (p Products) Update(ctx context.Context, id int64, change Product) (*Product, error) {
	return p.update(ctx, itoa(id), change)
}

// Change sends only what edit changes in a copy of from, the product as it was read. When edit changes nothing, nothing
// is sent and from is returned.
func (p Products) Change(ctx context.Context, id int64, from *Product, edit func(*Product)) (*Product, error) {
	return p.change(ctx, itoa(id), from, edit)
}

// UpdateRaw is Update with a JSON object that is sent as it stands.
func (p Products) UpdateRaw(ctx context.Context, id int64, body json.RawMessage) (*Product, error) {
	return p.updateRaw(ctx, itoa(id), body)
}

// Trash moves the product to the trash. Setting the status restores the product. The product returned has its former
// status.
func (p Products) Trash(ctx context.Context, id int64) (*Product, error) {
	return p.remove(ctx, itoa(id), false)
}

// Delete removes the product for good and returns it as it was.
func (p Products) Delete(ctx context.Context, id int64) (*Product, error) {
	return p.remove(ctx, itoa(id), true)
}

// Batch sends up to MaxBatch writes of products in one request. The error is about the request as a whole. The
// BatchItem of a write that failed holds the error of that write. When the answer is lost, a part of the batch may have
// been executed: look at each product.
func (p Products) Batch(ctx context.Context, batch Batch[Product]) (*BatchResult[Product], error) {
	return p.batch(ctx, batch)
}

// ProductOptions selects products. Category, Tag, Brand, ShippingClass and AttributeTerm take ids.
type ProductOptions struct {
	ListOptions
	DateRange
	Status        string   `query:"status"` // "any" when empty
	IncludeStatus []string `query:"include_status"`
	ExcludeStatus []string `query:"exclude_status"`
	Type          string   `query:"type"`
	IncludeTypes  []string `query:"include_types"`
	ExcludeTypes  []string `query:"exclude_types"`
	Slug          string   `query:"slug"`
	SKU           string   `query:"sku"` // several with commas
	SearchSKU     string   `query:"search_sku"`
	Category      []int64  `query:"category"`
	Tag           []int64  `query:"tag"`
	Brand         []int64  `query:"brand"`
	ShippingClass []int64  `query:"shipping_class"`
	Attribute     string   `query:"attribute"` // slug with "pa_"; together with AttributeTerm
	AttributeTerm []int64  `query:"attribute_term"`
	Parent        []int64  `query:"parent"`
	ParentExclude []int64  `query:"parent_exclude"`
	Featured      *bool    `query:"featured"`
	OnSale        *bool    `query:"on_sale"`
	Downloadable  *bool    `query:"downloadable"`
	Virtual       *bool    `query:"virtual"`
	StockStatus   string   `query:"stock_status"`
	MinPrice      Money    `query:"min_price"`
	MaxPrice      Money    `query:"max_price"`
	IncludeMeta   []string `query:"include_meta"`
	ExcludeMeta   []string `query:"exclude_meta"`
}

// Duplicate makes a draft copy of a product. The fields set in change replace those of the copy.
func (p Products) Duplicate(ctx context.Context, product int64, change Product) (*Product, error) {
	return one[Product](ctx, p.client, Request{
		Method: http.MethodPost, Path: RouteProducts.Record(0, product) + "/duplicate", Body: change,
	})
}

// CustomFieldOptions selects names of custom fields.
type CustomFieldOptions struct {
	Page    int    `query:"page"`
	PerPage int    `query:"per_page"`
	Search  string `query:"search"`
	Order   string `query:"order"`
}

// CustomFieldNames lists the meta keys in use on products, without those that begin with "_".
func (p Products) CustomFieldNames(ctx context.Context, opts CustomFieldOptions) (*Page[string], error) {
	return resource[string]{p.client, string(RouteProducts) + "/custom-fields/names"}.list(ctx, opts)
}

// Product is one product. Prices are decimal text in the store's currency, empty when they are not set.
type Product struct {
	Record
	ID                int64              `json:"id"`
	ParentID          int64              `json:"parent_id"`
	Name              string             `json:"name"`
	Slug              string             `json:"slug"`
	Permalink         string             `json:"permalink"`
	DateCreated       LocalTime          `json:"date_created"`
	DateCreatedGMT    GMTTime            `json:"date_created_gmt"`
	DateModified      LocalTime          `json:"date_modified"`
	DateModifiedGMT   GMTTime            `json:"date_modified_gmt"`
	Type              string             `json:"type"` // simple, grouped, external, variable, or an extension's
	Status            string             `json:"status"`
	Featured          bool               `json:"featured"`
	CatalogVisibility string             `json:"catalog_visibility"`
	Description       string             `json:"description"`       // HTML
	ShortDescription  string             `json:"short_description"` // HTML
	SKU               string             `json:"sku"`
	GlobalUniqueID    string             `json:"global_unique_id"` // GTIN, UPC, EAN or ISBN
	Price             Money              `json:"price"`
	RegularPrice      Money              `json:"regular_price"`
	SalePrice         Money              `json:"sale_price"`
	DateOnSaleFrom    LocalTime          `json:"date_on_sale_from"`
	DateOnSaleFromGMT GMTTime            `json:"date_on_sale_from_gmt"`
	DateOnSaleTo      LocalTime          `json:"date_on_sale_to"`
	DateOnSaleToGMT   GMTTime            `json:"date_on_sale_to_gmt"`
	PriceHTML         string             `json:"price_html"`
	OnSale            bool               `json:"on_sale"`
	Purchasable       bool               `json:"purchasable"`
	TotalSales        Number             `json:"total_sales"`
	Virtual           bool               `json:"virtual"`
	Downloadable      bool               `json:"downloadable"`
	Downloads         []ProductDownload  `json:"downloads"`
	DownloadLimit     Number             `json:"download_limit"`  // -1: none
	DownloadExpiry    Number             `json:"download_expiry"` // days; -1: never
	ExternalURL       string             `json:"external_url"`
	ButtonText        string             `json:"button_text"`
	TaxStatus         string             `json:"tax_status"`
	TaxClass          string             `json:"tax_class"`
	ManageStock       bool               `json:"manage_stock"`
	StockQuantity     Number             `json:"stock_quantity"` // null when stock is not managed
	StockStatus       string             `json:"stock_status"`
	Backorders        string             `json:"backorders"`
	BackordersAllowed bool               `json:"backorders_allowed"`
	Backordered       bool               `json:"backordered"`
	LowStockAmount    Number             `json:"low_stock_amount"`
	SoldIndividually  bool               `json:"sold_individually"`
	Weight            string             `json:"weight"` // in the store's unit
	Dimensions        Dimensions         `json:"dimensions"`
	ShippingRequired  bool               `json:"shipping_required"`
	ShippingTaxable   bool               `json:"shipping_taxable"`
	ShippingClass     string             `json:"shipping_class"`
	ShippingClassID   int64              `json:"shipping_class_id"`
	ReviewsAllowed    bool               `json:"reviews_allowed"`
	PostPassword      string             `json:"post_password"`
	AverageRating     string             `json:"average_rating"`
	RatingCount       Number             `json:"rating_count"`
	RelatedIDs        []int64            `json:"related_ids"`
	UpsellIDs         []int64            `json:"upsell_ids"`
	CrossSellIDs      []int64            `json:"cross_sell_ids"`
	PurchaseNote      string             `json:"purchase_note"`
	Categories        []TermRef          `json:"categories"`
	Brands            []TermRef          `json:"brands"`
	Tags              []TermRef          `json:"tags"`
	Images            []Image            `json:"images"`
	HasOptions        bool               `json:"has_options"`
	Attributes        []ProductAttribute `json:"attributes"`
	DefaultAttributes []AttributeOption  `json:"default_attributes"`
	Variations        []int64            `json:"variations"`
	GroupedProducts   []int64            `json:"grouped_products"`
	MenuOrder         int64              `json:"menu_order"`
	MetaData          MetaList           `json:"meta_data"`
}

func (p *Product) UnmarshalJSON(b []byte) error { return readRecord(b, p) }
func (p Product) MarshalJSON() ([]byte, error)  { return writeRecord(&p) }

// ProductDownload is a file that buyers may fetch.
type ProductDownload struct {
	Record
	ID   string `json:"id"`
	Name string `json:"name"`
	File string `json:"file"`
}

func (d *ProductDownload) UnmarshalJSON(b []byte) error { return readRecord(b, d) }
func (d ProductDownload) MarshalJSON() ([]byte, error)  { return writeRecord(&d) }

// Dimensions are in the store's unit; text, because they are empty when not set.
type Dimensions struct {
	Record
	Length string `json:"length"`
	Width  string `json:"width"`
	Height string `json:"height"`
}

func (d *Dimensions) UnmarshalJSON(b []byte) error { return readRecord(b, d) }
func (d Dimensions) MarshalJSON() ([]byte, error)  { return writeRecord(&d) }

// TermRef is a category, tag or brand of a product. Only ID is sent.
type TermRef struct {
	Record
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Slug string `json:"slug"`
}

func (t *TermRef) UnmarshalJSON(b []byte) error { return readRecord(b, t) }
func (t TermRef) MarshalJSON() ([]byte, error)  { return writeRecord(&t) }

// Image is a picture. To add one, send Src and the store fetches it.
type Image struct {
	Record
	ID              int64     `json:"id"`
	DateCreated     LocalTime `json:"date_created"`
	DateCreatedGMT  GMTTime   `json:"date_created_gmt"`
	DateModified    LocalTime `json:"date_modified"`
	DateModifiedGMT GMTTime   `json:"date_modified_gmt"`
	Src             string    `json:"src"`
	Name            string    `json:"name"`
	Alt             string    `json:"alt"`
}

func (i *Image) UnmarshalJSON(b []byte) error { return readRecord(b, i) }
func (i Image) MarshalJSON() ([]byte, error)  { return writeRecord(&i) }

// ProductAttribute is a property of a product, global (ID of Client.Attributes) or its own (ID 0).
type ProductAttribute struct {
	Record
	ID        int64    `json:"id"`
	Name      string   `json:"name"`
	Slug      string   `json:"slug"`
	Position  int64    `json:"position"`
	Visible   bool     `json:"visible"`
	Variation bool     `json:"variation"`
	Options   []string `json:"options"`
}

func (a *ProductAttribute) UnmarshalJSON(b []byte) error { return readRecord(b, a) }
func (a ProductAttribute) MarshalJSON() ([]byte, error)  { return writeRecord(&a) }

// AttributeOption is the value of one attribute: of a variation, or preselected in a variable product.
type AttributeOption struct {
	Record
	ID     int64  `json:"id"`
	Name   string `json:"name"`
	Slug   string `json:"slug"`
	Option string `json:"option"`
}

func (o *AttributeOption) UnmarshalJSON(b []byte) error { return readRecord(b, o) }
func (o AttributeOption) MarshalJSON() ([]byte, error)  { return writeRecord(&o) }
