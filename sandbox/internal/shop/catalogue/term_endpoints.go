package catalogue

import (
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// terms is the controller of the terms of one taxonomy: categories, tags, brands, shipping classes, or the terms of a
// global attribute.
type terms struct {
	*Store
	resource capability.Resource
	path     string // of the collection
	// taxonomy of the terms. It is empty for terms of attributes, where the request names the attribute.
	taxonomy string
}

// attributePlaceholder stands for the attribute in the path of its terms.
const attributePlaceholder = `(?P<attribute_id>[\d]+)`

func (s *Store) termControllers() []terms {
	return []terms{
		{s, capability.Categories, "/wc/v3/products/categories", productCategories},
		{s, capability.Tags, "/wc/v3/products/tags", productTags},
		{s, capability.Brands, "/wc/v3/products/brands", productBrands},
		{s, capability.ShippingClasses, "/wc/v3/products/shipping_classes", ShippingClasses},
		{s, capability.AttributeTerms, "/wc/v3/products/attributes/" + attributePlaceholder + "/terms", ""},
	}
}

// may looks for the taxonomy and the term before it checks the permission.
func (c terms) may(action capability.Action, message string) rest.Permission {
	return func(r *rest.Request) error {
		taxonomy, ok := c.taxonomyOf(r)
		if !ok {
			return rest.Errorf(404, "woocommerce_rest_taxonomy_invalid", "Taxonomy does not exist.")
		}
		if id := r.Int("id"); id != 0 {
			if _, ok := c.term(taxonomy, id); !ok {
				return rest.Errorf(404, "woocommerce_rest_term_invalid", "Resource does not exist.")
			}
		}
		return c.Store.May(r, c.resource, action, capability.Record{}, message)
	}
}

// taxonomyOf is the taxonomy a request is about.
func (c terms) taxonomyOf(r *rest.Request) (string, bool) {
	id := r.Param("attribute_id")
	if !rest.Truthy(id) {
		return c.taxonomy, c.taxonomy != ""
	}
	attribute, ok := c.GlobalAttributes.Get(rest.Int(id))
	if !ok {
		return "", false
	}
	return attribute.Taxonomy(), true
}

// base is the path of the collection. The items of a batch do not know their attribute, so their links show the
// pattern.
func (c terms) base(r *rest.Request) string {
	if id := r.Param("attribute_id"); rest.Truthy(id) {
		return strings.Replace(c.path, attributePlaceholder, core.Itoa(rest.Int(id)), 1)
	}
	return c.path
}

// named returns the term that a request names. The permission has found it before.
func (c terms) named(r *rest.Request) (*Term, error) {
	taxonomy, _ := c.taxonomyOf(r)
	t, ok := c.term(taxonomy, r.Int("id"))
	if !ok {
		return nil, rest.Errorf(404, "woocommerce_rest_term_invalid", "Resource does not exist.")
	}
	return t, nil
}

// No term has the number zero, but the permission lets it pass. Each method then fails in its own way (measured.jsonl,
// ml-categories-0-…).

func (c terms) get(r *rest.Request) (*rest.Response, error) {
	if r.Int("id") == 0 {
		return nil, plainError("invalid_term", "Empty Term.")
	}
	t, err := c.named(r)
	if err != nil {
		return nil, err
	}
	return c.answer(r, t), nil
}

func (c terms) answer(r *rest.Request, t *Term) *rest.Response {
	return &rest.Response{Body: c.termJSON(t, c.termCount(t)), Links: c.links(r, t)}
}

func (c terms) create(r *rest.Request) (*rest.Response, error) {
	taxonomy, _ := c.taxonomyOf(r)
	parent := r.Param("parent")
	if parent != nil && !hierarchical(taxonomy) {
		return nil, errFlatTaxonomy()
	}
	fetched := c.fetchImages(r, r.Object("image"))
	clerk := c.clerk(r.Caller)
	t, err := clerk.insertTerm(taxonomy, newTerm{
		Name: r.Text("name"), Slug: r.Text("slug"), Description: r.Text("description"), Parent: rest.Int(parent),
	})
	if err != nil {
		return nil, err
	}
	if err := clerk.setTermMeta(t, r, fetched); err != nil {
		clerk.deleteTerm(t)
		return nil, err
	}
	response := c.answer(r, t)
	response.Status = 201
	response.SetHeader("Location", r.RESTURL(c.base(r)+"/"+core.Itoa(t.ID)))
	return response, nil
}

func errFlatTaxonomy() error {
	return rest.Errorf(400, "woocommerce_rest_taxonomy_not_hierarchical",
		"Can not set resource parent, taxonomy is not hierarchical.")
}

func (c terms) update(r *rest.Request) (*rest.Response, error) {
	text := func(name string) *string {
		v := r.Param(name)
		if v == nil {
			return nil
		}
		text := rest.Text(v)
		return &text
	}
	change := termChange{Name: text("name"), Slug: text("slug"), Description: text("description")}
	taxonomy, _ := c.taxonomyOf(r)
	if parent := r.Param("parent"); parent != nil {
		if !hierarchical(taxonomy) {
			return nil, errFlatTaxonomy()
		}
		id := rest.Int(parent)
		change.Parent = &id
	}
	switch {
	case r.Int("id") != 0:
	case change == termChange{}:
		return c.nobody(r, taxonomy), nil
	default:
		return nil, plainError("invalid_taxonomy", "Invalid taxonomy.")
	}
	t, err := c.named(r)
	if err != nil {
		return nil, err
	}
	fetched := c.fetchImages(r, r.Object("image"))
	clerk := c.clerk(r.Caller)
	if change != (termChange{}) {
		if err := clerk.updateTerm(t, change); err != nil {
			return nil, err
		}
	}
	if err := clerk.setTermMeta(t, r, fetched); err != nil {
		return nil, err
	}
	return c.answer(r, t), nil
}

// nobody is the answer to an update of term number zero that changes nothing: what PHP makes of the members of no
// object.
func (c terms) nobody(r *rest.Request, taxonomy string) *rest.Response {
	json := c.termJSON(&Term{Taxonomy: taxonomy}, 0)
	for _, name := range []string{"name", "slug", "description"} {
		json.Set(name, nil)
	}
	return &rest.Response{Body: json, Links: []rest.Link{
		{Rel: "self", Href: r.RESTURL(c.base(r) + "/")}, {Rel: "collection", Href: r.RESTURL(c.base(r))},
	}}
}

// setTermMeta sets the properties that WooCommerce keeps beside a term.
func (c *Clerk) setTermMeta(t *Term, r *rest.Request, fetched map[string]*fetchedImage) *rest.Error {
	switch t.Taxonomy {
	case productTags, ShippingClasses:
		return nil
	case productCategories, productBrands:
	default:
		// Before 10.8 a term of an attribute loses the menu order that a request does not name (recordings:
		// attribute-terms-update).
		if r.Param("menu_order") != nil || !c.Has(core.KeptTermOrder) {
			t.MenuOrder = r.Int("menu_order")
		}
		c.CatalogueChanged()
		return nil
	}
	if display := r.Param("display"); display != nil {
		t.Display = rest.Text(display)
		if t.Display == "default" {
			t.Display = ""
		}
	}
	if order := r.Param("menu_order"); order != nil {
		t.MenuOrder = rest.Int(order)
	}
	c.CatalogueChanged()
	if r.Param("image") == nil {
		return nil
	}
	given := r.Object("image")
	var image *Image
	if id := given.Value("id"); !rest.Truthy(id) && rest.Truthy(given.Value("src")) {
		file := fetched[imageAddress(given)]
		if file.err != nil {
			return file.err
		}
		image = c.addImage(file, 0)
	} else {
		image, _ = c.Images.Get(core.AbsInt(id))
	}
	if image == nil {
		t.ImageID = 0
		return nil
	}
	t.ImageID = image.ID
	c.describeImage(image, given, true)
	return nil
}

func (c terms) remove(r *rest.Request) (*rest.Response, error) {
	if !r.Bool("force") {
		return nil, rest.Errorf(501, "woocommerce_rest_trash_not_supported", "Resource does not support trashing.")
	}
	if r.Int("id") == 0 {
		return nil, rest.Errorf(500, "woocommerce_rest_cannot_delete", "The resource cannot be deleted.")
	}
	t, err := c.named(r)
	if err != nil {
		return nil, err
	}
	if t.ID == defaultCategory {
		return nil, rest.Errorf(500, "woocommerce_rest_cannot_delete", "Default product category cannot be deleted.")
	}
	response := c.answer(r, t)
	c.clerk(r.Caller).deleteTerm(t)
	return response, nil
}

func (c terms) batch(r *rest.Request) (*rest.Response, error) {
	items := c
	items.taxonomy, _ = c.taxonomyOf(r)
	defaults := &rest.Object{}
	if items.taxonomy == productCategories || items.taxonomy == productBrands {
		defaults.Set("display", "default")
	}
	return rest.Batch(r, rest.BatchOperations{
		CreatePermission: items.may(capability.Create, core.CannotCreate),
		UpdatePermission: items.may(capability.Update, core.CannotEdit),
		DeletePermission: items.may(capability.Delete, core.CannotDelete),
		Create:           items.create,
		Update:           items.update,
		Delete:           items.remove,
		CreateDefaults:   defaults,
	})
}

// suggestSlug answers with a slug for the name of a new shipping class.
func (c terms) suggestSlug(r *rest.Request) (*rest.Response, error) {
	slug := wptext.SanitizeTitle(r.Text("name"))
	return &rest.Response{Body: c.uniqueTermSlug(slug, &Term{Taxonomy: c.taxonomy})}, nil
}

// termJSON is a term as answers show it, with the count that is given.
func (c terms) termJSON(t *Term, count int64) *rest.Object {
	switch t.Taxonomy {
	case productTags, ShippingClasses:
		return rest.NewObject("id", t.ID, "name", t.Name, "slug", t.Slug, "description", t.Description, "count", count)
	case productCategories, productBrands:
	default:
		return rest.NewObject("id", t.ID, "name", t.Name, "slug", t.Slug, "description", t.Description,
			"menu_order", t.MenuOrder, "count", count)
	}
	display := t.Display
	if display == "" {
		display = "default"
	}
	json := rest.NewObject("id", t.ID, "name", t.Name, "slug", t.Slug, "parent", t.Parent, "description", t.Description,
		"display", display, "image", nil, "menu_order", t.MenuOrder, "count", count)
	if image, ok := c.Images.Get(t.ImageID); ok {
		json.Set("image", c.imageJSON(image))
	}
	return json
}

func (c terms) links(r *rest.Request, t *Term) []rest.Link {
	base := c.base(r)
	links := []rest.Link{
		{Rel: "self", Href: r.RESTURL(base + "/" + core.Itoa(t.ID))},
		{Rel: "collection", Href: r.RESTURL(base)},
	}
	if _, ok := c.term(t.Taxonomy, t.Parent); ok {
		links = append(links, rest.Link{Rel: "up", Href: r.RESTURL(base + "/" + core.Itoa(t.Parent))})
	}
	return links
}
