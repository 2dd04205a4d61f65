package outbox_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// restless is a shop that changes what was just written, and whose first answer to a change says nothing of it.
type restless struct {
	http.RoundTripper
	after   func()         // what the shop does within the same request
	instead *http.Response // of the first answer; nil for none
	refuses string         // ends of paths whose reading is refused
	changes atomic.Int32   // that were sent
}

func (s *restless) RoundTrip(r *http.Request) (*http.Response, error) {
	if s.refuses != "" && strings.HasSuffix(r.URL.Path, s.refuses) {
		return pageAnswer(http.StatusForbidden), nil
	}
	answer, err := s.RoundTripper.RoundTrip(r)
	if err != nil || r.Method != http.MethodPut {
		return answer, err
	}
	if s.changes.Add(1) > 1 {
		return answer, nil
	}
	_ = answer.Body.Close()
	s.after()
	if s.instead != nil {
		return s.instead, nil
	}
	return nil, io.ErrUnexpectedEOF
}

func pageAnswer(status int) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"text/html"}},
		Body: io.NopCloser(strings.NewReader("<html><title>Forbidden</title></html>"))}
}

// meddle is somebody else's change of a record.
func (g ground) meddle(t *testing.T, path, body string) {
	t.Helper()
	change := woo.Request{Method: http.MethodPut, Path: path, Body: json.RawMessage(body)}
	if _, err := g.calm.Do(t.Context(), change); err != nil {
		t.Error(err)
	}
}

func TestALostUpdateOfWhatTheShopHasMovedOnIsNotSentAgain(t *testing.T) {
	t.Parallel()
	status := `{"status":"processing"}`
	for name, test := range map[string]struct {
		body, rest string // of the write; what the shop makes of the record
		product    bool
		policy     outbox.Policy
		based      bool // the caller gives the version that he saw
		instead    int
		refuses    string
		state      outbox.State
	}{
		"a status, its step is in the notes":  {body: status, rest: `{"status":"completed"}`, state: outbox.Done},
		"a status that went there and back":   {body: status, rest: `{"status":"pending"}`, state: outbox.Done},
		"with fields that are in effect":      {body: `{"status":"processing","transaction_id":"t"}`, rest: `{"status":"completed"}`, state: outbox.Done},
		"with a field that is not":            {body: `{"status":"processing","transaction_id":"t"}`, rest: `{"status":"completed","transaction_id":"u"}`, state: outbox.Parked},
		"a status, the notes cannot be read":  {body: status, rest: `{"status":"completed"}`, refuses: "/notes", state: outbox.Parked},
		"a status, over a page as the answer": {body: status, rest: `{"status":"completed"}`, instead: 403, refuses: "/notes", state: outbox.Parked},
		"a status, the caller is to win":      {body: status, rest: `{"status":"completed"}`, policy: outbox.CallerWins, based: true, refuses: "/notes", state: outbox.Parked},
		"a price that is rounded":             {product: true, body: `{"regular_price":"7.50"}`, rest: `{"regular_price":"7.99"}`, state: outbox.Parked},
		"a price that stays":                  {product: true, body: `{"regular_price":"7.50"}`, rest: `{}`, state: outbox.Done},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 153, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				resource, path, field, made := storage.Orders, "orders", "status", `{"status":"pending","transaction_id":"s"}`
				if test.product {
					resource, path, field, made = storage.Products, "products", "regular_price",
						`{"name":"P","regular_price":"5.99"}`
				}
				id := g.make(t, path, made)
				shop := &restless{RoundTripper: storeClock{g.base, g.clock}, refuses: test.refuses,
					after: func() { g.meddle(t, fmt.Sprintf("%s/%d", path, id), test.rest) }}
				if test.instead != 0 {
					shop.instead = pageAnswer(test.instead)
				}
				g.shop = g.client(t, shop, woo.WithRetries(0))
				w := outbox.Write{Action: outbox.Update, Resource: resource, RecordID: id,
					Body: json.RawMessage(test.body), Policy: test.policy}
				if test.based {
					g.read(t, fmt.Sprintf("%s/%d", path, id), nil, &w.Base)
				}
				w = g.carry(t, st, w)
				if sent := shop.changes.Load(); w.State != test.state || sent != 1 {
					t.Fatalf("it is %s, and was sent %d times: %+v", w.State, sent, w.Reason)
				}
				if test.state != outbox.Parked {
					return
				}
				before, now := w.Base, w.Reason.Theirs
				if !strings.Contains(w.Reason.Message, "neither as it was before nor as it was asked for") ||
					w.Reason.Code != outbox.CodeConflict || before == nil || now == nil {
					t.Errorf("it says %+v, and shows %s and %s", w.Reason, before, now)
				}
				// A person has seen both.
				if _, err := g.box().Retry(t.Context(), w.ID, nil, outbox.CallerWins); err != nil {
					t.Fatal(err)
				}
				g.settle(t, g.box(), st)
				w, err := g.db.WriteByID(t.Context(), w.ID)
				if err != nil || w.State != outbox.Done || shop.changes.Load() != 2 {
					t.Errorf("retried it is %s after %d requests (%s): %+v, %v", w.State, shop.changes.Load(), field,
						w.Reason, err)
				}
			})
		})
	}
}

// What the record was before counts for requests that may have run. One that certainly did not leaves no trace.
func TestAnUpdateThatDidNotRunIsNotHeldAgainstWhatWasThereThen(t *testing.T) {
	t.Parallel()
	inBubble(t, 154, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		id := g.make(t, "orders", `{"status":"pending","customer_note":"a"}`)
		down := true
		first := &downOnce{RoundTripper: storeClock{g.base, g.clock}, down: &down,
			after: func() { g.meddle(t, fmt.Sprintf("orders/%d", id), `{"customer_note":"b"}`) }}
		g.shop = g.client(t, first, woo.WithRetries(0))
		w := g.carry(t, st, outbox.Write{Action: outbox.Update, Resource: storage.Orders, RecordID: id,
			Body: json.RawMessage(`{"customer_note":"c"}`)})
		if w.State != outbox.Done || w.Base == nil {
			t.Errorf("it is %s: %+v", w.State, w.Reason)
		}
	})
}

// downOnce cannot be reached with the first change; somebody else changes the record meanwhile.
type downOnce struct {
	http.RoundTripper
	down  *bool
	after func()
}

func (b *downOnce) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodPut || !*b.down {
		return b.RoundTripper.RoundTrip(r)
	}
	*b.down = false
	b.after()
	return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
}
