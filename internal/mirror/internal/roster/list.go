package roster

import (
	"encoding/json"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// List is a resource that is small and changes seldom. It is read whole, on a schedule of its own, and the mirror then
// holds exactly what was read.
type List struct {
	Resource storage.Resource
	route    woo.Route
	// Paged says that the list comes in pages.
	Paged bool
	// Slug is the member that identifies a record without a number.
	Slug string
	// prefix stands before the slug: the group of a setting.
	prefix string
	// Bundle says that the whole answer is one record, with the id ID.
	Bundle bool
	ID     int64
	Parent int64
	// Each returns the lists below a record of this list; nil when there are none.
	Each func(r storage.Record) []*List
}

// Path returns the path at which the store answers with the list.
func (l *List) Path() string { return l.route.List(l.Parent) }

// Lists returns the lists that every store is asked for, in this order.
func Lists() []*List {
	return []*List{
		{Resource: storage.OrderStatuses, route: woo.RouteOrderStatuses, Slug: "slug"},
		{Resource: storage.Settings, route: woo.RouteSettings + "/general", Slug: "id", prefix: "general/"},
		{Resource: storage.Settings, route: woo.RouteSettings + "/tax", Slug: "id", prefix: "tax/"},
		{Resource: storage.PaymentGateways, route: woo.RoutePaymentGateways, Slug: "id"},
		{Resource: storage.TaxClasses, route: woo.RouteTaxClasses, Slug: "slug"},
		{Resource: storage.TaxRates, route: woo.RouteTaxRates, Paged: true},
		{Resource: storage.ShippingZones, route: woo.RouteShippingZones, Each: zoneLists},
		{Resource: storage.Categories, route: woo.RouteCategories, Paged: true},
		{Resource: storage.Tags, route: woo.RouteTags, Paged: true},
		{Resource: storage.ShippingClasses, route: woo.RouteShippingClasses, Paged: true},
		{Resource: storage.Attributes, route: woo.RouteAttributes, Each: termLists},
	}
}

func zoneLists(zone storage.Record) []*List {
	return []*List{
		{Resource: storage.ShippingZoneMethods, route: woo.RouteZoneMethods, Parent: zone.ID},
		{
			Resource: storage.ShippingZoneLocation,
			route:    woo.RouteZoneLocations,
			Bundle:   true,
			ID:       zone.ID,
			Parent:   zone.ID,
		},
	}
}

func termLists(attribute storage.Record) []*List {
	return []*List{AttributeTerms(attribute.ID)}
}

// AttributeTerms returns the list of the terms of one attribute.
func AttributeTerms(attribute int64) *List {
	return &List{Resource: storage.AttributeTerms, route: woo.RouteAttributeTerms, Paged: true, Parent: attribute}
}

// Reports returns the lists of the store's own figures. Their values move with the calendar, so verify leaves them out.
func Reports() []*List {
	var all []*List
	for _, name := range []string{"sales", "orders/totals", "products/totals", "customers/totals", "coupons/totals"} {
		all = append(all,
			&List{Resource: storage.Reports, route: woo.RouteReports + "/" + woo.Route(name), Bundle: true, Slug: name})
	}
	return all
}

// Records parses the answer to a request for the list.
func (l *List) Records(body json.RawMessage) ([]storage.Record, error) {
	var records []storage.Record
	for raw, err := range jsonvalue.Elements(body) {
		if err != nil {
			return nil, ask.Unusable(l.Path(), "it is no list")
		}
		if l.Slug == "" {
			r, err := reading.Of(l.Resource, raw)
			if err != nil {
				return nil, ask.Unusable(l.Path(), "%v", err)
			}
			r.ParentID = l.Parent
			records = append(records, r.Record)
			continue
		}
		slug := ""
		for m, err := range jsonvalue.Members(raw) {
			if err != nil {
				return nil, ask.Unusable(l.Path(), "a record is no object")
			}
			if string(m.Name) == l.Slug {
				slug = jsonvalue.Text(m.Value)
			}
		}
		if slug == "" {
			return nil, ask.Unusable(l.Path(), "a record has no %s", l.Slug)
		}
		records = append(records,
			storage.Record{Ref: storage.Ref{Resource: l.Resource, Slug: l.prefix + slug}, Raw: raw})
	}
	return records, nil
}

// Owns says whether a record of the resource comes from this list, and not from another one of the same resource.
func (l *List) Owns(r storage.Record) bool {
	switch {
	case l.Bundle:
		return r.ID == l.ID && r.Slug == l.Slug
	case l.prefix != "":
		return len(r.Slug) > len(l.prefix) && r.Slug[:len(l.prefix)] == l.prefix
	default:
		return r.ParentID == l.Parent
	}
}
