// Package coupons is the coupons of a shop: their properties, lists, and how often each was used and by whom.
//
// It must not know orders. What a coupon takes off an order is reckoned where the order is.
//
//	coupon, ok := s.coupons.CouponByCode("SUMMER")
//	s.coupons.As(actor).CountUse(coupon, "7")
package coupons
