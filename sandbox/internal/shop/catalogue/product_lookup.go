package catalogue

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// lookupSKU is the SKU by which a search finds the product.
func (p *Product) lookupSKU() string {
	if p.lookup == nil {
		return p.SKU
	}
	return p.lookup.sku
}

// lookupSKULimit is the width of the column, in characters.
const lookupSKULimit = 100

// reserveSKU writes a row with the SKU alone, as WooCommerce does before it fills a new product. So of two requests
// with one SKU only one wins. The result says whether the SKU was free. A SKU of a product in the trash is not free
// here.
func (c *Clerk) reserveSKU(p *Product) bool {
	if len(c.Products.Named("sku", core.CollationKey(p.SKU))) > 0 {
		return false
	}
	p.lookup = &lookupRow{sku: core.FirstRunes(p.SKU, lookupSKULimit), stockStatus: "instock"}
	return true
}

// updateLookup writes the row from the stored product.
func (c *Clerk) updateLookup(p *Product) {
	if utf8.RuneCountInString(p.SKU) > lookupSKULimit {
		return
	}
	row := &lookupRow{
		sku:         p.SKU,
		hasPrice:    true,
		stockStatus: p.StockStatus,
		totalSales:  p.TotalSales,
	}
	if len(p.prices) > 0 {
		row.minPrice = columnPrice(p.prices[0])
		row.maxPrice = columnPrice(p.prices[len(p.prices)-1])
	}
	price, sale := c.CleanAmount(p.Price), c.CleanAmount(p.SalePrice)
	row.onSale = sale != "" && sale != "0" && price == sale
	row.averageRating = core.Number(p.AverageRating)
	for _, n := range p.RatingCounts {
		row.ratingCount += n
	}
	if stored, ok := c.Products.Get(p.ID); ok && stored == p {
		c.Products.Change(p, func(p *Product) { p.lookup = row })
		return
	}
	p.lookup = row
}

// columnPrice is a price in a column of four decimals.
func columnPrice(price string) float64 { return math.Round(core.Number(price)*1e4) / 1e4 }

// skuTaken finds another product outside the trash with the SKU. except is the product that does not count.
func (s *Store) skuTaken(sku string, except int64) (*Product, bool) {
	for _, p := range s.Products.Named("sku", core.CollationKey(sku)) {
		if p.ID != except && p.Status != "trash" {
			return p, true
		}
	}
	return nil, false
}

// freeSKU adds a number to a SKU until no other product has it.
func (s *Store) freeSKU(sku string, except int64) string {
	candidate := sku
	for n := int64(1); ; n++ {
		if _, taken := s.skuTaken(candidate, except); !taken {
			return candidate
		}
		candidate = sku + "-" + core.Itoa(n)
	}
}

// gtinTaken finds another product outside the trash with the global unique id.
func (s *Store) gtinTaken(gtin string, except int64) (*Product, bool) {
	for _, p := range s.Products.Named("gtin", gtin) {
		if p.ID != except && p.Status != "trash" {
			return p, true
		}
	}
	return nil, false
}

// digitsAndDashes drops every character that is neither a digit nor a dash, as WooCommerce does with a global unique
// id.
func digitsAndDashes(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, s)
}

// slugKey is the key under which a slug must be unique: the type of the post and the slug.
func (p *Product) slugKey() string {
	if p.IsVariation() {
		return "variation/" + p.Slug
	}
	return p.Slug
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

// IsProduct tells whether an id belongs to a product that is no variation.
func (s *Store) IsProduct(id int64) bool {
	p, ok := s.Products.Get(id)
	return ok && !p.IsVariation()
}
