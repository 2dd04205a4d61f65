package catalogue

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// The taxonomies of products. Those of global attributes begin with pa_.
const (
	productCategories = "product_cat"
	productTags       = "product_tag"
	productBrands     = "product_brand"
	ShippingClasses   = "product_shipping_class"
)

// hierarchical tells whether the terms of a taxonomy have parents.
func hierarchical(taxonomy string) bool {
	return taxonomy == productCategories || taxonomy == productBrands
}

// newTermTable holds the terms that WordPress and WooCommerce install. Hidden terms matter too, because changed slugs
// are unique across taxonomies.
func newTermTable() *core.Table[*Term] {
	table := core.NewTable[*Term]().
		NamedBy("slug", func(t *Term) (string, bool) { return t.Slug, true }).
		NamedBy("taxonomy", func(t *Term) (string, bool) { return t.Taxonomy, true })
	hidden := []string{
		"simple", "grouped", "variable", "external", "exclude-from-search", "exclude-from-catalog", "featured",
		"outofstock", "rated-1", "rated-2", "rated-3", "rated-4", "rated-5",
	}
	table.Insert(&Term{ID: 1, Taxonomy: "category", Name: "Uncategorized", Slug: "uncategorized"})
	for i, slug := range hidden {
		taxonomy := "product_visibility"
		if i < 4 {
			taxonomy = "product_type"
		}
		table.Insert(&Term{ID: int64(i + 2), Taxonomy: taxonomy, Name: slug, Slug: slug})
	}
	table.Insert(&Term{ID: defaultCategory, Taxonomy: productCategories, Name: "Uncategorized", Slug: "uncategorized"})
	return table
}

// defaultCategory is the category of products that have no other.
const defaultCategory = 15

func (s *Store) term(taxonomy string, id int64) (*Term, bool) {
	t, ok := s.Terms.Get(id)
	if !ok || t.Taxonomy != taxonomy {
		return nil, false
	}
	return t, true
}

func (s *Store) termBySlug(taxonomy, slug string) (*Term, bool) {
	for _, t := range s.Terms.Named("slug", slug) {
		if t.Taxonomy == taxonomy {
			return t, true
		}
	}
	return nil, false
}

// termByName returns the term of a taxonomy with that name. Like MySQL it ignores case and accents.
func (s *Store) termByName(taxonomy, name string) (*Term, bool) {
	key := core.CollationKey(cleanTermName(name))
	for _, t := range s.Terms.Named("taxonomy", taxonomy) {
		if core.CollationKey(t.Name) == key {
			return t, true
		}
	}
	return nil, false
}

// termsByName returns the terms with those ids, in the order of lists.
func (s *Store) termsByName(ids []int64) []*Term {
	terms := make([]*Term, 0, len(ids))
	for _, id := range ids {
		if t, ok := s.Terms.Get(id); ok {
			terms = append(terms, t)
		}
	}
	slices.SortStableFunc(terms, func(a, b *Term) int { return core.CompareNames(a.Name, b.Name) })
	return terms
}

// newTerm are the properties of a term that is to be made.
type newTerm struct {
	Name, Slug, Description string
	Parent                  int64
}

// cleanTermName is what WordPress saves of a name: one line of text, few elements, special characters as entities.
func cleanTermName(name string) string {
	name = wptext.KsesData(wptext.SanitizeTextField(wptext.StripSlashes(name)))
	return strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(wptext.NormalizeEntities(name))
}

// insertTerm is wp_insert_term.
func (c *Clerk) insertTerm(taxonomy string, n newTerm) (*Term, *rest.Error) {
	if strings.TrimSpace(n.Name) == "" {
		return nil, rest.Errorf(400, "empty_term_name", "A name is required for this term.")
	}
	n.Parent = max(n.Parent, 0)
	if n.Parent > 0 {
		if _, ok := c.Terms.Get(n.Parent); !ok {
			return nil, rest.Errorf(400, "missing_parent", "Parent term does not exist.")
		}
	}
	name := cleanTermName(n.Name)
	if name == "" {
		return nil, rest.Errorf(400, "invalid_term_name", "Invalid term name.")
	}
	slug := wptext.SanitizeTitle(n.Slug)
	given := slug != ""
	if !given {
		slug = wptext.SanitizeTitle(name)
	}
	if existing := c.sameTerm(taxonomy, name, slug, given, n.Parent); existing != nil {
		return nil, rest.Errorf(400, "term_exists", "A term with the name provided already exists.").
			WithData("resource_id", existing.ID)
	}
	if utf8.RuneCountInString(name) > termNameLimit {
		return nil, rest.Errorf(400, "db_insert_error", "Could not insert term into the database.")
	}
	t := &Term{
		ID: c.IDs.Term.Next(), Taxonomy: taxonomy, Name: name, Parent: n.Parent,
		Description: wptext.KsesData(wptext.StripSlashes(n.Description)),
	}
	t.Slug = c.uniqueTermSlug(slug, t)
	if t.Slug == "" {
		t.Slug = core.Itoa(t.ID)
	}
	c.Terms.Insert(t)
	c.CatalogueChanged()
	return t, nil
}

// termNameLimit is the width of the column of names.
const termNameLimit = 200

// sameTerm finds the term that forbids a new one: a term with the same name at the same place, unless the new one has a
// slug of its own.
func (s *Store) sameTerm(taxonomy, name, slug string, slugGiven bool, parent int64) *Term {
	var match *Term
	siblings := map[string]bool{}
	siblingSlugs := map[string]bool{}
	for _, t := range s.Terms.Named("taxonomy", taxonomy) {
		if hierarchical(taxonomy) && t.Parent != parent {
			continue
		}
		siblings[t.Name], siblingSlugs[t.Slug] = true, true
		if match == nil && strings.EqualFold(t.Name, name) {
			match = t
		}
	}
	if match == nil {
		return nil
	}
	slugMatch, slugTaken := s.termBySlug(taxonomy, slug)
	if slugGiven && match.Slug != slug && !slugTaken {
		return nil
	}
	switch {
	case !hierarchical(taxonomy):
		return match
	case (!slugGiven || match.Slug == slug) && siblings[name]:
		return match
	case slugTaken && siblingSlugs[slug]:
		return slugMatch
	}
	return nil
}

// uniqueTermSlug is wp_unique_term_slug. Slugs may repeat between taxonomies. A slug that has to be changed is made
// unique among all of them (recordings: tag-create-slug-dup).
func (s *Store) uniqueTermSlug(slug string, t *Term) string {
	if other, ok := s.termBySlug(t.Taxonomy, slug); !ok || other.ID == t.ID {
		return slug
	}
	if hierarchical(t.Taxonomy) {
		suffix := ""
		for parent := t.Parent; parent != 0; {
			above, ok := s.term(t.Taxonomy, parent)
			if !ok {
				break
			}
			suffix += "-" + above.Slug
			if len(s.Terms.Named("slug", slug+suffix)) == 0 {
				break
			}
			parent = above.Parent
		}
		slug += suffix
	}
	taken := func(candidate string) bool {
		for _, other := range s.Terms.Named("slug", candidate) {
			if other.ID != t.ID {
				return true
			}
		}
		return false
	}
	if !taken(slug) {
		return slug
	}
	for n := 2; ; n++ {
		if candidate := slug + "-" + strconv.Itoa(n); !taken(candidate) {
			return candidate
		}
	}
}

// termChange is an update of a term. A nil field stays as it is.
type termChange struct {
	Name, Slug, Description *string
	Parent                  *int64
}

// updateTerm is wp_update_term.
func (c *Clerk) updateTerm(t *Term, change termChange) *rest.Error {
	name, slug, description, parent := t.Name, t.Slug, t.Description, t.Parent
	if change.Name != nil {
		name = cleanTermName(*change.Name)
	}
	if change.Slug != nil {
		slug = wptext.SanitizeTitle(*change.Slug)
	}
	if change.Description != nil {
		description = wptext.KsesData(wptext.StripSlashes(*change.Description))
	}
	if change.Parent != nil {
		parent = max(*change.Parent, 0)
	}
	if strings.TrimSpace(name) == "" {
		return plainError("empty_term_name", "A name is required for this term.")
	}
	if parent > 0 {
		if _, ok := c.Terms.Get(parent); !ok {
			return plainError("missing_parent", "Parent term does not exist.")
		}
	}
	derived := slug == ""
	if derived {
		slug = wptext.SanitizeTitle(name)
	}
	parent = c.breakTermLoop(t, parent)
	if other, ok := c.termBySlug(t.Taxonomy, slug); ok && other.ID != t.ID {
		if !derived && parent == t.Parent {
			return plainError("duplicate_term_slug", "The slug is already in use by another term.")
		}
		moved := *t
		moved.Parent = parent
		slug = c.uniqueTermSlug(slug, &moved)
	}
	if slug == "" {
		slug = core.Itoa(t.ID)
	}
	if utf8.RuneCountInString(name) > termNameLimit {
		name, slug = t.Name, t.Slug // this row is not written, that of the taxonomy is
	}
	c.Terms.Change(t, func(t *Term) { t.Name, t.Slug, t.Description, t.Parent = name, slug, description, parent })
	c.CatalogueChanged()
	return nil
}

// plainError is a WP_Error without a status. WordPress answers it with 500 and null data (recordings:
// category-update-slug-dup).
func plainError(code, message string) *rest.Error {
	return &rest.Error{Status: 500, Code: code, Message: message, Data: rest.Raw("null")}
}

// breakTermLoop returns the parent that a term may have: none when the term would be its own ancestor. Terms that
// already form a loop lose their parents.
func (c *Clerk) breakTermLoop(t *Term, parent int64) int64 {
	if parent == t.ID {
		return 0
	}
	seen := map[int64]bool{}
	for above := parent; above != 0; {
		if above == t.ID || seen[above] {
			return 0
		}
		seen[above] = true
		next, ok := c.term(t.Taxonomy, above)
		if !ok {
			break
		}
		above = next.Parent
	}
	return parent
}

// deleteTerm is wp_delete_term. Children move up, and products lose the term.
func (c *Clerk) deleteTerm(t *Term) {
	for _, child := range slices.Clone(c.Terms.Named("taxonomy", t.Taxonomy)) {
		if child.Parent == t.ID {
			c.Terms.Change(child, func(child *Term) { child.Parent = t.Parent })
		}
	}
	for p := range c.Products.All() {
		c.dropTerm(p, t)
	}
	c.Terms.Delete(t)
	c.CatalogueChanged()
}

// dropTerm removes a term from a product.
func (c *Clerk) dropTerm(p *Product, t *Term) {
	without := func(ids []int64) []int64 {
		return slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return id == t.ID })
	}
	switch t.Taxonomy {
	case productCategories:
		p.CategoryIDs = without(p.CategoryIDs)
	case productTags:
		p.TagIDs = without(p.TagIDs)
	case productBrands:
		p.BrandIDs = without(p.BrandIDs)
	case ShippingClasses:
		if p.ShippingClass == t.ID {
			p.ShippingClass = 0
		}
	default:
		for i, a := range p.Attributes {
			if a.Slug == t.Taxonomy && slices.Contains(a.Terms, t.ID) {
				p.Attributes = slices.Clone(p.Attributes)
				p.Attributes[i].Terms = without(a.Terms)
			}
		}
	}
}
