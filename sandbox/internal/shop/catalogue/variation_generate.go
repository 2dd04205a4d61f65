package catalogue

import (
	"slices"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// variationLimit is the most variations that one request makes.
const variationLimit = 99

// generate makes a variation of every combination of options that has none. It also deletes variations that match no
// combination if the request asks for that.
func (c variations) generate(r *rest.Request) (*rest.Response, error) {
	parent, ok := c.Products.Get(r.Int("product_id"))
	if !ok || parent.IsVariation() {
		return nil, rest.Errorf(404, "woocommerce_rest_product_invalid_id", "Invalid product ID.")
	}
	clerk := c.clerk(r.Caller)
	combinations := c.combinations(parent)
	answer := rest.NewObject("count", clerk.makeVariations(parent, combinations, r))
	if r.Bool("delete") {
		answer.Set("deleted_count", clerk.deleteUnmatched(parent, combinations))
	}
	clerk.numberVariations(parent)
	clerk.settleAfter(r)
	return &rest.Response{Body: answer}, nil
}

// combinations are all combinations of the options that a product varies by, in the order of its attributes. The
// options of the last attribute change fastest. Within a combination the last attribute comes first, as in PHP.
func (s *Store) combinations(p *Product) [][]VariationOption {
	var all [][]VariationOption
	for _, a := range p.Attributes {
		options := s.optionsOf(a)
		if !a.Variation || len(options) == 0 {
			continue
		}
		if all == nil {
			all = [][]VariationOption{nil}
		}
		var longer [][]VariationOption
		for _, combination := range all {
			for _, option := range options {
				longer = append(longer, append([]VariationOption{{a.Slug, option}}, combination...))
			}
		}
		all = longer
	}
	return all
}

// optionsOf are the options of an attribute as variations hold them.
func (s *Store) optionsOf(a ProductAttribute) []string {
	if !a.Global {
		return slices.Compact(slices.Clone(a.Values))
	}
	var slugs []string
	for _, id := range a.Terms {
		if t, ok := s.term(a.Slug, id); ok {
			slugs = append(slugs, t.Slug)
		}
	}
	return slugs
}

// isCombination tells whether a variation has exactly these options.
func (s *Store) isCombination(p *Product, combination []VariationOption) bool {
	options := s.optionsByParent(p)
	if len(options) != len(combination) {
		return false
	}
	for _, option := range options {
		if !slices.Contains(combination, option) {
			return false
		}
	}
	return true
}

func (c *Clerk) makeVariations(parent *Product, combinations [][]VariationOption, r *rest.Request) int64 {
	existing := c.variations(parent)
	count := int64(0)
	for _, combination := range combinations {
		if slices.ContainsFunc(existing, func(p *Product) bool { return c.isCombination(p, combination) }) {
			continue
		}
		d := newProductDraft("variation")
		c.setDefaults(d, r.Object("default_values"))
		for _, element := range r.List("meta_data") {
			entry := rest.AsObject(element)
			d.Meta = append(d.Meta, core.Meta{Key: rest.Text(entry.Value("key")), Value: entry.Value("value")})
		}
		d.ParentID, d.Options = parent.ID, combination
		if _, err := c.saveProduct(d); err != nil {
			return count
		}
		if count++; count == variationLimit {
			break
		}
	}
	return count
}

// setDefaults gives a new variation the properties that a request names. A value that a setter refuses is left out.
func (c *Clerk) setDefaults(d *productDraft, defaults *rest.Object) {
	for name, v := range defaults.All() {
		switch name {
		case "status":
			d.Status = productStatus(rest.Text(v))
		case "tax_status":
			d.TaxStatus = rest.Text(v)
		case "date_on_sale_from":
			d.SaleFrom = c.saleDate(v)
		case "date_on_sale_to":
			d.SaleTo = c.saleDate(v)
		case "shipping_class_id":
			d.ShippingClass = core.AbsInt(v)
		default:
			_, _ = c.setByMetaKey(d, "_"+name, v)
		}
	}
}

func (c *Clerk) deleteUnmatched(parent *Product, combinations [][]VariationOption) int64 {
	left := slices.Clone(combinations)
	count := int64(0)
	for _, p := range c.variations(parent) {
		if at := slices.IndexFunc(left, func(o []VariationOption) bool { return c.isCombination(p, o) }); at >= 0 {
			left = slices.Delete(left, at, at+1) // one variation of each combination is enough
			continue
		}
		c.eraseProduct(p)
		count++
	}
	return count
}

// numberVariations sets the menu order of a product's variations to 1, 2, 3 ….
func (c *Clerk) numberVariations(parent *Product) {
	for i, p := range c.variations(parent) {
		c.Products.Change(p, func(p *Product) { p.MenuOrder = int64(i + 1) })
	}
	c.CatalogueChanged()
}
