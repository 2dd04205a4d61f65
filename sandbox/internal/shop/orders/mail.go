package orders

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// E-mails about orders. The sandbox sends none; it behaves like a store whose mail leaves without an error. Since 10.9
// each e-mail shows as a note (measured on 11.0.1 for every change from one status to another).

// mail is an e-mail WooCommerce sends by itself when something happens to an order.
type mail struct {
	id    string // of its settings
	title string
	// when are the hooks that send the e-mail, without the prefix woocommerce_order_.
	when []string
	// customer: the e-mail goes to the customer, if the order has an address.
	customer bool
	// off: a fresh installation does not send the e-mail.
	off bool
	// once: an order gets the e-mail only once.
	once bool
}

// mails are in the order in which WooCommerce adds them. E-mails for one hook leave in that order.
var mails = []mail{
	{id: "new_order", title: "New order", once: true, when: changes("pending failed cancelled",
		"processing completed on-hold")},
	{id: "cancelled_order", title: "Cancelled order", when: changes("processing on-hold pending", "cancelled")},
	{id: "customer_cancelled_order", title: "Cancelled order", customer: true, off: true,
		when: changes("processing on-hold", "cancelled")},
	{id: "failed_order", title: "Failed order", when: changes("pending on-hold", "failed")},
	{id: "customer_failed_order", title: "Failed order", customer: true, when: []string{"status_failed"}},
	{id: "customer_on_hold_order", title: "Order on-hold", customer: true,
		when: changes("pending failed cancelled", "on-hold")},
	{id: "customer_processing_order", title: "Processing order", customer: true,
		when: changes("cancelled failed on-hold pending", "processing")},
	{id: "customer_completed_order", title: "Completed order", customer: true, when: []string{"status_completed"}},
	{id: "customer_refunded_order", title: "Refunded order", customer: true,
		when: []string{"fully_refunded", "partially_refunded"}},
	{id: "customer_note", title: "Customer note", customer: true, when: []string{"customer_note"}},
	{id: "customer_fulfillment_created", title: "Fulfillment created", customer: true,
		when: []string{"fulfillment_created"}},
	{id: "customer_fulfillment_updated", title: "Fulfillment updated", customer: true,
		when: []string{"fulfillment_updated"}},
	{id: "customer_fulfillment_deleted", title: "Fulfillment deleted", customer: true,
		when: []string{"fulfillment_deleted"}},
}

// changes are the hooks of all changes from one of the statuses in from to one of those in to.
func changes(from, to string) []string {
	var hooks []string
	for old := range strings.FieldsSeq(from) {
		for next := range strings.FieldsSeq(to) {
			hooks = append(hooks, "status_"+old+"_to_"+next)
		}
	}
	return hooks
}

// mail sends the e-mails that wait for a hook.
func (c *Clerk) mail(hook string, orderID int64) {
	stored, ok := c.Orders.Get(orderID)
	if !ok || !c.Has(core.EmailNotes) {
		return
	}
	for _, m := range mails {
		if !slices.Contains(m.when, hook) || !c.mailIsOn(m) || m.customer && stored.Billing.Email == "" || m.once &&
			stored.NewOrderMailed {
			continue
		}
		c.noteMail(orderID, m.title)
		if m.once {
			d := c.draftOf(stored)
			d.order.NewOrderMailed = true
			d.saveMarks()
		}
	}
}

// noteMail is the note of an e-mail that left.
func (c *Clerk) noteMail(orderID int64, title string) {
	if c.Has(core.EmailNotes) {
		c.addNote(orderID, c.Say(`Email "%s" sent.`, c.Translate(title)), false, false)
	}
}

func (s *Store) mailIsOn(m mail) bool {
	settings, _ := s.OptionValue("woocommerce_" + m.id + "_settings")
	if enabled := rest.AsObject(settings).Value("enabled"); enabled != nil {
		return rest.Text(enabled) == "yes"
	}
	return !m.off
}
