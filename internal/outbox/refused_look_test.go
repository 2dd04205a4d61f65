package outbox_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// A store that refuses to be looked at is asked less and less often, and then a person decides.
func TestALookThatTheStoreRefusesIsMadeSeldomAndEndsWithAPerson(t *testing.T) {
	t.Parallel()
	for _, no := range []sandbox.Thrown{
		{Status: 401, Code: "woocommerce_rest_cannot_view"}, {Status: 403, Code: "rest_forbidden"},
		{Status: 400, Code: "rest_invalid_param"}, {Status: 404, Code: "rest_no_route"},
	} {
		t.Run(fmt.Sprint(no.Status), func(t *testing.T) {
			t.Parallel()
			inBubble(t, 76, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				box := outbox.New(g.db, outbox.Options{StoreLimit: 12 * time.Second, Now: g.clock.Now})
				g.fault(t, sandbox.Fault{Match: posts, Drop: sandbox.AfterCommit})
				body := fmt.Sprintf(`{"code":%q,"message":"no","data":{"status":%d}}`, no.Code, no.Status)
				g.fault(t, sandbox.Fault{Match: sandbox.Match{Methods: []string{"GET"}, Path: `/orders$`,
					Query: "per_page=100"},
					Answer: &sandbox.Answer{Status: no.Status,
						Header: map[string]string{"Content-Type": "application/json"}, Body: body}})
				counted := &counter{Doer: g.shop}
				w := orderOf("once")
				w.StoreID = st.ID
				w, err := box.Accept(t.Context(), w)
				if err != nil {
					t.Fatal(err)
				}
				for {
					round, err := box.Step(t.Context(), st.ID, counted)
					if err != nil {
						t.Fatal(err)
					}
					if round.Next.IsZero() {
						break
					}
					time.Sleep(max(round.Next.Sub(g.clock.Now()), time.Millisecond))
				}
				if w, err = g.db.WriteByID(t.Context(), w.ID); err != nil || w.State != outbox.Parked ||
					counted.n > 25 {
					t.Fatalf("%v, %s after %d requests: %+v", err, w.State, counted.n, w.Reason)
				}
				g.store.ClearFaults()
				if _, err := box.Retry(t.Context(), w.ID, nil, ""); err != nil {
					t.Fatal(err)
				}
				g.settle(t, box, st)
				if w, err = g.db.WriteByID(t.Context(), w.ID); err != nil || w.State != outbox.Done ||
					g.notes(t)["once"] != 1 {
					t.Errorf("%v, %s, %v: %+v", err, w.State, g.notes(t), w.Reason)
				}
			})
		})
	}
}

func TestANoteToAnOrderThatIsGoneForGoodIsParkedAndCanBeDropped(t *testing.T) {
	t.Parallel()
	inBubble(t, 77, func(t *testing.T, g ground) {
		st, box := g.connect(t, "shop"), g.box()
		order := g.make(t, "orders", `{"status":"processing"}`)
		w, err := box.Accept(t.Context(), outbox.Write{StoreID: st.ID, Action: outbox.Create,
			Resource: storage.OrderNotes, ParentID: order, Body: mustBody(map[string]string{"note": "x"})})
		if err != nil {
			t.Fatal(err)
		}
		g.fault(t, sandbox.Fault{Match: posts, Drop: sandbox.AfterCommit})
		if _, err := box.Step(t.Context(), st.ID, g.shop); err != nil {
			t.Fatal(err)
		}
		if _, err := g.calm.Do(t.Context(), woo.Request{Method: http.MethodDelete,
			Path: woo.RouteOrders.Record(0, order), Query: map[string][]string{"force": {"true"}}}); err != nil {
			t.Fatal(err)
		}
		g.settle(t, box, st)
		if w, err = g.db.WriteByID(t.Context(), w.ID); err != nil || w.State != outbox.Parked ||
			w.Reason.Code != outbox.CodeGone {
			t.Fatalf("%v, %s: %+v", err, w.State, w.Reason)
		}
		if w, err = box.Discard(t.Context(), w.ID); err != nil || w.State != outbox.Discarded {
			t.Errorf("%v, %s", err, w.State)
		}
	})
}

// A fatal error that comes back at every request, or a plugin that deletes and dies, must not be fed.
func TestAWriteAtWhichPHPDiesAndLeavesNothingIsSentTwiceAtMost(t *testing.T) {
	t.Parallel()
	inBubble(t, 78, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		fatal := sandbox.Answer{Status: 500, Header: map[string]string{"Content-Type": "application/json"},
			Body: `{"code":"internal_server_error","message":"There has been a critical error","data":{"status":500}}`}
		g.fault(t, sandbox.Fault{Match: sandbox.Match{Methods: []string{"POST"}}, Answer: &fatal})
		w := g.carryBy(t, g.unhurried(), st, orderOf("never"))
		if w.State != outbox.Parked || w.Attempts != 2 {
			t.Errorf("%s after %d attempts: %+v", w.State, w.Attempts, w.Reason)
		}
	})
}
