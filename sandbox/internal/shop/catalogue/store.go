package catalogue

import (
	"context"
	"net/http"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/customers"
	"github.com/waybillhq/waybill/sandbox/internal/shop/taxes"
)

// Store holds what a shop sells: products, variations, terms and images.
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

	// catalogueGeneration grows with every change of products, terms and images. These show each other: a variable
	// product the prices of its variations, a product the names of its terms.
	catalogueGeneration uint64
	counts              *termCounts

	approvedDirectories []approvedDirectory
	related             *relatedCache
	// syncs are variable products whose prices and stock are brought up to date at the end of the request.
	syncs []int64
}

// Clerk changes the records of this package on behalf of an actor.
type Clerk struct {
	*Store
	core.Actor
}

// As returns a clerk who works for an actor.
func (s *Store) As(actor core.Actor) *Clerk { return &Clerk{Store: s, Actor: actor} }

// clerk returns a clerk working for user, who may be nil.
func (s *Store) clerk(user *identity.User) *Clerk { return s.As(s.Actor(user)) }

// CatalogueChanged makes all records of the catalogue render anew.
func (s *Store) CatalogueChanged() { s.catalogueGeneration++ }

// ImageSource fetches images by their addresses.
type ImageSource interface {
	// Fetch returns the answer to a GET of address; the caller closes its body.
	Fetch(ctx context.Context, address string) (*http.Response, error)
}

// ImageRules says how a store fetches images. The zero value does as WordPress does: over HTTP, from public addresses
// and the usual ports only.
type ImageRules struct {
	// Source makes the requests; nil means a plain HTTP client.
	Source ImageSource
	// AllowPrivate lets the store fetch from loopback and private addresses and from any port, as a plugin can.
	AllowPrivate bool
}

// approvedDirectory is an address below which downloadable files may be. A directory that a user without the right to
// manage options needed is on the list, but not enabled.
type approvedDirectory struct {
	address string // with a slash at the end
	enabled bool
}
