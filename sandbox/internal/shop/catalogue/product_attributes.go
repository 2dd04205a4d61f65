package catalogue

import (
	"cmp"
	"html"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// attributesJSON are the attributes of a product, or the options of a variation, in answers.
func (s *Store) attributesJSON(p *Product) rest.List {
	if p.IsVariation() {
		return s.optionsJSON(p)
	}
	list := rest.List{}
	for _, a := range p.Attributes {
		id, slug := int64(0), a.Name
		options := rest.List{}
		if a.Global {
			global, ok := s.attributeByTaxonomy(a.Slug)
			if !ok {
				continue // the attribute is gone
			}
			id, slug = global.ID, a.Slug
			for _, t := range s.attributeTerms(a) {
				options = append(options, t.Name)
			}
		} else {
			for _, value := range a.Values {
				options = append(options, value)
			}
			if len(options) == 0 {
				options = rest.List{""} // an empty text splits into one empty part
			}
		}
		list = append(list, rest.NewObject("id", id, "name", s.shownAttributeName(p, a), "slug", slug,
			"position", a.Position, "visible", a.Visible, "variation", a.Variation, "options", options))
	}
	return list
}

// shownAttributeName is get_attribute_taxonomy_name. The label of a global attribute wins over a custom attribute with
// the same slug.
func (s *Store) shownAttributeName(p *Product, a ProductAttribute) string {
	slug := strings.TrimPrefix(taxonomyName(a.Slug), "pa_")
	for _, other := range p.Attributes {
		if other.Global && other.Slug == "pa_"+slug {
			return s.labelOf(other)
		}
	}
	return s.labelOf(a)
}

// defaultOptionsJSON are the preselected options of a variable product.
func (s *Store) defaultOptionsJSON(p *Product) rest.List {
	list := rest.List{}
	if p.Type != "variable" {
		return list
	}
	for _, option := range p.DefaultOptions {
		if option.Option == "" {
			continue
		}
		id, name := int64(0), strings.TrimPrefix(taxonomyName(option.Slug), "pa_")
		if global, ok := s.attributeByTaxonomy(option.Slug); ok {
			id = global.ID
		}
		for _, a := range p.Attributes {
			if a.Slug == option.Slug {
				name = s.shownAttributeName(p, a)
			}
		}
		list = append(list, rest.NewObject("id", id, "name", name, "option", option.Option))
	}
	return list
}

// attributesFrom reads the parameter attributes of a product. A global attribute is named by its id, and its options by
// the names of terms. Any other attribute has a name and a list of texts. before are the attributes that the product
// has.
func (s *Store) attributesFrom(v rest.Value, before []ProductAttribute) []ProductAttribute {
	var attributes []ProductAttribute
	for _, element := range rest.Elements(v) {
		given := rest.AsObject(element)
		a := ProductAttribute{
			Position:  core.AbsInt(given.Value("position")),
			Visible:   rest.Truthy(given.Value("visible")),
			Variation: rest.Truthy(given.Value("variation")),
		}
		options := given.Value("options")
		values := rest.Elements(options)
		if options != nil && !rest.IsArray(options) {
			values = nil
			for _, part := range strings.Split(rest.Text(options), "|") {
				values = append(values, part)
			}
		}
		switch {
		case rest.Truthy(given.Value("id")):
			a.Global = true
			global, known := s.GlobalAttributes.Get(core.AbsInt(given.Value("id")))
			if known {
				a.Slug, a.Name = global.Taxonomy(), global.Label
			}
			texts := termTexts(values)
			if len(texts) == 0 {
				continue
			}
			// Their terms are found or made when the product is saved.
			a.Values = texts
		case rest.Truthy(given.Value("name")) && options != nil:
			a.Name = wptext.SanitizeTextField(rest.Text(given.Value("name")))
			if a.Name == "" {
				continue
			}
			a.Slug = wptext.SanitizeTitle(a.Name)
			a.Values = textValues(values)
		default:
			continue
		}
		attributes = append(attributes, a)
	}
	return orderAttributes(attributes, before)
}

// settleTerms turns the names of options of global attributes into terms.
func (c *Clerk) settleTerms(p *Product) {
	for i, a := range p.Attributes {
		if !a.Global || len(a.Values) == 0 {
			continue
		}
		if global, known := c.attributeByTaxonomy(a.Slug); known {
			p.Attributes[i].Terms = c.termsFor(global, a.Values)
		}
		p.Attributes[i].Values = nil
	}
}

// orderAttributes sorts attributes by position and keeps the last of those with one name. Of equal positions those that
// the product had already come first, in their old order.
func orderAttributes(attributes, before []ProductAttribute) []ProductAttribute {
	var unique []ProductAttribute
	for _, old := range before {
		if slices.ContainsFunc(attributes, func(a ProductAttribute) bool { return a.Slug == old.Slug }) {
			unique = append(unique, old)
		}
	}
	for _, a := range attributes {
		at := slices.IndexFunc(unique, func(b ProductAttribute) bool { return a.Slug == b.Slug })
		if at >= 0 {
			unique[at] = a
		} else {
			unique = append(unique, a)
		}
	}
	slices.SortStableFunc(unique, func(a, b ProductAttribute) int { return cmp.Compare(a.Position, b.Position) })
	return unique
}

// termTexts are the names of terms that a request gives as options of a global attribute.
func termTexts(values rest.List) []string {
	var texts []string
	for _, v := range values {
		if text := wptext.StripAllTags(wptext.StripSlashes(rest.Text(v))); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// textValues are the options of a custom attribute. They are stored with bars between them, so a bar inside an option
// divides it.
func textValues(values rest.List) []string {
	var joined []string
	for _, v := range values {
		joined = append(joined, rest.Text(v))
	}
	var texts []string
	for _, part := range strings.Split(html.UnescapeString(strings.Join(joined, " | ")), "|") {
		if part = strings.TrimSpace(part); part != "" {
			texts = append(texts, part)
		}
	}
	return texts
}

// termsFor finds the terms of an attribute by name, and makes those that are missing.
func (c *Clerk) termsFor(global *GlobalAttribute, names []string) []int64 {
	var ids []int64
	for _, name := range names {
		t, ok := c.termByName(global.Taxonomy(), name)
		if !ok {
			made, err := c.insertTerm(global.Taxonomy(), newTerm{Name: name})
			if err != nil {
				continue
			}
			t = made
		}
		if !slices.Contains(ids, t.ID) {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

// termsByMenuOrder returns the terms with those ids in the order in which products show them: categories as merchants
// sorted them, everything else by name.
func (s *Store) termsByMenuOrder(ids []int64) []*Term {
	terms := s.termsByName(ids)
	slices.SortStableFunc(terms, func(a, b *Term) int {
		if a.Taxonomy != productCategories {
			return 0
		}
		return cmp.Compare(a.MenuOrder, b.MenuOrder)
	})
	return terms
}

// chosenOption reads one option that a request chooses, of an attribute named by its id or its name. ok is false when
// variations do not choose from that attribute.
func (c *Clerk) chosenOption(given *rest.Object, attributes []ProductAttribute) (VariationOption, bool) {
	slug := wptext.SanitizeTitle(rest.Text(given.Value("name")))
	if id := given.Value("id"); rest.Truthy(id) {
		slug = ""
		if global, ok := c.GlobalAttributes.Get(core.AbsInt(id)); ok {
			slug = global.Taxonomy()
		}
	}
	at := slices.IndexFunc(attributes, func(a ProductAttribute) bool { return a.Slug == slug && a.Variation })
	if at < 0 {
		return VariationOption{}, false
	}
	value := wptext.SanitizeTextField(wptext.StripSlashes(rest.Text(given.Value("option"))))
	if attributes[at].Global {
		value = c.optionSlug(slug, value)
	}
	return VariationOption{Slug: slug, Option: value}, true
}

// optionSlug is the slug of the term with a name, or the slug that the name would have.
func (c *Clerk) optionSlug(taxonomy, name string) string {
	if t, ok := c.termByName(taxonomy, name); ok {
		return t.Slug
	}
	return wptext.SanitizeTitle(name)
}
