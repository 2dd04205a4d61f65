// Package shipping is how a shop sends: zones, the places in them, the methods of a zone and their settings.
//
// It must not know orders: a line of shipping asks for the tax status of its method, and that is all.
//
//	status := s.shipping.ZoneMethodTaxStatus(instance)
package shipping
