package catalogue

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// saveProduct writes a draft as WooCommerce's save does. It aligns the stock, writes the post, the meta rows, the terms
// and the prices, and fires the hooks. It returns the stored record.
func (c *Clerk) saveProduct(d *productDraft) (*Product, *rest.Error) {
	c.alignStock(&d.Product)
	switch {
	case d.before != nil:
		return c.updateProduct(d), nil
	case d.IsVariation():
		return c.createVariation(d), nil
	}
	return c.createProduct(d)
}

// createProduct inserts a product. It fails when the SKU belongs to a product in the trash. WooCommerce finds that out
// only after it inserted the post, so an id is used up (recordings: prod-trash-sku-reuse).
func (c *Clerk) createProduct(d *productDraft) (*Product, *rest.Error) {
	p := &d.Product
	if p.Name == "" {
		p.Name = "Product"
	}
	c.insertPost(p)
	if rest.Truthy(p.SKU) && !c.reserveSKU(p) {
		c.Fire("woocommerce_before_delete_product", p.ID)
		return nil, rest.Errorf(400, "woocommerce_rest_product_not_created",
			"The product with SKU (%s) you are trying to insert is already present in the lookup table", p.SKU)
	}
	c.settleTerms(p)
	c.Products.Insert(p)
	c.writeRows(p, nil)
	c.setProductTerms(p)
	c.recount(c.termsOf(p)...)
	c.changeVisibility(p, d.Visibility)
	c.keepRow(p, rowAttributes, len(p.Attributes) > 0)
	c.keepRow(p, rowVersion, true)
	if p.Type == "grouped" {
		c.syncGroupedPrice(p)
	} else if p.Type != "variable" {
		c.settlePrice(p, p.RegularPrice != "" || p.SalePrice != "", p.Type != "simple" || !p.SaleFrom.IsZero() ||
			!p.SaleTo.IsZero())
	}
	c.updateLookup(p)
	p.Meta.Save(&c.IDs.PostMeta)
	c.CatalogueChanged()
	c.firePublished(p, "")
	c.Fire("woocommerce_new_product", p.ID)
	if p.ParentID != 0 {
		c.syncs = append(c.syncs, p.ParentID)
	}
	return p, nil
}

// insertPost gives a new record its number, author, dates, status and slug.
func (c *Clerk) insertPost(p *Product) {
	if p.Created.Instant.IsZero() {
		p.Created = c.PostTime(c.Now())
	}
	p.Modified = p.Created
	p.ID = c.NextPostID()
	p.Author = c.UserID()
	p.Name = c.savedTitle(p.Name)
	p.Status = c.resolveStatus(p.Status, p.Created.Instant)
	if p.Status == "private" {
		p.Password = ""
	}
	c.resolveSlug(p, nil)
}

// savedTitle is what WordPress saves of a title. Authors without unfiltered_html keep less HTML
// (docs/woocommerce/permissions.md#fact-11).
func (c *Clerk) savedTitle(title string) string {
	if c.User != nil && !c.User.Can("unfiltered_html") {
		title = wptext.KsesData(title)
	}
	return strings.Trim(title, " \t\n\r\x00\x0b")
}

// createVariation inserts a variation. A variation whose parent is no product loses its parent.
func (c *Clerk) createVariation(d *productDraft) *Product {
	p := &d.Product
	if parent, ok := c.Products.Get(p.ParentID); !ok || parent.IsVariation() {
		p.ParentID = 0
	}
	p.Name = c.variationTitle(p)
	p.ShortDescription = c.optionSummary(p, true)
	p.ReviewsClosed = true
	c.insertPost(p)
	c.Products.Insert(p)
	c.keepRow(p, rowDescription, true)
	c.writeRows(p, nil)
	for range p.Options {
		c.IDs.PostMeta.Next()
	}
	c.settlePrice(p, p.RegularPrice != "" || p.SalePrice != "", !p.SaleFrom.IsZero() || !p.SaleTo.IsZero())
	c.updateLookup(p)
	p.Meta.Save(&c.IDs.PostMeta)
	c.keepRow(p, rowVersion, true)
	c.CatalogueChanged()
	c.firePublished(p, "")
	c.Fire("woocommerce_new_product_variation", p.ID)
	if p.ParentID != 0 {
		c.syncs = append(c.syncs, p.ParentID)
	}
	return p
}

// updateProduct writes what a draft changed.
func (c *Clerk) updateProduct(d *productDraft) *Product {
	stored := d.before
	before := *stored
	p := &d.Product
	p.Meta.Save(&c.IDs.PostMeta)
	c.settleTerms(p)
	if p.IsVariation() {
		if parent, ok := c.Products.Get(p.ParentID); !ok || parent.IsVariation() {
			p.ParentID = 0
		}
		p.Name = c.variationTitle(p)
		p.ShortDescription = c.optionSummary(p, true)
	}
	if postChanged(p, &before) {
		c.updatePost(p, &before)
		c.firePublished(p, before.Status)
	}
	p.Modified = c.PostTime(c.Now())
	visibility := p.Visibility
	p.Visibility = before.Visibility
	c.Products.Change(stored, func(stored *Product) { *stored = *p })
	p = stored

	c.writeRows(p, &before)
	if p.IsVariation() {
		c.writeOptionRows(p, &before)
	} else {
		c.updateTerms(p, &before)
		c.changeVisibility(p, visibility)
		if !slices.EqualFunc(p.Attributes, before.Attributes, sameAttribute) {
			c.keepRow(p, rowAttributes, len(p.Attributes) > 0)
		}
	}
	c.keepRow(p, rowVersion, true)
	if before.Type == "variable" && p.Type != "variable" {
		c.eraseVariations(p)
	}
	c.updatePrices(p, &before)
	c.updateLookup(p)
	c.CatalogueChanged()
	if shownInOrders(p) != shownInOrders(&before) {
		c.InvalidateRendered()
	}
	if p.IsVariation() {
		c.Fire("woocommerce_update_product_variation", p.ID)
	} else {
		c.Fire("woocommerce_update_product", p.ID)
	}
	if p.Type == "variable" {
		c.renameVariations(p)
		c.passStockDown(p)
	} else if p.ParentID != 0 {
		c.syncs = append(c.syncs, p.ParentID)
	}
	return p
}

// postChanged tells whether the row of wp_posts has to be written.
func postChanged(p, before *Product) bool {
	return p.Description != before.Description || p.ShortDescription != before.ShortDescription ||
		p.Name != before.Name ||
		p.ParentID != before.ParentID || p.ReviewsClosed != before.ReviewsClosed || p.Status != before.Status ||
		p.MenuOrder != before.MenuOrder || !p.Created.Instant.Equal(before.Created.Instant) || p.Slug != before.Slug ||
		p.Password != before.Password
}

// updatePost is wp_update_post for the parts of a product that are in wp_posts.
func (c *Clerk) updatePost(p, before *Product) {
	if !p.IsVariation() {
		p.Name = c.savedTitle(p.Name)
	}
	p.Status = c.resolveStatus(p.Status, p.Created.Instant)
	if p.Status == "private" {
		p.Password = ""
	}
	c.resolveSlug(p, before)
	if p.Status == "publish" {
		c.rememberOld(p, "_wp_old_slug", before.Slug, p.Slug)
		const day = "2006-01-02"
		c.rememberOld(p, "_wp_old_date", before.Created.Wall.Format(day), p.Created.Wall.Format(day))
	}
	if p.Status != before.Status {
		c.recount(c.termsOf(before)...)
	}
}

// rememberOld keeps an old slug or date of a published record. WordPress redirects old addresses by them.
func (c *Clerk) rememberOld(p *Product, key, old, now string) {
	if old == now {
		return
	}
	known := false
	p.Meta = slices.DeleteFunc(slices.Clone(p.Meta), func(m core.Meta) bool {
		if m.Key != key {
			return false
		}
		known = known || rest.Text(m.Value) == old
		return rest.Text(m.Value) == now
	})
	if !known && old != "" {
		p.Meta = append(p.Meta, core.Meta{ID: c.IDs.PostMeta.Next(), Key: key, Value: old})
	}
}

// updateTerms writes the terms that changed, and counts them.
func (c *Clerk) updateTerms(p, before *Product) {
	if !slices.Equal(p.CategoryIDs, before.CategoryIDs) || !slices.Equal(p.TagIDs, before.TagIDs) ||
		p.ShippingClass != before.ShippingClass {
		c.setProductTerms(p)
		c.recount(c.termsOf(before)...)
	}
	c.recount(c.termsOf(p)...)
}

// setProductTerms drops terms that do not exist. A product without a category gets the default one (recordings:
// prod-simple-doc).
func (c *Clerk) setProductTerms(p *Product) {
	keep := func(taxonomy string, ids []int64) []int64 {
		var kept []int64
		for _, id := range ids {
			if _, ok := c.term(taxonomy, id); ok && !slices.Contains(kept, id) {
				kept = append(kept, id)
			}
		}
		return kept
	}
	p.CategoryIDs = keep(productCategories, p.CategoryIDs)
	if len(p.CategoryIDs) == 0 {
		if _, ok := c.term(productCategories, defaultCategory); ok {
			p.CategoryIDs = []int64{defaultCategory}
		}
	}
	p.TagIDs = keep(productTags, p.TagIDs)
	if _, ok := c.term(ShippingClasses, p.ShippingClass); !ok {
		p.ShippingClass = 0
	}
}

// changeVisibility hides or shows a product, after it has made the counts that are due without the change.
func (c *Clerk) changeVisibility(p *Product, visibility string) {
	if p.Visibility == visibility && visibility != "hidden" && visibility != "search" {
		return
	}
	p.Visibility = ""
	c.settleCounts()
	p.Visibility = visibility
}

// updatePrices is handle_updated_props for an update.
func (c *Clerk) updatePrices(p, before *Product) {
	switch p.Type {
	case "variable":
		return
	case "grouped":
		if !slices.Equal(p.GroupedIDs, before.GroupedIDs) || p.Type != before.Type {
			c.syncGroupedPrice(p)
		}
		return
	}
	changed := p.RegularPrice != before.RegularPrice || p.SalePrice != before.SalePrice
	c.settlePrice(p, changed, !p.SaleFrom.Equal(before.SaleFrom) || !p.SaleTo.Equal(before.SaleTo) ||
		p.Type != before.Type)
}

// settlePrice derives what a shopper pays. A sale price that is not below the regular one is dropped. Its row stays,
// but empty.
func (c *Clerk) settlePrice(p *Product, pricesChanged, conditionsChanged bool) {
	if pricesChanged && !phpLess(p.SalePrice, p.RegularPrice) {
		p.SalePrice = ""
		c.keepRow(p, rowSalePrice, true)
	}
	if !pricesChanged && !conditionsChanged {
		return
	}
	price := p.RegularPrice
	if c.onSaleNow(p) {
		price = p.SalePrice
	}
	c.setPrices(p, price)
}

// inOrders are the properties of a product that orders show.
type inOrders struct {
	name, sku, kind string
	image           int64
	attributes      int
}

func shownInOrders(p *Product) inOrders {
	return inOrders{p.Name, p.SKU, p.Type, p.ImageID, len(p.Attributes)}
}

func sameAttribute(a, b ProductAttribute) bool {
	return a.Slug == b.Slug && a.Name == b.Name && a.Global == b.Global && a.Position == b.Position &&
		a.Visible == b.Visible && a.Variation == b.Variation && slices.Equal(a.Terms, b.Terms) &&
		slices.Equal(a.Values, b.Values)
}

// settleAfter brings related products in line at the end of a request. The items of a batch count as one request, so
// this happens after the last of them.
func (c *Clerk) settleAfter(r *rest.Request) {
	if r.HTTP != nil {
		c.settleCatalogue()
	}
}

// settleCatalogue does what WooCommerce leaves for the end of a request. It brings parents in line with their
// variations.
func (c *Clerk) settleCatalogue() {
	pending := c.syncs
	c.syncs = nil
	done := map[int64]bool{}
	for _, id := range pending {
		if done[id] {
			continue
		}
		done[id] = true
		if p, ok := c.Products.Get(id); ok {
			c.syncProduct(p)
		}
	}
	c.syncs = nil
}

// syncProduct is the sync of variable and grouped products. It takes the prices from the children and saves the
// product, which also brings the stock status in line.
func (c *Clerk) syncProduct(p *Product) {
	switch p.Type {
	case "variable":
		c.syncVariablePrice(p)
	case "grouped":
		c.syncGroupedPrice(p)
	default:
		return
	}
	d := c.draftProduct(p)
	if _, err := c.saveProduct(d); err != nil {
		return // only new products can fail
	}
}

// firePublished fires a hook when a product became public.
func (c *Clerk) firePublished(p *Product, before string) {
	if p.Status == "publish" && before != "publish" {
		c.Fire("woocommerce_product_published", p.ID)
	}
}

// eraseProduct deletes a product for good. Variations go with their parent. Other products below it lose their parent.
func (c *Clerk) eraseProduct(p *Product) {
	if !p.IsVariation() {
		c.releaseChildren(p)
	}
	kind := "product"
	if p.IsVariation() {
		kind = "product_variation"
	}
	c.Fire("woocommerce_before_delete_"+kind, p.ID)
	c.eraseVariations(p)
	c.tellRemoved(p.ID, true)
	c.recount(c.termsOf(p)...)
	c.Products.Delete(p)
	c.CatalogueChanged()
	c.InvalidateRendered()
	c.Fire("woocommerce_delete_"+kind, p.ID)
	if p.ParentID != 0 {
		c.syncs = append(c.syncs, p.ParentID)
	}
}

// eraseVariations deletes all variations of a product. A product that stops being variable needs this too.
func (c *Clerk) eraseVariations(p *Product) {
	for _, child := range slices.Clone(c.Products.Group("parent", p.ID)) {
		if child.IsVariation() {
			c.eraseProduct(child)
		}
	}
}

// releaseChildren takes the products of a grouped product out of the group.
func (c *Clerk) releaseChildren(p *Product) {
	if p.Type != "grouped" {
		return
	}
	for _, id := range p.GroupedIDs {
		if child, ok := c.Products.Get(id); ok {
			d := c.draftProduct(child)
			d.ParentID = 0
			if _, err := c.saveProduct(d); err != nil {
				return // only new products can fail
			}
		}
	}
}
