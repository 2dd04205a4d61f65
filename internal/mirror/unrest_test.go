package mirror_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// send makes a request of the sandbox store and gives the id of what it made.
func (l *living) send(method, path, body string) int64 {
	l.Helper()
	r, err := l.client.Do(l.Context(), woo.Request{Method: method, Path: path, Body: json.RawMessage(body)})
	if err != nil {
		l.Fatalf("%s %s: %v", method, path, err)
	}
	var made struct{ ID int64 }
	if err := json.Unmarshal(r.Body, &made); err != nil {
		l.Fatal(err)
	}
	return made.ID
}

// orders are the ids of the mirrored orders, the oldest first, with those of a line of theirs.
func (l *living) orders() (ids, lines []int64) {
	l.Helper()
	for r, err := range l.db.Records(l.Context(), storage.Query{StoreID: l.store.ID, Resource: storage.Orders}) {
		if err != nil {
			l.Fatal(err)
		}
		var order struct {
			LineItems []struct{ ID int64 } `json:"line_items"`
		}
		if err := json.Unmarshal(r.Raw, &order); err != nil || len(order.LineItems) == 0 {
			continue
		}
		ids, lines = append(ids, r.ID), append(lines, order.LineItems[0].ID)
	}
	return ids, lines
}

// In posts a program's edit of meta data, an address or a line moves no date, and a term has none. Whoever waits for a
// sync of a store that is being worked on gets them all the same.
func TestWhoeverWaitsGetsWhatMovesNoDate(t *testing.T) {
	t.Parallel()
	l := setupSandbox(t, mirror.Options{PerPage: 20}, sandbox.WithStorage(capability.Posts), sandbox.WithOrders(60))
	category := l.send(http.MethodPost, "products/categories", `{"name":"Before"}`)
	l.settle()
	ids, lines := l.orders()
	silently := func(what string) {
		l.send(http.MethodPut, fmt.Sprint("orders/", ids[3]), `{"meta_data":[{"key":"k","value":{"a":["`+what+`"]}}]}`)
		l.send(http.MethodPut, fmt.Sprint("orders/", ids[20]), `{"billing":{"city":"`+what+`"}}`)
		l.send(
			http.MethodPut, fmt.Sprint("orders/", ids[40]),
			fmt.Sprintf(`{"line_items":[{"id":%d,"name":%q}]}`, lines[40], what),
		)
		l.send(http.MethodPut, fmt.Sprint("products/categories/", category), `{"name":"`+what+`"}`)
	}
	silently("one")
	l.send(http.MethodPut, fmt.Sprint("orders/", ids[30]), `{"status":"cancelled"}`) // which shows
	l.settle()
	l.equal()

	// The last edits of a busy time may all be silent ones.
	silently("two")
	l.settle()
	l.equal()

	// A store that came to rest is left alone: after one more sweep, and one more reading of the lists, which came
	// before what that sync found.
	l.settle()
	l.settle()
	if requests := l.settle(); requests > 12 {
		t.Errorf("a store at rest cost %d requests", requests)
	}
}

func TestOfALargeCollectionTheNewestAreComparedForWhoeverWaits(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *mirror.Options) { o.PerPage, o.Window = 20, 100 })
	b.shop.fill(t, 300)
	b.settle()
	b.shop.tick(time.Hour)
	b.shop.edit("orders", 1000, "customer_note", `"seen"`)
	b.shop.meddleWith("orders", 1000+3*250, "total", `"1.23"`) // among the newest 100
	b.shop.requests()
	b.settle()
	var sweeps int
	for _, r := range b.shop.requests() {
		if strings.HasPrefix(r, "orders?") && strings.Contains(r, "meta_data") && strings.Contains(r, "offset") {
			sweeps++
		}
	}
	// Once for the cheap fields, once deeper because they showed an edit.
	if sweeps == 0 || sweeps > 14 {
		t.Errorf("comparing the newest 100 orders cost %d requests", sweeps)
	}
	b.equal()
}

func TestAStoreAtWorkIsComparedSoonerThanOneAtRest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 150)
	b.settle()
	b.settle()
	sweeps := func(d time.Duration) (n int) {
		for end := b.now().Add(d); b.now().Before(end); {
			b.wait(time.Minute)
			b.shop.tick(time.Minute)
			b.step(mirror.Budget{})
		}
		for _, r := range b.shop.requests() {
			if strings.HasPrefix(r, "orders?") && strings.Contains(r, "offset=0") {
				n++
			}
		}
		return n
	}
	b.shop.requests()
	if n := sweeps(20 * time.Minute); n != 0 {
		t.Errorf("a store at rest was compared %d times in 20 minutes", n)
	}
	b.shop.edit("orders", 1000, "customer_note", `"seen"`)
	b.shop.meddleWith("orders", 1000+3*70, "customer_note", `"unseen"`, "total", `"1.23"`)
	if n := sweeps(20 * time.Minute); n == 0 {
		t.Error("a store at work was not compared in 20 minutes")
	}
	b.equal()
}

func TestASyncSaysWhatItCompared(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 150)
	b.settle()
	b.shop.tick(time.Hour)
	b.shop.edit("orders", 1003, "customer_note", `"seen"`)
	b.shop.meddleWith("orders", 1000+3*70, "total", `"1.23"`)
	b.wait(time.Minute)
	result := b.step(mirror.Budget{Since: b.now(), Compare: true})
	// The cheap fields of the first page showed an edit under the date it had, so all was compared once more in every
	// field.
	if did := result.Swept; did.Differences != 1 || did.Records < 150 || did.Requests < 3 || did.Recent {
		t.Errorf("the step says it compared %+v", did)
	}
}
