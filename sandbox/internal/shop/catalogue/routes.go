package catalogue

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// Register adds the routes of this package to a server.
func (s *Store) Register(server *rest.Server) {
	for _, controller := range s.termControllers() {
		controller.register(server)
	}
	for _, controller := range []interface{ register(*rest.Server) }{
		products{s},
		variations{s},
		attributes{s},
		storefront{s},
	} {
		controller.register(server)
	}
}

func (c products) register(server *rest.Server) {
	list := c.MayAll(capability.Products, capability.List, core.CannotList)
	server.Register(rest.Route{Pattern: `/wc/v3/products`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: list, Handler: c.list},
		{Methods: rest.Creatable, Permission: c.MayAll(capability.Products, capability.Create, core.CannotCreate),
			Handler: c.create},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/products/(?P<id>[\d]+)`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.mayOne(capability.Get, core.CannotView), Handler: c.get},
		{Methods: rest.Editable, Permission: c.mayOne(capability.Update, core.CannotEdit), Handler: c.update},
		{Methods: rest.Deletable, Permission: c.mayOne(capability.Delete, core.CannotDelete), Handler: c.remove},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/products/batch`, Endpoints: []rest.Endpoint{
		{Methods: rest.Editable, Permission: c.MayAll(capability.Products, capability.Batch, core.CannotBatch),
			Handler: c.batch},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/products/suggested-products`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.MayAll(capability.Products, capability.Suggested, core.CannotList),
			Handler: c.suggest},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/products/(?P<id>[\d]+)/duplicate`, Endpoints: []rest.Endpoint{
		{Methods: rest.Creatable, Permission: c.MayAll(capability.Products, capability.Duplicate, core.CannotCreate),
			Handler: c.duplicate},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/products/(?P<id>[\d]+)/related`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.mayOne(capability.Related, core.CannotView), Handler: c.relatedProducts},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/products/custom-fields/names`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.MayAll(capability.Products, capability.CustomFieldNames,
			core.CannotList),
			Handler: c.customFieldNames},
	}})
}

func (c variations) register(server *rest.Server) {
	server.Register(rest.Route{Pattern: variationsPath, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.MayAll(capability.Variations, capability.List, core.CannotList),
			Handler: c.list},
		{Methods: rest.Creatable, Permission: c.MayAll(capability.Variations, capability.Create, core.CannotCreate),
			Handler: c.create},
	}})
	server.Register(rest.Route{Pattern: variationsPath + `/(?P<id>[\d]+)`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.mayOne(capability.Get, core.CannotView), Handler: c.get},
		{Methods: rest.Editable, Permission: c.mayOne(capability.Update, core.CannotEdit), Handler: c.update},
		{Methods: rest.Deletable, Permission: c.mayOne(capability.Delete, core.CannotDelete), Handler: c.remove},
	}})
	server.Register(rest.Route{Pattern: variationsPath + `/batch`, Endpoints: []rest.Endpoint{
		{Methods: rest.Editable, Permission: c.MayAll(capability.Variations, capability.Batch, core.CannotBatch),
			Handler: c.batch},
	}})
	server.Register(rest.Route{Pattern: everyVariation, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.MayAll(capability.Variations, capability.ListAll, core.CannotList),
			Handler: c.list},
	}})
	server.Register(rest.Route{Pattern: variationsPath + `/generate`, Endpoints: []rest.Endpoint{
		{Methods: rest.Creatable, Permission: c.MayAll(capability.Variations, capability.Generate, core.CannotCreate),
			Handler: c.generate},
	}})
}

func (c terms) register(server *rest.Server) {
	server.Register(rest.Route{Pattern: c.path, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.may(capability.List, core.CannotList), Handler: c.list},
		{Methods: rest.Creatable, Permission: c.may(capability.Create, core.CannotCreate), Handler: c.create},
	}})
	server.Register(rest.Route{Pattern: c.path + `/(?P<id>[\d]+)`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.may(capability.Get, core.CannotView), Handler: c.get},
		{Methods: rest.Editable, Permission: c.may(capability.Update, core.CannotEdit), Handler: c.update},
		{Methods: rest.Deletable, Permission: c.may(capability.Delete, core.CannotDelete), Handler: c.remove},
	}})
	server.Register(rest.Route{Pattern: c.path + `/batch`, Endpoints: []rest.Endpoint{
		{Methods: rest.Editable, Permission: c.may(capability.Batch, core.CannotBatch), Handler: c.batch},
	}})
	if c.taxonomy == ShippingClasses {
		server.Register(rest.Route{Pattern: c.path + `/slug-suggestion`, Endpoints: []rest.Endpoint{
			{Methods: rest.Readable, Permission: c.may(capability.Get, core.CannotView), Handler: c.suggestSlug},
		}})
	}
}

func (c attributes) register(server *rest.Server) {
	server.Register(rest.Route{Pattern: `/wc/v3/products/attributes`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.MayAll(capability.Attributes, capability.List, core.CannotList),
			Handler: c.list},
		{Methods: rest.Creatable, Permission: c.MayAll(capability.Attributes, capability.Create, core.CannotCreate),
			Handler: c.create},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/products/attributes/(?P<id>[\d]+)`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.mayOne(capability.Get, core.CannotView), Handler: c.get},
		{Methods: rest.Editable, Permission: c.mayOne(capability.Update, core.CannotEdit), Handler: c.update},
		{Methods: rest.Deletable, Permission: c.mayOne(capability.Delete, core.CannotDelete), Handler: c.remove},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/products/attributes/batch`, Endpoints: []rest.Endpoint{
		{Methods: rest.Editable, Permission: c.MayAll(capability.Attributes, capability.Batch, core.CannotBatch),
			Handler: c.batch},
	}})
}

func (c storefront) register(server *rest.Server) {
	public := func(pattern string, handler rest.Handler) {
		server.Register(rest.Route{Pattern: pattern,
			Endpoints: []rest.Endpoint{{Methods: rest.Readable, Handler: handler}}})
	}
	public("/wc/store/v1/products", c.catalogue)
	public("/wp/v2/product", c.posts)
	public("/wc/v3/layout-templates", func(*rest.Request) (*rest.Response,
		error) {
		return &rest.Response{Body: rest.List{}}, nil
	})
	restricted := func(pattern string, resource capability.Resource, handler rest.Handler) {
		server.Register(rest.Route{Pattern: pattern, Endpoints: []rest.Endpoint{
			{Methods: rest.Readable, Permission: c.MayAll(resource, capability.Read, core.CannotList),
				Handler: handler},
		}})
	}
	restricted("/wc-admin/options", capability.Admin, c.optionValues)
	restricted("/wc/v3/marketplace/subscriptions", capability.Marketplace, func(*rest.Request) (*rest.Response, error) {
		return &rest.Response{Body: rest.List{}}, nil
	})
	restricted("/wc/v3/marketplace/featured", capability.Marketplace, func(*rest.Request) (*rest.Response, error) {
		// WooCommerce.com cannot be reached from the sandbox.
		return &rest.Response{Body: rest.NewObject("success", false, "data",
			rest.NewObject("message", "A valid URL was not provided."))}, nil
	})
}
