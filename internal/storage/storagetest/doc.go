// Package storagetest is the conformance suite of the database seam: what mirror, outbox and service rely on, stated
// once as tests and run by every implementation. A behaviour nobody tests here is not promised.
//
// It must know no implementation and no SQL.
//
//	func TestConformance(t *testing.T) {
//		storagetest.Run(t, func(t *testing.T) storagetest.Backend { return open(t) })
//	}
package storagetest
