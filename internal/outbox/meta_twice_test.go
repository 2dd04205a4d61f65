package outbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

func TestAKeyThatStandsTwiceIsNotChangedWithoutItsID(t *testing.T) {
	t.Parallel()
	inBubble(t, 100, func(t *testing.T, g ground) {
		st, box := g.connect(t, "twice"), g.box()
		order := g.make(t, "orders",
			`{"meta_data":[{"key":"dup","value":"a"},{"key":"other","value":"b"},{"key":"one","value":"c"}]}`)
		path := fmt.Sprintf("orders/%d", order)
		answer, err := g.calm.Do(t.Context(), woo.Request{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		var o struct {
			Meta []struct {
				ID  int64  `json:"id"`
				Key string `json:"key"`
			} `json:"meta_data"`
		}
		if err := json.Unmarshal(answer.Body, &o); err != nil {
			t.Fatal(err)
		}
		for _, m := range o.Meta {
			if m.Key != "other" {
				continue
			}
			if _, err := g.calm.Do(t.Context(), woo.Request{Method: http.MethodPut, Path: path, Body: map[string]any{
				"meta_data": []map[string]any{{"id": m.ID, "key": "dup", "value": "b"}}}}); err != nil {
				t.Fatal(err)
			}
		}
		update := func(body string) outbox.Write {
			w, err := box.Accept(t.Context(), outbox.Write{StoreID: st.ID, Action: outbox.Update,
				Resource: storage.Orders, RecordID: order, Policy: outbox.CallerWins, Body: []byte(body)})
			if err != nil {
				t.Fatal(err)
			}
			g.settle(t, box, st)
			got, err := g.db.WriteByID(t.Context(), w.ID)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		if w := update(`{"meta_data":[{"key":"dup","value":"new"}]}`); w.State != outbox.Rejected ||
			!strings.Contains(w.Reason.Message, "stands 2 times there (ids ") {
			t.Errorf("%s: %+v", w.State, w.Reason)
		}
		if g.count(t, "orders", `"value":"a"`) != 1 || g.count(t, "orders", `"value":"b"`) != 1 {
			t.Error("an entry is gone")
		}
		if w := update(`{"meta_data":[{"key":"one","value":"d"}]}`); w.State != outbox.Done {
			t.Errorf("%s: %+v", w.State, w.Reason)
		}
	})
}
