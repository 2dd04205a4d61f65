package catalogue

import (
	"slices"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// productDraft is a product while a request changes it, like WooCommerce's product object. The stored record stays as
// it is until the draft is saved. What changed decides what is written.
type productDraft struct {
	Product
	before *Product // nil for a new product
	// uploaded are images that came with this request.
	uploaded []*Image
}

// newProductDraft is a product as WooCommerce starts one.
func newProductDraft(kind string) *productDraft {
	d := &productDraft{Product: Product{
		Type: kind, Status: "publish", TaxStatus: "taxable", StockStatus: "instock", Backorders: "no",
		StockUnknown: true, DownloadLimit: -1, DownloadExpiry: -1, AverageRating: "0",
	}}
	if kind == "variation" {
		d.TaxClass = "parent"
	}
	return d
}

// draftProduct opens a stored product for changes.
func (c *Clerk) draftProduct(p *Product) *productDraft {
	d := &productDraft{Product: *p, before: p}
	d.Meta = slices.Clone(p.Meta)
	return d
}

// setSKU refuses a SKU that another product outside the trash has.
func (c *Clerk) setSKU(d *productDraft, sku string) *rest.Error {
	if rest.Truthy(sku) {
		if other, taken := c.skuTaken(sku, d.ID); taken {
			return rest.Errorf(400, "product_invalid_sku", "Invalid or duplicated SKU.").
				WithData("resource_id", other.ID, "unique_sku", c.freeSKU(sku, d.ID))
		}
	}
	d.SKU = sku
	return nil
}

// setGlobalUniqueID keeps digits and dashes, and refuses an id that is taken.
func (c *Clerk) setGlobalUniqueID(d *productDraft, text string) *rest.Error {
	gtin := digitsAndDashes(text)
	if rest.Truthy(gtin) {
		if other, taken := c.gtinTaken(gtin, d.ID); taken {
			return rest.Errorf(400, "product_invalid_global_unique_id",
				"Invalid or duplicated GTIN, UPC, EAN or ISBN.").
				WithData("resource_id", other.ID)
		}
	}
	d.GlobalUniqueID = gtin
	return nil
}

// setTaxClass takes a tax class by its name or slug. An unknown class becomes the standard class.
func (c *Clerk) setTaxClass(d *productDraft, text string) {
	slug := wptext.SanitizeTitle(text)
	d.TaxClass = ""
	if slug == "parent" && d.IsVariation() {
		d.TaxClass = slug
		return
	}
	for _, class := range c.taxes.TaxClasses() {
		if class.Slug == slug {
			d.TaxClass = slug
		}
	}
}

// setStockStatus takes a status that WooCommerce knows. Any other becomes "in stock".
func (d *productDraft) setStockStatus(status string) {
	switch status {
	case "instock", "outofstock", "onbackorder":
		d.StockStatus = status
	default:
		d.StockStatus = "instock"
	}
}

// setStockQuantity takes a quantity as a whole number.
func (d *productDraft) setStockQuantity(v rest.Value) {
	d.StockQuantity, d.StockUnknown = rest.Int(v), false
}

// setLowStock takes the quantity at which stock is low; nil means the shop's own.
func (d *productDraft) setLowStock(v rest.Value) {
	d.LowStock, d.HasLowStock = core.AbsInt(v), v != nil
}

// downloadBoundOf is a limit or expiry of downloads; -1 for none.
func downloadBoundOf(v rest.Value) int64 {
	if text, ok := v.(string); rest.Int(v) == -1 || ok && text == "" {
		return -1
	}
	return core.AbsInt(v)
}

// measure is a weight or length: a decimal, or nothing.
func (s *Store) measure(v rest.Value) string {
	if rest.Text(v) == "" {
		return ""
	}
	return s.Amount(v)
}

// saleDate reads a date of a sale as WC_Data's set_date_prop does. Without an offset the date is on the store's clock.
func (s *Store) saleDate(v rest.Value) time.Time {
	text := rest.Text(v)
	if !rest.Truthy(v) || text == "0000-00-00 00:00:00" {
		return time.Time{}
	}
	if rest.IsNumeric(v) {
		return time.Unix(rest.Int(v), 0).UTC()
	}
	if at, ok := s.ParseMoment(text); ok {
		return at
	}
	// PHP takes a date that it cannot read for the beginning of 1970.
	return time.Unix(0, 0).UTC()
}

// saleDateGMT reads a date of a sale in UTC. A text that is no date means none.
func (s *Store) saleDateGMT(v rest.Value) time.Time {
	at, _ := s.ParseWall(rest.Text(v))
	return at
}

// setMeta reads the parameter meta_data. A key of WooCommerce's own properties sets the property (recordings:
// prod-meta-types).
func (c *Clerk) setMeta(d *productDraft, v rest.Value) *rest.Error {
	for _, element := range rest.Elements(v) {
		entry := rest.AsObject(element)
		key, value := rest.Text(entry.Value("key")), entry.Value("value")
		if productInternalMeta[key] {
			known, err := c.setByMetaKey(d, key, value)
			if err != nil {
				return err
			}
			if known {
				continue
			}
		}
		d.Meta.Update(key, value, entry.Value("id"))
	}
	return nil
}

// setByMetaKey sets the property that a meta key stands for; known is false for keys without a setter.
func (c *Clerk) setByMetaKey(d *productDraft, key string, v rest.Value) (known bool, err *rest.Error) {
	text := rest.Text(v)
	switch key {
	case "_sku":
		return true, c.setSKU(d, text)
	case "_global_unique_id":
		return true, c.setGlobalUniqueID(d, text)
	case "_price":
		d.Price = c.Amount(v)
	case "_regular_price":
		d.RegularPrice = c.Amount(v)
	case "_sale_price":
		d.SalePrice = c.Amount(v)
	case "total_sales", "_total_sales":
		d.TotalSales = core.AbsInt(v)
	case "_tax_class":
		c.setTaxClass(d, text)
	case "_manage_stock":
		d.ManageStock = rest.StringToBool(v)
	case "_stock_status":
		d.setStockStatus(text)
	case "_stock_quantity":
		d.setStockQuantity(v)
	case "_backorders":
		d.Backorders = text
	case "_low_stock_amount":
		d.setLowStock(v)
	case "_sold_individually":
		d.SoldIndividually = rest.StringToBool(v)
	case "_weight":
		d.Weight = c.measure(v)
	case "_length":
		d.Length = c.measure(v)
	case "_width":
		d.Width = c.measure(v)
	case "_height":
		d.Height = c.measure(v)
	case "_purchase_note":
		d.PurchaseNote = text
	case "_virtual":
		d.Virtual = rest.StringToBool(v)
	case "_downloadable":
		d.Downloadable = rest.StringToBool(v)
	case "_download_limit":
		d.DownloadLimit = downloadBoundOf(v)
	case "_download_expiry":
		d.DownloadExpiry = downloadBoundOf(v)
	case "_featured":
		d.Featured = rest.StringToBool(v)
	case "_upsell_ids":
		d.UpsellIDs = idsFrom(v)
	case "_cross_sell_ids":
		d.CrossSellIDs = idsFrom(v)
	case "_name":
		d.Name = text
	case "_slug":
		d.Slug = text
	case "_description":
		d.Description = text
	case "_short_description":
		d.ShortDescription = text
	case "_menu_order":
		d.MenuOrder = rest.Int(v)
	case "_image_id":
		d.ImageID = rest.Int(v)
	default:
		return false, nil
	}
	return true, nil
}

// idsFrom reads a list of ids. It leaves out elements that are no id.
func idsFrom(v rest.Value) []int64 {
	var ids []int64
	for _, e := range rest.Elements(v) {
		if id := rest.Int(e); id > 0 {
			ids = append(ids, id)
		}
	}
	return ids
}
