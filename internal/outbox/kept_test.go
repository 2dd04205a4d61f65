package outbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
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
		order := g.make(t, "orders",
			fmt.Sprintf(`{"status":"processing","line_items":[{"product_id":%d,"quantity":1}]}`, product))
		g = g.meddled(t, 1000, with(map[string]any{
			"regular_price": "8.00", "sku": "X-Q C", "currency": "GBP", "amount": "1.00",
			"billing":       map[string]any{"email": "other@example.com"},
			"customer_note": " MIND the step ", "transaction_id": "TX  1",
		}))
		for _, test := range []struct {
			write outbox.Write
			names []string
			says  string
		}{
			{outbox.Write{Action: outbox.Update, Resource: storage.Products, RecordID: product,
				Body: json.RawMessage(`{"regular_price":"7.77","sku":"Q C"}`)},
				[]string{"regular_price", "sku"}, "the store kept 8.00 in place of 7.77"},
			{outbox.Write{Action: outbox.Update, Resource: storage.Products, RecordID: product,
				Body: json.RawMessage(`{"regular_price":"8"}`)}, nil, ""},
			{outbox.Write{Action: outbox.Create, Resource: storage.Orders,
				Body: json.RawMessage(`{"status":"processing","currency":"USD","billing":{"email":"q@example.com"}}`)},
				[]string{"billing.email", "currency"}, "the store kept GBP in place of USD"},
			{outbox.Write{Action: outbox.Create, Resource: storage.Orders,
				Body: json.RawMessage(`{"status":"processing","customer_note":"Mind the step","transaction_id":"tx 1"}`)},
				[]string{"customer_note", "transaction_id"}, "the store kept TX  1 in place of tx 1"},
			{outbox.Write{Action: outbox.Create, Resource: storage.Products,
				Body: json.RawMessage(`{"name":"Plain","tax_class":"standard"}`)}, nil, ""},
			{outbox.Write{Action: outbox.Create, Resource: storage.Refunds, ParentID: order,
				Body: json.RawMessage(`{"amount":"2.00","api_refund":false}`)},
				[]string{"amount"}, "the store kept 1.00 in place of 2.00"},
		} {
			w := g.carry(t, st, test.write)
			if w.State != outbox.Done || !slices.Equal(fieldsOf(w.Reason), test.names) {
				t.Errorf("%s %s %s: %s, %+v; want %v", w.Action, w.Resource, w.Body, w.State, w.Reason, test.names)
			} else if test.says != "" && (w.Reason.Code != outbox.CodeKeptOther || !strings.Contains(w.Reason.Message,
				test.says)) {
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
		w := g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: storage.Customers,
			Body: json.RawMessage(`{"email":"ann@x.example","username":"ännchen"}`)})
		if w.State != outbox.Done || w.RecordID == 0 || w.Attempts != 1 {
			t.Errorf("%s after %d attempts: %+v", w.State, w.Attempts, w.Reason)
		}
	})
}

// A plugin changes a value behind the answer, in a hook after the store has made it up.
func TestValuesThatAPluginChangesBehindTheAnswerAreNamed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		resource            storage.Resource
		route               woo.Route
		sent, becomes, says string
	}{
		{storage.Products, woo.RouteProducts, `{"name":"Mug","regular_price":"7.77"}`, `{"regular_price":"8.00"}`,
			"the store kept 8.00 in place of 7.77"},
		{storage.Customers, woo.RouteCustomers, `{"email":"ann@shop.example","first_name":"Ann"}`,
			`{"first_name":"Bob"}`, "the store kept Bob in place of Ann"},
		{storage.Coupons, woo.RouteCoupons, `{"code":"mug","amount":"5.00"}`, `{"amount":"9.00"}`,
			"the store kept 9.00 in place of 5.00"},
		{storage.Categories, woo.RouteCategories, `{"name":"Mugs","description":"Sent"}`, `{"description":"Other"}`,
			"the store kept Other in place of Sent"},
	} {
		t.Run(string(test.resource), func(t *testing.T) {
			t.Parallel()
			inBubble(t, 62, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				g.shop = g.client(t, plugin{storeClock{g.base, g.clock},
					func(_ *http.Request, status int, body []byte) (int, []byte) {
						var made struct {
							ID int64 `json:"id"`
						}
						if json.Unmarshal(body, &made) != nil {
							return status, body
						}
						if _, err := g.calm.Do(t.Context(),
							woo.Request{Method: http.MethodPut, Path: test.route.Record(0, made.ID),
								Body: json.RawMessage(test.becomes)}); err != nil {
							t.Error(err)
						}
						return status, body
					}}, woo.WithRetries(0))
				says := func(w outbox.Write) {
					t.Helper()
					if w.State != outbox.Done || w.Reason == nil || w.Reason.Code != outbox.CodeKeptOther ||
						!strings.Contains(w.Reason.Message, test.says) {
						t.Errorf("%s %s: %+v", w.Action, w.State, w.Reason)
					}
				}
				w := g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: test.resource,
					Body: json.RawMessage(test.sent)})
				says(w)
				says(g.carry(t, st, outbox.Write{Action: outbox.Update, Resource: test.resource, RecordID: w.RecordID,
					Body: json.RawMessage(test.sent), Policy: outbox.CallerWins}))
			})
		})
	}
}
