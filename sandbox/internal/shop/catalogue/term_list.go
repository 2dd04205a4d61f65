package catalogue

import (
	"cmp"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// list answers with the terms of a taxonomy: WordPress's get_terms, or the terms of one product.
func (c terms) list(r *rest.Request) (*rest.Response, error) {
	taxonomy, _ := c.taxonomyOf(r)
	var matching []*Term
	var total int
	if product := r.Param("product"); rest.Truthy(product) {
		matching = c.termsOfProduct(r, taxonomy, rest.Int(product))
		total = len(matching)
	} else {
		matching, total = c.matchingTerms(r, taxonomy)
	}
	page := core.SlicePage(matching, r)
	if r.Int("page") > 1 && core.PageOf(r) > rest.Pages(total, int(r.Int("per_page"))) {
		page = nil
	}
	items := make(rest.List, len(page))
	for i, t := range page {
		items[i] = rest.Item{Data: c.termJSON(t, c.listedCount(t)), Links: c.links(r, t)}
	}
	response := &rest.Response{Body: items}
	core.PaginateAt(r, response, c.base(r), core.PageOf(r), total, rest.Pages(total, int(r.Int("per_page"))))
	return response, nil
}

// matchingTerms are the terms of a list, and the total that the list reports. WordPress shows an empty term that has
// used ones below it, but does not count it.
func (c terms) matchingTerms(r *rest.Request, taxonomy string) (matching []*Term, total int) {
	include, exclude := r.Ints("include"), core.IDSet(r.Ints("exclude"))
	if len(include) == 1 && include[0] == 0 {
		include = nil // for get_terms "0" is an empty list
	}
	search, slug := core.SearchText(r), wptext.SanitizeTitle(r.Text("slug"))
	bySlug := r.Text("slug") != ""
	parent := r.Param("parent")
	if !hierarchical(taxonomy) {
		parent = nil
	}
	nested := hierarchical(taxonomy) && parent == nil
	for _, t := range c.Terms.Named("taxonomy", taxonomy) {
		if len(include) > 0 && !slices.Contains(include, t.ID) || exclude[t.ID] ||
			bySlug && core.CollationKey(t.Slug) != core.CollationKey(slug) ||
			parent != nil && t.Parent != rest.Int(parent) ||
			search != "" && !core.ContainsFold(t.Name, search) && !core.ContainsFold(t.Slug, search) {
			continue
		}
		used := !r.Bool("hide_empty") || c.termCount(t) > 0
		if used {
			total++
		}
		if used || nested && c.anyBelowUsed(t) {
			matching = append(matching, t)
		}
	}
	c.sortTerms(matching, r.Text("orderby"), r.Text("order") == "desc", include)
	return matching, total
}

// anyBelowUsed tells whether a term below t has products.
func (c terms) anyBelowUsed(t *Term) bool {
	for _, child := range c.Terms.Named("taxonomy", t.Taxonomy) {
		if child.Parent == t.ID && (c.termCount(child) > 0 || c.anyBelowUsed(child)) {
			return true
		}
	}
	return false
}

func (c terms) sortTerms(list []*Term, orderBy string, descending bool, include []int64) {
	compare := func(a, b *Term) int { return core.CompareNames(a.Name, b.Name) }
	switch orderBy {
	case "id":
		compare = func(a, b *Term) int { return cmp.Compare(a.ID, b.ID) }
	case "slug":
		compare = func(a, b *Term) int { return core.CompareNames(a.Slug, b.Slug) }
	case "description":
		compare = func(a, b *Term) int { return core.CompareNames(a.Description, b.Description) }
	case "count":
		compare = func(a, b *Term) int { return cmp.Compare(c.termCount(a), c.termCount(b)) }
	case "term_group":
		compare = func(*Term, *Term) int { return 0 }
	case "include":
		if len(include) > 0 {
			compare = func(a, b *Term) int {
				return cmp.Compare(slices.Index(include, a.ID),
					slices.Index(include, b.ID))
			}
		}
	}
	slices.SortStableFunc(list, func(a, b *Term) int {
		if descending {
			return compare(b, a)
		}
		return compare(a, b)
	})
}

// termsOfProduct are the terms of a taxonomy that a product has. Such a list has no filters, only orders.
func (c terms) termsOfProduct(r *rest.Request, taxonomy string, productID int64) []*Term {
	p, ok := c.Products.Get(productID)
	if !ok {
		return nil
	}
	var ids []int64
	for _, id := range c.termsOf(p) {
		if t, ok := c.term(taxonomy, id); ok && !slices.Contains(ids, t.ID) {
			ids = append(ids, id)
		}
	}
	list := c.termsByMenuOrder(ids)
	switch r.Text("orderby") {
	case "id":
		slices.SortStableFunc(list, func(a, b *Term) int { return cmp.Compare(a.ID, b.ID) })
	case "slug":
		slices.SortStableFunc(list, func(a, b *Term) int { return strings.Compare(a.Slug, b.Slug) })
	case "description":
		slices.SortStableFunc(list, func(a, b *Term) int { return strings.Compare(a.Description, b.Description) })
	case "count":
		slices.SortStableFunc(list, func(a, b *Term) int { return cmp.Compare(c.listedCount(a), c.listedCount(b)) })
	}
	if r.Text("order") != "asc" {
		slices.Reverse(list)
	}
	return list
}
