package export

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/storage"
)

// Column is one column of a resource's rows.
type Column struct {
	// Name is the column's heading in CSV.
	Name string
	// Path leads to the value in the record, such as "billing.email".
	Path string
}

// amount says whether a column holds decimal numbers.
func (c Column) amount() bool { return amounts.MatchString(c.Name) }

var amounts = regexp.MustCompile(
	`^(|.*_)(total|tax|subtotal|price|amount|weight|rate)$`)

// OrderItems are the line items of orders, one row each. They are no resource of the store's API, but the usual choice
// for a spreadsheet.
const OrderItems storage.Resource = "order_items"

// Resources lists what can be exported: the mirrored resources and [OrderItems].
func Resources() []storage.Resource {
	return slices.Insert(storage.Resources(), 1, OrderItems)
}

// Columns returns the CSV columns of a resource.
func Columns(r storage.Resource) []Column {
	if text, ok := layouts[r]; ok {
		return parse(text)
	}
	return parse(general)
}

// layouts name the columns of the resources that people put into spreadsheets. A group such as billing.{city country}
// stands for the columns billing_city and billing_country.
var layouts = map[storage.Resource]string{
	storage.Orders: `id number status currency total total_tax shipping_total shipping_tax discount_total discount_tax cart_tax
		prices_include_tax date_created date_created_gmt date_modified_gmt date_paid_gmt date_completed_gmt customer_id
		billing.{first_name last_name company address_1 address_2 city state postcode country email phone}
		shipping.{first_name last_name company address_1 address_2 city state postcode country phone}
		payment_method payment_method_title transaction_id created_via customer_note order_key parent_id
		line_items shipping_lines tax_lines fee_lines coupon_lines refunds meta_data`,
	OrderItems: `order_id order_number order_status order_currency order_date_created_gmt
		id name product_id variation_id sku quantity price subtotal subtotal_tax total total_tax tax_class meta_data`,
	storage.Refunds:      `id parent_id date_created date_created_gmt amount reason refunded_by refunded_payment line_items meta_data`,
	storage.OrderNotes:   `id parent_id author date_created_gmt note customer_note`,
	storage.Fulfillments: `id parent_id status is_fulfilled date_updated meta_data`,
	storage.Products: `id sku name type status price regular_price sale_price on_sale manage_stock stock_quantity stock_status backorders
		total_sales weight tax_class tax_status virtual downloadable slug permalink date_created_gmt date_modified_gmt
		parent_id short_description categories tags attributes variations meta_data`,
	storage.Variations: `id parent_id sku name status price regular_price sale_price on_sale manage_stock stock_quantity stock_status
		weight tax_class date_created_gmt date_modified_gmt attributes meta_data`,
	storage.Customers: `id email first_name last_name username role is_paying_customer date_created_gmt date_modified_gmt
		billing.{first_name last_name company address_1 address_2 city state postcode country email phone}
		shipping.{first_name last_name company address_1 address_2 city state postcode country phone} meta_data`,
	storage.Coupons: `id code amount discount_type status description date_created_gmt date_modified_gmt date_expires_gmt usage_count
		usage_limit usage_limit_per_user individual_use free_shipping minimum_amount maximum_amount product_ids
		product_categories email_restrictions meta_data`,
	storage.Categories:      `id name slug parent description display menu_order count`,
	storage.Tags:            `id name slug description count`,
	storage.ShippingClasses: `id name slug description count`,
	storage.TaxRates:        `id country state postcode city rate name priority compound shipping order class`,
}

// general are the columns of every other resource: what identifies the record, and all of it as JSON.
const general = `id slug parent_id status date_created_gmt date_modified_gmt raw`

func parse(layout string) []Column {
	var columns []Column
	group, inGroup := "", false
	for word := range strings.FieldsSeq(layout) {
		if before, first, ok := strings.Cut(word, "{"); ok {
			group, inGroup, word = strings.TrimSuffix(before, "."), true, first
		}
		closing := strings.HasSuffix(word, "}")
		word = strings.TrimSuffix(word, "}")
		column := Column{Name: word, Path: word}
		if inGroup {
			column = Column{Name: group + "_" + word, Path: group + "." + word}
		}
		columns = append(columns, column)
		if closing {
			inGroup = false
		}
	}
	return columns
}

// Known returns the resource that a person names, with dashes or underscores. The error lists the known names.
func Known(name string) (storage.Resource, error) {
	r := storage.Resource(strings.ReplaceAll(strings.ToLower(name), "-", "_"))
	if slices.Contains(Resources(), r) {
		return r, nil
	}
	var names []string
	for _, known := range Resources() {
		names = append(names, string(known))
	}
	return "", fmt.Errorf("%q is no resource; there are %s", name, strings.Join(names, ", "))
}
