package reviews

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
)

// New returns the store of this package as a fresh installation has it.
func New(base *core.Store, catalogue *catalogue.Store, orders *orders.Store) *Store {
	s := &Store{Store: base, catalogue: catalogue, orders: orders}
	s.Reset()
	catalogue.OnRemovedProduct(s.follow)
	return s
}

// Reset brings back the state of a fresh installation.
func (s *Store) Reset() { s.State = State{Reviews: newReviewTable()} }

// Register adds the routes of this package to a server.
func (s *Store) Register(server *rest.Server) { reviews{s}.register(server) }

func (c reviews) register(server *rest.Server) {
	server.Register(rest.Route{Pattern: `/wc/v3/products/reviews`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.MayAll(capability.Reviews, capability.List, core.CannotList),
			Handler: c.list},
		{Methods: rest.Creatable, Permission: c.MayAll(capability.Reviews, capability.Create, core.CannotCreate),
			Handler: c.create},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/products/reviews/(?P<id>[\d]+)`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.mayOne(capability.Get, core.CannotView), Handler: c.get},
		{Methods: rest.Editable, Permission: c.mayOne(capability.Update, core.CannotEdit), Handler: c.update},
		{Methods: rest.Deletable, Permission: c.mayOne(capability.Delete, core.CannotDelete), Handler: c.remove},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/products/reviews/batch`, Endpoints: []rest.Endpoint{
		{Methods: rest.Editable, Permission: c.MayAll(capability.Reviews, capability.Batch, core.CannotBatch),
			Handler: c.batch},
	}})
}
