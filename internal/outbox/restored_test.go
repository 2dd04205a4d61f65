package outbox_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
)

// A store that is restored from a backup gives ids out once more.
func TestAStoreThatWasRestoredFromABackupGetsEachOrderOnce(t *testing.T) {
	t.Parallel()
	lost := sandbox.Fault{Match: posts, Drop: sandbox.AfterCommit}
	stripped := lost
	stripped.StripMeta = true
	for name, test := range map[string]struct {
		again  sandbox.Fault // what happens to the request after the restoration
		passed bool          // others pass the old floor before it is looked for
		state  outbox.State
	}{
		"answered":                               {sandbox.Fault{Match: posts, Delay: 1}, false, outbox.Done},
		"lost again":                             {lost, false, outbox.Done},
		"lost again, others pass the floor":      {lost, true, outbox.Done},
		"lost without its marker":                {stripped, false, outbox.Parked},
		"lost without its marker, others passed": {stripped, true, outbox.Parked},
		"answered without its marker":            {sandbox.Fault{Match: posts, StripMeta: true}, false, outbox.Done},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 51, func(t *testing.T, g ground) {
				st, box := g.connect(t, "shop"), g.box()
				g.make(t, "orders", `{"customer_note":"before"}`)
				backup := g.store.Snapshot()
				for i := range 8 {
					g.make(t, "orders", fmt.Sprintf(`{"customer_note":"after %d"}`, i))
				}
				g.fault(t, lost)
				w, err := box.Accept(t.Context(), outbox.Write{StoreID: st.ID, Action: outbox.Create,
					Resource: storage.Orders, Body: json.RawMessage(`{"customer_note":"once"}`)})
				if err != nil {
					t.Fatal(err)
				}
				step := func() outbox.Write {
					round, err := box.Step(t.Context(), st.ID, g.shop)
					if err != nil {
						t.Fatal(err)
					}
					if !round.Next.IsZero() {
						time.Sleep(max(round.Next.Sub(g.clock.Now()), time.Millisecond))
					}
					if w, err = g.db.WriteByID(t.Context(), w.ID); err != nil {
						t.Fatal(err)
					}
					return w
				}
				if w := step(); w.State != outbox.Unknown {
					t.Fatalf("%s, %+v", w.State, w.Reason)
				}
				g.store.Restore(backup)
				g.store.ClearFaults()
				g.fault(t, test.again)
				for step().Attempts < 2 { // sent again
				}
				if test.passed {
					for i := range 12 {
						g.make(t, "orders", fmt.Sprintf(`{"customer_note":"other %d"}`, i))
					}
				}
				g.settle(t, box, st)
				if w, err = g.db.WriteByID(t.Context(), w.ID); err != nil {
					t.Fatal(err)
				}
				n := 0
				for _, o := range g.allOrders(t) {
					if o.Note == "once" {
						n++
					}
				}
				if n != 1 || w.State != test.state {
					t.Errorf("%d times on the store; the write is %s (%+v)", n, w.State, w.Reason)
				}
			})
		})
	}
}

// After a restoration a record bears the id of one that another write of ours made before it.
func TestAnIdThatIsGivenOutAgainHidesNoLostOrder(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		again    sandbox.Fault
		stripped bool
		note     string // of the second order; the first one's is "first"
	}{
		"lost": {again: sandbox.Fault{Drop: sandbox.AfterCommit}, note: "second"},
		"lost, markers taken": {again: sandbox.Fault{Drop: sandbox.AfterCommit}, note: "second",
			stripped: true},
		"a twin is lost, markers taken": {again: sandbox.Fault{Drop: sandbox.AfterCommit}, note: "first",
			stripped: true},
		"answered":                {note: "second"},
		"answered, markers taken": {note: "second", stripped: true},
		"a twin answered, taken":  {note: "first", stripped: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 55, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				g.make(t, "orders", `{"customer_note":"before"}`)
				backup := g.store.Snapshot()
				order := func(note string) outbox.Write {
					return outbox.Write{Action: outbox.Create, Resource: storage.Orders,
						Body: mustBody(map[string]string{"customer_note": note})}
				}
				strips := func(f sandbox.Fault) {
					g.store.ClearFaults()
					f.Match, f.StripMeta = posts, test.stripped
					g.fault(t, f)
				}
				strips(sandbox.Fault{})
				first := g.carry(t, st, order("first"))
				g.store.Restore(backup)
				strips(test.again)
				time.Sleep(time.Minute)
				second := g.carry(t, st, order(test.note))
				n := 0
				for _, o := range g.allOrders(t) {
					if o.Note == test.note {
						n++
					}
				}
				if first.State != outbox.Done || second.RecordID != first.RecordID || second.State != outbox.Done ||
					n != 1 {
					t.Errorf("first %s as %d, second %s as %d, %d times on the store: %+v", first.State, first.RecordID,
						second.State, second.RecordID, n, second.Reason)
				}
			})
		})
	}
}
