package catalogue

import (
	"slices"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// keepRow makes a row exist or not. A new row takes an id.
func (c *Clerk) keepRow(p *Product, row metaRows, exists bool) {
	switch {
	case exists && !p.rows.has(row):
		c.IDs.PostMeta.Next()
		p.rows |= row
	case !exists:
		p.rows &^= row
	}
}

// setPrices replaces the rows of _price. A product that keeps its single row keeps the row's id.
func (c *Clerk) setPrices(p *Product, prices ...string) {
	if len(p.prices) == 1 && len(prices) == 1 {
		p.prices = prices
	} else {
		for range prices {
			c.IDs.PostMeta.Next()
		}
		p.prices = prices
	}
	p.Price = ""
	if len(prices) > 0 {
		p.Price = prices[0]
	}
}

// writeRows brings the meta rows in line with the product. before is nil for a new product. An empty text has no row;
// WooCommerce's numbers and switches always have one.
func (c *Clerk) writeRows(p, before *Product) {
	text := func(row metaRows, now string, was func(*Product) string) {
		if before == nil || now != was(before) {
			c.keepRow(p, row, now != "")
		}
	}
	text(rowSKU, p.SKU, func(b *Product) string { return b.SKU })
	text(rowGlobalUniqueID, p.GlobalUniqueID, func(b *Product) string { return b.GlobalUniqueID })
	text(rowRegularPrice, p.RegularPrice, func(b *Product) string { return b.RegularPrice })
	text(rowSalePrice, p.SalePrice, func(b *Product) string { return b.SalePrice })
	c.keepRow(p, rowSaleFrom, !p.SaleFrom.IsZero())
	c.keepRow(p, rowSaleTo, !p.SaleTo.IsZero())
	for _, row := range []metaRows{
		rowTotalSales, rowTaxStatus, rowTaxClass, rowManageStock, rowBackorders, rowSoldIndividually, rowVirtual,
		rowDownloadable, rowDownloadLimit, rowDownloadExpiry, rowStock, rowStockStatus, rowAverageRating,
		rowReviewCount,
	} {
		c.keepRow(p, row, true)
	}
	c.keepRow(p, rowLowStock, p.HasLowStock)
	c.keepRow(p, rowWeight, p.Weight != "")
	c.keepRow(p, rowLength, p.Length != "")
	c.keepRow(p, rowWidth, p.Width != "")
	c.keepRow(p, rowHeight, p.Height != "")
	c.keepRow(p, rowUpsells, len(p.UpsellIDs) > 0)
	c.keepRow(p, rowCrossSells, len(p.CrossSellIDs) > 0)
	c.keepRow(p, rowPurchaseNote, p.PurchaseNote != "")
	c.keepRow(p, rowDefaultAttributes, len(p.DefaultOptions) > 0)
	c.keepRow(p, rowGallery, len(p.GalleryIDs) > 0)
	c.keepRow(p, rowThumbnail, p.ImageID != 0)
	c.keepRow(p, rowRatingCount, len(p.RatingCounts) > 0)
	c.keepRow(p, rowDownloadableFiles, len(p.Downloads) > 0)
	switch p.Type {
	case "external":
		c.keepTypeRow(p, "_product_url", p.ExternalURL, p.ExternalURL != "")
		c.keepTypeRow(p, "_button_text", p.ButtonText, p.ButtonText != "")
	case "grouped":
		c.keepTypeRow(p, "_children", intList(p.GroupedIDs), before == nil || len(p.GroupedIDs) > 0)
	}
}

// keepTypeRow writes or deletes a row that belongs to the type of the product.
func (c *Clerk) keepTypeRow(p *Product, key string, value rest.Value, exists bool) {
	at := slices.IndexFunc(p.Meta, func(m core.Meta) bool { return m.Key == key })
	p.Meta = slices.Clone(p.Meta)
	switch {
	case exists && at >= 0:
		p.Meta[at].Value = value
	case exists:
		p.Meta = append(p.Meta, core.Meta{ID: c.IDs.PostMeta.Next(), Key: key, Value: value})
	case at >= 0:
		p.Meta = slices.Delete(p.Meta, at, at+1)
	}
}

// writeOptionRows gives the rows of new options their ids.
func (c *Clerk) writeOptionRows(p, before *Product) {
	for _, option := range p.Options {
		if !slices.ContainsFunc(before.Options, func(o VariationOption) bool { return o.Slug == option.Slug }) {
			c.IDs.PostMeta.Next()
		}
	}
}
