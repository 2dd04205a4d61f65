package trace_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/trace"
)

// TestALinkShowsOneOrderAndNothingPersonal: everything that could be personal, or somebody else's, is put into what is
// known of the order and its neighbours, and none of it is shown.
func TestALinkShowsOneOrderAndNothingPersonal(t *testing.T) {
	t.Parallel()
	g := setup(t)
	g.order(g.store, 8, "A-1008")
	seq := g.order(g.store, 7, "A-1007")
	sub := g.subscribe(seq, storage.Subscription{ReceiptWithin: time.Minute, Why: "hush"})
	g.event(sub, seq, storage.Event{State: storage.EventPending, Attempts: 3, Status: 500, NextAt: g.now.Add(time.Hour),
		Error: "hush: Ada Lovelace, ada@example.com"})
	g.receipt(sub, 7, storage.Receipt{SentAt: g.now.Add(-time.Hour), Reference: "hush", Instead: "orders/8"})
	g.write(storage.WriteParked, "hush", 400)
	g.round(g.store, map[string]any{"current_at": g.now.Add(-time.Hour),
		"problem": problem.New(problem.CredentialsRefused, "hush: the store at https://shop.example refuses")})
	links := trace.NewLinks(g.db, func() time.Time { return g.now })
	n := trace.NewLink{Store: g.store, OrderID: 7, By: "somebody", For: time.Hour}
	made, token, err := links.Make(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	chain, _, err := links.Show(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if chain.Order.ID != 7 || chain.Number != "A-1007" || chain.Verdict.State != trace.Broken || len(chain.Hops) < 5 {
		t.Errorf("it shows %+v", chain)
	}
	text := fmt.Sprintf("%+v", chain)
	for _, hidden := range []string{"hush", "ada@", "https://", "1008", "orders/8", "06h2", "waybill"} {
		if strings.Contains(strings.ToLower(text), hidden) {
			t.Errorf("it shows %q: %s", hidden, text)
		}
	}
	kept, err := g.db.Links(t.Context(), 0)
	if err != nil || len(kept) != 1 || strings.Contains(fmt.Sprintf("%s%v", kept[0].ID, kept[0].Hash), token[4:]) {
		t.Errorf("kept is %+v, %v", kept, err)
	}
	for _, wrong := range []string{"", "wbl_", made.ID, token + "x"} {
		if _, _, err := links.Show(t.Context(), wrong); !problem.Is(err, problem.RecordNotFound) {
			t.Errorf("%q opens it: %v", wrong, err)
		}
	}
	g.now = g.now.Add(time.Hour)
	if _, _, err := links.Show(t.Context(), token); !problem.Is(err, problem.RecordNotFound) {
		t.Errorf("expired it opens: %v", err)
	}
	g.now = g.now.Add(-time.Minute)
	if err := links.Remove(t.Context(), 999, made.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := links.Show(t.Context(), token); err != nil {
		t.Errorf("another group has removed it: %v", err)
	}
	if err := links.Remove(t.Context(), 0, made.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := links.Show(t.Context(), token); !problem.Is(err, problem.RecordNotFound) {
		t.Errorf("removed it opens: %v", err)
	}
	for _, wrong := range []trace.NewLink{{Store: g.store, OrderID: 99, For: time.Hour}, {Store: g.store, OrderID: 7},
		{Store: g.store, OrderID: 7, For: trace.LongestLink + 1}} {
		if _, _, err := links.Make(t.Context(), wrong); err == nil {
			t.Errorf("a link is made with %+v", wrong)
		}
	}
}
