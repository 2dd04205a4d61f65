package catalogue

import (
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
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
	// TotalSales may fall below zero. Answers show the absolute value (recordings: stock-after-cancelled).
	TotalSales int64

	CategoryIDs []int64
	TagIDs      []int64
	BrandIDs    []int64
	Attributes  []ProductAttribute
	// Options of a variation in the order they were given. An order line copies them into its meta data.
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

// FormattedName is the name with the SKU or number, as order notes show it.
func (p *Product) FormattedName() string {
	if p.SKU != "" {
		return p.Name + " (" + p.SKU + ")"
	}
	return p.Name + " (#" + core.Itoa(p.ID) + ")"
}

// lookupRow is the row of wc_product_meta_lookup of a product. Searches for SKUs, and sorting by price, popularity and
// rating, look at this row. It is written after a save and can lag behind the product. A row that does not fit its
// columns is not written at all (recordings: sku-long).
type lookupRow struct {
	sku           string
	minPrice      float64
	maxPrice      float64
	hasPrice      bool // false: the columns are null
	onSale        bool
	stockStatus   string
	totalSales    int64
	averageRating float64
	ratingCount   int64
}

// status is the stock status that a search sees; empty for a product without a row.
func (l *lookupRow) status() string {
	if l == nil {
		return ""
	}
	return l.stockStatus
}

// PostTime is a moment as wp_posts keeps it: what the store's clock showed when it was written, and the instant.
// Filters compare the clock time, which stays when the store moves to another time zone. Answers show the instant
// (recordings: plist-tz-after-local).
type PostTime struct {
	Wall    time.Time // the clock time as if it were UTC
	Instant time.Time
}

// record are the facts that permissions look at in a product or variation.
func (p *Product) record(own bool) capability.Record {
	return capability.Record{
		Own: own, Status: p.Status, TrashedFrom: p.Meta.Text("_wp_trash_meta_status"), IsVariation: p.IsVariation(),
	}
}

func intList(ids []int64) rest.List {
	list := make(rest.List, len(ids))
	for i, id := range ids {
		list[i] = id
	}
	return list
}

func idsOf(products []*Product) rest.List {
	list := make(rest.List, len(products))
	for i, p := range products {
		list[i] = p.ID
	}
	return list
}
