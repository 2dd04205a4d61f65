package customers

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// New returns the store of this package as a fresh installation has it.
func New(base *core.Store) *Store {
	s := &Store{Store: base}
	s.Reset()
	return s
}

// Reset brings back the state of a fresh installation.
func (s *Store) Reset() {
	s.State = State{
		Users:     newUserTable(),
		Customers: newCustomerTable(),
	}
}

// Register adds the routes of this package to a server.
func (s *Store) Register(server *rest.Server) {
	for _, controller := range []interface{ register(*rest.Server) }{
		customers{s},
	} {
		controller.register(server)
	}
}

func (c customers) register(server *rest.Server) {
	server.Register(rest.Route{Pattern: `/wc/v3/customers`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.MayAll(capability.Customers, capability.List, core.CannotList),
			Handler: c.list,
			Rules:   map[string]rest.ArgRule{"role": {Enum: c.listableRoles}}},
		{Methods: rest.Creatable, Permission: c.MayAll(capability.Customers, capability.Create, core.CannotCreate),
			Handler: c.create},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/customers/(?P<id>[\d]+)`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.mayOne(capability.Get, "id", core.CannotView), Handler: c.get},
		{Methods: rest.Editable, Permission: c.mayOne(capability.Update, "id", core.CannotEdit), Handler: c.update},
		{Methods: rest.Deletable, Permission: c.mayOne(capability.Delete, "id", core.CannotDelete), Handler: c.remove},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/customers/batch`, Endpoints: []rest.Endpoint{
		{Methods: rest.Editable, Permission: c.MayAll(capability.Customers, capability.Batch, core.CannotBatch),
			Handler: c.batch},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/customers/(?P<customer_id>[\d]+)/downloads`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.mayOne(capability.Downloads, "customer_id", core.CannotList),
			Handler: c.downloads},
	}})
}
