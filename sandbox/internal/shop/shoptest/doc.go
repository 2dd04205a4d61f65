// Package shoptest gives tests of the rooms a whole shop: the store with all its rooms behind a REST server, a clock
// that stands still, requests of an administrator, and answers that are checked by path.
//
//	shop := shoptest.New(t)
//	shop.Order(`{"line_items":[{"product_id":%d}]}`, shop.Product("10.00").ID).Shows("total=10.00")
//
// It is for tests only.
package shoptest
