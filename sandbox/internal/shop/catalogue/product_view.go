package catalogue

import (
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// productJSON is a product as answers show it, without links.
func (s *Store) productJSON(p *Product, who reader) rest.Value {
	if !who.view.Plain() || who.imageSize != fullSize || p.Status != "publish" || s.saleEndsOrBegins(p) || s.showsRights(p) {
		return s.renderProduct(p, who)
	}
	resource := "product"
	if who.edit {
		resource = "product for editing"
	}
	return s.Rendered.JSON(core.RenderKey{Resource: resource, ID: p.ID}, s.catalogueGeneration, s.Decimals(),
		func() *rest.Object {
			return s.renderProduct(p, who)
		})
}

// saleEndsOrBegins tells whether the answer depends on the time of day.
func (s *Store) saleEndsOrBegins(p *Product) bool {
	return !p.SaleFrom.IsZero() || !p.SaleTo.IsZero() || p.Type == "variable" || p.Type == "grouped"
}

// showsRights tells whether the answer depends on what its reader may do.
func (s *Store) showsRights(p *Product) bool {
	return p.IsVariation() && s.ParentOf(p).Status != "publish"
}

// renderProduct builds the answer member by member in WooCommerce's order. A member that has to be computed is there
// only if the request names exactly that member.
func (s *Store) renderProduct(p *Product, who reader) *rest.Object {
	json := &rest.Object{}
	put := func(name string, value func() rest.Value) {
		if who.view.Wants(name) {
			json.Set(name, value())
		}
	}
	static := func(name string, value rest.Value) {
		if who.view.Wants(name) {
			json.Set(name, value)
		}
	}
	moment := func(name string, t time.Time) {
		static(name, s.LocalDate(t))
		static(name+"_gmt", core.GMTDate(t))
	}
	static("id", p.ID)
	static("name", p.Name)
	static("slug", p.Slug)
	put("permalink", func() rest.Value { return s.addressOf(p, who) })
	moment("date_created", p.Created.Instant)
	moment("date_modified", p.Modified.Instant)
	static("type", p.Type)
	static("status", p.Status)
	static("featured", p.Featured)
	static("catalog_visibility", s.visibilityOf(p))
	put("description", func() rest.Value { return ShownText(p.Description, who.edit) })
	put("short_description", func() rest.Value { return shownExcerpt(p, who.edit) })
	static("sku", s.shownSKU(p, who.edit))
	s.renderPrices(static, put, moment, p, who)
	s.renderDelivery(static, put, p, who)
	s.renderStock(static, p, who)
	s.renderShipping(static, put, p, who)
	s.renderReviews(static, p, who)
	s.renderRelations(static, put, p, who)
	if children := s.variations(p); p.Type == "variable" && len(children) > 0 {
		json.Set("variations", idsOf(children))
	}
	if p.Type == "grouped" && len(p.GroupedIDs) > 0 {
		json.Set("grouped_products", intList(p.GroupedIDs))
	}
	put("price_html", func() rest.Value { return s.priceHTML(p, who) })
	put("related_ids", func() rest.Value { return intList(s.relatedIDs(p)) })
	put("meta_data", func() rest.Value { return core.MetaJSON(who.view.Meta(productMeta(p))) })
	static("stock_status", s.ShownStock(p).Status)
	static("has_options", p.Type == "variable")
	static("post_password", p.Password)
	if s.Has(core.GlobalID) {
		static("global_unique_id", p.GlobalUniqueID)
	}
	if who.edit && (who.view.Wants("permalink_template") || who.view.Wants("generated_slug")) {
		template, slug := s.samplePermalink(p, who)
		static("permalink_template", template)
		static("generated_slug", slug)
	}
	if s.Has(core.Brands) && !who.view.Wants("brands") {
		// A filter adds the brands after the members were chosen.
		json.Set("brands", s.termRefs(p.BrandIDs))
	}
	return json
}

// Members of an answer. A lazy value is computed only when the request wants the member.
type (
	staticMember func(name string, value rest.Value)
	lazyMember   func(name string, value func() rest.Value)
	dateMember   func(name string, t time.Time)
)

func (s *Store) renderPrices(static staticMember, put lazyMember, moment dateMember, p *Product, who reader) {
	static("price", s.currentPrice(p))
	regular, sale := p.RegularPrice, p.SalePrice
	if p.Type == "variable" {
		regular, sale = "", ""
	}
	if !rest.Truthy(sale) {
		sale = "" // even for a sale price of "0" (recordings: price-sale-zero)
	}
	static("regular_price", regular)
	static("sale_price", sale)
	moment("date_on_sale_from", p.SaleFrom)
	moment("date_on_sale_to", p.SaleTo)
	put("on_sale", func() rest.Value { return s.isOnSale(p, who) })
	put("purchasable", func() rest.Value { return s.purchasable(p, who) })
	put("total_sales", func() rest.Value {
		if p.IsVariation() {
			return core.Itoa(core.AbsInt(p.TotalSales))
		}
		return core.AbsInt(p.TotalSales)
	})
}

func (s *Store) renderDelivery(static staticMember, put lazyMember, p *Product, who reader) {
	static("virtual", s.isVirtual(p))
	static("downloadable", s.isDownloadable(p))
	put("downloads", func() rest.Value { return s.downloadsJSON(p) })
	static("download_limit", p.DownloadLimit)
	static("download_expiry", p.DownloadExpiry)
	url, text := "", ""
	if p.Type == "external" {
		url, text = wptext.SanitizeURL(p.ExternalURL), p.ButtonText
	}
	static("external_url", url)
	static("button_text", text)
	static("tax_status", s.TaxStatusOf(p))
	taxClass := p.TaxClass
	if !who.edit {
		taxClass = s.TaxClassOf(p)
	}
	static("tax_class", taxClass)
}

func (s *Store) renderStock(static staticMember, p *Product, who reader) {
	stock := s.ShownStock(p)
	static("manage_stock", stock.manages)
	quantity, backorders := stock.quantity, stock.backorders
	if who.edit && p.Type != "external" {
		quantity, backorders = ownQuantity(p), orNo(p.Backorders)
	}
	static("stock_quantity", quantity)
	static("backorders", backorders)
	static("backorders_allowed", stock.backorders == "yes" || stock.backorders == "notify")
	static("backordered", stock.isOnBackorder())
	static("low_stock_amount", lowStockJSON(p))
	static("sold_individually", s.ParentOf(p).SoldIndividually)
}

// lowStockJSON is the amount at which stock is low, null for the shop's own.
func lowStockJSON(p *Product) rest.Value {
	if !p.HasLowStock {
		return nil
	}
	return p.LowStock
}

func (s *Store) renderShipping(static staticMember, put lazyMember, p *Product, who reader) {
	sizes := s.shownSizes(p, who.edit)
	static("weight", sizes.weight)
	static("dimensions", rest.NewObject("length", sizes.length, "width", sizes.width, "height", sizes.height))
	needed := !s.isVirtual(p)
	status := s.TaxStatusOf(p)
	static("shipping_required", needed)
	static("shipping_taxable", needed && (status == "taxable" || status == "shipping"))
	class := p.ShippingClass
	if class == 0 {
		class = s.ParentOf(p).ShippingClass
	}
	put("shipping_class", func() rest.Value { return s.shippingClassSlug(class) })
	if who.edit {
		class = p.ShippingClass
	}
	static("shipping_class_id", class)
}

func (s *Store) shippingClassSlug(id int64) string {
	if t, ok := s.term(ShippingClasses, id); ok {
		return t.Slug
	}
	return ""
}

func (s *Store) renderReviews(static staticMember, p *Product, who reader) {
	static("reviews_allowed", !p.ReviewsClosed && !p.IsVariation())
	rating := p.AverageRating
	if rating == "" {
		rating = "0"
	}
	switch {
	case !who.edit:
		static("average_rating", core.FixedAmount(rating, 2))
	case p.IsVariation():
		static("average_rating", int64(0)) // nobody can rate a variation
	default:
		static("average_rating", rating)
	}
	count := int64(0)
	for _, n := range p.RatingCounts {
		count += n
	}
	static("rating_count", count)
}

func (s *Store) renderRelations(static staticMember, put lazyMember, p *Product, who reader) {
	static("upsell_ids", intList(p.UpsellIDs))
	static("cross_sell_ids", intList(s.ParentOf(p).CrossSellIDs))
	static("parent_id", p.ParentID)
	put("purchase_note", func() rest.Value { return s.shownPurchaseNote(p, who.edit) })
	put("categories", func() rest.Value { return s.termRefs(p.CategoryIDs) })
	if s.Has(core.Brands) {
		put("brands", func() rest.Value { return s.termRefs(p.BrandIDs) })
	}
	put("tags", func() rest.Value { return s.termRefs(p.TagIDs) })
	put("images", func() rest.Value { return s.imagesJSON(p, who.imageSize) })
	put("attributes", func() rest.Value { return s.attributesJSON(p) })
	put("default_attributes", func() rest.Value { return s.defaultOptionsJSON(p) })
	static("variations", rest.List{})
	static("grouped_products", rest.List{})
	static("menu_order", p.MenuOrder)
}

// visibilityOf is where a product can be seen; variations follow their parent.
func (s *Store) visibilityOf(p *Product) string {
	if visibility := s.ParentOf(p).Visibility; visibility != "" {
		return visibility
	}
	return "visible"
}

// ShownText is a long text as an answer shows it: unchanged for editing, in paragraphs for reading.
func ShownText(text string, edit bool) string {
	if edit {
		return text
	}
	return wptext.AutoP(text)
}

// shownExcerpt is the short description. That of a variation is empty, because its excerpt in WordPress holds the
// options.
func shownExcerpt(p *Product, edit bool) string {
	if p.IsVariation() {
		return ""
	}
	if edit {
		return p.ShortDescription
	}
	return wptext.AutoP(wptext.Texturize(p.ShortDescription))
}

func (s *Store) shownPurchaseNote(p *Product, edit bool) string {
	note := p.PurchaseNote
	if edit {
		return note
	}
	if !rest.Truthy(note) {
		note = s.ParentOf(p).PurchaseNote
	}
	return wptext.AutoP(wptext.KsesPost(note))
}

// termRefs shows the terms of a product. Categories are in the order that merchants gave them, all others sorted by
// name.
func (s *Store) termRefs(ids []int64) rest.List {
	list := rest.List{}
	for _, t := range s.termsByMenuOrder(ids) {
		list = append(list, rest.NewObject("id", t.ID, "name", t.Name, "slug", t.Slug))
	}
	return list
}

// productMeta are the entries of meta_data.
func productMeta(p *Product) core.MetaList {
	var shown core.MetaList
	for _, m := range p.Meta {
		if !core.HiddenMeta(productInternalMeta, m.Key) && typeRows[m.Key] != p.Type {
			shown = append(shown, m)
		}
	}
	return shown
}
