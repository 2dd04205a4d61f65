package outbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// A plugin that answers in the store's name may put another id into our record, or another record under ours.
func TestAnAnswerWithAnotherRecordsIdIsNotBelieved(t *testing.T) {
	t.Parallel()
	order := func(t *testing.T, g ground, note string) int64 {
		return g.make(t, "orders", fmt.Sprintf(`{"customer_note":%q}`, note))
	}
	for name, id := range map[string]func(t *testing.T, g ground, st storage.Store) func(made int64) int64{
		"that was there before": func(t *testing.T, g ground, _ storage.Store) func(int64) int64 {
			before := order(t, g, "before")
			order(t, g, "newest")
			return func(int64) int64 { return before }
		},
		"that another write made": func(t *testing.T, g ground, st storage.Store) func(int64) int64 {
			w := g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: storage.Orders,
				Body: json.RawMessage(`{"customer_note":"another write's"}`)})
			return func(int64) int64 { return w.RecordID }
		},
		"that the mirror knows as another": func(t *testing.T, g ground, st storage.Store) func(int64) int64 {
			return func(made int64) int64 {
				other := order(t, g, "somebody else's, at the same time")
				answer, err := g.calm.Do(t.Context(), woo.Request{Path: woo.RouteOrders.Record(0, other)})
				if err != nil {
					t.Error(err)
					return 0
				}
				record, err := storage.ParseRecord(storage.Orders, 0, answer.Body)
				if err != nil {
					t.Error(err)
				}
				claim, err := g.db.Claim(t.Context(), st.ID)
				if err == nil {
					_, err = g.db.Apply(t.Context(), claim, storage.Batch{Records: []storage.Record{record}})
				}
				if err != nil {
					t.Error(err)
				}
				return other
			}
		},
		"that is no order's, by the error of another request": func(*testing.T, ground,
			storage.Store) func(int64) int64 {
			return nil
		},
		"that is nowhere": func(*testing.T, ground, storage.Store) func(int64) int64 {
			return func(made int64) int64 { return made + 100_000 }
		},
	} {
		for _, markers := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, markers %v", name, markers), func(t *testing.T) {
				t.Parallel()
				inBubble(t, 56, func(t *testing.T, g ground) {
					st := g.connect(t, "shop")
					of := id(t, g, st)
					g.shop = g.client(t, plugin{storeClock{g.base, g.clock},
						func(r *http.Request, status int, body []byte) (int, []byte) {
							var answer map[string]any
							if r.Method != http.MethodPost || json.Unmarshal(body, &answer) != nil {
								return status, body
							}
							if of == nil { // an inner request's error, under our own status
								return status, []byte(`{"code":"woocommerce_rest_shop_order_invalid_id",` +
									`"message":"Invalid ID.","data":{"status":404}}`)
							}
							made, _ := answer["id"].(float64)
							answer["id"] = of(int64(made))
							if name != "that is nowhere" {
								delete(answer, "_links") // the link would tell by itself
							}
							if !markers {
								answer["meta_data"] = []any{}
							}
							return status, mustBody(answer)
						}}, woo.WithRetries(0))
					w := g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: storage.Orders,
						Body: json.RawMessage(`{"customer_note":"the one"}`)})
					var is struct {
						Note string `json:"customer_note"`
					}
					g.read(t, woo.RouteOrders.Record(0, w.RecordID), nil, &is)
					if n := g.count(t, "orders", "the one"); w.State != outbox.Done || is.Note != "the one" || n != 1 ||
						w.Attempts != 1 {
						t.Errorf("%s as %d (%q) after %d attempts, %d times on the store: %+v", w.State, w.RecordID,
							is.Note, w.Attempts, n, w.Reason)
					}
				})
			})
		}
	}
}
