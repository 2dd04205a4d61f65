package catalogue

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// Taxonomy is the name of the attribute's taxonomy.
func (a *GlobalAttribute) Taxonomy() string { return "pa_" + a.Name }

func newAttributeTable() *core.Table[*GlobalAttribute] {
	return core.NewTable[*GlobalAttribute]().
		NamedBy("name", func(a *GlobalAttribute) (string, bool) { return a.Name, true })
}

// attributeByTaxonomy finds a global attribute by the name of its taxonomy.
func (s *Store) attributeByTaxonomy(taxonomy string) (*GlobalAttribute, bool) {
	name, ok := strings.CutPrefix(taxonomy, "pa_")
	if !ok {
		return nil, false
	}
	named := s.GlobalAttributes.Named("name", name)
	if len(named) == 0 {
		return nil, false
	}
	return named[0], true
}

// attributesByName are all global attributes in the order of lists.
func (s *Store) attributesByName() []*GlobalAttribute {
	all := slices.Collect(s.GlobalAttributes.All())
	slices.SortStableFunc(all, func(a, b *GlobalAttribute) int { return core.CompareNames(a.Name, b.Name) })
	return all
}

// taxonomyName is wc_sanitize_taxonomy_name: a slug in plain letters.
func taxonomyName(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		s = plain
	}
	slug := wptext.SanitizeTitle(s)
	if plain, err := url.QueryUnescape(slug); err == nil {
		return plain
	}
	return slug
}

// attributeFields are the fields of an attribute that is created or changed.
type attributeFields struct {
	Label, Slug, Type, OrderBy string
	HasArchives                bool
}

// saveAttribute is wc_create_attribute. before is the attribute to change, nil for a new one. The text says what is
// wrong with the fields; it is empty when all is well.
func (c *Clerk) saveAttribute(before *GlobalAttribute, f attributeFields) (*GlobalAttribute, string) {
	f.Label = wptext.StripSlashes(f.Label)
	if !rest.Truthy(f.Label) {
		return nil, "Please, provide an attribute name."
	}
	name := taxonomyName(f.Label)
	if rest.Truthy(f.Slug) {
		name = strings.TrimPrefix(taxonomyName(f.Slug), "pa_")
	}
	taken := len(c.GlobalAttributes.Named("name", name)) > 0
	switch {
	case len(name) > c.longestAttributeSlug():
		return nil, "Slug is too long. Shorten it, please."
	case reservedAttributes[name]:
		return nil, "Slug is not allowed because it is a reserved term. Change it, please."
	case taken && (before == nil || before.Name != name):
		return nil, "Slug is already in use. Change it, please."
	}
	switch f.OrderBy {
	case "menu_order", "name", "name_num", "id":
	default:
		f.OrderBy = "menu_order"
	}
	a := before
	if a == nil {
		a = &GlobalAttribute{ID: c.IDs.Attribute.Next(), Name: name}
		c.GlobalAttributes.Insert(a)
	}
	if a.Name != name {
		c.moveTaxonomy("pa_"+a.Name, "pa_"+name)
	}
	c.GlobalAttributes.Change(a, func(a *GlobalAttribute) {
		a.Label, a.Name, a.Type, a.OrderBy, a.HasArchives = f.Label, name, "select", f.OrderBy, f.HasArchives
	})
	c.CatalogueChanged()
	return a, ""
}

// moveTaxonomy renames the taxonomy of an attribute in its terms and in the products that use it.
func (c *Clerk) moveTaxonomy(from, to string) {
	for _, t := range slices.Clone(c.Terms.Named("taxonomy", from)) {
		c.Terms.Change(t, func(t *Term) { t.Taxonomy = to })
	}
	for p := range c.Products.All() {
		for i := range p.Attributes {
			if p.Attributes[i].Slug == from {
				p.Attributes = slices.Clone(p.Attributes)
				p.Attributes[i].Slug = to
			}
		}
		for i := range p.Options {
			if p.Options[i].Slug == from {
				p.Options = slices.Clone(p.Options)
				p.Options[i].Slug = to
			}
		}
	}
}

// deleteAttribute removes an attribute with its terms. Products keep a reference to the attribute, but no longer show
// it.
func (c *Clerk) deleteAttribute(a *GlobalAttribute) {
	for _, t := range slices.Clone(c.Terms.Named("taxonomy", a.Taxonomy())) {
		c.deleteTerm(t)
	}
	c.GlobalAttributes.Delete(a)
	c.CatalogueChanged()
}

// freeAttributeSlug adds a number to the slug of an attribute whose name exists already.
func (s *Store) freeAttributeSlug(label string) string {
	root := taxonomyName(label)
	var youngest *GlobalAttribute
	for a := range s.GlobalAttributes.All() {
		if strings.HasPrefix(core.CollationKey(a.Name), core.CollationKey(root)) {
			youngest = a
		}
	}
	if youngest == nil {
		return root
	}
	tail := youngest.Name[strings.LastIndexByte(youngest.Name, '-')+1:]
	return root + "-" + strconv.FormatInt(rest.Int(tail)+1, 10)
}

// attributeTerms are the terms of a global attribute that a product has, in the order that the attribute asks for.
func (s *Store) attributeTerms(a ProductAttribute) []*Term {
	terms := s.termsByName(a.Terms)
	global, ok := s.attributeByTaxonomy(a.Slug)
	if ok && global.OrderBy == "name_num" {
		slices.SortStableFunc(terms,
			func(x, y *Term) int { return cmp.Compare(core.Number(x.Name), core.Number(y.Name)) })
	}
	return terms
}

// labelOf is the name that answers show for an attribute of a product: the label of a global attribute, the name of
// another.
func (s *Store) labelOf(a ProductAttribute) string {
	if !a.Global {
		return a.Name
	}
	if global, ok := s.attributeByTaxonomy(a.Slug); ok {
		return global.Label
	}
	return strings.TrimPrefix(a.Slug, "pa_")
}

// reservedAttributes are names that WordPress uses in its own addresses.
var reservedAttributes = func() map[string]bool {
	names := map[string]bool{}
	for _, name := range strings.Fields(`attachment attachment_id author author_name calendar cat category category__and
		category__in category__not_in category_name comments_per_page comments_popup cpage day debug error exact feed
		hour link_category m minute monthnum more name nav_menu nopaging offset order orderby p page page_id paged
		pagename pb perm post post__in post__not_in post_format post_mime_type post_status post_tag post_type posts
		posts_per_archive_page posts_per_page preview robots s search second sentence showposts static subpost
		subpost_id tag tag__and tag__in tag__not_in tag_id tag_slug__and tag_slug__in taxonomy tb term type w
		withcomments withoutcomments year`) {
		names[name] = true
	}
	return names
}()

// longestAttributeSlug is how many bytes the slug of an attribute may have.
func (s *Store) longestAttributeSlug() int {
	if s.Has(core.LongAttributeSlugs) {
		return 29
	}
	return 28
}

// AttributeLabel is wc_attribute_label: the label of a global attribute, the name that a product gives another, else
// the slug.
func (s *Store) AttributeLabel(slug string, p *Product) string {
	if strings.HasPrefix(slug, "pa_") {
		if global, ok := s.attributeByTaxonomy(slug); ok {
			return global.Label
		}
	}
	if p == nil {
		return slug
	}
	for _, attribute := range s.ParentOf(p).Attributes {
		if attribute.Slug == strings.ToLower(slug) {
			return attribute.Name
		}
	}
	return slug
}
