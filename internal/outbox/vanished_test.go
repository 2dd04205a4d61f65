package outbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// atOnce is a plugin that does something to each record of a collection as soon as it is made; change makes of the
// store's answer what the plugin leaves of it.
func (g ground) atOnce(t *testing.T, path string, act woo.Request, change func(answer map[string]any)) ground {
	one := func(raw json.RawMessage) json.RawMessage {
		var answer map[string]any
		if json.Unmarshal(raw, &answer) != nil || answer["error"] != nil {
			return raw
		}
		request := act
		request.Path = fmt.Sprintf("%s/%v", path, answer["id"])
		if _, err := g.calm.Do(t.Context(), request); err != nil {
			t.Error(err)
		}
		if change != nil {
			change(answer)
		}
		return mustBody(answer)
	}
	g.shop = g.client(t, plugin{storeClock{g.base, g.clock}, func(r *http.Request, status int, body []byte) (int,
		[]byte) {
		var lists map[string][]json.RawMessage
		switch {
		case r.Method != http.MethodPost:
		case strings.HasSuffix(r.URL.Path, "/batch") && json.Unmarshal(body, &lists) == nil:
			for i, item := range lists["create"] {
				lists["create"][i] = one(item)
			}
			return status, mustBody(lists)
		default:
			return status, one(body)
		}
		return status, body
	}}, woo.WithRetries(0))
	return g
}

var (
	deletes = woo.Request{Method: http.MethodDelete, Query: map[string][]string{"force": {"true"}}}
	trashes = woo.Request{Method: http.MethodDelete}
)

// What a plugin deletes at once was made once: sending it again would only repeat its e-mails.
func TestARecordThatIsDeletedAtOnceIsSentOnceAndParked(t *testing.T) {
	t.Parallel()
	without := func(member string) func(map[string]any) {
		return func(answer map[string]any) { delete(answer, member) }
	}
	for name, test := range map[string]struct {
		resource storage.Resource
		path     string
		body     string
		change   func(map[string]any)
	}{
		"an order answered without its lines": {storage.Orders, "orders",
			`{"status":"processing","fee_lines":[{"name":"F","total":"5.00"}]}`,
			func(a map[string]any) { a["fee_lines"] = []any{}; a["total"] = "0.00" }},
		"an order answered as pending": {storage.Orders, "orders", `{"status":"processing"}`,
			func(a map[string]any) { a["status"] = "pending" }},
		"an order answered as a draft": {storage.Orders, "orders", `{"status":"processing"}`,
			func(a map[string]any) { a["status"] = "checkout-draft" }},
		"an order answered without an id": {storage.Orders, "orders", `{"status":"processing"}`, without("id")},
		"an order answered with no id": {storage.Orders, "orders", `{"status":"processing"}`,
			func(a map[string]any) { a["id"] = 0 }},
		"an order answered as it was made": {storage.Orders, "orders",
			`{"status":"processing","customer_note":"mug"}`, nil},
		"a product":  {storage.Products, "products", `{"name":"Mug"}`, nil},
		"a coupon":   {storage.Coupons, "coupons", `{"code":"mug"}`, nil},
		"a customer": {storage.Customers, "customers", `{"email":"ann@shop.example"}`, nil},
		"a tag":      {storage.Tags, "products/tags", `{"name":"Mug"}`, nil},
	} {
		for _, several := range []bool{false, true} {
			if testing.Short() && !several {
				continue // of two each is one, too
			}
			t.Run(fmt.Sprintf("%s, several %v", name, several), func(t *testing.T) {
				t.Parallel()
				inBubble(t, 52, func(t *testing.T, g ground) {
					st := g.connect(t, "shop")
					request := deletes
					if test.resource == storage.Customers {
						request.Query = map[string][]string{"force": {"true"}, "reassign": {"0"}}
					}
					g = g.atOnce(t, test.path, request, test.change)
					box := g.box()
					writes := []outbox.Write{{StoreID: st.ID, Action: outbox.Create, Resource: test.resource,
						Body: json.RawMessage(test.body)}}
					if several {
						second := writes[0]
						second.Body = json.RawMessage(strings.NewReplacer("mug", "cup", "Mug", "Cup", "ann@", "bob@").
							Replace(test.body))
						writes = append(writes, second)
					}
					accepted, err := box.AcceptAll(t.Context(), writes)
					if err != nil {
						t.Fatal(err)
					}
					g.settle(t, box, st)
					for _, a := range accepted {
						w, err := g.db.WriteByID(t.Context(), a.ID)
						if err != nil || w.State != outbox.Parked || w.Attempts != 1 ||
							w.Reason.Code != outbox.CodeVanished || !strings.Contains(w.Reason.Message, "retry "+w.ID) {
							t.Errorf("%v, %s after %d attempts: %+v", err, w.State, w.Attempts, w.Reason)
						}
					}
				})
			})
		}
	}
}

func TestAVanishedRecordIsMadeAnewWhenAPersonSaysSo(t *testing.T) {
	t.Parallel()
	inBubble(t, 53, func(t *testing.T, g ground) {
		st, box := g.connect(t, "shop"), g.box()
		deleting := g.atOnce(t, "products", deletes, nil)
		w := deleting.carry(t, st, outbox.Write{Action: outbox.Create, Resource: storage.Products,
			Body: json.RawMessage(`{"name":"Mug"}`)})
		if w.State != outbox.Parked {
			t.Fatalf("%s, %+v", w.State, w.Reason)
		}
		if _, err := box.Retry(t.Context(), w.ID, nil, ""); err != nil {
			t.Fatal(err)
		}
		g.settle(t, box, st)
		if w, err := g.db.WriteByID(t.Context(), w.ID); err != nil || w.State != outbox.Done ||
			g.count(t, "products", "Mug") != 1 {
			t.Errorf("%v, %s, %+v", err, w.State, w.Reason)
		}
	})
}

func TestARecordThatLiesInTheTrashIsSaidToLieThere(t *testing.T) {
	t.Parallel()
	inBubble(t, 54, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		trashed := func(w outbox.Write) {
			t.Helper()
			if w.State != outbox.Done || w.RecordID == 0 || w.Attempts != 1 || w.Reason == nil ||
				w.Reason.Code != outbox.CodeTrashed ||
				!strings.Contains(w.Reason.Message, "lies in the trash") || !strings.Contains(w.Reason.Message,
				fmt.Sprintf("⟨restore %s %d ", w.Resource, w.RecordID)) {
				t.Errorf("%s %s after %d attempts: %+v", w.Resource, w.State, w.Attempts, w.Reason)
			}
		}
		g.fault(t, sandbox.Fault{Match: sandbox.Match{Methods: []string{"POST"}, Times: 1}, Drop: sandbox.AfterCommit,
			Trashes: true})
		trashed(g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: storage.Orders,
			Body: json.RawMessage(`{"status":"processing"}`)}))
		g.store.ClearFaults()
		hidden := g.atOnce(t, "orders", trashes, nil) // the answer does not show it
		trashed(hidden.carry(t, st, outbox.Write{Action: outbox.Create, Resource: storage.Orders,
			Body: json.RawMessage(`{"status":"processing"}`)}))
		for resource, body := range map[storage.Resource]string{storage.Orders: `{"status":"processing"}`,
			storage.Products: `{"name":"Mug"}`, storage.Coupons: `{"code":"mug"}`} {
			g := g.atOnce(t, string(resource), trashes, func(answer map[string]any) { answer["status"] = "trash" })
			trashed(g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: resource,
				Body: json.RawMessage(body)}))
		}
	})
}
