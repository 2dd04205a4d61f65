// Package storagetest is the conformance suite of package storage: what mirror, outbox and service rely on, stated once
// as tests and run by every implementation. A behaviour without a test here is not promised.
//
// The package must know no implementation and no SQL.
//
//	func TestConformance(t *testing.T) {
//		storagetest.Run(t, func(t *testing.T) storagetest.Backend { return open(t) })
//	}
package storagetest
