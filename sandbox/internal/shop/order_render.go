package shop

import (
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// orderJSON is an order as answers show it, without links.
func (s *Store) orderJSON(o *Order, v view) rest.Value {
	if !v.plain() {
		return s.renderOrder(o, v)
	}
	return s.rendered.jsonAs(renderKey{"order", o.ID}, o.revision, variant{v.decimals, v.home}, func() *rest.Object {
		return s.renderOrder(o, v)
	})
}

func (s *Store) renderOrder(o *Order, v view) *rest.Object {
	json := &rest.Object{}
	put := func(name string, value rest.Value) {
		if v.mentions(name) {
			json.Set(name, value)
		}
	}
	amount := func(name, value string) {
		if v.wants(name) {
			json.Set(name, fixedAmount(value, v.decimals))
		} else if v.whole {
			json.Set(name, value)
		}
	}
	date := func(name string, at time.Time) {
		if v.wants(name) || v.wants(name+"_gmt") {
			json.Set(name, s.localDate(at))
		} else if v.whole {
			json.Set(name, s.phpDate(at))
		}
	}
	put("id", o.ID)
	put("parent_id", o.ParentID)
	put("status", o.Status)
	put("currency", o.Currency)
	put("version", o.Version)
	put("prices_include_tax", o.PricesIncludeTax)
	date("date_created", o.Created)
	date("date_modified", o.Modified)
	amount("discount_total", o.DiscountTotal)
	amount("discount_tax", o.DiscountTax)
	amount("shipping_total", o.ShippingTotal)
	amount("shipping_tax", o.ShippingTax)
	amount("cart_tax", o.CartTax)
	amount("total", o.Total)
	amount("total_tax", o.TotalTax)
	put("customer_id", o.CustomerID)
	put("order_key", o.Key)
	if v.mentions("billing") {
		json.Set("billing", o.Billing.json(true))
	}
	if v.mentions("shipping") {
		json.Set("shipping", o.ShipTo.json(false))
	}
	put("payment_method", o.PaymentMethod)
	put("payment_method_title", o.PaymentMethodTitle)
	put("transaction_id", o.TransactionID)
	put("customer_ip_address", o.IPAddress)
	put("customer_user_agent", o.UserAgent)
	put("created_via", o.CreatedVia)
	put("customer_note", o.CustomerNote)
	date("date_completed", o.Completed)
	date("date_paid", o.Paid)
	put("cart_hash", o.CartHash)
	put("number", itoa(o.ID))
	s.renderLines(json, &o.Document, v)
	s.renderExtras(json, o, v)
	put("currency_symbol", currencySymbol(o.Currency))
	return json
}

// renderLines adds meta data and lines.
func (s *Store) renderLines(json *rest.Object, d *Document, v view) {
	if v.wants("meta_data") {
		json.Set("meta_data", metaJSON(v.meta(s.visibleOrderMeta(d.Meta))))
	}
	if v.wants("line_items") {
		json.Set("line_items", listOf(d.Lines, func(l *ProductLine) rest.Value { return s.productLineJSON(l, v) }))
	}
	if v.wants("tax_lines") {
		json.Set("tax_lines", listOf(d.Taxes, func(l *TaxLine) rest.Value { return s.taxLineJSON(l, v) }))
	}
	if v.wants("shipping_lines") {
		json.Set("shipping_lines", listOf(d.Shipping, func(l *ShippingLine) rest.Value { return s.shippingLineJSON(l, v) }))
	}
	if v.wants("fee_lines") {
		json.Set("fee_lines", listOf(d.Fees, func(l *FeeLine) rest.Value { return s.feeLineJSON(l, v) }))
	}
	if v.wants("coupon_lines") {
		json.Set("coupon_lines", listOf(d.Coupons, func(l *CouponLine) rest.Value { return s.couponLineJSON(l) }))
	}
}

func listOf[T any](lines []*T, json func(*T) rest.Value) rest.List {
	list := make(rest.List, len(lines))
	for i, line := range lines {
		list[i] = json(line)
	}
	return list
}

// renderExtras adds what is computed from the order.
func (s *Store) renderExtras(json *rest.Object, o *Order, v view) {
	if v.wants("refunds") {
		json.Set("refunds", listOf(s.refundsOf(o.ID), func(r *Refund) rest.Value {
			return rest.NewObject("id", r.ID, "reason", r.Reason, "total", "-"+fixedAmount(r.Amount, v.decimals))
		}))
	}
	if v.wants("payment_url") {
		json.Set("payment_url", v.home+"/checkout/order-pay/"+itoa(o.ID)+"/?pay_for_order=true&key="+o.Key)
	}
	if v.wants("is_editable") {
		json.Set("is_editable", o.IsEditable())
	}
	if v.wants("needs_payment") {
		json.Set("needs_payment", o.NeedsPayment())
	}
	if v.wants("needs_processing") {
		json.Set("needs_processing", s.needsProcessing(o))
	}
	for _, date := range []struct {
		name string
		at   time.Time
	}{{"date_created", o.Created}, {"date_modified", o.Modified}, {"date_completed", o.Completed}, {"date_paid", o.Paid}} {
		if v.wants(date.name) || v.wants(date.name+"_gmt") {
			json.Set(date.name+"_gmt", gmtDate(date.at))
		}
	}
}

// localDate and gmtDate show a moment, null for none.
func (s *Store) localDate(at time.Time) rest.Value {
	if at.IsZero() {
		return nil
	}
	return s.localTime(at)
}

func gmtDate(at time.Time) rest.Value {
	if at.IsZero() {
		return nil
	}
	return gmtTime(at)
}

// phpDate is what json_encode makes of a DateTime that nobody formatted.
func (s *Store) phpDate(at time.Time) rest.Value {
	if at.IsZero() {
		return nil
	}
	const layout = "2006-01-02 15:04:05.000000"
	if name := s.options.Get("timezone_string"); name != "" {
		return rest.NewObject("date", at.In(s.Zone()).Format(layout), "timezone_type", int64(3), "timezone", name)
	}
	return rest.NewObject("date", at.UTC().Format(layout), "timezone_type", int64(1), "timezone", "+00:00")
}

// internalOrderMeta are the keys under which WooCommerce keeps an order's own
// properties as meta data of a post; they never show up in meta_data.
var internalOrderMeta = keySet(`
	_customer_user _order_key _order_currency
	_billing_first_name _billing_last_name _billing_company _billing_address_1 _billing_address_2 _billing_city
	_billing_state _billing_postcode _billing_country _billing_email _billing_phone
	_shipping_first_name _shipping_last_name _shipping_company _shipping_address_1 _shipping_address_2 _shipping_city
	_shipping_state _shipping_postcode _shipping_country _shipping_phone
	_completed_date _paid_date _edit_lock _edit_last _cart_discount _cart_discount_tax _order_shipping
	_order_shipping_tax _order_tax _order_total _payment_method _payment_method_title _transaction_id
	_customer_ip_address _customer_user_agent _created_via _order_version _prices_include_tax _date_completed
	_date_paid _payment_tokens _billing_address_index _shipping_address_index _recorded_sales
	_recorded_coupon_usage_counts _download_permissions_granted _order_stock_reduced _new_order_email_sent
	_parent_id _status _currency _version _date_created _date_modified _discount_total _discount_tax
	_shipping_total _shipping_tax _cart_tax _total _total_tax _customer_id _billing _shipping _customer_note
	_cart_hash _order_stock_reduced _refund_amount _refunded_by _refunded_payment _refund_reason
	_amount _reason`)

// visibleOrderMeta is the meta data of an order or refund that answers show,
// in the order the storage gives it back.
func (s *Store) visibleOrderMeta(l metaList) metaList {
	visible := make(metaList, 0, len(l))
	for _, m := range l {
		if !hiddenMeta(internalOrderMeta, m.Key) {
			visible = append(visible, m)
		}
	}
	if s.config.Storage == capability.Posts {
		return visible
	}
	return visible.byKey()
}

// orderLinks are the links of an order.
func orderLinks(r *rest.Request, o *Order) []rest.Link {
	self := r.RESTURL("/wc/v3/orders/" + itoa(o.ID))
	links := []rest.Link{
		{Rel: "self", Href: self},
		{Rel: "collection", Href: r.RESTURL("/wc/v3/orders")},
		{Rel: "email_templates", Href: self + "/actions/email_templates", Embeddable: true},
	}
	if o.CustomerID != 0 {
		links = append(links, rest.Link{Rel: "customer", Href: r.RESTURL("/wc/v3/customers/" + itoa(o.CustomerID))})
	}
	if o.ParentID != 0 {
		links = append(links, rest.Link{Rel: "up", Href: r.RESTURL("/wc/v3/orders/" + itoa(o.ParentID))})
	}
	return links
}
