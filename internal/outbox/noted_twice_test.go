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

// A load balancer repeats each POST. Notes bear no mark, so that no sync would find it.
func TestANoteThatSomethingSentTwiceIsSaid(t *testing.T) {
	t.Parallel()
	inBubble(t, 134, func(t *testing.T, g ground) {
		st := g.connect(t, "twice")
		order := g.make(t, "orders", `{"status":"processing"}`)
		path := fmt.Sprintf("orders/%d/notes", order)
		twice := true
		g.shop = g.client(t, plugin{storeClock{g.base, g.clock}, func(r *http.Request, status int, body []byte) (int,
			[]byte) {
			if twice && r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, path) {
				g.make(t, path, `{"note":"on its way","customer_note":true}`)
			}
			return status, body
		}}, woo.WithRetries(0))
		note := func(text string) outbox.Write {
			return g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: storage.OrderNotes, ParentID: order,
				Body: json.RawMessage(fmt.Sprintf(`{"note":%q,"customer_note":true}`, text))})
		}
		w := note("on its way")
		if w.State != outbox.Done || w.Reason == nil || w.Reason.Code != outbox.CodeDoubled ||
			len(w.Reason.Records) != 2 {
			t.Errorf("a note that stands there twice is %s: %+v", w.State, w.Reason)
		}
		twice = false
		for _, text := range []string{"arrived", "arrived"} { // asked for twice is not sent twice
			if w := note(text); w.State != outbox.Done || w.Reason != nil {
				t.Errorf("a note that stands there once is %s: %+v", w.State, w.Reason)
			}
		}
	})
}
