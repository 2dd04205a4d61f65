package catalogue

import (
	"strings"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// Product is a product or a variation: its row of wp_posts, its post meta and its terms. Fields hold what the database
// holds, so a text that inherits from the parent of a variation is empty here; the getters of product_view.go and
// variation.go resolve that.
type Product struct {
	ID       int64
	ParentID int64  // the variable product of a variation, else 0
	Type     string // simple, variable, variation, grouped, external
	Status   string // publish, future, draft, pending, private, trash
	Name     string // of a variation: the title it shows in an order
	Slug     string
	SKU      string
	// GlobalUniqueID is a GTIN, UPC, EAN or ISBN: digits and dashes.
	GlobalUniqueID string
	Author         int64
	Created        PostTime
	Modified       PostTime

	Description      string
	ShortDescription string // of a variation: its options in words
	Password         string
	MenuOrder        int64
	ReviewsClosed    bool
	Featured         bool
	Visibility       string // visible (or empty), catalog, search, hidden
	PurchaseNote     string

	RegularPrice string // decimal strings, empty when not set
	SalePrice    string
	Price        string    // what a shopper pays; of a variable product the lowest
	SaleFrom     time.Time // UTC; zero: no limit
	SaleTo       time.Time

	TaxStatus     string // taxable, shipping, none
	TaxClass      string // "" is the standard class; "parent" on variations
	ShippingClass int64

	Virtual        bool
	Downloadable   bool
	Downloads      []Download
	DownloadLimit  int64 // -1: no limit
	DownloadExpiry int64 // in days; -1: never

	Weight, Length, Width, Height string

	ManageStock   bool
	StockQuantity int64
	// StockUnknown: no quantity was ever given, answers show null.
	StockUnknown     bool
	StockStatus      string // instock, outofstock, onbackorder
	Backorders       string // no, notify, yes
	LowStock         int64
	HasLowStock      bool
	SoldIndividually bool
	// TotalSales may fall below zero; answers show its absolute value (recordings: stock-after-cancelled).
	TotalSales int64

	CategoryIDs []int64
	TagIDs      []int64
	BrandIDs    []int64
	Attributes  []ProductAttribute
	// Options of a variation in the order they were given: what an order line copies into its meta.
	Options []VariationOption
	// DefaultOptions are preselected on the page of a variable product.
	DefaultOptions []VariationOption

	UpsellIDs    []int64
	CrossSellIDs []int64
	GroupedIDs   []int64 // the products of a grouped product

	// ExternalURL and ButtonText belong to external products.
	ExternalURL string
	ButtonText  string

	ImageID    int64
	GalleryIDs []int64

	RatingCounts  map[int64]int64 // rating to number of reviews
	AverageRating string
	ReviewCount   int64

	Meta core.MetaList

	rows   metaRows   // which internal meta rows exist
	prices []string   // the rows of _price: several for variable and grouped products
	lookup *lookupRow // the row of wc_product_meta_lookup; nil without one
}

// ProductAttribute is an attribute of a product; variations take theirs from their parent.
type ProductAttribute struct {
	Slug string // sanitized name, or pa_… for a global attribute
	Name string // as shown
	// Global attributes have terms, the others a list of texts.
	Global    bool
	Terms     []int64
	Values    []string
	Position  int64
	Visible   bool
	Variation bool // variations choose from it
}

// VariationOption is one chosen option of a variation; an empty Option means any.
type VariationOption struct {
	Slug   string // "color", or "pa_color" for a global attribute
	Option string // the text, or the slug of a global attribute's term
}

// Download is a file of a downloadable product.
type Download struct {
	ID       string
	Name     string
	File     string
	Disabled bool // its address is not among the approved ones
}

// RecordID is the product's id.
func (p *Product) RecordID() int64 { return p.ID }

// IsVariation says whether the record is a variation of another product.
func (p *Product) IsVariation() bool { return p.Type == "variation" }

// OnSale says whether the sale price is in force.
func (p *Product) OnSale() bool {
	return p.SalePrice != "" && p.Price == p.SalePrice && core.Number(p.RegularPrice) > core.Number(p.SalePrice)
}

func newProductTable() *core.Table[*Product] {
	return core.NewTable[*Product]().
		GroupedBy("parent", func(p *Product) (int64, bool) { return p.ParentID, p.ParentID != 0 }).
		NamedBy("sku", func(p *Product) (string, bool) {
			return core.CollationKey(p.lookupSKU()), p.lookupSKU() != ""
		}).
		NamedBy("gtin", func(p *Product) (string, bool) { return p.GlobalUniqueID, p.GlobalUniqueID != "" }).
		NamedBy("slug", func(p *Product) (string, bool) { return p.slugKey(), p.Slug != "" })
}

// ProductBySKU finds what wc_get_product_id_by_sku finds: a product or variation outside the trash with that SKU.
func (s *Store) ProductBySKU(sku string) (*Product, bool) {
	named := s.Products.Named("sku", core.CollationKey(sku))
	for i := len(named) - 1; i >= 0; i-- {
		if named[i].Status != "trash" {
			return named[i], true
		}
	}
	return nil, false
}

// ParentOf returns the variable product of a variation, and any other product itself.
func (s *Store) ParentOf(p *Product) *Product {
	if p.IsVariation() {
		if parent, ok := s.Products.Get(p.ParentID); ok {
			return parent
		}
	}
	return p
}

// TaxClassOf resolves "parent", which variations say to inherit.
func (s *Store) TaxClassOf(p *Product) string {
	if p.IsVariation() && p.TaxClass == "parent" {
		return s.ParentOf(p).TaxClass
	}
	return p.TaxClass
}

// TaxStatusOf is a variation's parent's, and any other product's own.
func (s *Store) TaxStatusOf(p *Product) string { return s.ParentOf(p).TaxStatus }

// TitleOf is the name without the options of a variation.
func (s *Store) TitleOf(p *Product) string { return s.ParentOf(p).Name }

// FormattedName is the name with the SKU or number, as order notes show it.
func (p *Product) FormattedName() string {
	if p.SKU != "" {
		return p.Name + " (" + p.SKU + ")"
	}
	return p.Name + " (#" + core.Itoa(p.ID) + ")"
}

// AttributeLabel is what people call an attribute: the label of a global one, the name a product gives any other, else
// its slug (wc_attribute_label).
func (s *Store) AttributeLabel(slug string, p *Product) string {
	if strings.HasPrefix(slug, "pa_") {
		if global, ok := s.attributeByTaxonomy(slug); ok {
			return global.Label
		}
	}
	if p == nil {
		return slug
	}
	for _, attribute := range s.ParentOf(p).Attributes {
		if attribute.Slug == strings.ToLower(slug) {
			return attribute.Name
		}
	}
	return slug
}

// TermName is the name of an option of a global attribute; other values are their own names.
func (s *Store) TermName(taxonomy, value string) string {
	return s.optionText(VariationOption{Slug: taxonomy, Option: value})
}

// IsProduct tells whether an id is that of a product that is no variation.
func (s *Store) IsProduct(id int64) bool {
	p, ok := s.Products.Get(id)
	return ok && !p.IsVariation()
}
