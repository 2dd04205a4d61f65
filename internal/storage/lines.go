package storage

// Lines are the products and variations that the lines of an order or a refund show. A changed product leads to its
// orders through them, without reading all orders.
type Lines struct {
	Ref
	ParentID int64 // the order of a refund
	// Products are the ids of products and variations; none where the record is gone. WordPress numbers both in one
	// series, so an id says which it is.
	Products []int64
}
