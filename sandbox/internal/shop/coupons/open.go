package coupons

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// New returns the store of this package as a fresh installation has it.
func New(base *core.Store, catalogue *catalogue.Store) *Store {
	s := &Store{Store: base, catalogue: catalogue}
	s.Reset()
	return s
}

// Reset brings back the state of a fresh installation.
func (s *Store) Reset() {
	s.State = State{
		Coupons: newCouponTable(),
	}
}

// Register adds the routes of this package to a server.
func (s *Store) Register(server *rest.Server) {
	for _, controller := range []interface{ register(*rest.Server) }{
		coupons{s},
	} {
		controller.register(server)
	}
}

func (c coupons) register(server *rest.Server) {
	server.Register(rest.Route{Pattern: `/wc/v3/coupons`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.MayAll(capability.Coupons, capability.List, core.CannotList),
			Handler: c.list},
		{Methods: rest.Creatable, Permission: c.MayAll(capability.Coupons, capability.Create, core.CannotCreate),
			Handler: c.create},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/coupons/(?P<id>[\d]+)`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: c.mayOne(capability.Get, core.CannotView), Handler: c.get},
		{Methods: rest.Editable, Permission: c.mayOne(capability.Update, core.CannotEdit), Handler: c.update},
		{Methods: rest.Deletable, Permission: c.mayOne(capability.Delete, core.CannotDelete), Handler: c.remove},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/coupons/batch`, Endpoints: []rest.Endpoint{
		{Methods: rest.Editable, Permission: c.MayAll(capability.Coupons, capability.Batch, core.CannotBatch),
			Handler: c.batch},
	}})
}
