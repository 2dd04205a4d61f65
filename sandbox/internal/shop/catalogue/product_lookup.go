package catalogue

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// lookupRow is the row of wc_product_meta_lookup of a product: what searches for SKUs and sorting by price, popularity
// and rating look at. It is written after a save and can lag behind the product; a row that does not fit its columns is
// not written at all (recordings: sku-long).
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

// status is the stock status a search sees; a product without a row has none.
func (l *lookupRow) status() string {
	if l == nil {
		return ""
	}
	return l.stockStatus
}

// lookupSKU is the SKU a search finds the product by.
func (p *Product) lookupSKU() string {
	if p.lookup == nil {
		return p.SKU
	}
	return p.lookup.sku
}

// lookupSKULimit is the width of the column, in characters.
const lookupSKULimit = 100

// reserveSKU writes a row with the SKU alone, as WooCommerce does before it fills a new product, so that of two
// requests with one SKU only one wins. It reports whether the SKU was free; those of products in the trash are not.
func (c *Clerk) reserveSKU(p *Product) bool {
	if len(c.Products.Named("sku", core.CollationKey(p.SKU))) > 0 {
		return false
	}
	p.lookup = &lookupRow{sku: core.FirstRunes(p.SKU, lookupSKULimit), stockStatus: "instock"}
	return true
}

// updateLookup writes the row from the product as it is stored.
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

// skuTaken finds the product outside the trash, other than the given one, that has a SKU already.
func (s *Store) skuTaken(sku string, except int64) (*Product, bool) {
	for _, p := range s.Products.Named("sku", core.CollationKey(sku)) {
		if p.ID != except && p.Status != "trash" {
			return p, true
		}
	}
	return nil, false
}

// freeSKU numbers a SKU until nobody has it.
func (s *Store) freeSKU(sku string, except int64) string {
	candidate := sku
	for n := int64(1); ; n++ {
		if _, taken := s.skuTaken(candidate, except); !taken {
			return candidate
		}
		candidate = sku + "-" + core.Itoa(n)
	}
}

// gtinTaken finds another product that has a global unique id.
func (s *Store) gtinTaken(gtin string, except int64) (*Product, bool) {
	for _, p := range s.Products.Named("gtin", gtin) {
		if p.ID != except && p.Status != "trash" {
			return p, true
		}
	}
	return nil, false
}

// digitsAndDashes is what WooCommerce leaves of a global unique id.
func digitsAndDashes(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, s)
}
