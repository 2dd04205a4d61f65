// Package shipping is how a shop sends: zones, the places in them, the methods of a zone and their settings.
//
// It must not know orders. Orders ask it only for the tax status of a shipping line's method.
//
//	status := s.shipping.ZoneMethodTaxStatus(instance)
package shipping
