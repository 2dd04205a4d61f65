package catalogue

import (
	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/customers"
	"github.com/waybillhq/waybill/sandbox/internal/shop/taxes"
)

// Store is what a shop sells and how it is told: products, variations, terms and images.
type Store struct {
	*core.Store
	taxes     *taxes.Store
	customers *customers.Store

	State
	lists    *productLists
	images   ImageRules // how images are fetched
	removals []func(id int64, forGood bool)
}

// State is what a reset discards.
type State struct {
	Products         *core.Table[*Product]
	Terms            *core.Table[*Term]
	GlobalAttributes *core.Table[*GlobalAttribute]
	Images           *core.Table[*Image]

	// catalogueGeneration is raised by every change of products, terms and images. They show each other: a
	// variable product the prices of its variations, a product the names of its terms.
	catalogueGeneration uint64
	counts              *termCounts

	approvedDirectories []approvedDirectory
	related             *relatedCache
	// syncs are variable products whose prices and stock are brought up to date when the request is over.
	syncs []int64
}

// New returns the room as a fresh installation has it.
func New(base *core.Store, taxes *taxes.Store, customers *customers.Store) *Store {
	s := &Store{Store: base, taxes: taxes, customers: customers}
	s.Reset()
	customers.OnDeletedUser(s.reassignProducts)
	return s
}

// Reset discards the state.
func (s *Store) Reset() {
	s.State = State{
		Products:         newProductTable(),
		Terms:            newTermTable(),
		GlobalAttributes: newAttributeTable(),
		Images:           newImageTable(s.Now()),
		counts:           newTermCounts(),
		related:          newRelatedCache(),
	}
	s.Forget()
}

// Forget drops what was kept to answer faster. Whoever replaces the state has to call it.
func (s *Store) Forget() { s.lists = &productLists{} }

// Register adds the routes of the room to a server.
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

// A Clerk does the work of the room on somebody's behalf.
type Clerk struct {
	*Store
	core.Actor
}

// As returns a clerk who works for an actor.
func (s *Store) As(actor core.Actor) *Clerk { return &Clerk{Store: s, Actor: actor} }

// clerk returns a clerk working for user, who may be nil.
func (s *Store) clerk(user *identity.User) *Clerk { return s.As(s.Actor(user)) }

// CatalogueChanged makes everything of the catalogue render anew.
func (s *Store) CatalogueChanged() { s.catalogueGeneration++ }
