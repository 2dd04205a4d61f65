package orders

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// orderActions is the controller of /orders/{id}/actions, which sends e-mails to the customer. The sandbox sends none;
// it answers and writes the note.
type orderActions struct{ *Store }

// may checks the permission for the order. A missing order is 404 for everybody.
func (c orderActions) may(action capability.Action, message string) rest.Permission {
	return func(r *rest.Request) error {
		d, ok := c.document(r.Int("id"))
		if !ok {
			return rest.Errorf(404, "woocommerce_rest_not_found", "Order not found")
		}
		return c.Store.May(r, capability.OrderActions, action, c.recordOf(r, d), message)
	}
}

// emailTemplate is an e-mail WooCommerce can send to a customer.
type emailTemplate struct{ id, title, description string }

// templatesFor are the e-mails that fit the state of an order, by id.
func (s *Store) templatesFor(o *Order) []emailTemplate {
	if o.Billing.Email == "" || o.Status == "auto-draft" || o.Status == "trash" {
		return nil
	}
	templates := []emailTemplate{}
	byStatus := map[string]emailTemplate{
		"completed": {"customer_completed_order", "Completed order",
			"Order complete emails are sent to customers when their orders are marked completed and usually indicate " +
				"that their orders have been shipped."},
		"failed": {"customer_failed_order", "Failed order",
			"Order failed emails are sent to customers when their orders are marked as failed."},
		"on-hold": {"customer_on_hold_order", "Order on-hold",
			"This is an order notification sent to customers containing order details after an order is placed " +
				"on-hold from Pending, Cancelled or Failed order status."},
		"processing": {"customer_processing_order", "Processing order",
			"This is an order notification sent to customers containing order details after payment."},
	}
	invoice := emailTemplate{"customer_invoice", "Order details",
		"Order detail emails can be sent to customers containing their order information and payment links."}
	refunded := emailTemplate{"customer_refunded_order", "Refunded order",
		"Order refunded emails are sent to customers when their orders are refunded."}
	if t, ok := byStatus[o.Status]; ok && t.id < invoice.id {
		templates = append(templates, t, invoice)
	} else if ok {
		templates = append(templates, invoice, t)
	} else {
		templates = append(templates, invoice)
	}
	if o.Status == "refunded" || s.partiallyRefunded(o) {
		templates = append(templates, refunded)
	}
	return templates
}

// defaultTemplate is the e-mail for a request that names none: that of the order's status, else the order's details,
// else the first one.
func defaultTemplate(o *Order, templates []emailTemplate) string {
	byStatus := map[string]string{
		"completed": "customer_completed_order", "failed": "customer_failed_order", "on-hold": "customer_on_hold_order",
		"processing": "customer_processing_order", "refunded": "customer_refunded_order",
	}
	for _, id := range []string{byStatus[o.Status], "customer_invoice"} {
		if slices.ContainsFunc(templates, func(t emailTemplate) bool { return t.id == id }) {
			return id
		}
	}
	if len(templates) == 0 {
		return ""
	}
	return templates[0].id
}

// hookOf is the hook that WooCommerce fires to send an e-mail by hand. Other listeners may wait for that hook too.
func (s *Store) hookOf(template string, o *Order) string {
	switch template {
	case "customer_completed_order":
		return "status_completed"
	case "customer_failed_order":
		return "status_failed"
	case "customer_on_hold_order":
		return "status_pending_to_on-hold"
	case "customer_processing_order":
		return "status_pending_to_processing"
	}
	if s.partiallyRefunded(o) {
		return "partially_refunded"
	}
	return "fully_refunded"
}

// partiallyRefunded says whether a part of the order was refunded, but not all.
func (s *Store) partiallyRefunded(o *Order) bool {
	if len(s.Refunds.Group("parent", o.ID)) == 0 {
		return false
	}
	return core.Number(o.Total)-s.totalRefunded(o.ID) > 0 || hasFreeItem(o) && s.remainingItems(o) > 0
}

func (c orderActions) templates(r *rest.Request) (*rest.Response, error) {
	order, ok := c.Orders.Get(r.Int("id"))
	if !ok {
		return nil, core.ErrFatal // a refund: the method asks for an order
	}
	list := rest.List{}
	context := r.Param("context")
	for _, t := range c.templatesFor(order) {
		template := rest.NewObject()
		// By the schema, ids also show in lists that are embedded elsewhere.
		if context == nil || context == "view" || context == "embed" {
			template.Set("id", t.id)
		}
		if context == nil || context == "view" {
			template.Set("title", t.title)
			template.Set("description", t.description)
		}
		if template.Len() == 0 { // an empty array of PHP
			list = append(list, rest.List{})
			continue
		}
		list = append(list, template)
	}
	return &rest.Response{Body: list}, nil
}

func (c orderActions) sendEmail(r *rest.Request) (*rest.Response, error) {
	if _, ok := c.Orders.Get(r.Int("id")); !ok && c.Has(core.ChosenTemplate) {
		return nil, rest.Errorf(404, "woocommerce_rest_not_found", "Order not found.")
	}
	order, message, err := c.addressee(r)
	if err != nil {
		return nil, err
	}
	templates := c.templatesFor(order)
	wanted := r.Text("template_id")
	if (wanted == "" || wanted == "0") && c.Has(core.ChosenTemplate) {
		if wanted = defaultTemplate(order, templates); wanted == "" {
			return nil, rest.Errorf(400, "woocommerce_rest_no_email_template",
				"No email template is available for this order.")
		}
	}
	for _, t := range templates {
		if t.id != wanted {
			continue
		}
		if t.id == "customer_invoice" {
			return c.sendDetails(r)
		}
		c.clerk(r.Caller).mail(c.hookOf(t.id, order), order.ID)
		return c.sent(r, order, message,
			"Email template &quot;"+wptext.EscapeDisplay(t.title)+"&quot; sent to "+wptext.EscapeDisplay(
				order.Billing.Email))
	}
	return nil, rest.Errorf(400, "woocommerce_rest_invalid_email_template",
		"%s is not a valid template for this order.", wptext.EscapeDisplay(wanted))
}

func (c orderActions) sendDetails(r *rest.Request) (*rest.Response, error) {
	order, message, err := c.addressee(r)
	if err != nil {
		return nil, err
	}
	c.clerk(r.Caller).noteMail(order.ID, "Order details")
	return c.sent(r, order, message, "Order details sent to "+wptext.EscapeDisplay(order.Billing.Email))
}

// addressee finds the order and makes sure that it has an e-mail address. A request may set the address when there is
// none. It may replace one with force_email_update.
func (c orderActions) addressee(r *rest.Request) (order *Order, message string, err error) {
	order, ok := c.Orders.Get(r.Int("id"))
	if !ok {
		return nil, "", core.ErrFatal
	}
	if email := r.Text("email"); email != "" && email != "0" && email != order.Billing.Email {
		if order.Billing.Email != "" && !rest.StringToBool(r.Param("force_email_update")) {
			return nil, "", rest.Errorf(400, "woocommerce_rest_order_billing_email_exists",
				"Order already has a billing email.")
		}
		d := c.clerk(r.Caller).draftOf(order)
		d.order.Billing.Email = wptext.SanitizeEmail(email)
		d.save()
		message = "Billing email updated to " + wptext.EscapeDisplay(email) + "."
	}
	if !wptext.IsEmail(order.Billing.Email) {
		return nil, "", rest.Errorf(400, "woocommerce_rest_missing_email", "Order does not have an email address.")
	}
	return order, message, nil
}

// sent writes the note about an e-mail, and answers with what the note says.
func (c orderActions) sent(r *rest.Request, order *Order, before, what string) (*rest.Response, error) {
	if !c.Has(core.NamelessSender) {
		agent := r.Header.Get("User-Agent")
		if agent == "" {
			agent = "REST API"
		}
		what += ", via " + wptext.EscapeDisplay(agent)
	}
	messages := []string{what + "."}
	if before != "" {
		messages = append([]string{before}, messages...)
	}
	clerk := c.clerk(r.Caller)
	for _, message := range messages {
		clerk.addNote(order.ID, message, false, true)
	}
	return &rest.Response{Body: rest.NewObject("message", strings.Join(messages, " "))}, nil
}
