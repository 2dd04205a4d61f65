package catalogue

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// attributes is the controller of /products/attributes.
type attributes struct{ *Store }

// mayOne looks for the attribute before it checks the permission. WooCommerce remembers that it found the attribute:
// one that the same request deletes still has its Allow header (recordings: attribute-delete-noforce).
func (c attributes) mayOne(action capability.Action, message string) rest.Permission {
	return func(r *rest.Request) error {
		found := "attribute " + core.Itoa(r.Int("id"))
		if _, exists := c.GlobalAttributes.Get(r.Int("id")); exists {
			r.Remember(found)
		} else if !r.Remembers(found) {
			return rest.Errorf(404, "woocommerce_rest_taxonomy_invalid", "Resource does not exist.")
		}
		return c.May(r, capability.Attributes, action, capability.Record{}, message)
	}
}

func (c attributes) named(r *rest.Request) (*GlobalAttribute, error) {
	a, ok := c.GlobalAttributes.Get(r.Int("id"))
	if !ok {
		return nil, rest.Errorf(404, "woocommerce_rest_attribute_invalid", "Resource does not exist.")
	}
	return a, nil
}

// list answers with all attributes. The list has no pages.
func (c attributes) list(r *rest.Request) (*rest.Response, error) {
	all := c.attributesByName()
	items := make(rest.List, len(all))
	for i, a := range all {
		items[i] = rest.Item{Data: attributeJSON(a), Links: attributeLinks(r, a)}
	}
	response := &rest.Response{Body: items}
	response.SetHeader("X-WP-Total", core.Itoa(int64(len(all))))
	response.SetHeader("X-WP-TotalPages", "1")
	return response, nil
}

func (c attributes) get(r *rest.Request) (*rest.Response, error) {
	a, err := c.named(r)
	if err != nil {
		return nil, err
	}
	return &rest.Response{Body: attributeJSON(a), Links: attributeLinks(r, a)}, nil
}

func (c attributes) create(r *rest.Request) (*rest.Response, error) {
	slug := taxonomyName(wptext.StripSlashes(r.Text("slug")))
	if wptext.StripSlashes(r.Text("generate_slug")) == "true" {
		slug = c.freeAttributeSlug(r.Text("name"))
	}
	a, wrong := c.clerk(r.Caller).saveAttribute(nil, attributeFields{
		Label: r.Text("name"), Slug: slug, OrderBy: r.Text("order_by"), HasArchives: r.Param("has_archives") == true,
	})
	if wrong != "" {
		return nil, rest.Errorf(400, "woocommerce_rest_cannot_create", "%s", wrong)
	}
	response := &rest.Response{Status: 201, Body: attributeJSON(a), Links: attributeLinks(r, a)}
	response.SetHeader("Location", r.RESTURL("/wc/v3/products/attributes/"+core.Itoa(a.ID)))
	return response, nil
}

// update changes an attribute. Without a slug the attribute gets the slug of its name (recordings: attribute-update).
func (c attributes) update(r *rest.Request) (*rest.Response, error) {
	a, err := c.named(r)
	if err != nil {
		return nil, err
	}
	fields := attributeFields{
		Label: r.Text("name"), Slug: taxonomyName(wptext.StripSlashes(r.Text("slug"))),
		OrderBy: r.Text("order_by"), HasArchives: r.Bool("has_archives"),
	}
	if !rest.Truthy(fields.Label) {
		fields.Label = a.Label
	}
	if r.Param("order_by") == nil {
		fields.OrderBy = a.OrderBy
	}
	if r.Param("has_archives") == nil {
		fields.HasArchives = a.HasArchives
	}
	if _, wrong := c.clerk(r.Caller).saveAttribute(a, fields); wrong != "" {
		return nil, rest.Errorf(400, "woocommerce_rest_cannot_edit", "%s", wrong)
	}
	return &rest.Response{Body: attributeJSON(a), Links: attributeLinks(r, a)}, nil
}

func (c attributes) remove(r *rest.Request) (*rest.Response, error) {
	if !r.Bool("force") {
		return nil, rest.Errorf(501, "woocommerce_rest_trash_not_supported", "Resource does not support trashing.")
	}
	a, err := c.named(r)
	if err != nil {
		return nil, err
	}
	response := &rest.Response{Body: attributeJSON(a), Links: attributeLinks(r, a)}
	c.clerk(r.Caller).deleteAttribute(a)
	return response, nil
}

func (c attributes) batch(r *rest.Request) (*rest.Response, error) {
	return rest.Batch(r, rest.BatchOperations{
		CreatePermission: c.MayAll(capability.Attributes, capability.Create, core.CannotCreate),
		UpdatePermission: c.mayOne(capability.Update, core.CannotEdit),
		DeletePermission: c.mayOne(capability.Delete, core.CannotDelete),
		Create:           c.create,
		Update:           c.update,
		Delete:           c.remove,
		CreateDefaults:   rest.NewObject("type", "select", "order_by", "menu_order", "has_archives", false),
	})
}

func attributeJSON(a *GlobalAttribute) *rest.Object {
	return rest.NewObject("id", a.ID, "name", a.Label, "slug", a.Taxonomy(), "type", a.Type,
		"order_by", a.OrderBy, "has_archives", a.HasArchives)
}

func attributeLinks(r *rest.Request, a *GlobalAttribute) []rest.Link {
	return []rest.Link{
		{Rel: "self", Href: r.RESTURL("/wc/v3/products/attributes/" + core.Itoa(a.ID))},
		{Rel: "collection", Href: r.RESTURL("/wc/v3/products/attributes")},
	}
}
