package outbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// firewall refuses every batch with a page, and counts them.
type firewall struct {
	http.RoundTripper
	batches *atomic.Int32
}

func (f firewall) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Path, "/batch") {
		return f.RoundTripper.RoundTrip(r)
	}
	f.batches.Add(1)
	_ = r.Body.Close()
	return &http.Response{StatusCode: http.StatusForbidden, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"text/html"}}, Request: r,
		Body: http.NoBody}, nil
}

func TestABatchThatAFirewallRefusesIsSentOnceAndNotAgain(t *testing.T) {
	t.Parallel()
	inBubble(t, 122, func(t *testing.T, g ground) {
		st := g.connect(t, "walled")
		var batches atomic.Int32
		g.shop = g.client(t, firewall{storeClock{g.base, g.clock}, &batches}, woo.WithRetries(0))
		for round := range 2 { // the second one in a process that has read what the first has learned
			box := g.box()
			var writes []outbox.Write
			for i := range 5 {
				writes = append(writes, outbox.Write{StoreID: st.ID, Action: outbox.Create, Resource: storage.Orders,
					Body: mustBody(map[string]any{"customer_note": fmt.Sprintf("walled %d-%d", round, i)})})
			}
			accepted, err := box.AcceptAll(t.Context(), writes)
			if err != nil {
				t.Fatal(err)
			}
			begun := g.clock.Now()
			g.settle(t, box, st)
			if took := g.clock.Now().Sub(begun); took > storeLimit {
				t.Errorf("round %d took %s", round, took)
			}
			for i, w := range accepted {
				end, err := g.db.WriteByID(t.Context(), w.ID)
				n := g.count(t, "orders", fmt.Sprintf("walled %d-%d", round, i))
				if err != nil || end.State != outbox.Done || n != 1 {
					t.Errorf("round %d: %s, %d times on the store: %v, %+v", round, end.State, n, err, end.Reason)
				}
			}
		}
		if n := batches.Load(); n != 1 {
			t.Errorf("%d batches were sent", n)
		}
		lessons, err := g.db.OutboxLessons(t.Context(), st.ID)
		if said := strings.Join(lessons.Describe(), "; "); err != nil ||
			!strings.Contains(said, "refuses batches of orders") {
			t.Errorf("learned %q: %v", said, err)
		}
	})
}
