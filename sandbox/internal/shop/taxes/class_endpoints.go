package taxes

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// taxClasses is the controller of /taxes/classes.
type taxClasses struct{ *Store }

func (c taxClasses) register(server *rest.Server) {
	may := func(action capability.Action, message string) rest.Permission {
		return c.MayAll(capability.TaxClasses, action, message)
	}
	server.Register(rest.Route{Pattern: `/wc/v3/taxes/classes`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.List, core.CannotList), Handler: c.list},
		{Methods: rest.Creatable, Permission: may(capability.Create, core.CannotCreate), Handler: c.create},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/taxes/classes/(?P<slug>\w[\w\s\-]*)`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.Get, core.CannotList), Handler: c.get},
		{Methods: rest.Deletable, Permission: may(capability.Delete, core.CannotDelete), Handler: c.remove},
	}})
}

// StandardClass is the class that always exists and cannot be deleted.
var StandardClass = TaxClass{Slug: "standard", Name: "Standard rate"}

func taxClassLinks(r *rest.Request) []rest.Link {
	return []rest.Link{{Rel: "collection", Href: r.RESTURL("/wc/v3/taxes/classes")}}
}

func (c taxClasses) list(r *rest.Request) (*rest.Response, error) {
	items := rest.List{}
	for _, class := range append([]TaxClass{StandardClass}, c.taxClasses...) {
		items = append(items, rest.Item{
			Data:  rest.NewObject("slug", wptext.SanitizeTitle(class.Name), "name", class.Name),
			Links: taxClassLinks(r),
		})
	}
	items[0].(rest.Item).Data.(*rest.Object).Set("slug", StandardClass.Slug)
	return core.Counted(items), nil
}

func (class TaxClass) json() *rest.Object {
	return rest.NewObject("name", class.Name, "slug", class.Slug)
}

// named is the class that a request names.
func (c taxClasses) named(r *rest.Request) (TaxClass, error) {
	class, ok := c.taxClass(wptext.SanitizeTitle(r.Text("slug")))
	if !ok {
		return class, rest.Errorf(404, "woocommerce_rest_tax_class_invalid_slug", "Invalid slug.")
	}
	return class, nil
}

// get answers with a list of one, as WooCommerce does.
func (c taxClasses) get(r *rest.Request) (*rest.Response, error) {
	if r.Param("slug") == StandardClass.Slug {
		json := rest.NewObject("slug", StandardClass.Slug, "name", StandardClass.Name)
		return &rest.Response{Body: rest.List{rest.Item{Data: json, Links: taxClassLinks(r)}}}, nil
	}
	class, err := c.named(r)
	if err != nil {
		return nil, err
	}
	return &rest.Response{Body: rest.List{rest.Item{Data: class.json(), Links: taxClassLinks(r)}}}, nil
}

func (c taxClasses) create(r *rest.Request) (*rest.Response, error) {
	class, refused := c.createTaxClass(r.Text("name"))
	if refused != nil {
		return nil, refused
	}
	response := &rest.Response{Status: 201, Body: class.json(), Links: taxClassLinks(r)}
	response.SetHeader("Location", r.RESTURL("/wc/v3/taxes/classes/"+class.Slug))
	return response, nil
}

func (c taxClasses) remove(r *rest.Request) (*rest.Response, error) {
	if !r.Bool("force") {
		return nil, rest.Errorf(501, "woocommerce_rest_trash_not_supported", "Taxes do not support trashing.")
	}
	class, err := c.named(r)
	if err != nil {
		return nil, err
	}
	c.deleteTaxClass(class)
	return &rest.Response{Body: class.json(), Links: taxClassLinks(r)}, nil
}
