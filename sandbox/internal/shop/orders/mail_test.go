package orders_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

func since11(c *shoptest.Config) { c.Version = "11.0.1" }

// notes are the notes of an order as they were written, in short.
func notes(s *shoptest.Shop, orderID int64) string {
	short := strings.NewReplacer(
		"Order status changed from ", "",
		"Order status set to refunded. To return funds to the customer you will need to issue a refund through "+
			"your payment gateway.", "set to refunded",
		`Email "`, "mail:", `" sent`, "", "Pending payment", "pending", ".", "")
	var texts []string
	for _, note := range s.Orders.Notes.Group("order", orderID) {
		texts = append(texts, short.Replace(note.Text))
	}
	return strings.Join(texts, " | ")
}

// TestEachMailOfAnOrderLeavesANote has the notes of a store of 11.0.1: an order with an address made with a status,
// then changed to another.
func TestEachMailOfAnOrderLeavesANote(t *testing.T) {
	t.Parallel()
	created := map[string]string{
		"pending":        "",
		"processing":     "pending to Processing | mail:New order | mail:Processing order",
		"on-hold":        "pending to On hold | mail:New order | mail:Order on-hold",
		"completed":      "mail:Completed order | pending to Completed | mail:New order",
		"cancelled":      "pending to Cancelled | mail:Cancelled order",
		"refunded":       "mail:Refunded order | set to refunded | pending to Refunded",
		"failed":         "mail:Failed order | pending to Failed | mail:Failed order",
		"checkout-draft": "pending to Draft",
	}
	for change, want := range map[string]string{
		"pending>processing":        created["processing"],
		"pending>completed":         created["completed"],
		"processing>on-hold":        "Processing to On hold",
		"processing>completed":      "mail:Completed order | Processing to Completed",
		"processing>cancelled":      "Processing to Cancelled | mail:Cancelled order",
		"processing>refunded":       "mail:Refunded order | set to refunded | Processing to Refunded",
		"processing>failed":         "mail:Failed order | Processing to Failed",
		"on-hold>processing":        "On hold to Processing | mail:Processing order",
		"on-hold>failed":            "mail:Failed order | On hold to Failed | mail:Failed order",
		"completed>cancelled":       "Completed to Cancelled",
		"completed>on-hold":         "Completed to On hold",
		"cancelled>processing":      "Cancelled to Processing | mail:New order | mail:Processing order",
		"cancelled>on-hold":         "Cancelled to On hold | mail:New order | mail:Order on-hold",
		"cancelled>completed":       "mail:Completed order | Cancelled to Completed | mail:New order",
		"refunded>completed":        "mail:Completed order | Refunded to Completed",
		"failed>processing":         "Failed to Processing | mail:New order | mail:Processing order",
		"failed>cancelled":          "Failed to Cancelled",
		"failed>checkout-draft":     "Failed to Draft",
		"checkout-draft>pending":    "",
		"checkout-draft>processing": "",
		"checkout-draft>completed":  "mail:Completed order",
		"checkout-draft>refunded":   "mail:Refunded order | set to refunded",
		"checkout-draft>failed":     "mail:Failed order",
	} {
		t.Run(change, func(t *testing.T) {
			t.Parallel()
			shop := shoptest.New(t, since11)
			from, to, _ := strings.Cut(change, ">")
			order := shop.Order(`{"status":%q,"billing":{"email":"a@b.example"},"fee_lines":[{"name":"f","total":"5"}]}`, from)
			if got := notes(shop, order.ID()); got != created[from] {
				t.Errorf("created as %s: %q, want %q", from, got, created[from])
			}
			shop.Ask("PUT", fmt.Sprintf("/wc/v3/orders/%d", order.ID()), `{"status":%q}`, to)
			if got := notes(shop, order.ID()); got != strings.Trim(created[from]+" | "+want, " |") {
				t.Errorf("changed: %q, want %q and %q", got, created[from], want)
			}
		})
	}
}

func TestMailsThatAreOffOrHaveNoAddressLeaveNoNote(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t, since11)
	if got := notes(shop, shop.Order(`{"status":"completed"}`).ID()); got != "pending to Completed | mail:New order" {
		t.Errorf("without an address: %q", got)
	}
	shop.Ask("PUT", "/wc/v3/settings/email_new_order/enabled", `{"value":"no"}`)
	shop.Ask("PUT", "/wc/v3/settings/email_customer_cancelled_order/enabled", `{"value":"yes"}`)
	order := shop.Order(`{"status":"processing","billing":{"email":"a@b.example"}}`)
	shop.Ask("PUT", fmt.Sprintf("/wc/v3/orders/%d", order.ID()), `{"status":"cancelled"}`)
	want := "pending to Processing | mail:Processing order | Processing to Cancelled | mail:Cancelled order | " +
		"mail:Cancelled order"
	if got := notes(shop, order.ID()); got != want {
		t.Errorf("with other settings: %q, want %q", got, want)
	}
	older := shoptest.New(t, func(c *shoptest.Config) { c.Version = "10.6.2" })
	if got := notes(older, older.Order(`{"status":"completed"}`).ID()); got != "pending to Completed" {
		t.Errorf("10.6: %q", got)
	}
}

func TestPaymentsAreNotedByVersion(t *testing.T) {
	t.Parallel()
	const paid = `{"set_paid":true,"payment_method":"bacs","payment_method_title":"Bank","transaction_id":%q,"fee_lines":[{"name":"f","total":"5"}]}`
	for version, want := range map[string][2]string{
		"10.3.6": {"pending to Completed", "pending to Completed"},
		"10.4.3": {"Payment complete", "Payment via Bank (T1)"},
		"11.0.1": {"Payment complete | mail:New order", "Payment via Bank (T1) | mail:New order"},
	} {
		shop := shoptest.New(t, func(c *shoptest.Config) { c.Version = version })
		for i, transaction := range []string{"", "T1"} {
			if got := notes(shop, shop.Order(paid, transaction).ID()); got != want[i] {
				t.Errorf("%s, transaction %q: %q, want %q", version, transaction, got, want[i])
			}
		}
	}
}
