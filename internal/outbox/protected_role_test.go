package outbox_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// WooCommerce answers this under the code of a missing right; no right helps.
func TestAnAdministratorsAddressIsNoMatterOfRights(t *testing.T) {
	t.Parallel()
	inBubble(t, 120, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		answer, err := g.calm.Do(t.Context(),
			woo.Request{Path: "customers", Query: url.Values{"role": {"administrator"}}})
		var chiefs []struct {
			ID int64 `json:"id"`
		}
		if err != nil || json.Unmarshal(answer.Body, &chiefs) != nil || len(chiefs) == 0 {
			t.Fatalf("the shop shows no administrator: %v", err)
		}
		id := chiefs[0].ID
		refusal := `{"code":"woocommerce_rest_cannot_edit","message":"Sorry, email cannot be updated via this ` +
			`endpoint for a user with role administrator.","data":{"status":403}}`
		g.shop = g.client(t, plugin{storeClock{g.base, g.clock},
			func(*http.Request, int, []byte) (int, []byte) { return http.StatusForbidden, []byte(refusal) }},
			woo.WithRetries(0))
		w := g.carry(t, st, outbox.Write{Action: outbox.Update, Resource: storage.Customers, RecordID: id,
			Body: json.RawMessage(`{"email":"other@x.example"}`)})
		if w.State != outbox.Rejected || !strings.Contains(w.Reason.Message,
			"has the role administrator, and no key may") ||
			strings.Contains(w.Reason.Message, "scope") {
			t.Errorf("%s: %+v", w.State, w.Reason)
		}
		// The same code about another matter is one of rights.
		refusal = `{"code":"woocommerce_rest_cannot_edit","message":"Sorry, you are not allowed to edit this resource.",` +
			`"data":{"status":403}}`
		w = g.carry(t, st, outbox.Write{Action: outbox.Update, Resource: storage.Customers, RecordID: id,
			Body: json.RawMessage(`{"email":"third@x.example"}`)})
		if w.State != outbox.Parked || !strings.Contains(w.Reason.Message, "customers:write") {
			t.Errorf("%s: %+v", w.State, w.Reason)
		}
	})
}
