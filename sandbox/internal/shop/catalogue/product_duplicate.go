package catalogue

import (
	"slices"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// duplicateProduct copies a product with its variations and returns the copy. changed is the product with the changes
// that the request asks for.
func (c *Clerk) duplicateProduct(changed *productDraft) (*productDraft, *rest.Error) {
	copied := c.copyOf(&changed.Product)
	copied.Name += " (Copy)"
	copied.Status, copied.Slug = "draft", ""
	copied.TotalSales = 0
	copied.RatingCounts, copied.AverageRating, copied.ReviewCount = nil, "0", 0
	modified := copied.Modified
	stored, err := c.saveProduct(copied)
	if err != nil {
		return nil, err
	}
	copied.Modified = modified // the object in the answer keeps its old date
	if stored.Type != "variable" {
		copied.Product.ID, copied.Meta = stored.ID, stored.Meta
		return copied, nil
	}
	for _, child := range slices.Clone(c.variations(changed.before)) {
		variation := c.copyOf(child)
		variation.ParentID = stored.ID
		if _, err := c.saveProduct(variation); err != nil {
			return nil, err
		}
	}
	return c.draftProduct(stored), nil
}

// copyOf starts a new product from another: without its number, dates and rows, with a SKU that is free.
func (c *Clerk) copyOf(p *Product) *productDraft {
	d := &productDraft{Product: *p}
	d.ID, d.Created = 0, PostTime{}
	d.rows, d.prices, d.lookup = 0, nil, nil
	d.Meta = slices.Clone(p.Meta)
	for i := range d.Meta {
		d.Meta[i].ID = 0
	}
	if p.SKU != "" {
		d.SKU = c.freeSKU(p.SKU, 0)
	}
	d.GlobalUniqueID = ""
	return d
}

// rawProductJSON is a product as WooCommerce's object holds it. Only the answer to a duplication shows it. Attributes
// and files are PHP objects without public members.
func (s *Store) rawProductJSON(d *productDraft) *rest.Object {
	p := &d.Product
	attributes := keyedObjects(len(p.Attributes),
		func(i int) (string, rest.Value) { return p.Attributes[i].Slug, &rest.Object{} })
	downloads := keyedObjects(len(p.Downloads),
		func(i int) (string, rest.Value) { return p.Downloads[i].ID, &rest.Object{} })
	defaults := keyedObjects(len(p.DefaultOptions), func(i int) (string, rest.Value) {
		return p.DefaultOptions[i].Slug, p.DefaultOptions[i].Option
	})
	lowStock, image := rest.Value(""), ""
	if p.HasLowStock {
		lowStock = p.LowStock
	}
	if p.ImageID != 0 {
		image = core.Itoa(p.ImageID)
	}
	return rest.NewObject(
		"id", p.ID, "name", p.Name, "slug", p.Slug,
		"date_created", s.UnformattedDate(p.Created.Instant), "date_modified", s.UnformattedDate(p.Modified.Instant),
		"status", p.Status, "featured", p.Featured, "catalog_visibility", s.visibilityOf(p),
		"description", p.Description, "short_description", p.ShortDescription,
		"sku", p.SKU, "global_unique_id", p.GlobalUniqueID,
		"price", p.Price, "regular_price", p.RegularPrice, "sale_price", p.SalePrice,
		"date_on_sale_from", s.UnformattedDate(p.SaleFrom), "date_on_sale_to", s.UnformattedDate(p.SaleTo),
		"total_sales", p.TotalSales, "tax_status", p.TaxStatus, "tax_class", p.TaxClass,
		"manage_stock", p.ManageStock, "stock_quantity", ownQuantity(p), "stock_status", p.StockStatus,
		"backorders", orNo(p.Backorders), "low_stock_amount", lowStock, "sold_individually", p.SoldIndividually,
		"weight", p.Weight, "length", p.Length, "width", p.Width, "height", p.Height,
		"upsell_ids", intList(p.UpsellIDs), "cross_sell_ids", intList(p.CrossSellIDs), "parent_id", p.ParentID,
		"reviews_allowed", !p.ReviewsClosed, "purchase_note", p.PurchaseNote,
		"attributes", attributes, "default_attributes", defaults, "menu_order", p.MenuOrder,
		"post_password", p.Password, "virtual", p.Virtual, "downloadable", p.Downloadable,
		"category_ids", intList(p.CategoryIDs), "tag_ids", intList(p.TagIDs), "shipping_class_id", p.ShippingClass,
		"downloads", downloads, "image_id", image, "gallery_image_ids", intList(p.GalleryIDs),
		"download_limit", p.DownloadLimit, "download_expiry", p.DownloadExpiry,
		"rating_counts", rest.List{}, "average_rating", "0", "review_count", int64(0), "cogs_value", nil,
		"meta_data", core.MetaJSON(productMeta(p)),
	)
}

// keyedObjects is a PHP array with keys. An empty one is a list.
func keyedObjects(n int, at func(i int) (string, rest.Value)) rest.Value {
	if n == 0 {
		return rest.List{}
	}
	o := &rest.Object{}
	for i := range n {
		o.Set(at(i))
	}
	return o
}
