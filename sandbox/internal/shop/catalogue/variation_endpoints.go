package catalogue

import (
	"cmp"
	"slices"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// variations is the controller of /products/{product_id}/variations.
type variations struct{ *Store }

// variationsPath is the pattern of the collection. WooCommerce forgets to fill in the parameter in the Location of a
// new variation (recordings: var-create).
const variationsPath = `/wc/v3/products/(?P<product_id>[\d]+)/variations`

// everyVariation is the list of the variations of all products.
const everyVariation = `/wc/v3/variations`

// mayOne checks that the variation belongs to the product before it checks the permission.
func (c variations) mayOne(action capability.Action, message string) rest.Permission {
	return func(r *rest.Request) error {
		p, ok := c.variationPlaced(r.Int("id"), r.Int("product_id"))
		if !ok {
			return errInvalidVariation()
		}
		record := p.record(core.OwnedBy(r, p.Author))
		record.IsVariation = false // this resource is for variations
		return c.May(r, capability.Variations, action, record, message)
	}
}

func errInvalidVariation() error {
	return rest.Errorf(404, "woocommerce_rest_product_variation_invalid_id", "Invalid ID.")
}

func (c variations) get(r *rest.Request) (*rest.Response, error) {
	p, ok := c.variationPlaced(r.Int("id"), r.Int("product_id"))
	if !ok {
		return nil, errInvalidVariation()
	}
	return c.answer(r, p, r.Text("context") == "edit"), nil
}

func (c variations) answer(r *rest.Request, p *Product, edit bool) *rest.Response {
	return &rest.Response{Body: c.variationJSON(p, c.readerOf(r, edit)), Links: variationLinks(r, p)}
}

// variationLinks are the links of a variation. In the list of all variations WooCommerce links to that list's address
// and to no product (measured on 11.0.1).
func variationLinks(r *rest.Request, p *Product) []rest.Link {
	if !r.Has("product_id") {
		return []rest.Link{
			{Rel: "self", Href: r.RESTURL(everyVariation + "/" + core.Itoa(p.ID))},
			{Rel: "collection", Href: r.RESTURL(everyVariation)},
			{Rel: "up", Href: r.RESTURL("/wc/v3/products/0")},
		}
	}
	parent := "/wc/v3/products/" + core.Itoa(r.Int("product_id"))
	return []rest.Link{
		{Rel: "self", Href: r.RESTURL(parent + "/variations/" + core.Itoa(p.ID))},
		{Rel: "collection", Href: r.RESTURL(parent + "/variations")},
		{Rel: "up", Href: r.RESTURL(parent)},
	}
}

func (c variations) create(r *rest.Request) (*rest.Response, error) {
	if rest.Truthy(r.Param("id")) {
		return nil, rest.Errorf(400, "woocommerce_rest_product_variation_exists",
			"Cannot create existing product_variation.")
	}
	fetched := c.fetchImages(r, r.Object("image"))
	clerk := c.clerk(r.Caller)
	d := newProductDraft("variation")
	if err := clerk.writeVariation(d, r, fetched); err != nil {
		clerk.dropUploads(d)
		return nil, err
	}
	p, err := clerk.saveProduct(d)
	if err != nil {
		return nil, err
	}
	if p.ParentID == 0 {
		// WooCommerce stores the variation, does not find it again, and dies (recordings: var-create-parent-missing).
		return nil, core.ErrFatal
	}
	response := c.answer(r, p, true)
	clerk.settleAfter(r)
	response.Status = 201
	response.SetHeader("Location", r.RESTURL(variationsPath+"/"+core.Itoa(p.ID)))
	return response, nil
}

func (c variations) update(r *rest.Request) (*rest.Response, error) {
	fetched := c.fetchImages(r, r.Object("image"))
	stored, ok := c.variationPlaced(r.Int("id"), r.Int("product_id"))
	if !ok {
		return nil, errInvalidVariation()
	}
	clerk := c.clerk(r.Caller)
	d := clerk.draftProduct(stored)
	if err := clerk.writeVariation(d, r, fetched); err != nil {
		return nil, err
	}
	p, err := clerk.saveProduct(d)
	if err != nil {
		return nil, err
	}
	response := c.answer(r, p, true)
	clerk.settleAfter(r)
	return response, nil
}

func (c variations) remove(r *rest.Request) (*rest.Response, error) {
	p, ok := c.variationPlaced(r.Int("id"), r.Int("product_id"))
	if !ok {
		return nil, errInvalidVariation()
	}
	// The answer is the variation as it was before.
	response := c.answer(r, p, true)
	clerk := c.clerk(r.Caller)
	if r.Bool("force") {
		clerk.eraseProduct(p)
		clerk.settleAfter(r)
		return response, nil
	}
	if p.Status == "trash" {
		return nil, rest.Errorf(410, "woocommerce_rest_already_trashed",
			"The product_variation has already been deleted.")
	}
	clerk.trashProduct(p)
	clerk.settleAfter(r)
	return response, nil
}

// batch runs the items for the product in their address.
func (c variations) batch(r *rest.Request) (*rest.Response, error) {
	product := r.URL.Value("product_id")
	body := &rest.Object{}
	params := r.Params()
	for _, action := range []string{"update", "create", "delete"} {
		var items rest.List
		for _, element := range rest.Elements(params.Value(action)) {
			if id, isNumber := element.(int64); isNumber && action == "delete" {
				element = rest.NewObject("id", id, "product_id", product)
			} else if rest.IsArray(element) {
				item := rest.NewObject("product_id", product)
				for name, v := range rest.AsObject(element).All() {
					item.Set(name, v)
				}
				element = item
			}
			items = append(items, element)
		}
		if len(items) > 0 {
			body.Set(action, items)
		}
	}
	inner := *r
	inner.JSON, inner.Form, inner.URL = nil, body, &rest.Object{}
	response, err := rest.Batch(&inner, rest.BatchOperations{
		CreatePermission: c.MayAll(capability.Variations, capability.Create, core.CannotCreate),
		UpdatePermission: c.mayOne(capability.Update, core.CannotEdit),
		DeletePermission: c.mayOne(capability.Delete, core.CannotDelete),
		Create:           c.create,
		Update:           c.update,
		Delete:           c.remove,
		CreateDefaults: rest.NewObject(
			"status", "publish", "virtual", false, "downloadable", false, "download_limit", int64(-1),
			"download_expiry", int64(-1), "tax_status", "taxable", "manage_stock", false, "stock_status", "instock",
			"backorders", "no"),
	})
	c.clerk(r.Caller).settleAfter(r)
	return response, err
}

// list answers with the variations of a product. For a missing product the list is empty.
func (c variations) list(r *rest.Request) (*rest.Response, error) {
	matching := c.lists.get(listKey(r), c.catalogueGeneration, func() []*Product {
		return c.matchingVariations(r)
	})
	page, total := pageOfPosts(matching, r)
	who := c.readerOf(r, r.Text("context") == "edit")
	items := make(rest.List, 0, len(page))
	for _, p := range page {
		record := p.record(core.OwnedBy(r, p.Author))
		record.IsVariation = false
		if c.May(r, capability.Variations, capability.Get, record, core.CannotView) == nil {
			items = append(items, rest.Item{Data: c.variationJSON(p, who), Links: variationLinks(r, p)})
		}
	}
	response := &rest.Response{Body: items}
	collection := everyVariation
	if r.Has("product_id") {
		collection = "/wc/v3/products/" + core.Itoa(r.Int("product_id")) + "/variations"
	}
	rest.Paginate(r, response, collection, total, rest.Pages(total, int(r.Int("per_page"))))
	return response, nil
}

func (c variations) matchingVariations(r *rest.Request) []*Product {
	tests := c.variationTests(r)
	var matching []*Product
	candidates := c.Products.All()
	if r.Has("product_id") {
		candidates = slices.Values(c.Products.Group("parent", r.Int("product_id")))
	}
	for p := range candidates {
		if p.IsVariation() && passesAll(p, tests) {
			matching = append(matching, p)
		}
	}
	ascending := r.Text("order") == "asc"
	switch r.Text("orderby") {
	case "date": // WordPress sorts here, and ids decide between equal dates
		sortBy(matching, ascending, func(a, b *Product) int {
			return cmp.Or(a.Created.Wall.Compare(b.Created.Wall), cmp.Compare(a.ID, b.ID))
		})
	case "menu_order":
		sortBy(matching, ascending, func(a, b *Product) int { return cmp.Compare(a.MenuOrder, b.MenuOrder) })
	default:
		c.sortProducts(matching, r.Text("orderby"), ascending, r.Ints("include"))
	}
	return matching
}

// variationTests are the conditions of a list of variations.
func (s *Store) variationTests(r *rest.Request) []productTest {
	tests := s.commonTests(r)
	for _, element := range r.List("attributes") {
		filter := rest.AsObject(element)
		slug := rest.Text(filter.Value("attribute"))
		if filter.Value("attribute") == nil {
			continue
		}
		var options []string
		if term := filter.Value("term"); term != nil {
			options = []string{core.CollationKey(rest.Text(term))}
		} else {
			for _, term := range rest.Elements(filter.Value("terms")) {
				options = append(options, core.CollationKey(rest.Text(term)))
			}
		}
		if len(options) > 0 {
			tests = append(tests, func(p *Product) bool { return hasOption(p, slug, options) })
		}
	}
	if wanted, ok := r.Param("has_price").(bool); ok {
		tests = append(tests, func(p *Product) bool { return (p.Price != "") == wanted })
	}
	return tests
}

func hasOption(p *Product, slug string, options []string) bool {
	for _, option := range p.Options {
		if core.CollationKey(option.Slug) != core.CollationKey(slug) {
			continue
		}
		for _, wanted := range options {
			if core.CollationKey(option.Option) == wanted {
				return true
			}
		}
	}
	return false
}
