package catalogue

import (
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/customers"
	"github.com/waybillhq/waybill/sandbox/internal/shop/taxes"
)

// New returns the store of this package as a fresh installation has it.
func New(base *core.Store, taxes *taxes.Store, customers *customers.Store) *Store {
	s := &Store{Store: base, taxes: taxes, customers: customers}
	s.Reset()
	customers.OnDeletedUser(s.reassignProducts)
	return s
}

// Reset brings back the state of a fresh installation.
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

// Forget drops cached answers. A caller that replaces the state has to call it.
func (s *Store) Forget() { s.lists = &productLists{} }
