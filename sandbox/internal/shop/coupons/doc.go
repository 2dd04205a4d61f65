// Package coupons is the coupons of a shop: their properties, lists, and how often each was used and by whom.
//
// It must not know orders. The room of orders computes what a coupon takes off an order.
//
//	coupon, ok := s.coupons.CouponByCode("SUMMER")
//	s.coupons.As(actor).CountUse(coupon, "7")
package coupons
