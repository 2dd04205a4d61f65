package woo

import (
	"context"
	"net/http"
)

// Variations is the variations of one variable product.
type Variations struct {
	Collection[Variation, VariationOptions]
}

// Variations gives access to the variations of a product.
func (c *Client) Variations(product int64) Variations {
	return Variations{newCollection[Variation, VariationOptions](c, "products", itoa(product), "variations")}
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
	done, err := one[generateResult](ctx, v.Listing.client, Request{Method: http.MethodPost, Path: v.Listing.path + "/generate", Body: how})
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

// StockManagement is where a variation's stock is counted: at the variation, at its product, or nowhere. On the wire it is
// true, "parent" or false.
type StockManagement string

// Who keeps the stock of a variation.
const (
	StockNotManaged StockManagement = "false"
	StockManaged    StockManagement = "true"
	StockOfParent   StockManagement = "parent"
)
