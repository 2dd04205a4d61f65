// Package orders is the orders of a shop with all that belongs to them: lines, totals, taxes, discounts, status, stock,
// notes, refunds, fulfilments, receipts, e-mails.
//
// It guarantees that an order is changed as WooCommerce changes it: in memory, then saved whole (orderDraft), so a
// request that is refused, or whose PHP dies half way, leaves what WooCommerce would leave. A page anywhere in a list
// costs about as much as the first (pages.go).
//
// It may know products, customers, coupons, taxes and shipping; none of them knows it. It must not know reports or
// settings.
//
//	d := s.clerkOf(r).draftOf(stored)
//	d.setStatus("completed", true)
//	d.save()
package orders
