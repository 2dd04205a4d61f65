package shop

// Product is a product or a variation as far as orders need it.
type Product struct {
	ID       int64
	ParentID int64  // the variable product of a variation, else 0
	Type     string // simple, variable, variation, grouped, external
	Status   string
	Name     string
	SKU      string

	RegularPrice string // decimal strings, empty when not set
	SalePrice    string
	Price        string // what a shopper pays

	TaxStatus     string // taxable, shipping, none
	TaxClass      string // "" is the standard class; "parent" on variations
	ShippingClass int64

	Virtual      bool
	Downloadable bool

	ManageStock   bool
	StockQuantity float64
	StockStatus   string // instock, outofstock, onbackorder
	Backorders    string // no, notify, yes

	CategoryIDs []int64
	// Attributes of a variation in the order they were given: what an order
	// line copies into its meta.
	Attributes []VariationAttribute
	ImageID    int64
	ImageURL   string
	Author     int64
}

// VariationAttribute is one chosen option of a variation; an empty Option
// means any.
type VariationAttribute struct {
	Slug   string // "color", or "pa_color" for a global attribute
	Option string
}

// RecordID is the product's id.
func (p *Product) RecordID() int64 { return p.ID }

func newProductTable() *Table[*Product] { return newTable[*Product]() }
