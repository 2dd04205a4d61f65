package orders

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// Register adds the routes of this package to a server.
func (s *Store) Register(server *rest.Server) {
	for _, controller := range []interface{ register(*rest.Server) }{
		orders{s},
		networkOrders{s},
		orderNotes{s},
		refunds{s},
		orderActions{s},
		fulfillments{s},
		receipts{s},
	} {
		controller.register(server)
	}
}

func (c orders) register(server *rest.Server) {
	status := map[string]rest.ArgRule{"status": {Enum: c.writableStatuses}}
	server.Register(rest.Route{Pattern: `/wc/v3/orders`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.MayAll(capability.Orders, capability.List, core.CannotList),
			Handler: c.list,
			Rules:   map[string]rest.ArgRule{"status": {Enum: c.listableStatuses}}},
		{Methods: rest.Creatable, Permission: c.MayAll(capability.Orders, capability.Create, core.CannotCreate),
			Handler: c.create, Rules: status},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/orders/(?P<id>[\d]+)`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.mayGet, Handler: c.get},
		{Methods: rest.Editable, Permission: c.mayUpdate, Handler: c.update, Rules: status},
		{Methods: rest.Deletable, Permission: c.mayDelete, Handler: c.remove},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/orders/batch`, Endpoints: []rest.Endpoint{
		{Methods: rest.Editable, Permission: c.MayAll(capability.Orders, capability.Batch, core.CannotBatch),
			Handler: c.batch, Rules: status},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/orders/statuses`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Handler: c.listStatuses},
	}})
}

func (c networkOrders) register(server *rest.Server) {
	exists := func() bool { return c.customers.Network != nil }
	for namespace, after := range map[string]string{
		"wc/v3": `/wc/v3/layout-templates/(?P<id>\w[\w\s\-]*)`, "wc/v2": `/wc/v2/customers/batch`,
	} {
		server.Register(rest.Route{
			Pattern: "/" + namespace + "/orders/network", Namespace: namespace, Like: "/wc/v2/orders", After: after,
			Available: exists,
			Endpoints: []rest.Endpoint{{Methods: rest.Readable, Permission: c.mayList, Handler: c.list}},
		})
	}
}

func (c orderNotes) register(server *rest.Server) {
	server.Register(rest.Route{Pattern: `/wc/v3/orders/(?P<order_id>[\d]+)/notes`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.MayAll(capability.OrderNotes, capability.List, core.CannotList),
			Handler: c.list},
		{Methods: rest.Creatable, Permission: c.MayAll(capability.OrderNotes, capability.Create, core.CannotCreate),
			Handler: c.create},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/orders/(?P<order_id>[\d]+)/notes/(?P<id>[\d]+)`,
		Endpoints: []rest.Endpoint{
			{Methods: rest.Readable, Permission: c.mayGet, Handler: c.get},
			{Methods: rest.Deletable, Permission: c.mayDelete, Handler: c.remove},
		}})
}

func (c refunds) register(server *rest.Server) {
	server.Register(rest.Route{Pattern: `/wc/v3/orders/(?P<order_id>[\d]+)/refunds`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.MayAll(capability.Refunds, capability.List, core.CannotList),
			Handler: c.listOfOrder},
		{Methods: rest.Creatable, Permission: c.MayAll(capability.Refunds, capability.Create, core.CannotCreate),
			Handler: c.create},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/orders/(?P<order_id>[\d]+)/refunds/(?P<id>[\d]+)`,
		Endpoints: []rest.Endpoint{
			{Methods: rest.Readable, Permission: c.mayGet, Handler: c.get},
			{Methods: rest.Deletable, Permission: c.mayDelete, Handler: c.remove},
		}})
	server.Register(rest.Route{Pattern: `/wc/v3/refunds`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.MayAll(capability.Refunds, capability.ListAll, core.CannotList),
			Handler: c.listAll},
	}})
}

func (c orderActions) register(server *rest.Server) {
	const base = `/wc/v3/orders/(?P<id>[\d]+)/actions/`
	server.Register(rest.Route{Pattern: base + "email_templates", Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.may(capability.EmailTemplates, "Sorry, you cannot view resources."),
			Handler: c.templates},
	}})
	server.Register(rest.Route{Pattern: base + "send_email", Endpoints: []rest.Endpoint{
		{Methods: rest.Creatable, Permission: c.may(capability.SendEmail, "Sorry, you cannot create resources."),
			Handler: c.sendEmail},
	}})
	server.Register(rest.Route{Pattern: base + "send_order_details", Endpoints: []rest.Endpoint{
		{Methods: rest.Creatable, Permission: c.may(capability.SendOrderDetails, "Sorry, you cannot create resources."),
			Handler: c.sendDetails},
	}})
}

func (c fulfillments) register(server *rest.Server) {
	const collection = `/wc/v3/orders/(?P<order_id>[\d]+)/fulfillments`
	const one = collection + `/(?P<fulfillment_id>[\d]+)`
	switchedOn := func() bool { return c.FeatureIsOn("fulfillments") }
	may := c.mayDo
	server.Register(rest.Route{Pattern: collection, Available: switchedOn, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.List, mayNotView), Handler: c.list},
		{Methods: rest.Creatable, Permission: may(capability.Create, mayNotCreate), Handler: c.create},
	}})
	server.Register(rest.Route{Pattern: one, Available: switchedOn, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.Get, mayNotView), Handler: c.get},
		{Methods: rest.Editable, Permission: may(capability.Update, mayNotDo), Handler: c.update},
		{Methods: rest.Deletable, Permission: may(capability.Delete, mayNotDelete), Handler: c.remove},
	}})
	server.Register(rest.Route{Pattern: one + `/metadata`, Available: switchedOn, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.GetMeta, mayNotView), Handler: c.getMeta},
		{Methods: rest.Editable, Permission: may(capability.UpdateMeta, mayNotDo), Handler: c.updateMeta},
		{Methods: rest.Deletable, Permission: may(capability.DeleteMeta, mayNotDelete), Handler: c.removeMeta},
	}})
	server.Register(rest.Route{Pattern: collection + `/lookup`, Available: switchedOn, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.Lookup, mayNotView), Handler: c.lookup},
	}})
}

func (c receipts) register(server *rest.Server) {
	const pattern = `/wc/v3/orders/(?P<id>[\d]+)/receipt`
	server.Register(rest.Route{Pattern: pattern, Endpoints: []rest.Endpoint{
		{Methods: rest.Creatable, Permission: c.may(capability.Create, "Sorry, you cannot create resources."),
			Handler: c.create},
		{Methods: rest.Readable, Permission: c.may(capability.Get, "Sorry, you cannot view resources."),
			Handler: c.get},
	}})
}
