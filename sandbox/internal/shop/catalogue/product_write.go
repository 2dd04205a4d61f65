package catalogue

import (
	"html"
	"slices"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// writeProduct changes a draft as a request says, in the order of WooCommerce's controller. That order decides which of
// several errors is reported.
func (c *Clerk) writeProduct(d *productDraft, r *rest.Request, fetched map[string]*fetchedImage) *rest.Error {
	c.writeTexts(d, r)
	for _, step := range []func(*productDraft, *rest.Request) *rest.Error{
		c.writeCatalogueProps, c.writeDelivery, c.writeNumbers, c.writeAttributes, c.writePrices, c.writeStock,
		c.writeRelations, c.writeDownloads,
	} {
		if err := step(d, r); err != nil {
			return err
		}
	}
	if r.Param("images") != nil {
		if err := c.writeImages(d, r.Param("images"), fetched); err != nil {
			return err
		}
	}
	if meta := r.Param("meta_data"); rest.IsArray(meta) {
		if err := c.setMeta(d, meta); err != nil {
			return err
		}
	}
	c.writeDates(d, r)
	return nil
}

// given calls set with a parameter that the request has.
func given(r *rest.Request, name string, set func(rest.Value)) {
	if v := r.Param(name); v != nil {
		set(v)
	}
}

func (c *Clerk) writeTexts(d *productDraft, r *rest.Request) {
	post := func(name string, target *string) {
		given(r, name, func(v rest.Value) { *target = wptext.KsesPost(wptext.StripSlashes(rest.Text(v))) })
	}
	post("name", &d.Name)
	post("description", &d.Description)
	post("short_description", &d.ShortDescription)
	given(r, "status", func(v rest.Value) { d.Status = productStatus(rest.Text(v)) })
	given(r, "slug", func(v rest.Value) { d.Slug = rest.Text(v) })
	given(r, "menu_order", func(v rest.Value) { d.MenuOrder = rest.Int(v) })
	given(r, "reviews_allowed", func(v rest.Value) { d.ReviewsClosed = !rest.StringToBool(v) })
	given(r, "post_password", func(v rest.Value) { d.Password = rest.Text(v) })
}

// productStatus is a status that WordPress knows. Any other becomes draft.
func productStatus(status string) string {
	switch status {
	case "publish", "future", "draft", "pending", "private", "trash", "auto-draft", "inherit":
		return status
	}
	return "draft"
}

func (c *Clerk) writeCatalogueProps(d *productDraft, r *rest.Request) (refusal *rest.Error) {
	given(r, "virtual", func(v rest.Value) { d.Virtual = rest.StringToBool(v) })
	given(r, "tax_status", func(v rest.Value) {
		switch status := rest.Text(v); status {
		case "taxable", "shipping", "none":
			d.TaxStatus = status
		case "":
			d.TaxStatus = "taxable"
		default:
			refusal = rest.Errorf(400, "product_invalid_tax_status", "Invalid product tax status.")
		}
	})
	if refusal != nil {
		return refusal
	}
	given(r, "tax_class", func(v rest.Value) { c.setTaxClass(d, rest.Text(v)) })
	given(r, "catalog_visibility", func(v rest.Value) {
		switch visibility := rest.Text(v); visibility {
		case "visible", "catalog", "search", "hidden":
			d.Visibility = visibility
		default:
			refusal = rest.Errorf(400, "product_invalid_catalog_visibility", "Invalid catalog visibility option.")
		}
	})
	if refusal != nil {
		return refusal
	}
	given(r, "purchase_note",
		func(v rest.Value) { d.PurchaseNote = wptext.KsesPost(wptext.StripSlashes(rest.Text(v))) })
	given(r, "featured", func(v rest.Value) { d.Featured = rest.StringToBool(v) })
	return nil
}

// writeDelivery sets the properties for shipping. Virtual products have no measures.
func (c *Clerk) writeDelivery(d *productDraft, r *rest.Request) *rest.Error {
	if r.Param("virtual") == true {
		d.Weight, d.Length, d.Width, d.Height = "", "", "", ""
	} else {
		given(r, "weight", func(v rest.Value) { d.Weight = c.measure(v) })
		sides := r.Object("dimensions")
		for name, target := range map[string]*string{"height": &d.Height, "width": &d.Width, "length": &d.Length} {
			if v := sides.Value(name); v != nil {
				*target = c.measure(v)
			}
		}
	}
	given(r, "shipping_class", func(v rest.Value) {
		d.ShippingClass = 0
		if class, ok := c.termBySlug(ShippingClasses, wptext.SanitizeTextField(rest.Text(v))); ok {
			d.ShippingClass = class.ID
		}
	})
	return nil
}

// writeNumbers sets SKU and global unique id.
func (c *Clerk) writeNumbers(d *productDraft, r *rest.Request) *rest.Error {
	if sku := r.Param("sku"); sku != nil {
		if err := c.setSKU(d, wptext.SanitizeTextField(rest.Text(sku))); err != nil {
			return err
		}
	}
	if gtin := r.Param("global_unique_id"); gtin != nil {
		return c.setGlobalUniqueID(d, wptext.SanitizeTextField(rest.Text(gtin)))
	}
	return nil
}

func (c *Clerk) writeAttributes(d *productDraft, r *rest.Request) *rest.Error {
	given(r, "attributes", func(v rest.Value) { d.Attributes = c.attributesFrom(v, d.Attributes) })
	return nil
}

// writePrices sets the prices. Variable and grouped products have no prices of their own.
func (c *Clerk) writePrices(d *productDraft, r *rest.Request) *rest.Error {
	if d.Type == "variable" || d.Type == "grouped" {
		d.RegularPrice, d.SalePrice = "", "" // the price follows from other products
		d.SaleFrom, d.SaleTo = time.Time{}, time.Time{}
		return nil
	}
	c.writeSale(d, r)
	return nil
}

// writeSale sets the prices and the dates between which the sale price counts.
func (c *Clerk) writeSale(d *productDraft, r *rest.Request) {
	given(r, "regular_price", func(v rest.Value) { d.RegularPrice = c.Amount(v) })
	given(r, "sale_price", func(v rest.Value) { d.SalePrice = c.Amount(v) })
	for name, target := range map[string]*time.Time{"date_on_sale_from": &d.SaleFrom, "date_on_sale_to": &d.SaleTo} {
		given(r, name, func(v rest.Value) { *target = c.saleDate(v) })
		given(r, name+"_gmt", func(v rest.Value) {
			*target = time.Time{}
			if rest.Truthy(v) {
				*target = c.saleDateGMT(v)
			}
		})
	}
}

// writeStock sets the stock by the rules of the type. Grouped and external products have no stock. Quantities count
// only where stock is managed.
func (c *Clerk) writeStock(d *productDraft, r *rest.Request) *rest.Error {
	given(r, "parent_id", func(v rest.Value) { d.ParentID = core.AbsInt(v) })
	given(r, "sold_individually", func(v rest.Value) { d.SoldIndividually = rest.StringToBool(v) })
	status := d.StockStatus
	given(r, "stock_status", func(v rest.Value) { status = rest.Text(v) })
	if !c.Options.Yes("woocommerce_manage_stock") {
		if d.Type != "variable" {
			d.setStockStatus(status)
		}
		return nil
	}
	if d.Type != "external" {
		given(r, "manage_stock", func(v rest.Value) { d.ManageStock = rest.StringToBool(v) })
		given(r, "backorders", func(v rest.Value) { d.Backorders = rest.Text(v) })
	}
	switch {
	case d.Type == "external":
		// The stock of a grouped product cannot be set. Saving takes away a quantity that it has.
	case d.Type == "grouped":
		d.ManageStock, d.Backorders, d.StockQuantity, d.StockUnknown = false, "no", 0, true
		d.setStockStatus(status)
	case d.ManageStock:
		if d.Type != "variable" {
			d.setStockStatus(status)
		}
		d.writeQuantity(r)
		if r.Has("low_stock_amount") {
			d.setLowStock(r.Param("low_stock_amount"))
		}
	default:
		d.StockQuantity, d.StockUnknown = 0, true
		d.setStockStatus(status)
		d.setLowStock(nil)
	}
	return nil
}

// writeQuantity sets the stock, or changes it by a delta.
func (d *productDraft) writeQuantity(r *rest.Request) {
	if quantity := r.Param("stock_quantity"); quantity != nil {
		d.setStockQuantity(quantity)
	} else if delta := r.Param("inventory_delta"); delta != nil {
		d.setStockQuantity(d.StockQuantity + rest.Int(delta))
	}
}

func (c *Clerk) writeRelations(d *productDraft, r *rest.Request) *rest.Error {
	given(r, "upsell_ids", func(v rest.Value) { d.UpsellIDs = idsFrom(v) })
	given(r, "cross_sell_ids", func(v rest.Value) { d.CrossSellIDs = idsFrom(v) })
	if categories := r.Param("categories"); rest.IsArray(categories) {
		d.CategoryIDs = nil
		for _, element := range rest.Elements(categories) {
			d.CategoryIDs = appendTerm(d.CategoryIDs, rest.AsObject(element).Value("id"))
		}
	}
	if tags := r.Param("tags"); rest.IsArray(tags) {
		d.TagIDs = nil
		for _, element := range rest.Elements(tags) {
			d.TagIDs = appendTerm(d.TagIDs, c.tagOf(rest.AsObject(element)))
		}
	}
	return nil
}

func appendTerm(ids []int64, id rest.Value) []int64 {
	if n := core.AbsInt(id); n != 0 && !slices.Contains(ids, n) {
		return append(ids, n)
	}
	return ids
}

// tagOf is the id of a tag of a request. A name that no tag has makes a tag. A name that is only the slug of a tag
// finds nothing.
func (c *Clerk) tagOf(tag *rest.Object) rest.Value {
	if tag.Value("name") == nil {
		return tag.Value("id")
	}
	name := rest.Text(tag.Value("name"))
	if t, ok := c.termByName(productTags, name); ok {
		return t.ID
	}
	if _, ok := c.termBySlug(productTags, wptext.SanitizeTitle(name)); ok {
		return nil
	}
	t, err := c.insertTerm(productTags, newTerm{Name: name})
	if err != nil {
		return nil
	}
	return t.ID
}

func (c *Clerk) writeDownloads(d *productDraft, r *rest.Request) *rest.Error {
	given(r, "downloadable", func(v rest.Value) { d.Downloadable = rest.StringToBool(v) })
	if d.Downloadable {
		if downloads := r.Param("downloads"); rest.IsArray(downloads) {
			if err := c.setDownloads(d, downloads); err != nil {
				return err
			}
		}
		given(r, "download_limit", func(v rest.Value) { d.DownloadLimit = downloadBoundOf(v) })
		given(r, "download_expiry", func(v rest.Value) { d.DownloadExpiry = downloadBoundOf(v) })
	}
	switch d.Type {
	case "external":
		given(r, "external_url", func(v rest.Value) { d.ExternalURL = html.UnescapeString(rest.Text(v)) })
		given(r, "button_text", func(v rest.Value) {
			d.ButtonText = rest.Text(v)
			if c.Has(core.PlainButtonTexts) {
				d.ButtonText = wptext.SanitizeTextField(d.ButtonText)
			}
		})
	case "variable":
		if defaults := r.Param("default_attributes"); rest.IsArray(defaults) {
			d.DefaultOptions = c.defaultOptionsFrom(defaults, d.Attributes)
		}
	case "grouped":
		given(r, "grouped_products", func(v rest.Value) { d.GroupedIDs = idsFrom(v) })
	}
	return nil
}

// defaultOptionsFrom reads the parameter default_attributes. Only attributes that variations choose from can have a
// default.
func (c *Clerk) defaultOptionsFrom(v rest.Value, attributes []ProductAttribute) []VariationOption {
	var defaults []VariationOption
	for _, element := range rest.Elements(v) {
		chosen, ok := c.chosenOption(rest.AsObject(element), attributes)
		if !ok || !rest.Truthy(chosen.Option) {
			continue
		}
		defaults = slices.DeleteFunc(defaults, func(o VariationOption) bool { return o.Slug == chosen.Slug })
		defaults = append(defaults, chosen)
	}
	return defaults
}

// writeImages sets the images of a product; the first is the featured one. Images named by an address were fetched
// before.
func (c *Clerk) writeImages(d *productDraft, v rest.Value, fetched map[string]*fetchedImage) *rest.Error {
	d.GalleryIDs = nil
	var given []*rest.Object
	for _, element := range rest.Elements(v) {
		if rest.Truthy(element) {
			given = append(given, rest.AsObject(element))
		}
	}
	if len(given) == 0 {
		d.ImageID = 0
		return nil
	}
	for i, element := range given {
		image, err := c.imageFor(element, d, fetched, "woocommerce_product_image_upload_error",
			"woocommerce_product_invalid_image_id")
		if err != nil {
			return err
		}
		if i == 0 {
			d.ImageID = image.ID
		} else {
			d.GalleryIDs = append(d.GalleryIDs, image.ID)
		}
		c.describeImage(image, element, false)
	}
	return nil
}

// imageFor finds or uploads an image of a request.
func (c *Clerk) imageFor(
	given *rest.Object, d *productDraft, fetched map[string]*fetchedImage, uploadError, unknownImage string,
) (*Image, *rest.Error) {
	id := core.AbsInt(given.Value("id"))
	if id == 0 && given.Value("src") != nil {
		file := fetched[imageAddress(given)]
		if file.err != nil {
			return nil, rest.Errorf(400, uploadError, "%s", file.err.Message)
		}
		image := c.addImage(file, d.ID)
		d.uploaded = append(d.uploaded, image)
		return image, nil
	}
	image, ok := c.Images.Get(id)
	if !ok {
		return nil, rest.Errorf(400, unknownImage, "#%d is an invalid image ID.", id)
	}
	return image, nil
}

// dropUploads removes the images that were uploaded for a product which was then refused.
func (c *Clerk) dropUploads(d *productDraft) {
	for _, image := range d.uploaded {
		c.dropImage(image)
	}
}

// writeDates sets the date of creation. A text that is no date is ignored.
func (c *Clerk) writeDates(d *productDraft, r *rest.Request) {
	if text := r.Text("date_created"); rest.Truthy(text) {
		if at, ok := rest.ParseDateTime(text); ok {
			// Without an offset it is read as UTC.
			d.Created = c.PostTime(at.In(time.UTC))
		}
	}
	if text := r.Text("date_created_gmt"); rest.Truthy(text) {
		if at, ok := rest.ParseDateTime(text); ok {
			d.Created = c.PostTime(at.Wall)
		}
	}
}

// writeBrands sets the brands of a saved product. An empty list changes nothing, because WC_Brands hooks in after the
// product is saved.
func (c *Clerk) writeBrands(p *Product, r *rest.Request) {
	given := r.List("brands")
	if len(given) == 0 {
		return
	}
	first := rest.AsObject(given[0])
	var ids []int64
	for _, element := range given {
		id := element
		if first.Has("id") {
			id = rest.AsObject(element).Value("id")
		}
		if _, ok := c.term(productBrands, core.AbsInt(id)); ok {
			ids = appendTerm(ids, id)
		}
	}
	c.recount(p.BrandIDs...)
	c.Products.Change(p, func(p *Product) { p.BrandIDs = ids })
	c.recount(ids...)
	c.CatalogueChanged()
}
