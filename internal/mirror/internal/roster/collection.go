package roster

import (
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Collection describes one kind of record that a store lists in pages and that the mirror follows record by record.
// Kinds that are small and read whole are [List]s.
type Collection struct {
	Resource storage.Resource
	Route    woo.Route
	// Dated says that the parameters after and before select by creation date.
	Dated bool
	// Modified says that the parameter modified_after selects by modification date.
	Modified bool
	// Cheap are the fields that a sweep compares: all that programs write past WooCommerce (meta data, terms,
	// addresses), which moves no date. Asking for these fields alone saves the store the most expensive ones: the lines
	// of orders, and the texts and pictures of products (measured: 100 orders 0.8 s, ids and dates alone 0.2 s).
	Cheap string
}

// Path returns the path at which the store lists all records of the collection.
func (c *Collection) Path() string { return c.Route.List(0) }

// Collections are in the order in which a step works on them. Refunds come before orders, because the orders' backfill
// depends on whether the store has a list of refunds.
var Collections = []*Collection{Refunds, Orders, Products, Customers, Coupons}

// The collections, each with the parameters by which its lists can select.
var (
	Orders = &Collection{
		Resource: storage.Orders, Route: woo.RouteOrders, Dated: true, Modified: true,
		// A store that keeps orders in posts moves the date of an order only with its status, dates or note. An address
		// or meta data that a program changes leaves the date as it was (measured on 10.0.2).
		Cheap: "id,date_modified_gmt,status,total,customer_id,date_paid_gmt,billing,shipping,payment_method," +
			"transaction_id,meta_data",
	}
	// Refunds have a list of their own since WooCommerce 9.0. On older stores they are read order by order (family.go).
	Refunds = &Collection{
		Resource: storage.Refunds, Route: woo.RouteRefunds, Dated: true,
		// A gateway notes its reference, and that the money was paid back, after the refund was made. No date shows
		// that.
		Cheap: "id,parent_id,date_created_gmt,amount,reason,refunded_by,refunded_payment,meta_data",
	}
	Products = &Collection{
		Resource: storage.Products, Route: woo.RouteProducts, Dated: true, Modified: true,
		// Stock, sales and ratings move without the modification date when an order or a review comes in.
		// So do terms (type, category, visibility) and meta data that a program sets.
		Cheap: "id,date_modified_gmt,name,slug,type,status,featured,catalog_visibility,sku,price,regular_price," +
			"sale_price,total_sales,on_sale,tax_status,tax_class,manage_stock,stock_quantity,stock_status," +
			"backorders,weight,shipping_class_id,average_rating,rating_count,parent_id,categories,tags,brands," +
			"attributes,grouped_products,menu_order,meta_data,variations",
	}
	Customers = &Collection{
		Resource: storage.Customers, Route: woo.RouteCustomers,
		Cheap: "id,date_modified_gmt,email,username,role,is_paying_customer,first_name,last_name,billing,shipping," +
			"meta_data",
	}
	Coupons = &Collection{
		Resource: storage.Coupons, Route: woo.RouteCoupons, Dated: true, Modified: true,
		// A use of the coupon raises its count without moving the modification date.
		Cheap: "id,date_modified_gmt,status,code,amount,discount_type,description,date_expires_gmt,usage_count," +
			"usage_limit,used_by,individual_use,free_shipping,product_ids,minimum_amount,maximum_amount,meta_data",
	}
)

// CollectionOf returns the collection of a resource; nil where there is none.
func CollectionOf(r storage.Resource) *Collection {
	for _, c := range Collections {
		if c.Resource == r {
			return c
		}
	}
	return nil
}
