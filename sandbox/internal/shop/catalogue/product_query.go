package catalogue

import (
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// productTest is one condition of a list on its products.
type productTest func(p *Product) bool

// productTests are the conditions of a list of products, by the request's parameters.
func (s *Store) productTests(r *rest.Request) []productTest {
	var tests []productTest
	add := func(test productTest) { tests = append(tests, test) }
	s.addTermTests(r, add)
	if parents := core.IDSet(r.Ints("parent")); parents != nil {
		add(func(p *Product) bool { return parents[p.ParentID] })
	} else if parents := core.IDSet(r.Ints("parent_exclude")); parents != nil {
		add(func(p *Product) bool { return !parents[p.ParentID] })
	}
	if fields, text := searchedFields(r); len(fields) > 0 && rest.Truthy(text) {
		addFieldsTest(strings.Split(text, " "), fields, add)
		return append(tests, s.commonTests(withoutParams(r, "search", "sku"))...)
	}
	if text := r.Text("search_name_or_sku"); text != "" {
		if s.Has(core.TokensAcrossFields) {
			addFieldsTest(strings.Split(text, " "), []string{"name", "sku"}, add)
		} else {
			addNameOrSKUTest(tokensOf(text), add)
		}
		return append(tests, s.commonTests(withoutParams(r, "search", "sku"))...)
	}
	if part := r.Text("search_sku"); rest.Truthy(part) {
		add(func(p *Product) bool { return p.lookup != nil && core.ContainsFold(p.lookup.sku, part) })
		return append(tests, s.commonTests(withoutParams(r, "sku"))...)
	}
	return append(tests, s.commonTests(r)...)
}

// withoutParams is a request without some parameters of its query.
func withoutParams(r *rest.Request, names ...string) *rest.Request {
	reduced := *r
	reduced.Query = r.Query.Clone()
	for _, name := range names {
		reduced.Query.Delete(name)
	}
	return &reduced
}

// commonTests are the conditions that lists of products and of variations have in common.
func (s *Store) commonTests(r *rest.Request) []productTest {
	var tests []productTest
	add := func(test productTest) { tests = append(tests, test) }
	s.addStatusTests(r, add)
	s.addDateTests(r, add)
	s.addTextTests(r, add)
	s.addPriceTests(r, add)
	if slug := r.Text("slug"); slug != "" {
		slug = wptext.SanitizeTitle(slug)
		add(func(p *Product) bool { return core.CollationKey(p.Slug) == core.CollationKey(slug) })
	}
	include, exclude := r.Ints("include"), r.Ints("exclude")
	if onSale, ok := r.Param("on_sale").(bool); ok {
		// WooCommerce adds the ids with PHP's + for arrays, which keeps the element that is already at a position.
		if onSale {
			include = overlay(include, s.onSaleIDs())
		} else {
			exclude = overlay(exclude, s.onSaleIDs())
		}
	}
	if chosen := core.IDSet(include); chosen != nil {
		add(func(p *Product) bool { return chosen[p.ID] })
	} else if out := core.IDSet(exclude); out != nil {
		add(func(p *Product) bool { return !out[p.ID] })
	}
	return tests
}

// overlay is PHP's + of two lists: other fills the positions that list does not have.
func overlay(list, other []int64) []int64 {
	if len(list) >= len(other) {
		return list
	}
	return append(slices.Clone(list), other[len(list):]...)
}

// onSaleIDs are the published products and variations that are on sale by the lookup table, and the parents of these
// variations. Without any it is a list with a zero.
func (s *Store) onSaleIDs() []int64 {
	var ids, parents []int64
	for p := range s.Products.All() {
		if p.lookup == nil || !p.lookup.onSale || p.Status != "publish" {
			continue
		}
		ids = append(ids, p.ID)
		if p.ParentID != 0 && !slices.Contains(parents, p.ParentID) {
			parents = append(parents, p.ParentID)
		}
	}
	for _, id := range parents {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return []int64{0}
	}
	return ids
}

func (s *Store) addStatusTests(r *rest.Request, add func(productTest)) {
	asked := r.Param("status")
	if included := r.Param("include_status"); rest.Truthy(included) {
		asked = included
	}
	if statuses := core.PostStatuses(asked); statuses != nil {
		add(func(p *Product) bool { return statuses[p.Status] })
	}
	if excluded := r.Texts("exclude_status"); len(excluded) > 0 {
		add(func(p *Product) bool { return !slices.Contains(excluded, p.Status) })
	}
	if status := r.Param("stock_status"); rest.Truthy(status) {
		add(func(p *Product) bool { return p.StockStatus == rest.Text(status) })
	}
	for name, get := range map[string]func(*Product) bool{
		"downloadable": func(p *Product) bool { return p.Downloadable },
		"virtual":      func(p *Product) bool { return p.Virtual },
	} {
		if v := r.Param(name); v != nil {
			want := rest.StringToBool(v)
			add(func(p *Product) bool { return get(p) == want })
		}
	}
}

// addDateTests compares dates by the store's clock. With dates_are_gmt the limits are still read by that clock, but
// compared with UTC.
func (s *Store) addDateTests(r *rest.Request, add func(productTest)) {
	gmt := r.Bool("dates_are_gmt")
	for prefix, get := range map[string]func(*Product) PostTime{
		"":          func(p *Product) PostTime { return p.Created },
		"modified_": func(p *Product) PostTime { return p.Modified },
	} {
		column := func(p *Product) time.Time {
			if gmt {
				return get(p).Instant
			}
			return get(p).Wall
		}
		if limit, ok := s.WallLimit(r.Param(prefix + "after")); ok {
			add(func(p *Product) bool { return column(p).After(limit) })
		}
		if limit, ok := s.WallLimit(r.Param(prefix + "before")); ok {
			add(func(p *Product) bool { return column(p).Before(limit) })
		}
	}
}

func (s *Store) addTermTests(r *rest.Request, add func(productTest)) {
	for _, filter := range []struct {
		name, taxonomy string
		terms          func(*Product) []int64
	}{
		{"category", productCategories, func(p *Product) []int64 { return p.CategoryIDs }},
		{"tag", productTags, func(p *Product) []int64 { return p.TagIDs }},
		{"shipping_class", ShippingClasses, func(p *Product) []int64 { return []int64{p.ShippingClass} }},
		{"brand", productBrands, func(p *Product) []int64 { return p.BrandIDs }},
	} {
		if asked := r.Param(filter.name); rest.Truthy(asked) {
			chosen := s.withTermsBelow(filter.taxonomy, parsedIDs(asked))
			add(func(p *Product) bool {
				return slices.ContainsFunc(filter.terms(p), func(id int64) bool { return chosen[id] })
			})
		}
	}
	if taxonomy, terms := r.Text("attribute"), r.Param("attribute_term"); rest.Truthy(terms) {
		if _, known := s.attributeByTaxonomy(taxonomy); known {
			chosen := core.IDSet(parsedIDs(terms))
			add(func(p *Product) bool {
				return slices.ContainsFunc(p.Attributes, func(a ProductAttribute) bool {
					return a.Slug == taxonomy && slices.ContainsFunc(a.Terms, func(id int64) bool { return chosen[id] })
				})
			})
		}
	}
	s.addTypeTests(r, add)
}

// addTypeTests filters by type, which variations do not have, and by whether a product is featured.
func (s *Store) addTypeTests(r *rest.Request, add func(productTest)) {
	types := r.Texts("include_types")
	if kind := r.Param("type"); len(types) == 0 && rest.Truthy(kind) {
		types = []string{rest.Text(kind)}
	}
	if len(types) > 0 {
		add(func(p *Product) bool { return !p.IsVariation() && slices.Contains(types, p.Type) })
	}
	if excluded := r.Texts("exclude_types"); len(excluded) > 0 {
		add(func(p *Product) bool { return p.IsVariation() || !slices.Contains(excluded, p.Type) })
	}
	if featured, ok := r.Param("featured").(bool); ok {
		add(func(p *Product) bool { return p.Featured == featured })
	}
}

// parsedIDs reads a list of ids, or a text of ids separated by commas.
func parsedIDs(v rest.Value) []int64 {
	var ids []int64
	if rest.IsArray(v) {
		for _, e := range rest.Elements(v) {
			ids = append(ids, core.AbsInt(e))
		}
		return ids
	}
	for _, part := range wptext.ParseList(rest.Text(v)) {
		ids = append(ids, core.AbsInt(part))
	}
	return ids
}

// withTermsBelow are terms together with all terms below them.
func (s *Store) withTermsBelow(taxonomy string, ids []int64) map[int64]bool {
	chosen := map[int64]bool{}
	for _, id := range ids {
		if _, ok := s.term(taxonomy, id); ok {
			chosen[id] = true
		}
	}
	for grown := hierarchical(taxonomy); grown; {
		grown = false
		for _, t := range s.Terms.Named("taxonomy", taxonomy) {
			if chosen[t.Parent] && !chosen[t.ID] {
				chosen[t.ID], grown = true, true
			}
		}
	}
	return chosen
}

// addNameOrSKUTest searches names and SKUs and replaces all other searches. All words have to be in the name, or all in
// the SKU. WooCommerce escapes the words once too often: a quote matches only with a backslash before it, and a percent
// sign matches anything (measured).
func addNameOrSKUTest(tokens []string, add func(productTest)) {
	add(func(p *Product) bool {
		return containsAll(p.Name, tokens) || p.lookup != nil && containsAll(p.lookup.sku, tokens)
	})
}

// tokensOf are the words of a search for names and SKUs.
func tokensOf(text string) []string {
	var tokens []string
	for _, token := range strings.Split(text, " ") {
		if token = strings.TrimSpace(token); rest.Truthy(token) {
			tokens = append(tokens, overescaped.Replace(token))
		}
	}
	return tokens
}

// searchedFields are the fields that search_fields names, and the text that is searched for in them. This search wins
// over every other one.
func searchedFields(r *rest.Request) (fields []string, text string) {
	for _, field := range rest.Elements(r.Param("search_fields")) {
		fields = append(fields, rest.Text(field))
	}
	return fields, strings.TrimSpace(r.Text("search"))
}

// addFieldsTest asks that every word is in at least one of the fields.
func addFieldsTest(words, fields []string, add func(productTest)) {
	add(func(p *Product) bool {
		texts := map[string]string{"name": p.Name, "description": p.Description,
			"short_description": p.ShortDescription}
		if p.lookup != nil {
			texts["sku"], texts["global_unique_id"] = p.lookup.sku, p.GlobalUniqueID
		}
		for _, word := range words {
			if word = strings.TrimSpace(word); !rest.Truthy(word) {
				continue
			}
			if !slices.ContainsFunc(fields, func(field string) bool { return core.ContainsFold(texts[field], word) }) {
				return false
			}
		}
		return true
	})
}

// addTextTests adds the searches for words anywhere in the texts, for whole SKUs and for global unique ids.
func (s *Store) addTextTests(r *rest.Request, add func(productTest)) {
	if search := r.Text("search"); search != "" {
		words := SentenceTerms(search)
		add(func(p *Product) bool {
			if p.IsVariation() { // a variation's description is not part of its post
				return words.Match(p.Name, p.ShortDescription)
			}
			return words.Match(p.Name, p.ShortDescription, p.Description)
		})
	}
	if sku := r.Text("sku"); rest.Truthy(sku) {
		skus := map[string]bool{core.CollationKey(sku): true}
		for _, one := range strings.Split(sku, ",") {
			skus[core.CollationKey(one)] = true
		}
		add(func(p *Product) bool { return p.SKU != "" && skus[core.CollationKey(p.SKU)] })
	}
	if gtin := r.Text("global_unique_id"); rest.Truthy(gtin) {
		var chosen []string
		for _, one := range strings.Split(gtin, ",") {
			chosen = append(chosen, strings.TrimSpace(one))
		}
		add(func(p *Product) bool { return p.GlobalUniqueID != "" && slices.Contains(chosen, p.GlobalUniqueID) })
	}
}

var overescaped = strings.NewReplacer(`\`, `\\`, `'`, `\'`, `"`, `\"`)

// containsAll says that a text has all tokens, where % stands for anything.
func containsAll(text string, tokens []string) bool {
	for _, token := range tokens {
		left := core.LikeKey(text)
		for part := range strings.SplitSeq(core.LikeKey(token), "%") {
			at := strings.Index(left, part)
			if at < 0 {
				return false
			}
			left = left[at+len(part):]
		}
	}
	return true
}

// stopWords are too common to be searched for.
var stopWords = func() map[string]bool {
	words := map[string]bool{}
	for _, word := range strings.Fields(`about an are as at be by com for from how in is it of on or that the this to was
		what when where who will with www`) {
		words[word] = true
	}
	return words
}()

// SentenceTerms are the words of a search. A text of nothing but common words, or of more than nine, is one term.
func SentenceTerms(text string) core.PostSearch {
	const most = 9
	var terms core.PostSearch
	for _, term := range core.SearchTerms(text) {
		if !stopWords[strings.ToLower(term)] {
			terms = append(terms, term)
		}
	}
	if len(terms) == 0 || len(terms) > most {
		return core.PostSearch{text}
	}
	return terms
}

// addPriceTests filters by the rows of _price. Products without such a row do not match.
func (s *Store) addPriceTests(r *rest.Request, add func(productTest)) {
	if class := r.Param("tax_class"); rest.Truthy(class) {
		slug := strings.TrimPrefix(rest.Text(class), "standard")
		add(func(p *Product) bool { return p.TaxClass == slug })
	}
	lowest, highest := r.Param("min_price"), r.Param("max_price")
	if !rest.Truthy(lowest) && !rest.Truthy(highest) {
		return
	}
	from, to := rest.Float(lowest), 9.3e18
	if highest != nil {
		to = rest.Float(highest)
	}
	decimals := s.Decimals()
	add(func(p *Product) bool {
		return slices.ContainsFunc(p.prices, func(price string) bool {
			n := priceNumber(price, decimals)
			return from <= n && n <= to
		})
	})
}
