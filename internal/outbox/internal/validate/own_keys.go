package validate

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/storage"
)

// WooCommerce keeps fields of records in their meta data under keys of its own. An entry of meta data with such a key
// sets the field, or becomes a second row, and no answer shows it (docs/woocommerce/orders.md#meta-own-keys).

// ownKeys are these keys, each with the field for which it stands; "" where no field of the API sets it.
var ownKeys = map[storage.Resource]map[string]string{
	storage.Orders: keysOf("_", `customer_user=customer_id order_key order_currency=currency edit_last cart_discount
		cart_discount_tax order_shipping order_shipping_tax order_tax order_total payment_method=payment_method
		payment_method_title=payment_method_title transaction_id=transaction_id customer_ip_address
		customer_user_agent created_via order_version prices_include_tax date_completed=status date_paid=set_paid
		completed_date=status paid_date=set_paid payment_tokens billing_address_index shipping_address_index
		recorded_sales recorded_coupon_usage_counts download_permissions_granted order_stock_reduced
		new_order_email_sent cogs_total_value`+addressKeys()),
	storage.Products:   keysOf("_", productKeys),
	storage.Variations: keysOf("_", productKeys+` variation_description=description`),
	storage.Refunds: keysOf("_", `refund_amount=amount refund_reason=reason refunded_by refunded_payment=api_refund
		order_currency cart_discount cart_discount_tax order_shipping order_shipping_tax order_tax order_total
		order_version prices_include_tax payment_tokens`),
	storage.Coupons: keysOf("", `discount_type=discount_type coupon_amount=amount expiry_date=date_expires
		date_expires=date_expires individual_use=individual_use product_ids=product_ids
		exclude_product_ids=excluded_product_ids usage_limit=usage_limit usage_limit_per_user=usage_limit_per_user
		limit_usage_to_x_items=limit_usage_to_x_items free_shipping=free_shipping product_categories=product_categories
		exclude_product_categories=excluded_product_categories exclude_sale_items=exclude_sale_items
		minimum_amount=minimum_amount maximum_amount=maximum_amount customer_email=email_restrictions usage_count
		_used_by _edit_lock _edit_last`),
	storage.Customers: keysOf("", `first_name=first_name last_name=last_name paying_customer last_update
		session_tokens`+addressKeys()),
}

// ownLineKeys are the same keys for the lines of an order.
var ownLineKeys = map[string]map[string]string{
	"line_items": keysOf("_", `product_id=product_id variation_id=variation_id qty=quantity tax_class=tax_class
		line_subtotal=subtotal line_total=total line_subtotal_tax line_tax line_tax_data`),
	"fee_lines": keysOf("_", `fee_amount=total line_total=total tax_class=tax_class tax_status=tax_status
		line_subtotal line_subtotal_tax line_tax line_tax_data`),
	"shipping_lines": keysOf("", `method_id=method_id instance_id=instance_id cost=total total_tax taxes`),
}

const productKeys = `visibility=catalog_visibility sku=sku global_unique_id=global_unique_id price=regular_price
	regular_price=regular_price sale_price=sale_price sale_price_dates_from=date_on_sale_from
	sale_price_dates_to=date_on_sale_to tax_status=tax_status tax_class=tax_class manage_stock=manage_stock
	stock=stock_quantity stock_status=stock_status backorders=backorders low_stock_amount=low_stock_amount
	sold_individually=sold_individually weight=weight length=dimensions.length width=dimensions.width
	height=dimensions.height upsell_ids=upsell_ids crosssell_ids=cross_sell_ids purchase_note=purchase_note
	default_attributes=default_attributes product_attributes=attributes virtual=virtual downloadable=downloadable
	download_limit=download_limit download_expiry=download_expiry featured=featured downloadable_files=downloads
	wc_rating_count wc_average_rating wc_review_count thumbnail_id=images file_paths=downloads
	product_image_gallery=images product_version edit_last edit_lock cogs_total_value`

func addressKeys() string {
	var b strings.Builder
	for _, address := range []string{"billing", "shipping"} {
		for _, field := range document.Words("first_name last_name company address_1 address_2 city state postcode " +
			"country email phone") {
			b.WriteString(" " + address + "_" + field + "=" + address + "." + field)
		}
	}
	return b.String()
}

func keysOf(prefix, list string) map[string]string {
	keys := map[string]string{}
	for _, word := range document.Words(list) {
		key, field, _ := strings.Cut(word, "=")
		keys[prefix+key] = field
	}
	return keys
}

// ownKey refuses an entry of a record's meta data whose key is WooCommerce's own.
func (v *Violations) ownKey(at, key string) bool {
	keys := ownKeys[v.Write.Resource]
	list, _, _ := strings.Cut(at, "[")
	if list != "meta_data" {
		keys = ownLineKeys[list]
	}
	field, own := keys[key]
	if !own || slices.Contains(v.Write.Allowed, WithoutPlaces(at)+key) {
		return false
	}
	instead := "no field of the API sets it"
	if field != "" {
		instead = "write " + field
	}
	v.Add(at+"key", "%s is a key of WooCommerce's own: the store would change the field behind it, or keep a second "+
		"value beside it, and show neither; %s", key, instead)
	return true
}
