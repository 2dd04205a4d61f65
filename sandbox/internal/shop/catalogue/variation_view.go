package catalogue

import (
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// variationJSON is a variation as its own addresses show it. At a product's address it looks different. Only the tax
// class and the image differ between reading and editing.
func (s *Store) variationJSON(p *Product, who reader) rest.Value {
	if !who.view.Plain() || who.imageSize != fullSize || p.Status != "publish" || s.saleEndsOrBegins(p) || s.showsRights(p) {
		return s.renderVariation(p, who)
	}
	resource := "variation"
	if who.edit {
		resource = "variation for editing"
	}
	return s.Rendered.JSON(core.RenderKey{Resource: resource, ID: p.ID}, s.catalogueGeneration, s.Decimals(),
		func() *rest.Object {
			return s.renderVariation(p, who)
		})
}

func (s *Store) renderVariation(p *Product, who reader) *rest.Object {
	json := rest.NewObject("id", p.ID)
	if s.Has(core.VariationType) {
		json.Set("type", p.Type)
	}
	s.JSONTimes(json, "date_created", p.Created.Instant)
	s.JSONTimes(json, "date_modified", p.Modified.Instant)
	json.Set("description", formatContent(p.Description))
	json.Set("permalink", s.variationPermalink(p, who))
	json.Set("sku", s.shownSKU(p, false))
	if s.Has(core.GlobalID) {
		json.Set("global_unique_id", p.GlobalUniqueID)
	}
	json.Set("price", s.currentPrice(p))
	json.Set("regular_price", p.RegularPrice)
	json.Set("sale_price", p.SalePrice)
	s.JSONTimes(json, "date_on_sale_from", p.SaleFrom)
	s.JSONTimes(json, "date_on_sale_to", p.SaleTo)
	json.Set("on_sale", s.onSaleNow(p))
	json.Set("status", p.Status)
	json.Set("purchasable", s.purchasable(p, who))
	json.Set("virtual", p.Virtual)
	json.Set("downloadable", p.Downloadable)
	json.Set("downloads", s.downloadsJSON(p))
	json.Set("download_limit", p.DownloadLimit)
	json.Set("download_expiry", p.DownloadExpiry)
	json.Set("tax_status", s.TaxStatusOf(p))
	taxClass := p.TaxClass
	if !who.edit {
		taxClass = s.TaxClassOf(p)
	}
	json.Set("tax_class", taxClass)
	s.renderVariationStock(json, p)
	s.renderVariationShipping(json, p)
	json.Set("image", s.variationImage(p, who))
	if s.Has(core.GalleryImages) {
		gallery := rest.List{}
		for _, id := range p.GalleryIDs {
			gallery = append(gallery, id)
		}
		json.Set("gallery_image_ids", gallery)
	}
	json.Set("attributes", s.optionsJSON(p))
	json.Set("menu_order", p.MenuOrder)
	json.Set("meta_data", core.MetaJSON(productMeta(p)))
	json.Set("name", s.optionSummary(p, false))
	json.Set("parent_id", p.ParentID)
	return json
}

func (s *Store) renderVariationStock(json *rest.Object, p *Product) {
	stock := s.ShownStock(p)
	json.Set("manage_stock", stock.manages)
	json.Set("stock_quantity", stock.quantity)
	json.Set("stock_status", stock.Status)
	json.Set("backorders", stock.backorders)
	json.Set("backorders_allowed", stock.backorders == "yes" || stock.backorders == "notify")
	json.Set("backordered", stock.isOnBackorder())
	json.Set("low_stock_amount", lowStockJSON(p))
}

func (s *Store) renderVariationShipping(json *rest.Object, p *Product) {
	sizes := s.shownSizes(p, false)
	json.Set("weight", sizes.weight)
	json.Set("dimensions", rest.NewObject("length", sizes.length, "width", sizes.width, "height", sizes.height))
	class := p.ShippingClass
	if class == 0 {
		class = s.ParentOf(p).ShippingClass
	}
	json.Set("shipping_class", s.shippingClassSlug(class))
	json.Set("shipping_class_id", class)
}

// variationImage is the image of a variation. A reader sees the parent's where the variation has none.
func (s *Store) variationImage(p *Product, who reader) rest.Value {
	id := p.ImageID
	if id == 0 && !who.edit {
		id = s.ParentOf(p).ImageID
	}
	if image, ok := s.Images.Get(id); ok {
		json := s.imageJSON(image)
		json.Set("src", shownIn(who.imageSize, s.renditions(image)).url)
		return json
	}
	return nil
}
