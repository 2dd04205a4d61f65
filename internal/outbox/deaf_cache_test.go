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

// deafCache keeps every answer to GET, and leaves out of an address what others pass caches by with
// (docs/woocommerce/answers.md#cache-options).
var deafCache = sandbox.Fault{
	Match:    sandbox.Match{Methods: []string{"GET"}, Path: `/wc/v3/`},
	Remember: true, RememberOnly: 200, Forgets: []string{"_", "skip_cache", "_skip_cache"},
}

// TestALookUpSeesPastACacheThatIsDeafToArguments: the second lost note is looked for at the address of the first.
func TestALookUpSeesPastACacheThatIsDeafToArguments(t *testing.T) {
	t.Parallel()
	inBubble(t, 1, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		order := g.make(t, "orders", `{}`)
		g.fault(t, deafCache)
		for i := range 3 {
			g.fault(t, afterCommit)
			text := fmt.Sprintf("note %d", i)
			w := g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: storage.OrderNotes, ParentID: order,
				Body: json.RawMessage(fmt.Sprintf(`{"note":%q}`, text))})
			answer, err := g.calm.Do(t.Context(), woo.Request{Path: fmt.Sprintf("orders/%d/notes", order), Fresh: true})
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(answer.Body), text); w.State != outbox.Done || n != 1 {
				t.Errorf("%s: %s, %+v, %d times on the store", text, w.State, w.Reason, n)
			}
		}
	})
}
