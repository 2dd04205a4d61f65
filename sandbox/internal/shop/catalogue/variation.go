package catalogue

import (
	"cmp"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// variations are the variations of a product that are published or private, in the order that merchants gave them.
// Products of other types can have variations too.
func (s *Store) variations(p *Product) []*Product {
	var list []*Product
	for _, child := range s.Products.Group("parent", p.ID) {
		if child.IsVariation() && (child.Status == "publish" || child.Status == "private") {
			list = append(list, child)
		}
	}
	slices.SortStableFunc(list, func(a, b *Product) int {
		return cmp.Or(cmp.Compare(a.MenuOrder, b.MenuOrder), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// visibleVariations are the variations that shoppers see.
func (s *Store) visibleVariations(p *Product) []*Product {
	hides := s.Options.Yes("woocommerce_hide_out_of_stock_items")
	return slices.DeleteFunc(s.variations(p), func(v *Product) bool {
		return v.Status != "publish" || hides && v.StockStatus == "outofstock"
	})
}

// hasChildren says whether a product has variations or products of its own.
func (s *Store) hasChildren(p *Product) bool {
	switch p.Type {
	case "variable":
		return len(s.variations(p)) > 0
	case "grouped":
		return len(p.GroupedIDs) > 0
	}
	return false
}

// visibleChildren are the products of a grouped product that the viewer sees.
func (s *Store) visibleChildren(p *Product, viewer rightsHolder) []*Product {
	var list []*Product
	for _, id := range p.GroupedIDs {
		if child, ok := s.Products.Get(id); ok && (child.Status == "publish" || s.mayEditProduct(viewer, child)) {
			list = append(list, child)
		}
	}
	return list
}

// optionsByParent are the options of a variation in the order of its parent's attributes. Attributes that the parent
// does not vary by are left out.
func (s *Store) optionsByParent(p *Product) []VariationOption {
	parent, ok := s.Products.Get(p.ParentID)
	if !ok {
		return nil
	}
	var options []VariationOption
	for _, attribute := range parent.Attributes {
		if !attribute.Variation {
			continue
		}
		option := VariationOption{Slug: attribute.Slug}
		for _, chosen := range p.Options {
			if chosen.Slug == attribute.Slug {
				option.Option = chosen.Option
			}
		}
		options = append(options, option)
	}
	return options
}

// optionText is an option as answers show it: the name of a term, or the text itself.
func (s *Store) optionText(option VariationOption) string {
	if _, global := s.attributeByTaxonomy(option.Slug); global {
		if t, ok := s.termBySlug(option.Slug, option.Option); ok {
			return t.Name
		}
	}
	return option.Option
}

// optionSummary names the options of a variation: "Red, S", or "Color: Red, Size: S" with the names of the attributes.
func (s *Store) optionSummary(p *Product, withNames bool) string {
	var parts []string
	for _, option := range s.optionsByParent(p) {
		text := s.optionText(option)
		if text == "" {
			continue
		}
		text = core.RawURLDecode(text)
		if withNames {
			text = s.optionLabel(p, option.Slug) + ": " + text
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

// optionLabel is the name of an attribute of a variation.
func (s *Store) optionLabel(p *Product, slug string) string {
	for _, attribute := range s.ParentOf(p).Attributes {
		if attribute.Slug == slug {
			return s.labelOf(attribute)
		}
	}
	return slug
}

// variationTitle is generate_product_title: the parent's name with the options. With many options, or options with long
// names, it is the parent's name alone.
func (s *Store) variationTitle(p *Product) string {
	parent, ok := s.Products.Get(p.ParentID)
	if !ok {
		return ""
	}
	options := s.optionsByParent(p)
	included := len(options) < 3
	if included && len(options) > 1 {
		for _, option := range options {
			included = included && !strings.Contains(option.Slug, "-")
		}
	}
	if suffix := s.optionSummary(p, false); included && suffix != "" {
		return parent.Name + " - " + suffix
	}
	return parent.Name
}

// renameVariations brings the names of variations in line with their parent.
func (c *Clerk) renameVariations(parent *Product) {
	for _, child := range slices.Clone(c.Products.Group("parent", parent.ID)) {
		if !child.IsVariation() {
			continue
		}
		if title := c.variationTitle(child); child.Name != title {
			c.Products.Change(child, func(child *Product) { child.Name = title })
			c.InvalidateRendered()
		}
		child.ShortDescription = c.optionSummary(child, true)
	}
}

// shownSKU is the SKU in answers. Readers of a variation without a SKU see the parent's; editors see none.
func (s *Store) shownSKU(p *Product, edit bool) string {
	if !edit && !rest.Truthy(p.SKU) {
		return s.ParentOf(p).SKU
	}
	return p.SKU
}

// sizes are the measures of a product.
type sizes struct{ weight, length, width, height string }

// shownSizes are weight and dimensions of a product. A reader sees the parent's for each that a variation lacks; an
// editor does not.
func (s *Store) shownSizes(p *Product, edit bool) sizes {
	own := sizes{p.Weight, p.Length, p.Width, p.Height}
	parent := s.ParentOf(p)
	if edit || parent == p {
		return own
	}
	inherit := func(own, parents string) string {
		if rest.Truthy(own) {
			return own
		}
		return parents
	}
	return sizes{
		inherit(own.weight, parent.Weight), inherit(own.length, parent.Length),
		inherit(own.width, parent.Width), inherit(own.height, parent.Height),
	}
}

// isVirtual says that a product is not shipped. A variable product leaves that to its variations.
func (s *Store) isVirtual(p *Product) bool { return p.Virtual && p.Type != "variable" }

// isDownloadable says that a product is a file. A variable product leaves that to its variations.
func (s *Store) isDownloadable(p *Product) bool { return p.Downloadable && p.Type != "variable" }

// optionsJSON are the options of a variation in answers.
func (s *Store) optionsJSON(p *Product) rest.List {
	list := rest.List{}
	for _, option := range s.optionsByParent(p) {
		if option.Option == "" {
			continue
		}
		id := int64(0)
		if global, ok := s.attributeByTaxonomy(option.Slug); ok {
			id = global.ID
		}
		list = append(list, rest.NewObject(
			"id", id, "name", s.optionLabel(p, option.Slug), "slug", option.Slug, "option", s.optionText(option)))
	}
	return list
}

// variationPlaced finds a variation below a parent. It is false when the variation has another parent, or the parent is
// gone.
func (s *Store) variationPlaced(id, parent int64) (*Product, bool) {
	p, ok := s.Products.Get(id)
	if !ok || p.ParentID == 0 || p.ParentID != parent {
		return nil, false
	}
	_, ok = s.Products.Get(parent)
	return p, ok
}

// formatContent is wc_format_content, which formats the description of a variation.
func formatContent(text string) string { return wptext.AutoP(wptext.Texturize(text)) }

// TermName is the name of an option of a global attribute. Other values are their own names.
func (s *Store) TermName(taxonomy, value string) string {
	return s.optionText(VariationOption{Slug: taxonomy, Option: value})
}
