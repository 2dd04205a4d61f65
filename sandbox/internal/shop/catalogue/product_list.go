package catalogue

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// list answers GET /products.
func (c products) list(r *rest.Request) (*rest.Response, error) {
	searchesSKU := rest.Truthy(r.Param("search_name_or_sku")) || rest.Truthy(r.Param("sku")) ||
		rest.Truthy(r.Param("search_sku")) || rest.Truthy(r.Param("global_unique_id"))
	if fields, text := searchedFields(r); len(fields) > 0 && rest.Truthy(text) {
		searchesSKU = true
	}
	matching := c.lists.get(listKey(r), c.catalogueGeneration, func() []*Product {
		tests := c.productTests(r)
		if !searchesSKU {
			tests = append(tests, func(p *Product) bool { return !p.IsVariation() })
		}
		return c.matchingProducts(r, tests)
	})
	return c.listed(r, matching, "/wc/v3/products"), nil
}

// matchingProducts are the products that pass all tests, sorted as the request asks.
func (s *Store) matchingProducts(r *rest.Request, tests []productTest) []*Product {
	var matching []*Product
	for p := range s.Products.All() {
		if passesAll(p, tests) {
			matching = append(matching, p)
		}
	}
	s.sortProducts(matching, r.Text("orderby"), r.Text("order") == "asc", r.Ints("include"))
	return matching
}

func passesAll(p *Product, tests []productTest) bool {
	for _, test := range tests {
		if !test(p) {
			return false
		}
	}
	return true
}

// listed answers with the page that the request asks for. Products that the caller may not read are left out of the
// page, but counted.
func (c products) listed(r *rest.Request, matching []*Product, collection string) *rest.Response {
	who := c.readerOf(r, r.Text("context") == "edit")
	page, total := pageOfPosts(matching, r)
	items := make(rest.List, 0, len(page))
	for _, p := range page {
		if c.May(r, capability.Products, capability.Get, p.record(core.OwnedBy(r, p.Author)), core.CannotView) == nil {
			items = append(items, rest.Item{Data: c.productJSON(p, who), Links: productLinks(r, p)})
		}
	}
	response := &rest.Response{Body: items}
	rest.Paginate(r, response, collection, total, rest.Pages(total, int(r.Int("per_page"))))
	return response
}

// pageOfPosts cuts a page out of a list as WordPress's query for posts does. An offset, even zero, wins over the page.
// On an empty page WordPress counts nothing, and WooCommerce counts again only where the page, not an offset, led
// there.
func pageOfPosts[R any](matching []R, r *rest.Request) (page []R, total int) {
	perPage := r.Int("per_page")
	start := core.StartOfPage(r.Int("page"), perPage)
	offset := r.Param("offset")
	if offset != nil {
		start = core.AbsInt(offset)
	}
	if start >= int64(len(matching)) {
		if offset != nil || r.Int("page") <= 1 {
			return nil, 0
		}
		return nil, len(matching)
	}
	return matching[start:min(start+perPage, int64(len(matching)))], len(matching)
}

// sortProducts sorts as a list asks. Where the sorting leaves products equal, MySQL decides on a real store; here the
// older product comes first. From 10.4 on ids decide between equal dates (docs/woocommerce/lists.md#one-second).
func (s *Store) sortProducts(list []*Product, orderBy string, ascending bool, include []int64) {
	byID := func(a, b *Product) int { return cmp.Compare(a.ID, b.ID) }
	byDate := func(date func(*Product) time.Time) func(a, b *Product) int {
		return func(a, b *Product) int {
			order := date(a).Compare(date(b))
			if order == 0 && s.Has(core.TiesByID) {
				return byID(a, b)
			}
			return order
		}
	}
	var compare func(a, b *Product) int
	switch orderBy {
	case "date", "sales", "random": // the schema has more orders than the query
		compare = byDate(func(p *Product) time.Time { return p.Created.Wall })
	case "modified":
		compare = byDate(func(p *Product) time.Time { return p.Modified.Wall })
	case "id":
		compare = byID
	case "title":
		compare = func(a, b *Product) int { return core.CompareNames(a.Name, b.Name) }
	case "slug":
		compare = func(a, b *Product) int { return core.CompareNames(a.Slug, b.Slug) }
	case "menu_order":
		compare = func(a, b *Product) int {
			return cmp.Or(cmp.Compare(a.MenuOrder, b.MenuOrder), core.CompareNames(a.Name, b.Name))
		}
	case "price":
		compare = byLookup(ascending, byID)
	case "popularity", "rating":
		// These orders ignore the direction.
		ascending, compare = false, byLookupOf(orderBy, byID)
	case "include", "post__in":
		if len(include) == 0 { // by date, as without an order, but in the direction of "include"
			s.sortProducts(list, "date", true, nil)
			return
		}
		ascending = true
		compare = func(a, b *Product) int {
			return cmp.Compare(slices.Index(include, a.ID),
				slices.Index(include, b.ID))
		}
	default:
		return
	}
	sortBy(list, ascending, compare)
}

func sortBy(list []*Product, ascending bool, compare func(a, b *Product) int) {
	slices.SortStableFunc(list, func(a, b *Product) int {
		if ascending {
			return compare(a, b)
		}
		return compare(b, a)
	})
}

// byLookup compares prices. Upwards it takes the lowest of each product, downwards the highest. Products without a row
// in the lookup table come first.
func byLookup(ascending bool, byID func(a, b *Product) int) func(a, b *Product) int {
	price := func(p *Product) float64 {
		switch {
		case p.lookup == nil || !p.lookup.hasPrice:
			return -1e18
		case ascending:
			return p.lookup.minPrice
		}
		return p.lookup.maxPrice
	}
	return func(a, b *Product) int { return cmp.Or(cmp.Compare(price(a), price(b)), byID(a, b)) }
}

func byLookupOf(orderBy string, byID func(a, b *Product) int) func(a, b *Product) int {
	row := func(p *Product) lookupRow {
		if p.lookup == nil {
			return lookupRow{totalSales: -1 << 62, averageRating: -1}
		}
		return *p.lookup
	}
	return func(a, b *Product) int {
		x, y := row(a), row(b)
		if orderBy == "popularity" {
			return cmp.Or(cmp.Compare(x.totalSales, y.totalSales), byID(a, b))
		}
		return cmp.Or(cmp.Compare(x.averageRating, y.averageRating), cmp.Compare(x.ratingCount, y.ratingCount),
			byID(a, b))
	}
}

// suggest answers with products that share categories or tags with a product that is about to be made.
func (c products) suggest(r *rest.Request) (*rest.Response, error) {
	limit := r.Int("limit")
	if limit == 0 {
		limit = 5
	}
	ids := c.relatedTo(r.Ints("categories"), r.Ints("tags"), r.Ints("exclude"), int(limit))
	if len(ids) == 0 {
		return &rest.Response{Body: rest.List{}}, nil
	}
	tests := append(c.productTests(r), func(p *Product) bool { return slices.Contains(ids, p.ID) })
	return c.listed(r, c.matchingProducts(r, tests), "/wc/v3/products"), nil
}

// listKey names a list by the parameters that decide what the list holds.
func listKey(r *rest.Request) string {
	var key strings.Builder
	for name, v := range r.Params().All() {
		switch name {
		case "page", "per_page", "offset", "context", "_fields", "consumer_key", "consumer_secret":
			continue
		}
		key.WriteString(name)
		key.Write(rest.AppendJSON(nil, v))
	}
	return key.String()
}

// relatedProducts answers with the numbers of the products related to one.
func (c products) relatedProducts(r *rest.Request) (*rest.Response, error) {
	p, ok := c.Products.Get(r.Int("id"))
	if !ok {
		return nil, rest.Errorf(404, "woocommerce_rest_product_invalid_id", "Invalid product ID.")
	}
	return &rest.Response{Body: rest.NewObject("related_ids", intList(c.relatedIDs(p)))}, nil
}
