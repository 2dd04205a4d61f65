package outbox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// isReading says whether a request changes nothing.
func isReading(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodOptions
}

// readings is a store whose reads are made into something else.
type readings struct {
	http.RoundTripper
	rewrite func(r *http.Request, body []byte) []byte
}

func (p readings) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := p.RoundTripper.RoundTrip(r)
	if err != nil || !isReading(r) {
		return answer, err
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	body = p.rewrite(r, body)
	answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	answer.Header.Del("Content-Length")
	return answer, nil
}

// copies is a store whose reads come from a copy of the database: what a write made or changed shows after a while.
type copies struct {
	next http.RoundTripper
	lag  time.Duration

	mu   sync.Mutex
	made map[int64]time.Time
}

func (c *copies) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if r.Method == http.MethodPost {
		c.note(body)
	} else if isReading(r) {
		body = c.hide(r, answer, body)
	}
	answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	answer.Header.Del("Content-Length")
	return answer, nil
}

// note keeps when the records of an answer were made.
func (c *copies) note(body []byte) {
	var answer struct {
		ID     int64 `json:"id"`
		Create []struct {
			ID int64 `json:"id"`
		} `json:"create"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, item := range append(answer.Create, struct {
		ID int64 `json:"id"`
	}{answer.ID}) {
		c.made[item.ID] = time.Now()
	}
}

func (c *copies) young(id int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, known := c.made[id]
	return known && time.Since(at) < c.lag
}

func (c *copies) hide(r *http.Request, answer *http.Response, body []byte) []byte {
	if id, err := strconv.ParseInt(path.Base(r.URL.Path), 10, 64); err == nil {
		if c.young(id) {
			answer.StatusCode, answer.Status = http.StatusNotFound, "404 Not Found"
			return []byte(
				`{"code":"woocommerce_rest_shop_order_invalid_id","message":"Invalid ID.","data":{"status":404}}`)
		}
		return body
	}
	var list []json.RawMessage
	if json.Unmarshal(body, &list) != nil {
		return body
	}
	shown := []json.RawMessage{}
	for _, item := range list {
		var record struct {
			ID int64 `json:"id"`
		}
		if json.Unmarshal(item, &record) != nil || !c.young(record.ID) {
			shown = append(shown, item)
		}
	}
	return mustBody(shown)
}

// fromCopies lets a ground's reads come from a copy that lags behind. change makes of the first writes' answers what
// becomes of them on the way.
func (g ground) fromCopies(
	t *testing.T, lag time.Duration, change ...func(status int, body []byte) (int, []byte),
) ground {
	var mu sync.Mutex
	g.shop = g.client(t, plugin{&copies{next: storeClock{g.base, g.clock}, lag: lag, made: map[int64]time.Time{}},
		func(r *http.Request, status int, body []byte) (int, []byte) {
			mu.Lock()
			defer mu.Unlock()
			if r.Method == http.MethodPost && len(change) > 0 {
				status, body = change[0](status, body)
				change = change[1:]
			}
			return status, body
		}}, woo.WithRetries(0))
	return g
}

func answered(status int, body string) func(int, []byte) (int, []byte) {
	return func(int, []byte) (int, []byte) { return status, []byte(body) }
}

// A copy of the database that lags behind shows nothing of what was just made.
func TestACopyThatLagsBehindMakesNoSecondOrder(t *testing.T) {
	t.Parallel()
	died := answered(http.StatusInternalServerError,
		`{"code":"internal_server_error","message":"x","data":{"status":500}}`)
	page := answered(http.StatusForbidden, `<html><title>Forbidden</title></html>`)
	for name, test := range map[string]struct {
		change []func(int, []byte) (int, []byte)
		lag    time.Duration
		orders int
	}{
		"answered":                        {nil, 20 * time.Second, 1},
		"two in a batch, answered":        {nil, 20 * time.Second, 2},
		"PHP died":                        {[]func(int, []byte) (int, []byte){died}, 40 * time.Second, 1},
		"refused by a page":               {[]func(int, []byte) (int, []byte){page}, 20 * time.Second, 1},
		"two in a batch, refused":         {[]func(int, []byte) (int, []byte){page}, 20 * time.Second, 2},
		"refused by a page, over an hour": {[]func(int, []byte) (int, []byte){page}, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 91, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				g = g.fromCopies(t, test.lag, test.change...)
				box := g.unhurried()
				var writes []outbox.Write
				for i := range test.orders {
					w := orderOf(fmt.Sprintf("copy %d", i))
					w.StoreID = st.ID
					writes = append(writes, w)
				}
				accepted, err := box.AcceptAll(t.Context(), writes)
				if err != nil {
					t.Fatal(err)
				}
				g.settle(t, box, st)
				for i, a := range accepted {
					w, err := g.db.WriteByID(t.Context(), a.ID)
					n := g.notes(t)[fmt.Sprintf("copy %d", i)]
					if err != nil || w.State != outbox.Done || n != 1 || test.change == nil && w.Reason != nil {
						t.Errorf("%v, %s after %d attempts, %d times on the store: %+v", err, w.State, w.Attempts, n,
							w.Reason)
					}
				}
			})
		})
	}
}

// What the store has answered and does not list shows that the list is old, however long ago the loss was.
func TestAListThatLacksWhatWasAnsweredProvesNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, 92, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		g = g.fromCopies(t, 10*time.Minute, func(int, []byte) (int, []byte) {
			return http.StatusBadGateway, []byte(`<html><title>502 Bad Gateway</title></html>`)
		})
		box := g.unhurried()
		var ids []string
		for _, note := range []string{"lost", "answered"} {
			w := orderOf(note)
			w.StoreID = st.ID
			w, err := box.Accept(t.Context(), w)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, w.ID)
			if _, err := box.Step(t.Context(), st.ID, g.shop); err != nil {
				t.Fatal(err)
			}
		}
		g.settle(t, box, st)
		w, err := g.db.WriteByID(t.Context(), ids[0])
		if n := g.notes(t)["lost"]; err != nil || w.State != outbox.Done || n != 1 {
			t.Errorf("%v, %s after %d attempts, %d times on the store: %+v", err, w.State, w.Attempts, n, w.Reason)
		}
	})
}

// A reading that is older than the answer is no word on what the store kept.
func TestAnOldReadingIsNotHeldAgainstAnAnswer(t *testing.T) {
	t.Parallel()
	inBubble(t, 93, func(t *testing.T, g ground) {
		s := newShelf(t, g, 3)
		old := s.record(t)
		time.Sleep(time.Minute)
		g.shop = g.client(t, readings{storeClock{g.base, g.clock}, func(r *http.Request, body []byte) []byte {
			if strings.HasSuffix(r.URL.Path, s.path()) {
				return old
			}
			return body
		}}, woo.WithRetries(0))
		w := g.carryBy(t, g.unhurried(), s.st, outbox.Write{Action: outbox.Update, Resource: storage.Products,
			RecordID: s.id, Body: json.RawMessage(`{"name":"Cup"}`)})
		if w.State != outbox.Done || w.Reason != nil {
			t.Errorf("%s: %+v", w.State, w.Reason)
		}
	})
}

// The databases of a cluster each give out ids of their own: a newer record may have a lower one.
func TestAMarkBelowTheFloorIsFound(t *testing.T) {
	t.Parallel()
	inBubble(t, 94, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		first := g.make(t, "orders", `{"customer_note":"the highest"}`)
		g.shop = g.client(t, readings{storeClock{g.base, g.clock}, func(_ *http.Request, body []byte) []byte {
			// the highest id on the store is ahead of the next one
			return bytes.ReplaceAll(body, fmt.Appendf(nil, `"id":%d}`, first), fmt.Appendf(nil, `"id":%d}`, first+50))
		}}, woo.WithRetries(0))
		if _, err := g.store.AddFault(sandbox.Fault{Match: posts, Drop: sandbox.AfterCommit}); err != nil {
			t.Fatal(err)
		}
		w := g.carryBy(t, g.unhurried(), st, orderOf("once"))
		if n := g.notes(t)["once"]; w.State != outbox.Done || n != 1 || w.Floor < w.RecordID {
			t.Errorf("%s after %d attempts, %d times on the store, floor %d: %+v", w.State, w.Attempts, n, w.Floor,
				w.Reason)
		}
	})
}

// A look right after a refusal may not see what was made: the mirror meets it later.
func TestARefusedWriteWhoseRecordIsMetLaterIsAPersonsMatter(t *testing.T) {
	t.Parallel()
	inBubble(t, 95, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		behind := g.fromCopies(t, 20*time.Second, answered(http.StatusBadRequest,
			`{"code":"rest_invalid_param","message":"Not so","data":{"status":400}}`))
		box := g.unhurried()
		w := behind.carryBy(t, box, st, orderOf("refused"))
		if w.State != outbox.Rejected {
			t.Fatalf("%s: %+v", w.State, w.Reason)
		}
		time.Sleep(time.Minute)
		id := g.allOrders(t)[0].ID
		g.mirror(t, st, storage.Orders, woo.RouteOrders.Record(0, id))
		w, err := g.db.WriteByID(t.Context(), w.ID)
		if err != nil || w.State != outbox.Parked || w.Reason.Code != outbox.CodeContradicted ||
			!strings.Contains(w.Reason.Message, fmt.Sprintf("orders/%d carries its mark", id)) {
			t.Fatalf("%v, %s: %+v", err, w.State, w.Reason)
		}
		if w, err = box.Adopt(t.Context(), w.ID, id); err != nil || w.State != outbox.Done {
			t.Errorf("%v, %s", err, w.State)
		}
	})
}
