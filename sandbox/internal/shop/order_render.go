package shop

import (
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// orderJSON is an order as answers show it, without links.
func (s *Store) orderJSON(o *Order, v view) rest.Value {
	if !v.plain() {
		m := newTree()
		s.renderOrder(m, o, v)
		return m.value()
	}
	return s.rendered.jsonAs(renderKey{"order", o.ID}, o.revision, variant{v.decimals, v.home}, func(dst []byte) []byte {
		m := &members{text: append(dst, '{')}
		s.renderOrder(m, o, v)
		return append(m.text, '}')
	})
}

func (s *Store) renderOrder(m *members, o *Order, v view) {
	str := func(name, value string) {
		if v.mentions(name) {
			m.str(name, value)
		}
	}
	number := func(name string, value int64) {
		if v.mentions(name) {
			m.number(name, value)
		}
	}
	amount := func(name, value string) {
		if v.wants(name) {
			m.str(name, fixedAmount(value, v.decimals))
		} else if v.whole {
			m.str(name, value)
		}
	}
	date := func(name, gmt string, at time.Time) {
		if v.wants(name) || v.wants(gmt) {
			m.set(name, s.localDate(at))
		} else if v.whole {
			m.set(name, s.unformattedDate(at))
		}
	}
	number("id", o.ID)
	number("parent_id", o.ParentID)
	str("status", o.Status)
	str("currency", o.Currency)
	str("version", o.Version)
	if v.mentions("prices_include_tax") {
		m.truth("prices_include_tax", o.PricesIncludeTax)
	}
	date("date_created", "date_created_gmt", o.Created)
	date("date_modified", "date_modified_gmt", o.Modified)
	amount("discount_total", o.DiscountTotal)
	amount("discount_tax", o.DiscountTax)
	amount("shipping_total", o.ShippingTotal)
	amount("shipping_tax", o.ShippingTax)
	amount("cart_tax", o.CartTax)
	amount("total", o.Total)
	amount("total_tax", o.TotalTax)
	number("customer_id", o.CustomerID)
	str("order_key", o.Key)
	if v.mentions("billing") {
		m.object("billing", func(m *members) { o.Billing.render(m, true) })
	}
	if v.mentions("shipping") {
		m.object("shipping", func(m *members) { o.ShipTo.render(m, false) })
	}
	str("payment_method", o.PaymentMethod)
	str("payment_method_title", o.PaymentMethodTitle)
	str("transaction_id", o.TransactionID)
	str("customer_ip_address", o.IPAddress)
	str("customer_user_agent", o.UserAgent)
	str("created_via", o.CreatedVia)
	str("customer_note", o.CustomerNote)
	date("date_completed", "date_completed_gmt", o.Completed)
	date("date_paid", "date_paid_gmt", o.Paid)
	str("cart_hash", o.CartHash)
	str("number", itoa(o.ID))
	s.renderLines(m, &o.Document, v)
	s.renderExtras(m, o, v)
	str("currency_symbol", currencySymbol(o.Currency))
}

// renderLines adds meta data and lines.
func (s *Store) renderLines(m *members, d *Document, v view) {
	if v.wants("meta_data") {
		objects(m, "meta_data", v.meta(s.visibleOrderMeta(d.Meta)), renderMeta)
	}
	if v.wants("line_items") {
		objects(m, "line_items", d.Lines, func(m *members, l *ProductLine) { s.renderProductLine(m, l, v) })
	}
	if v.wants("tax_lines") {
		objects(m, "tax_lines", d.Taxes, func(m *members, l *TaxLine) { s.renderTaxLine(m, l, v) })
	}
	if v.wants("shipping_lines") {
		objects(m, "shipping_lines", d.Shipping, func(m *members, l *ShippingLine) { s.renderShippingLine(m, l, v) })
	}
	if v.wants("fee_lines") {
		objects(m, "fee_lines", d.Fees, func(m *members, l *FeeLine) { s.renderFeeLine(m, l, v) })
	}
	if v.wants("coupon_lines") {
		objects(m, "coupon_lines", d.Coupons, func(m *members, l *CouponLine) { s.renderCouponLine(m, l) })
	}
}

func renderMeta(m *members, entry Meta) {
	m.number("id", entry.ID)
	m.str("key", entry.Key)
	m.set("value", entry.Value)
}

// renderExtras adds what is computed from the order.
func (s *Store) renderExtras(m *members, o *Order, v view) {
	if v.wants("refunds") {
		objects(m, "refunds", s.refundsOf(o.ID), func(m *members, r *Refund) {
			m.number("id", r.ID)
			m.str("reason", r.Reason)
			m.str("total", "-"+s.shownAmount(r.Amount, v.decimals))
			if s.Has(RefundTotalTax) {
				m.str("total_tax", fixedAmount(r.TotalTax, v.decimals))
			}
		})
	}
	if v.wants("payment_url") {
		m.str("payment_url", v.home+"/checkout/order-pay/"+itoa(o.ID)+"/?pay_for_order=true&key="+o.Key)
	}
	if v.wants("is_editable") {
		m.truth("is_editable", o.IsEditable())
	}
	if v.wants("needs_payment") {
		m.truth("needs_payment", o.NeedsPayment())
	}
	if v.wants("needs_processing") {
		m.truth("needs_processing", s.needsProcessing(o))
	}
	for _, date := range []struct {
		name, gmt string
		at        time.Time
	}{
		{"date_created", "date_created_gmt", o.Created}, {"date_modified", "date_modified_gmt", o.Modified},
		{"date_completed", "date_completed_gmt", o.Completed}, {"date_paid", "date_paid_gmt", o.Paid},
	} {
		if v.wants(date.name) || v.wants(date.gmt) {
			m.set(date.gmt, gmtDate(date.at))
		}
	}
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
	if s.Storage() == capability.Posts {
		return visible
	}
	return visible.byKey()
}

// orderLinks are the links of an order.
func (s *Store) orderLinks(r *rest.Request, o *Order) []rest.Link {
	self := r.RESTURL("/wc/v3/orders/" + itoa(o.ID))
	links := []rest.Link{
		{Rel: "self", Href: self},
		{Rel: "collection", Href: r.RESTURL("/wc/v3/orders")},
	}
	if s.Has(EmailTemplates) {
		links = append(links, rest.Link{Rel: "email_templates", Href: self + "/actions/email_templates", Embeddable: true})
	}
	if o.CustomerID != 0 {
		links = append(links, rest.Link{Rel: "customer", Href: r.RESTURL("/wc/v3/customers/" + itoa(o.CustomerID))})
	}
	if o.ParentID != 0 {
		links = append(links, rest.Link{Rel: "up", Href: r.RESTURL("/wc/v3/orders/" + itoa(o.ParentID))})
	}
	return links
}
