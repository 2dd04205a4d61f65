package outbox_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// with gives some fields values of a plugin's own.
func with(values map[string]any) func(map[string]any) {
	return func(body map[string]any) {
		for name, value := range values {
			if group, nested := value.(map[string]any); nested {
				if inner, there := body[name].(map[string]any); there {
					with(group)(inner)
				}
			} else if _, sent := body[name]; sent {
				body[name] = value
			}
		}
	}
}

func TestValuesThatTheStoreKeptInPlaceOfThoseSentAreNamed(t *testing.T) {
	t.Parallel()
	inBubble(t, 43, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		product := g.make(t, "products", `{"name":"Mug","regular_price":"10.00","sku":"OLD"}`)
		order := g.make(t, "orders", fmt.Sprintf(`{"status":"processing","line_items":[{"product_id":%d,"quantity":1}]}`, product))
		g = g.meddled(t, 1000, with(map[string]any{
			"regular_price": "8.00", "sku": "X-Q C", "currency": "GBP", "amount": "1.00", "billing": map[string]any{"email": "other@example.com"},
			"customer_note": " MIND the step ", "transaction_id": "TX  1",
		}))
		for _, test := range []struct {
			write outbox.Write
			names []string
			says  string
		}{
			{outbox.Write{Action: outbox.Update, Resource: storage.Products, RecordID: product, Body: json.RawMessage(`{"regular_price":"7.77","sku":"Q C"}`)},
				[]string{"regular_price", "sku"}, "the store kept 8.00 in place of 7.77"},
			{outbox.Write{Action: outbox.Update, Resource: storage.Products, RecordID: product, Body: json.RawMessage(`{"regular_price":"8"}`)}, nil, ""},
			{outbox.Write{Action: outbox.Create, Resource: storage.Orders, Body: json.RawMessage(`{"status":"processing","currency":"USD","billing":{"email":"q@example.com"}}`)},
				[]string{"billing.email", "currency"}, "the store kept GBP in place of USD"},
			{outbox.Write{Action: outbox.Create, Resource: storage.Orders, Body: json.RawMessage(`{"status":"processing","customer_note":"Mind the step","transaction_id":"tx 1"}`)}, nil, ""},
			{outbox.Write{Action: outbox.Create, Resource: storage.Products, Body: json.RawMessage(`{"name":"Plain","tax_class":"standard"}`)}, nil, ""},
			{outbox.Write{Action: outbox.Create, Resource: storage.Refunds, ParentID: order, Body: json.RawMessage(`{"amount":"2.00","api_refund":false}`)},
				[]string{"amount"}, "the store kept 1.00 in place of 2.00"},
		} {
			w := g.carry(t, st, test.write)
			if w.State != outbox.Done || !slices.Equal(fieldsOf(w.Reason), test.names) {
				t.Errorf("%s %s %s: %s, %+v; want %v", w.Action, w.Resource, w.Body, w.State, w.Reason, test.names)
			} else if test.says != "" && (w.Reason.Code != outbox.CodeKeptOther || !strings.Contains(w.Reason.Message, test.says)) {
				t.Errorf("%s %s: %+v; want %q", w.Action, w.Resource, w.Reason, test.says)
			}
		}
	})
}

func TestACustomerWhoseLoginTheStoreWritesWithoutAccentsIsCreated(t *testing.T) {
	t.Parallel()
	inBubble(t, 44, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		g = g.meddled(t, 1000, with(map[string]any{"username": "annchen"}))
		w := g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: storage.Customers, Body: json.RawMessage(`{"email":"ann@x.example","username":"ännchen"}`)})
		if w.State != outbox.Done || w.RecordID == 0 || w.Attempts != 1 {
			t.Errorf("%s after %d attempts: %+v", w.State, w.Attempts, w.Reason)
		}
	})
}
