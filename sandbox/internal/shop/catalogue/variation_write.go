package catalogue

import (
	"slices"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// writeVariation changes a draft of a variation as a request says, in the order of WooCommerce's controller.
func (c *Clerk) writeVariation(d *productDraft, r *rest.Request, fetched map[string]*fetchedImage) *rest.Error {
	d.ParentID = core.AbsInt(r.Param("product_id"))
	given(r, "status", func(v rest.Value) { d.Status = productStatus(rest.Text(v)) })
	if err := c.writeNumbers(d, r); err != nil {
		return err
	}
	if err := c.writeVariationImage(d, r.Param("image"), fetched); err != nil {
		return err
	}
	if ids := r.Param("gallery_image_ids"); ids != nil && c.Has(core.GalleryImages) {
		c.writeVariationGallery(d, ids)
	}
	given(r, "virtual", func(v rest.Value) { d.Virtual = rest.StringToBool(v) })
	if err := c.writeDownloads(d, r); err != nil {
		return err
	}
	if err := c.writeDelivery(d, r); err != nil {
		return err
	}
	c.writeVariationStock(d, r)
	c.writeSale(d, r)
	given(r, "tax_class", func(v rest.Value) { c.setTaxClass(d, rest.Text(v)) })
	// The description is a row of meta data, which loses its backslashes.
	given(r, "description", func(v rest.Value) { d.Description = wptext.StripSlashes(wptext.KsesPost(rest.Text(v))) })
	if attributes := r.Param("attributes"); attributes != nil {
		options, err := c.optionsFrom(attributes, d.ParentID)
		if err != nil {
			return err
		}
		d.Options = options
	}
	if order := r.Param("menu_order"); rest.Truthy(order) {
		d.MenuOrder = rest.Int(order)
	}
	if meta := r.Param("meta_data"); rest.IsArray(meta) {
		return c.setMeta(d, meta)
	}
	return nil
}

func (c *Clerk) writeVariationImage(d *productDraft, v rest.Value, fetched map[string]*fetchedImage) *rest.Error {
	if v == nil {
		return nil
	}
	given := rest.AsObject(v)
	if given == nil || core.AbsInt(given.Value("id")) == 0 && given.Value("src") == nil {
		d.ImageID = 0
		return nil
	}
	image, err := c.imageFor(given, d, fetched, "woocommerce_variation_image_upload_error",
		"woocommerce_variation_invalid_image_id")
	if err != nil {
		return err
	}
	d.ImageID = image.ID
	c.describeImage(image, given, false)
	return nil
}

// writeVariationGallery sets the images beside the image of a variation. It leaves out ids of no image, and the image
// itself.
func (c *Clerk) writeVariationGallery(d *productDraft, v rest.Value) {
	d.GalleryIDs = nil
	for _, element := range rest.Elements(v) {
		id := core.AbsInt(element)
		if _, ok := c.Images.Get(id); ok && id != d.ImageID && !slices.Contains(d.GalleryIDs, id) {
			d.GalleryIDs = append(d.GalleryIDs, id)
		}
	}
}

// writeVariationStock sets the stock. A variation whose parent manages stock takes quantities too, but does not show
// them.
func (c *Clerk) writeVariationStock(d *productDraft, r *rest.Request) {
	given(r, "manage_stock", func(v rest.Value) { d.ManageStock = rest.StringToBool(v) })
	given(r, "stock_status", func(v rest.Value) { d.setStockStatus(rest.Text(v)) })
	given(r, "backorders", func(v rest.Value) { d.Backorders = rest.Text(v) })
	if !d.ManageStock && !c.followsParent(&d.Product) {
		d.Backorders, d.StockQuantity, d.StockUnknown = "no", 0, true
		d.setLowStock(nil)
		return
	}
	d.writeQuantity(r)
	if r.Has("low_stock_amount") {
		d.setLowStock(r.Param("low_stock_amount"))
	}
}

// optionsFrom reads the options of a variation. Options of attributes that the parent does not vary by are ignored.
func (c *Clerk) optionsFrom(v rest.Value, parentID int64) ([]VariationOption, *rest.Error) {
	parent, ok := c.Products.Get(parentID)
	if !ok {
		return nil, rest.Errorf(404, "woocommerce_rest_product_variation_invalid_parent",
			"Cannot set attributes due to invalid parent product.")
	}
	var options []VariationOption
	for _, element := range rest.Elements(v) {
		option, ok := c.chosenOption(rest.AsObject(element), parent.Attributes)
		if !ok {
			continue
		}
		if at := slices.IndexFunc(options, func(o VariationOption) bool { return o.Slug == option.Slug }); at >= 0 {
			options[at] = option
		} else {
			options = append(options, option)
		}
	}
	return options, nil
}
