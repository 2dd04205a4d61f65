package storage

import (
	"fmt"
	"slices"
	"strconv"
)

// Resource names a kind of record, in WooCommerce's own words.
type Resource string

// The resources a mirror holds.
const (
	Orders               Resource = "orders"
	OrderNotes           Resource = "order_notes"  // parent: the order
	Refunds              Resource = "refunds"      // parent: the order
	Fulfillments         Resource = "fulfillments" // parent: the order
	Products             Resource = "products"
	Variations           Resource = "variations" // parent: the product
	Categories           Resource = "product_categories"
	Tags                 Resource = "product_tags"
	ShippingClasses      Resource = "product_shipping_classes"
	Attributes           Resource = "product_attributes"
	AttributeTerms       Resource = "product_attribute_terms" // parent: the attribute
	Customers            Resource = "customers"
	Coupons              Resource = "coupons"
	TaxRates             Resource = "taxes"
	TaxClasses           Resource = "tax_classes" // by slug
	ShippingZones        Resource = "shipping_zones"
	ShippingZoneMethods  Resource = "shipping_zone_methods"   // parent: the zone
	ShippingZoneLocation Resource = "shipping_zone_locations" // one record per zone, under the zone's id
	PaymentGateways      Resource = "payment_gateways"        // by slug
	OrderStatuses        Resource = "order_statuses"          // by slug
	Settings             Resource = "settings"                // by slug "group/option"
	Reports              Resource = "reports"                 // by slug; a snapshot, not a mirror
)

// OrderLines has no records of its own. A [Mark] of it stands for the orders and refunds whose lines show a product or
// variation, which is the mark's parent.
const OrderLines Resource = "order_lines"

// Webhooks are written to a store but not mirrored.
const Webhooks Resource = "webhooks"

// Resources lists every resource, in the order of the documentation.
func Resources() []Resource {
	return []Resource{
		Orders, Refunds, OrderNotes, Fulfillments, Products, Variations, Categories, Tags, ShippingClasses,
		Attributes, AttributeTerms,
		Customers, Coupons, TaxRates, TaxClasses, ShippingZones, ShippingZoneMethods, ShippingZoneLocation,
		PaymentGateways, OrderStatuses, Settings, Reports,
	}
}

// Known says whether r is one of [Resources].
func (r Resource) Known() bool { return slices.Contains(Resources(), r) }

// Ref names one record of a store: by number where the store numbers the resource, else by slug (settings, payment
// gateways, order statuses, tax classes, reports). Exactly one of ID and Slug is used by a resource, except that a
// shipping zone may have ID 0.
type Ref struct {
	Resource Resource `json:"resource"`
	ID       int64    `json:"id,omitempty"`
	Slug     string   `json:"slug,omitempty"`
}

// ParseRef is the record of a resource that a word names: by its number, else by its slug.
func ParseRef(r Resource, word string) Ref {
	if id, err := strconv.ParseInt(word, 10, 64); err == nil && strconv.FormatInt(id, 10) == word {
		return Ref{Resource: r, ID: id}
	}
	return Ref{Resource: r, Slug: word}
}

// String is "orders/46" or "payment_gateways/bacs".
func (r Ref) String() string {
	if r.Slug != "" {
		return string(r.Resource) + "/" + r.Slug
	}
	return fmt.Sprintf("%s/%s", r.Resource, strconv.FormatInt(r.ID, 10))
}
