package catalogue

import (
	"slices"

	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// trashProduct moves a product to the trash, its variations first (wp_trash_post).
func (c *Clerk) trashProduct(p *Product) {
	if p.Status == "trash" {
		return
	}
	for _, child := range slices.Clone(c.Products.Group("parent", p.ID)) {
		if child.IsVariation() && !p.IsVariation() {
			c.trashProduct(child)
			c.Fire("woocommerce_trash_product_variation", child.ID)
		}
	}
	// WooCommerce's own listener, which trashes the variations, comes first.
	c.Fire("wp_trash_post", p.ID)
	before := *p
	c.Products.Change(p, func(p *Product) {
		p.Meta = append(slices.Clone(p.Meta),
			core.Meta{ID: c.IDs.PostMeta.Next(), Key: "_wp_trash_meta_status", Value: before.Status},
			core.Meta{ID: c.IDs.PostMeta.Next(), Key: "_wp_trash_meta_time", Value: core.Itoa(c.Now().Unix())})
	})
	// The slug is compared with those of all other records, so the change comes after that.
	draft := *p
	draft.Status = "trash"
	draft.Modified = c.PostTime(c.Now())
	c.resolveSlug(&draft, &before)
	c.Products.Change(p, func(p *Product) { *p = draft })
	c.tellRemoved(p.ID, false)
	c.recount(c.termsOf(p)...)
	c.CatalogueChanged()
	if p.IsVariation() {
		c.Fire("woocommerce_trash_product_variation", p.ID)
	} else {
		c.Fire("woocommerce_trash_product", p.ID)
	}
	if p.ParentID != 0 {
		c.syncs = append(c.syncs, p.ParentID)
	}
}

// reassignProducts gives the products of a deleted user to another.
func (s *Store) reassignProducts(user, reassign int64) {
	for p := range s.Products.All() {
		if p.Author == user && reassign != 0 {
			p.Author = reassign
		}
	}
}

// OnRemovedProduct makes removed be called for every product and variation that is trashed, or deleted for good.
func (s *Store) OnRemovedProduct(removed func(id int64, forGood bool)) {
	s.removals = append(s.removals, removed)
}

func (s *Store) tellRemoved(id int64, forGood bool) {
	for _, removed := range s.removals {
		removed(id, forGood)
	}
}
