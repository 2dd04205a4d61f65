package outbox_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

func TestAnAmountThatTheShopCannotKeepIsNotRefunded(t *testing.T) {
	t.Parallel()
	inBubble(t, 41, func(t *testing.T, g ground) {
		s := newShelf(t, g, 3)
		order := s.calm(t, "POST", "orders",
			fmt.Sprintf(`{"status":"completed","line_items":[{"product_id":%d,"quantity":2}]}`, s.id))
		refund := func(amount string) string {
			_, said := checked(t, g, outbox.Write{StoreID: s.st.ID, Action: outbox.Create, Resource: storage.Refunds,
				ParentID: order.ID,
				Body:     json.RawMessage(fmt.Sprintf(`{"amount":%q}`, amount))})
			return said
		}
		for _, amount := range []string{"1.00", "2.5", "2.5000", "3"} {
			if said := refund(amount); said != "" {
				t.Errorf("two decimals, %s: %s", amount, said)
			}
		}
		if said := refund("1.005"); !strings.Contains(said,
			"amount: 1.005 has more decimals than the shop keeps: it keeps 2 decimals") {
			t.Errorf("two decimals: %q", said)
		}
		if _, err := g.calm.Do(t.Context(),
			woo.Request{Method: "PUT", Path: "settings/general/woocommerce_price_num_decimals",
				Body: json.RawMessage(`{"value":"0"}`)}); err != nil {
			t.Fatal(err)
		}
		if said := refund("3.55"); !strings.Contains(said, "it keeps no decimals in an amount, and would refund 4.") ||
			!strings.Contains(said, "such as 3") {
			t.Errorf("no decimals: %q", said)
		}
		if said := refund("3.00"); said != "" {
			t.Errorf("no decimals, a whole amount: %s", said)
		}
		if _, err := g.store.AddFault(sandbox.Fault{Drop: sandbox.BeforeCommit}); err != nil {
			t.Fatal(err)
		}
		defer g.store.ClearFaults()
		if said := refund("3.55"); said != "" {
			t.Errorf("nobody knows the order: %s", said)
		}
	})
}
