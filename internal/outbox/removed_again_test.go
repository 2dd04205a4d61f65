package outbox_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// The store refuses to remove a line that is not there any more. It is right, and nobody answers in its place.
func TestALineThatWasRemovedBeforeIsSaidToBeGone(t *testing.T) {
	t.Parallel()
	inBubble(t, 99, func(t *testing.T, g ground) {
		st, box := g.connect(t, "removed"), g.box()
		order := g.make(t, "orders", `{"fee_lines":[{"name":"Wrap","total":"2.50"}]}`)
		answer, err := g.calm.Do(t.Context(), woo.Request{Path: fmt.Sprintf("orders/%d", order)})
		if err != nil {
			t.Fatal(err)
		}
		line := firstFee(t, answer.Body)
		body := mustBody(map[string]any{"fee_lines": []map[string]any{{"id": line, "name": nil}}})
		for again := range 2 {
			w, err := box.Accept(t.Context(), outbox.Write{StoreID: st.ID, Action: outbox.Update,
				Resource: storage.Orders, RecordID: order, Policy: outbox.CallerWins, Body: body})
			if err != nil {
				t.Fatal(err)
			}
			g.settle(t, box, st)
			got, err := g.db.WriteByID(t.Context(), w.ID)
			if err != nil || got.State != outbox.Done {
				t.Fatalf("%s: %v, %+v", got.State, err, got.Reason)
			}
			if r := got.Reason; again == 1 && (r == nil || r.Code != outbox.CodeGone ||
				!strings.Contains(r.Message, "nothing was changed")) {
				t.Errorf("the second time: %+v", r)
			}
		}
	})
}

func firstFee(t *testing.T, order []byte) int64 {
	t.Helper()
	var o struct {
		Fees []struct {
			ID int64 `json:"id"`
		} `json:"fee_lines"`
	}
	if err := json.Unmarshal(order, &o); err != nil || len(o.Fees) == 0 {
		t.Fatalf("no fee: %v", err)
	}
	return o.Fees[0].ID
}
