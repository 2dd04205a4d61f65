package orders

import (
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// orderJSON is an order as answers show it, without links.
func (s *Store) orderJSON(o *Order, v core.View) rest.Value {
	if !v.Plain() {
		m := core.NewTree()
		s.renderOrder(m, o, v)
		return m.Value()
	}
	return s.Rendered.JSONAs(core.RenderKey{Resource: "order", ID: o.ID}, o.revision,
		core.Variant{Decimals: v.Decimals, Home: v.Home}, func(dst []byte) []byte {
			m := &core.Members{Text: append(dst, '{')}
			s.renderOrder(m, o, v)
			return append(m.Text, '}')
		})
}

func (s *Store) renderOrder(m *core.Members, o *Order, v core.View) {
	str := func(name, value string) {
		if v.Mentions(name) {
			m.Str(name, value)
		}
	}
	number := func(name string, value int64) {
		if v.Mentions(name) {
			m.Number(name, value)
		}
	}
	amount := func(name, value string) {
		if v.Wants(name) {
			m.Str(name, core.FixedAmount(value, v.Decimals))
		} else if v.Whole {
			m.Str(name, value)
		}
	}
	date := func(name, gmt string, at time.Time) {
		if v.Wants(name) || v.Wants(gmt) {
			m.Set(name, s.LocalDate(at))
		} else if v.Whole {
			m.Set(name, s.UnformattedDate(at))
		}
	}
	number("id", o.ID)
	number("parent_id", o.ParentID)
	str("status", o.Status)
	str("currency", o.Currency)
	str("version", o.Version)
	if v.Mentions("prices_include_tax") {
		m.Truth("prices_include_tax", o.PricesIncludeTax)
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
	if v.Mentions("billing") {
		m.Object("billing", func(m *core.Members) { o.Billing.Render(m, true) })
	}
	if v.Mentions("shipping") {
		m.Object("shipping", func(m *core.Members) { o.ShipTo.Render(m, false) })
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
	str("number", core.Itoa(o.ID))
	s.renderLines(m, &o.Document, v)
	s.renderExtras(m, o, v)
	str("currency_symbol", core.CurrencySymbol(o.Currency))
}

// renderLines adds meta data and lines.
func (s *Store) renderLines(m *core.Members, d *Document, v core.View) {
	if v.Wants("meta_data") {
		core.Objects(m, "meta_data", v.Meta(s.visibleOrderMeta(d.Meta)), renderMeta)
	}
	if v.Wants("line_items") {
		core.Objects(m, "line_items", d.Lines, func(m *core.Members, l *ProductLine) { s.renderProductLine(m, l, v) })
	}
	if v.Wants("tax_lines") {
		core.Objects(m, "tax_lines", d.Taxes, func(m *core.Members, l *TaxLine) { s.renderTaxLine(m, l, v) })
	}
	if v.Wants("shipping_lines") {
		core.Objects(m, "shipping_lines", d.Shipping,
			func(m *core.Members, l *ShippingLine) { s.renderShippingLine(m, l, v) })
	}
	if v.Wants("fee_lines") {
		core.Objects(m, "fee_lines", d.Fees, func(m *core.Members, l *FeeLine) { s.renderFeeLine(m, l, v) })
	}
	if v.Wants("coupon_lines") {
		core.Objects(m, "coupon_lines", d.Coupons, func(m *core.Members, l *CouponLine) { s.renderCouponLine(m, l) })
	}
}

func renderMeta(m *core.Members, entry core.Meta) {
	m.Number("id", entry.ID)
	if entry.Keyless {
		m.Set("key", nil)
	} else {
		m.Str("key", entry.Key)
	}
	m.Set("value", entry.Value)
}

// renderExtras adds what is computed from the order.
func (s *Store) renderExtras(m *core.Members, o *Order, v core.View) {
	if v.Wants("refunds") {
		core.Objects(m, "refunds", s.refundsOf(o.ID), func(m *core.Members, r *Refund) {
			m.Number("id", r.ID)
			m.Str("reason", r.Reason)
			m.Str("total", "-"+s.ShownAmount(r.Amount, v.Decimals))
			if s.Has(core.RefundTotalTax) {
				m.Str("total_tax", core.FixedAmount(r.TotalTax, v.Decimals))
			}
		})
	}
	if v.Wants("payment_url") {
		m.Str("payment_url", v.Home+"/checkout/order-pay/"+core.Itoa(o.ID)+"/?pay_for_order=true&key="+o.Key)
	}
	if v.Wants("is_editable") {
		m.Truth("is_editable", o.IsEditable())
	}
	if v.Wants("needs_payment") {
		m.Truth("needs_payment", o.NeedsPayment())
	}
	if v.Wants("needs_processing") {
		m.Truth("needs_processing", s.needsProcessing(o))
	}
	for _, date := range []struct {
		name, gmt string
		at        time.Time
	}{
		{"date_created", "date_created_gmt", o.Created}, {"date_modified", "date_modified_gmt", o.Modified},
		{"date_completed", "date_completed_gmt", o.Completed}, {"date_paid", "date_paid_gmt", o.Paid},
	} {
		if v.Wants(date.name) || v.Wants(date.gmt) {
			m.Set(date.gmt, core.GMTDate(date.at))
		}
	}
}

// internalOrderMeta are the meta keys under which WooCommerce keeps an order's own properties in a post. They never
// show in meta_data.
var internalOrderMeta = core.KeySet(`
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

// visibleOrderMeta is the meta data of an order or refund that answers show, in the order in which the storage returns
// it.
func (s *Store) visibleOrderMeta(l core.MetaList) core.MetaList {
	visible := make(core.MetaList, 0, len(l))
	for _, m := range l {
		if !core.HiddenMeta(internalOrderMeta, m.Key) {
			visible = append(visible, m)
		}
	}
	if s.Storage() == capability.Posts {
		return visible
	}
	return visible.ByKey()
}

func (s *Store) orderLinks(r *rest.Request, o *Order) []rest.Link {
	self := r.RESTURL("/wc/v3/orders/" + core.Itoa(o.ID))
	links := []rest.Link{
		{Rel: "self", Href: self},
		{Rel: "collection", Href: r.RESTURL("/wc/v3/orders")},
	}
	if s.Has(core.EmailTemplates) {
		links = append(links, rest.Link{Rel: "email_templates", Href: self + "/actions/email_templates",
			Embeddable: true})
	}
	if o.CustomerID != 0 {
		links = append(links, rest.Link{Rel: "customer",
			Href: r.RESTURL("/wc/v3/customers/" + core.Itoa(o.CustomerID))})
	}
	if o.ParentID != 0 {
		links = append(links, rest.Link{Rel: "up", Href: r.RESTURL("/wc/v3/orders/" + core.Itoa(o.ParentID))})
	}
	return links
}
