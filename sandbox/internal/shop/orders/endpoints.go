package orders

import (
	"errors"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/customers"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// orders is the controller of /orders.
type orders struct{ *Store }

// writableStatuses are the statuses that a request may set.
func (c orders) writableStatuses() rest.List {
	list := rest.List{"auto-draft"}
	for _, status := range c.Statuses {
		list = append(list, status.Slug)
	}
	return list
}

// listableStatuses are the statuses that a list may be filtered by.
func (c orders) listableStatuses() rest.List {
	return append(rest.List{"any", "trash"}, c.writableStatuses()...)
}

func (c orders) mayGet(r *rest.Request) error {
	return c.mayOne(r, capability.Get, core.CannotView)
}

func (c orders) mayUpdate(r *rest.Request) error {
	return c.mayOne(r, capability.Update, core.CannotEdit)
}

func (c orders) mayDelete(r *rest.Request) error {
	return c.mayOne(r, capability.Delete, core.CannotDelete)
}

// mayOne checks the permission for the order that a request names. A missing order asks for the right to read orders
// (docs/woocommerce/permissions.md).
func (c orders) mayOne(r *rest.Request, action capability.Action, message string) error {
	order, ok := c.Orders.Get(r.Int("id"))
	if !ok {
		return c.May(r, capability.Orders, action, capability.Record{Missing: true}, message)
	}
	return c.May(r, capability.Orders, action, c.recordOf(r, &order.Document), message)
}

func errInvalidOrder(status int) error {
	return rest.Errorf(status, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
}

func (c orders) get(r *rest.Request) (*rest.Response, error) {
	order, ok := c.Orders.Get(r.Int("id"))
	if !ok {
		return nil, errInvalidOrder(404)
	}
	return c.answer(r, order), nil
}

func (c orders) answer(r *rest.Request, order *Order) *rest.Response {
	return &rest.Response{Body: c.orderJSON(order, c.ViewOf(r)), Links: c.orderLinks(r, order)}
}

func (c orders) create(r *rest.Request) (*rest.Response, error) {
	if rest.Truthy(r.Param("id")) {
		return nil, rest.Errorf(400, "woocommerce_rest_shop_order_exists", "Cannot create existing shop_order.")
	}
	d := c.clerkOf(r).newDraft()
	if err := d.write(r); err != nil {
		if d.order.ID != 0 {
			return nil, d.leaveDraft(err)
		}
		return nil, err
	}
	response := c.answer(r, d.stored)
	response.Status = 201
	response.SetHeader("Location", r.RESTURL("/wc/v3/orders/"+core.Itoa(d.stored.ID)))
	return response, nil
}

// leaveDraft is what happens to an order that was stored before its creation was refused. It stays as a checkout draft,
// and the refusal names it (recordings: coup-unknown).
func (d *orderDraft) leaveDraft(err error) error {
	refusal, ok := errors.AsType[*rest.Error](err)
	if !ok {
		return err
	}
	d.setStatus("checkout-draft", false)
	d.save()
	return refusal.WithData("new_draft_order_id", d.order.ID)
}

func (c orders) update(r *rest.Request) (*rest.Response, error) {
	stored, ok := c.Orders.Get(r.Int("id"))
	if !ok {
		if c.Has(core.StrictOrderIDs) {
			return nil, rest.Errorf(400, "woocommerce_rest_shop_order_invalid_id", "ID is invalid.")
		}
		return nil, errInvalidOrder(400)
	}
	d := c.clerkOf(r).draftOf(stored)
	if err := d.write(r); err != nil {
		return nil, err
	}
	return c.answer(r, d.stored), nil
}

// write changes a draft as a request says and saves it, in the order of WC_REST_Orders_Controller::save_object.
func (d *orderDraft) write(r *rest.Request) error {
	creating := d.order.ID == 0
	if status := r.Param("status"); creating && r.Namespace() == "wc/v1" && rest.Truthy(status) {
		// wc/v1 sets the status of an order before its lines. An order without lines needs no shipping, so "processing"
		// does not mean paid (recording leg-v1-create).
		d.setStatus(rest.Text(status), false)
	}
	if err := d.setProps(r); err != nil {
		return err
	}
	if customer := r.Param("customer_id"); customer != nil && customer != int64(0) {
		if _, ok := d.customers.UserFor(r.Caller, rest.Int(customer)); !ok {
			return rest.Errorf(400, "woocommerce_rest_invalid_customer_id", "Customer ID is invalid.")
		}
	}
	if creating {
		d.order.CreatedVia = "rest-api"
		if via := r.Param("created_via"); rest.Truthy(via) {
			d.order.CreatedVia = wptext.SanitizeTextField(rest.Text(via))
		}
		d.order.PricesIncludeTax = d.Options.Yes("woocommerce_prices_include_tax")
		d.save()
		d.Reach("woocommerce_order_before_calculate_totals")
		d.calculateTotals(d.order)
		d.save()
	} else if changesTotals(r) {
		d.Reach("woocommerce_order_before_calculate_totals")
		d.calculateTotals(d.order)
		d.save()
	}
	d.Reach("woocommerce_order_after_calculate_totals")
	if r.Given("coupon_lines") {
		if err := d.setCoupons(r.Param("coupon_lines")); err != nil {
			return err
		}
	}
	if status := r.Param("status"); rest.Truthy(status) && (creating || r.Given("status")) {
		d.setStatus(rest.Text(status), rest.Truthy(r.Param("manual_update")))
	}
	d.save()
	if r.Param("set_paid") == true && (creating || d.order.NeedsPayment()) {
		d.paymentComplete(r.Text("transaction_id"))
	}
	return nil
}

// changesTotals says whether an update makes WooCommerce compute totals anew.
func changesTotals(r *rest.Request) bool {
	for _, name := range []string{"billing", "shipping", "line_items", "shipping_lines", "fee_lines", "coupon_lines"} {
		if r.Given(name) {
			return true
		}
	}
	return false
}

// setProps sets the properties that a request gives, in the order of the schema. That order decides which of several
// errors is reported.
func (d *orderDraft) setProps(r *rest.Request) error {
	o := d.order
	if parent := r.Param("parent_id"); parent != nil {
		if err := d.setParent(rest.Int(parent)); err != nil {
			return err
		}
	}
	if err := d.setCurrency(r); err != nil {
		return err
	}
	if v := r.Param("customer_id"); v != nil && (o.ID == 0 || r.Given("customer_id")) {
		o.CustomerID = core.AbsInt(v)
	}
	if v := r.Param("customer_note"); v != nil {
		o.CustomerNote = d.savedNote(rest.Text(v))
	}
	if err := setAddress(&o.Billing, r.Param("billing"), true); err != nil {
		return err
	}
	if err := setAddress(&o.ShipTo, r.Param("shipping"), false); err != nil {
		return err
	}
	if v := r.Param("payment_method"); v != nil {
		o.PaymentMethod = rest.Text(v)
		if o.PaymentMethod == "" {
			o.PaymentMethodTitle = ""
		}
	}
	if v := r.Param("payment_method_title"); v != nil {
		o.PaymentMethodTitle = rest.Text(v)
	}
	if v := r.Param("transaction_id"); v != nil {
		o.TransactionID = rest.Text(v)
	}
	if err := d.setOrderMeta(r.Param("meta_data")); err != nil {
		return err
	}
	for _, kind := range []lineKind{productLines, shippingLines, feeLines} {
		if err := d.setLines(kind, r.Param(string(kind))); err != nil {
			return err
		}
	}
	return nil
}

func (d *orderDraft) setParent(id int64) error {
	if id == 0 {
		d.order.ParentID = 0
		return nil
	}
	_, isOrder := d.Orders.Get(id)
	_, isRefund := d.Refunds.Get(id)
	if id == d.order.ID || !isOrder && !isRefund {
		return rest.Errorf(400, "order_invalid_parent_id", "Invalid parent ID")
	}
	d.order.ParentID = id
	return nil
}

// setCurrency sets the currency that the request names. A new order gets the store's currency, which is the default of
// the parameter on a real store.
func (d *orderDraft) setCurrency(r *rest.Request) error {
	if !r.Given("currency") {
		if d.order.ID == 0 {
			d.order.Currency = d.Options.Get("woocommerce_currency")
		}
		return nil
	}
	code := r.Text("currency")
	if _, known := core.CurrencySymbols[code]; code != "" && !known {
		return rest.Errorf(400, "order_invalid_currency", "Invalid currency code")
	}
	d.order.Currency = code
	if code == "" {
		d.order.Currency = d.Options.Get("woocommerce_currency")
	}
	return nil
}

// setAddress changes the fields that a request gives and keeps the others. Unknown fields are ignored.
func setAddress(address *customers.Address, posted rest.Value, withEmail bool) error {
	if !rest.IsArray(posted) {
		return nil
	}
	for field, value := range rest.AsObject(posted).All() {
		text := rest.Text(value)
		if field == "email" {
			if !withEmail {
				continue
			}
			if text != "" && !wptext.IsEmail(text) {
				return rest.Errorf(400, "order_invalid_billing_email", "Invalid billing email address")
			}
			text = wptext.SanitizeEmail(text)
		}
		address.Set(field, text)
	}
	return nil
}

// setOrderMeta changes meta data. A key that stands for a property of the order changes the property (recordings:
// order-meta-reserved).
func (d *orderDraft) setOrderMeta(posted rest.Value) error {
	for _, element := range rest.Elements(posted) {
		entry := rest.AsObject(element)
		if entry == nil {
			return core.ErrFatal
		}
		if d.takesKeyless(&d.order.Meta, entry) {
			continue
		}
		key := rest.Text(entry.Value("key"))
		if set, ok := disguisedProps[key]; ok {
			set(d.order, rest.Text(entry.Value("value")))
			continue
		}
		d.order.Meta.Update(key, entry.Value("value"), entry.Value("id"))
	}
	return nil
}

// takesKeyless handles an entry of meta data without a key. Up to 10.7 order tables stored it under the key NULL. Posts
// store no entry without a key, nor with an empty one (docs/woocommerce/orders.md#keyless-meta).
func (s *Store) takesKeyless(list *core.MetaList, entry *rest.Object) bool {
	key := entry.Value("key")
	if s.Storage() == capability.Posts {
		return rest.Text(key) == "" && !rest.Truthy(entry.Value("id"))
	}
	if key != nil {
		return false
	}
	if s.Has(core.KeylessMeta) {
		list.UpdateKeyless(entry.Value("value"))
	}
	return true
}

// disguisedProps are the meta keys for which WooCommerce calls a setter of the order.
var disguisedProps = func() map[string]func(*Order, string) {
	props := map[string]func(*Order, string){
		"_order_key":            func(o *Order, v string) { o.Key = core.Prefix(v, 22) },
		"_payment_method":       func(o *Order, v string) { o.PaymentMethod = v },
		"_payment_method_title": func(o *Order, v string) { o.PaymentMethodTitle = v },
		"_transaction_id":       func(o *Order, v string) { o.TransactionID = v },
		"_customer_ip_address":  func(o *Order, v string) { o.IPAddress = v },
		"_customer_user_agent":  func(o *Order, v string) { o.UserAgent = v },
		"_created_via":          func(o *Order, v string) { o.CreatedVia = v },
		"_prices_include_tax":   func(o *Order, v string) { o.PricesIncludeTax = rest.Truthy(v) },
		"_order_stock_reduced":  func(o *Order, v string) { o.StockReduced = rest.StringToBool(v) },
		"_recorded_sales":       func(o *Order, v string) { o.SalesRecorded = rest.StringToBool(v) },
		"_recorded_coupon_usage_counts": func(o *Order, v string) {
			o.CouponUsageCounted = rest.StringToBool(v)
		},
		"_download_permissions_granted": func(o *Order, v string) {
			o.DownloadsGranted = rest.StringToBool(v)
		},
		"_new_order_email_sent": func(o *Order, v string) { o.NewOrderMailed = rest.StringToBool(v) },
	}
	for _, field := range []string{
		"first_name", "last_name", "company", "address_1", "address_2", "city", "state", "postcode", "country", "phone",
	} {
		props["_billing_"+field] = func(o *Order, v string) { o.Billing.Set(field, v) }
		props["_shipping_"+field] = func(o *Order, v string) { o.ShipTo.Set(field, v) }
	}
	props["_billing_email"] = func(o *Order, v string) { o.Billing.Email = wptext.SanitizeEmail(v) }
	return props
}()

func (c orders) remove(r *rest.Request) (*rest.Response, error) {
	stored, ok := c.Orders.Get(r.Int("id"))
	if !ok {
		return nil, errInvalidOrder(404)
	}
	if err := c.mayDelete(r); err != nil {
		return nil, rest.Errorf(r.DeniedStatus(), "woocommerce_rest_user_cannot_delete_shop_order",
			"Sorry, you are not allowed to delete shop_order.")
	}
	// The answer is the order as it was before.
	response := c.answer(r, stored)
	clerk := c.clerk(r.Caller)
	if r.Bool("force") {
		clerk.deleteOrder(stored)
		return response, nil
	}
	if stored.Status == "trash" {
		return nil, rest.Errorf(410, "woocommerce_rest_already_trashed", "The shop_order has already been deleted.")
	}
	clerk.trashOrder(stored)
	return response, nil
}

func (c orders) batch(r *rest.Request) (*rest.Response, error) {
	return rest.Batch(r, rest.BatchOperations{
		CreatePermission: c.MayAll(capability.Orders, capability.Create, core.CannotCreate),
		UpdatePermission: c.mayUpdate,
		DeletePermission: c.mayDelete,
		Create:           c.create,
		Update:           c.update,
		Delete:           c.remove,
		CreateDefaults: rest.NewObject(
			"status", "pending", "customer_id", int64(0), "set_paid", false, "manual_update", false),
	})
}

func (c orders) listStatuses(*rest.Request) (*rest.Response, error) {
	list := make(rest.List, len(c.Statuses))
	for i, status := range c.Statuses {
		list[i] = rest.NewObject("slug", status.Slug, "name", status.Name)
	}
	return &rest.Response{Body: list}, nil
}
