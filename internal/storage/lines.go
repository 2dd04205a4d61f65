package storage

// Lines are the products and variations that the lines of an order or a refund show. They are noted so that a product
// that changes leads to them without a look through all.
type Lines struct {
	Ref
	ParentID int64 // the order of a refund
	// Products are the numbers of products and variations, none where the record is gone. WordPress numbers both in one
	// series, so a number says which it is.
	Products []int64
}
