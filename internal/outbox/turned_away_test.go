package outbox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
)

func TestAPageInPlaceOfABatchsAnswerSendsNothingTwice(t *testing.T) {
	t.Parallel()
	inBubble(t, 96, func(t *testing.T, g ground) {
		for n, name := range []string{"maintenance", "Cloudflare's challenge", "Cloudflare's 521", "a site password",
			"415"} {
			g.store.ClearFaults()
			st, box := g.connect(t, fmt.Sprintf("paged%d", n)), g.box()
			f := liars()[name]
			f.Match = sandbox.Match{Path: `/batch$`, Times: 1}
			g.fault(t, f)
			g.eachOnce(t, box, st, fmt.Sprintf("paged %d", n), 4)
		}
	})
}

func TestAStoreThatTurnsWritesAwayForHoursDoesNotEndThem(t *testing.T) {
	t.Parallel()
	for name, match := range map[string]sandbox.Match{
		"the whole store": {},
		"writes alone":    {Methods: []string{"POST", "PUT"}},
	} {
		for i, page := range []string{"maintenance", "Cloudflare's challenge", "Cloudflare's 521", "Wordfence"} {
			if testing.Short() && (i%2 == 0) != (len(match.Methods) > 0) {
				continue // with -short each page is met once
			}
			t.Run(name+", "+page, func(t *testing.T) {
				t.Parallel()
				inBubble(t, 97, func(t *testing.T, g ground) {
					st, box := g.connect(t, "away"), g.box()
					order := g.make(t, "orders", `{"customer_note":"there before"}`)
					f := liars()[page]
					f.Acts, f.Match = false, match
					g.fault(t, f)
					var ids []string
					for _, w := range []outbox.Write{
						{Action: outbox.Create, Resource: storage.Orders,
							Body: mustBody(map[string]any{"customer_note": "made at last"})},
						{Action: outbox.Update, Resource: storage.Orders, RecordID: order, Policy: outbox.CallerWins,
							Body: mustBody(map[string]any{"customer_note": "changed at last"})},
					} {
						w.StoreID = st.ID
						accepted, err := box.Accept(t.Context(), w)
						if err != nil {
							t.Fatal(err)
						}
						ids = append(ids, accepted.ID)
					}
					for end := time.Now().Add(4 * time.Hour); time.Now().Before(end); {
						round, err := box.Step(t.Context(), st.ID, g.shop)
						if err != nil {
							t.Fatal(err)
						}
						if round.Next.IsZero() {
							break
						}
						time.Sleep(max(round.Next.Sub(g.clock.Now()), time.Millisecond))
					}
					g.store.ClearFaults()
					g.settle(t, box, st)
					for _, id := range ids {
						if w, err := g.db.WriteByID(t.Context(), id); err != nil || w.State != outbox.Done {
							t.Errorf("%s is %s: %v, %+v", w.Action, w.State, err, w.Reason)
						}
					}
					if n := g.count(t, "orders", "made at last"); n != 1 {
						t.Errorf("%d orders", n)
					}
				})
			})
		}
	}
}

func TestWhatAPageDeniedIsSaidInOneSentenceAndWhatToDo(t *testing.T) {
	t.Parallel()
	inBubble(t, 121, func(t *testing.T, g ground) {
		st := g.connect(t, "denied")
		f := liars()["Cloudflare's challenge"]
		f.Match = sandbox.Match{Path: `/orders$`, Methods: []string{"POST"}, Times: 1}
		g.fault(t, f)
		w := g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: storage.Orders,
			Body: mustBody(map[string]any{"customer_note": "denied"})})
		if w.State != outbox.Done || w.Reason == nil || w.Reason.Code != outbox.CodeContradicted {
			t.Fatalf("%s: %+v", w.State, w.Reason)
		}
		for _, says := range []string{"the store answered 403 with a page", "is in effect all the same", "⟨examine⟩"} {
			if !strings.Contains(w.Reason.Message, says) {
				t.Errorf("%q does not say %q", w.Reason.Message, says)
			}
		}
		if len(w.Reason.Message) > 230 || strings.Contains(w.Reason.Message, "https://") {
			t.Errorf("%d characters: %s", len(w.Reason.Message), w.Reason.Message)
		}
	})
}
