package catalogue

import (
	"net/url"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// Permalink is the address of a product's page. Drafts and trashed products have no pretty address. A private product
// has one only for a viewer who may read private products.
func (s *Store) Permalink(p *Product, viewer rightsHolder) string {
	switch {
	case p.Status == "publish", p.Status == "private" && viewer.Can("read_private_products"):
		if s.Option("permalink_structure") == "" {
			return s.Home() + "/?product=" + p.Slug
		}
		return s.Home() + s.productBase(p) + p.Slug + "/"
	}
	return s.Home() + "/?post_type=product&p=" + core.Itoa(p.ID)
}

// productBase is the path before the slug of a product's address. WooCommerce lets merchants put the category there.
func (s *Store) productBase(p *Product) string {
	base := "/" + strings.Trim(s.optionOr("woocommerce_product_permalink_base", "product"), "/") + "/"
	if strings.Contains(base, "%product_cat%") {
		base = strings.ReplaceAll(base, "%product_cat%", s.permalinkCategory(p))
	}
	return base
}

// permalinkCategory is the path of the category in addresses. It is that of the deepest category, parents first.
func (s *Store) permalinkCategory(p *Product) string {
	var chosen *Term
	for _, t := range s.termsByName(p.CategoryIDs) {
		if chosen == nil || t.Parent > chosen.Parent || t.Parent == chosen.Parent && t.ID < chosen.ID {
			chosen = t
		}
	}
	if chosen == nil {
		return "uncategorized"
	}
	path := chosen.Slug
	for parent := chosen.Parent; parent != 0; {
		t, ok := s.Terms.Get(parent)
		if !ok {
			break
		}
		path, parent = t.Slug+"/"+path, t.Parent
	}
	return path
}

// samplePermalink is get_sample_permalink: the pattern of the address, and the slug that the name would give.
func (s *Store) samplePermalink(p *Product, viewer rightsHolder) (template, slug string) {
	slug = wptext.SanitizeTitle(p.Name)
	if slug == "" {
		slug = core.Itoa(p.ID)
	}
	slug = core.RawURLDecode(s.uniqueSlug(slug, p))
	if p.IsVariation() {
		return s.variationPermalink(p, viewer), slug
	}
	if s.Option("permalink_structure") == "" {
		return s.Home() + "/?product=" + slug, slug
	}
	return s.Home() + s.productBase(p) + "%pagename%/", slug
}

// optionOr is an option with a default for when it is not set.
func (s *Store) optionOr(name, fallback string) string {
	if value, ok := s.Options[name]; ok && value != "" {
		return value
	}
	return fallback
}

// variationPermalink is the address of the parent's page with the variation's options in the query.
func (s *Store) variationPermalink(p *Product, viewer rightsHolder) string {
	parent, ok := s.Products.Get(p.ParentID)
	if !ok {
		return ""
	}
	address := s.Permalink(parent, viewer)
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	for _, option := range s.optionsByParent(p) {
		if option.Option == "" {
			continue
		}
		address += separator + url.QueryEscape("attribute_"+option.Slug) + "=" + url.QueryEscape(option.Option)
		separator = "&"
	}
	return address
}

// addressOf is the address of a product. Of a variation it is that of the parent with the options.
func (s *Store) addressOf(p *Product, who rightsHolder) string {
	if p.IsVariation() {
		return s.variationPermalink(p, who)
	}
	return s.Permalink(p, who)
}
