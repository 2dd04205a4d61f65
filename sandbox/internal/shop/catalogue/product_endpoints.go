package catalogue

import (
	"errors"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// products is the controller of /products.
type products struct{ *Store }

// mayOne checks the permission for the product that a request names. For a missing product the permission model
// decides.
func (c products) mayOne(action capability.Action, message string) rest.Permission {
	return func(r *rest.Request) error {
		p, ok := c.Products.Get(r.Int("id"))
		if !ok {
			return c.May(r, capability.Products, action, capability.Record{Missing: true}, message)
		}
		return c.May(r, capability.Products, action, p.record(core.OwnedBy(r, p.Author)), message)
	}
}

func errInvalidProduct(status int) error {
	return rest.Errorf(status, "woocommerce_rest_product_invalid_id", "Invalid ID.")
}

// errIsVariation tells a client that writes to a variation as a product to use the variation's own address.
func errIsVariation() error {
	return rest.Errorf(404, "woocommerce_rest_invalid_product_id",
		"To manipulate product variations you should use the /products/&lt;product_id&gt;/variations/&lt;id&gt; "+
			"endpoint.")
}

func (c products) get(r *rest.Request) (*rest.Response, error) {
	p, ok := c.Products.Get(r.Int("id"))
	if !ok {
		return nil, errInvalidProduct(404)
	}
	return c.answer(r, p, r.Text("context") == "edit"), nil
}

func (c products) answer(r *rest.Request, p *Product, edit bool) *rest.Response {
	return &rest.Response{Body: c.productJSON(p, c.readerOf(r, edit)), Links: productLinks(r, p)}
}

func (c products) create(r *rest.Request) (*rest.Response, error) {
	if rest.Truthy(r.Param("id")) {
		return nil, rest.Errorf(400, "woocommerce_rest_product_exists", "Cannot create existing product.")
	}
	fetched := c.fetchImages(r, imageList(r)...)
	clerk := c.clerk(r.Caller)
	d := newProductDraft(productType(r, "simple"))
	if d.IsVariation() {
		return nil, errIsVariation()
	}
	if err := clerk.writeProduct(d, r, fetched); err != nil {
		clerk.dropUploads(d)
		return nil, err
	}
	p, err := clerk.saveProduct(d)
	if err != nil {
		clerk.dropUploads(d)
		return nil, err
	}
	clerk.writeBrands(p, r)
	response := c.answer(r, p, true)
	clerk.settleAfter(r)
	response.Status = 201
	response.SetHeader("Location", r.RESTURL("/wc/v3/products/"+core.Itoa(p.ID)))
	return response, nil
}

// productType is the type that a request asks for. An unknown type becomes simple.
func productType(r *rest.Request, otherwise string) string {
	given := r.Param("type")
	if given == nil {
		return otherwise
	}
	switch kind := rest.Text(given); kind {
	case "simple", "variable", "grouped", "external", "variation":
		return kind
	}
	return "simple"
}

func imageList(r *rest.Request) []*rest.Object {
	var list []*rest.Object
	for _, element := range r.List("images") {
		if rest.Truthy(element) {
			list = append(list, rest.AsObject(element))
		}
	}
	return list
}

func (c products) update(r *rest.Request) (*rest.Response, error) {
	fetched := c.fetchImages(r, imageList(r)...)
	stored, ok := c.Products.Get(r.Int("id"))
	if !ok {
		return nil, errInvalidProduct(400)
	}
	clerk := c.clerk(r.Caller)
	d, err := clerk.draftFor(stored, r)
	if err != nil {
		return nil, err
	}
	if err := clerk.writeProduct(d, r, fetched); err != nil {
		return nil, err
	}
	p, refusal := clerk.saveProduct(d)
	if refusal != nil {
		return nil, refusal
	}
	clerk.writeBrands(p, r)
	response := c.answer(r, p, true)
	clerk.settleAfter(r)
	return response, nil
}

// draftFor opens a stored product for the changes of a request, which may also change its type.
func (c *Clerk) draftFor(stored *Product, r *rest.Request) (*productDraft, error) {
	d := c.draftProduct(stored)
	d.Type = productType(r, d.Type)
	if d.IsVariation() || stored.IsVariation() {
		return nil, errIsVariation()
	}
	return d, nil
}

func (c products) remove(r *rest.Request) (*rest.Response, error) {
	p, ok := c.Products.Get(r.Int("id"))
	if !ok {
		return nil, errInvalidProduct(404)
	}
	if p.IsVariation() {
		return nil, errIsVariation()
	}
	if c.mayOne(capability.Delete, core.CannotDelete)(r) != nil {
		return nil, r.Denied("woocommerce_rest_user_cannot_delete_product",
			"Sorry, you are not allowed to delete product.")
	}
	// The answer is the product as it was before.
	response := c.answer(r, p, true)
	clerk := c.clerk(r.Caller)
	if r.Bool("force") {
		clerk.eraseProduct(p)
		clerk.settleAfter(r)
		return response, nil
	}
	if p.Status == "trash" {
		return nil, rest.Errorf(410, "woocommerce_rest_already_trashed", "The product has already been deleted.")
	}
	clerk.trashProduct(p)
	clerk.settleAfter(r)
	return response, nil
}

func (c products) batch(r *rest.Request) (*rest.Response, error) {
	response, err := rest.Batch(r, rest.BatchOperations{
		CreatePermission: c.MayAll(capability.Products, capability.Create, core.CannotCreate),
		UpdatePermission: c.mayOne(capability.Update, core.CannotEdit),
		DeletePermission: c.mayOne(capability.Delete, core.CannotDelete),
		Create:           c.create,
		Update:           c.update,
		Delete:           c.remove,
		CreateDefaults: rest.NewObject(
			"type", "simple", "status", "publish", "featured", false, "catalog_visibility", "visible", "virtual", false,
			"downloadable", false, "download_limit", int64(-1), "download_expiry", int64(-1), "tax_status", "taxable",
			"manage_stock", false, "stock_status", "instock", "backorders", "no", "sold_individually", false,
			"reviews_allowed", true),
	})
	c.clerk(r.Caller).settleAfter(r)
	return response, err
}

func (c products) duplicate(r *rest.Request) (*rest.Response, error) {
	stored, ok := c.Products.Get(r.Int("id"))
	if !ok {
		return nil, rest.Errorf(404, "woocommerce_rest_product_invalid_id", "Invalid product ID.")
	}
	fetched := c.fetchImages(r, imageList(r)...)
	clerk := c.clerk(r.Caller)
	d, err := clerk.draftFor(stored, r)
	if err != nil {
		return nil, errors.New("a variation cannot be duplicated on its own") // PHP dies here too
	}
	if err := clerk.writeProduct(d, r, fetched); err != nil {
		return nil, err
	}
	copied, refusal := clerk.duplicateProduct(d)
	if refusal != nil {
		return nil, refusal
	}
	response := &rest.Response{Body: c.rawProductJSON(copied)}
	clerk.settleAfter(r)
	return response, nil
}

// productLinks are the links of a product. A product in a group also links to the group.
func productLinks(r *rest.Request, p *Product) []rest.Link {
	links := []rest.Link{
		{Rel: "self", Href: r.RESTURL("/wc/v3/products/" + core.Itoa(p.ID))},
		{Rel: "collection", Href: r.RESTURL("/wc/v3/products")},
	}
	if p.ParentID != 0 {
		links = append(links, rest.Link{Rel: "up", Href: r.RESTURL("/wc/v3/products/" + core.Itoa(p.ParentID))})
	}
	return links
}

// customFieldNames answers with the meta keys that products have, without those that begin with an underscore.
func (c products) customFieldNames(r *rest.Request) (*rest.Response, error) {
	search := strings.TrimSpace(r.Text("search"))
	known := map[string]bool{}
	for p := range c.Products.All() {
		if p.IsVariation() {
			continue
		}
		known["total_sales"] = true // WooCommerce's only key without an underscore
		for _, m := range p.Meta {
			if !strings.HasPrefix(m.Key, "_") {
				known[m.Key] = true
			}
		}
	}
	var names []string
	for name := range known {
		if core.ContainsFold(name, search) {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, core.CompareNames)
	if strings.EqualFold(r.Text("order"), "desc") {
		slices.Reverse(names)
	}
	page := core.SlicePage(names, r)
	body := make(rest.List, len(page))
	for i, name := range page {
		body[i] = name
	}
	response := &rest.Response{Body: body}
	rest.Paginate(r, response, "/wc/v3/products/custom-fields/names", len(names),
		rest.Pages(len(names), int(r.Int("per_page"))))
	return response, nil
}
