package mirror_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// sold are products of a sandbox store that were bought together in one order, a part of which was refunded. The order
// is not the oldest one, which the census looks at in every round.
type sold struct {
	simple     [3]int64
	variable   int64
	variations [2]int64
}

func setupSold(t *testing.T) (*living, sold) {
	t.Helper()
	clock := sandbox.NewClock(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	l := setupSandbox(t, mirror.Options{PerPage: 20}, sandbox.WithOrders(30), sandbox.WithClock(clock.Now))
	s := l.sell()
	clock.Advance(time.Hour)
	l.send(http.MethodPost, "orders", `{}`) // which polls meet from now on, not the one before
	clock.Advance(time.Hour)
	return l, s
}

func (l *living) sell() (s sold) {
	l.Helper()
	lines := ""
	for i := range s.simple {
		s.simple[i] = l.send(
			http.MethodPost, "products", fmt.Sprintf(`{"name":"Simple","sku":"S-%d","regular_price":"5"}`, i),
		)
		lines += fmt.Sprintf(`{"product_id":%d,"quantity":2},`, s.simple[i])
	}
	s.variable = l.send(
		http.MethodPost, "products",
		`{"name":"Title","type":"variable","attributes":[{"name":"Size","options":["S","M"],"variation":true,"visible":true}]}`,
	)
	for i, option := range []string{"S", "M"} {
		s.variations[i] = l.send(http.MethodPost, fmt.Sprintf("products/%d/variations", s.variable),
			fmt.Sprintf(`{"sku":"V-%d","regular_price":"5","attributes":[{"name":"Size","option":%q}]}`, i, option))
		lines += fmt.Sprintf(`{"product_id":%d,"variation_id":%d,"quantity":2},`, s.variable, s.variations[i])
	}
	order := l.send(http.MethodPost, "orders", `{"status":"completed","line_items":[`+lines[:len(lines)-1]+`]}`)
	shown, err := l.client.Do(l.Context(), woo.Request{Path: fmt.Sprint("orders/", order)})
	if err != nil {
		l.Fatal(err)
	}
	var made struct {
		LineItems []struct{ ID int64 } `json:"line_items"`
	}
	if err := json.Unmarshal(shown.Body, &made); err != nil {
		l.Fatal(err)
	}
	refunded := ""
	for _, item := range made.LineItems {
		refunded += fmt.Sprintf(`{"id":%d,"quantity":1,"refund_total":5},`, item.ID)
	}
	l.send(http.MethodPost, fmt.Sprintf("orders/%d/refunds", order),
		`{"amount":"25","api_refund":false,"line_items":[`+refunded[:len(refunded)-1]+`]}`)
	return s
}

// The lines of orders and refunds show their products as they are today.
func TestOrdersFollowTheProductsInTheirLines(t *testing.T) {
	t.Parallel()
	l, s := setupSold(t)
	l.sync()
	variation := fmt.Sprintf("products/%d/variations/", s.variable)
	for _, change := range []struct{ method, path, body string }{
		{http.MethodPut, fmt.Sprint("products/", s.simple[0]), `{"sku":"NEW-1"}`},
		{http.MethodDelete, fmt.Sprint("products/", s.simple[1]), `{"force":true}`},
		{http.MethodPut, fmt.Sprint("products/", s.variable), `{"name":"Another title"}`},
		// All in one second of the store: its product reads the same after the first.
		{http.MethodPut, variation + fmt.Sprint(s.variations[0]), `{"sku":"NEW-2"}`},
		{http.MethodPut, variation + fmt.Sprint(s.variations[0]), `{"sku":"NEW-3"}`},
		{http.MethodDelete, variation + fmt.Sprint(s.variations[1]), `{"force":true}`},
	} {
		before := l.lastChange()
		l.send(change.method, change.path, change.body)
		l.sync()
		if l.equal(); t.Failed() || l.changedSince(before, storage.Orders) == 0 {
			t.Fatalf("%s %s %s: the orders did not follow", change.method, change.path, change.body)
		}
	}
	before := l.lastChange()
	l.send(
		http.MethodPut, fmt.Sprint("products/", s.simple[2]),
		`{"name":"No line shows it","stock_quantity":7,"manage_stock":true}`,
	)
	l.sync()
	l.equal()
	if n := l.changedSince(before, storage.Orders); n != 0 {
		t.Errorf("a change no line shows changed %d orders", n)
	}
}

// Orders are read before products: what happens to a product in between is seen in neither, and no later poll meets it.
func TestProductsThatChangeBetweenTheOrdersAndTheirOwnReading(t *testing.T) {
	t.Parallel()
	for name, happens := range map[string]func(*living, sold){
		"product deleted": func(l *living, s sold) {
			l.send(http.MethodDelete, fmt.Sprint("products/", s.simple[0]), `{"force":true}`)
		},
		"product edited": func(l *living, s sold) {
			l.send(http.MethodPut, fmt.Sprint("products/", s.simple[1]), `{"sku":"NEW-1"}`)
		},
		"variation deleted": func(l *living, s sold) {
			l.send(http.MethodDelete, fmt.Sprintf("products/%d/variations/%d", s.variable, s.variations[0]),
				`{"force":true}`)
		},
		"variation edited": func(l *living, s sold) {
			l.send(http.MethodPut, fmt.Sprintf("products/%d/variations/%d", s.variable, s.variations[1]),
				`{"sku":"NEW-2"}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, s := setupSold(t)
			source := &disturbed{client: l.client, at: "products", by: func() { happens(l, s) }}
			for since := time.Now(); ; {
				result, err := l.mirror.Pull(t.Context(), l.store.ID, source, mirror.Budget{Since: since})
				if err != nil {
					t.Fatal(err)
				}
				if result.Idle {
					break
				}
			}
			l.equal()
		})
	}
}

// A store may name products in its lines that it does not show. Two orders of each are read again to tell that from a
// product deleted meanwhile, not all.
func TestProductsTheStoreNamesButDoesNotShow(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.stock(t)
	b.shop.fill(t, 150)
	line := func(product int64) string {
		return fmt.Sprintf(
			`[{"id":1,"name":"A thing","product_id":%d,"variation_id":0,"quantity":1,"sku":null}]`,
			product,
		)
	}
	gone := func(product int64) {
		for i := range int64(40) {
			b.shop.meddleWith("orders", 1000+3*i, "line_items", line(product))
		}
	}
	gone(10)
	for i := range int64(110) {
		b.shop.meddleWith("orders", 1000+3*(40+i), "line_items", line(77))
	}
	source := &disturbed{client: b.client, at: "products", by: func() {
		b.shop.remove("products", 10)
		gone(0)
		b.shop.requests()
	}}
	for idle := false; !idle; {
		result, err := b.mirror.Pull(t.Context(), b.store.ID, source, mirror.Budget{})
		if err != nil {
			t.Fatal(err)
		}
		idle = result.Idle
	}
	again := 0
	for _, r := range b.shop.requests() {
		path, query, _ := strings.Cut(r, "?")
		asked, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if ids := asked.Get("include"); path == "orders" && ids != "" {
			again += len(strings.Split(ids, ","))
		}
	}
	if again < 40 || again > 70 {
		t.Errorf(
			"%d orders were read again; 40 changed, and two of each product it does not show stand for the others",
			again,
		)
	}
	b.equal()
}

// disturbed lets something happen to the store just before a list is asked for the first time.
type disturbed struct {
	client *woo.Client
	at     string
	by     func()
	once   sync.Once
}

func (d *disturbed) Do(ctx context.Context, r woo.Request) (*woo.Response, error) {
	if r.Path == d.at {
		d.once.Do(d.by)
	}
	return d.client.Do(ctx, r)
}

func (l *living) lastChange() int64 {
	l.Helper()
	last := int64(0)
	for {
		changes, err := l.db.Changes(l.Context(), storage.ChangeQuery{StoreID: l.store.ID, After: last, Limit: 1000})
		if err != nil {
			l.Fatal(err)
		}
		if len(changes) == 0 {
			return last
		}
		last = changes[len(changes)-1].Seq
	}
}

// changedSince counts the changes of a resource behind a place in the log.
func (l *living) changedSince(after int64, resource storage.Resource) (n int) {
	l.Helper()
	changes, err := l.db.Changes(l.Context(), storage.ChangeQuery{StoreID: l.store.ID, After: after, Limit: 10000})
	if err != nil {
		l.Fatal(err)
	}
	for _, c := range changes {
		if c.Ref.Resource == resource {
			n++
		}
	}
	return n
}

func TestOrdersShowWhatBecameOfTheirProducts(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.stock(t)
	b.shop.fill(t, 150)
	line := func(product int64, sku string) string {
		return fmt.Sprintf(
			`[{"id":1,"name":"A thing","product_id":%d,"variation_id":0,"quantity":1,"sku":%s}]`, product, sku,
		)
	}
	for i := range int64(20) {
		b.shop.meddleWith("orders", 1000+3*i, "line_items", line(10, `"OLD"`))
		b.shop.meddleWith("orders", 1000+3*(100+i), "line_items", line(11, `"OLD"`))
	}
	b.sync()
	b.shop.tick(time.Hour)
	b.shop.remove("products", 10)
	b.shop.edit("products", 11, "sku", `"NEW"`)
	for i := range int64(20) {
		b.shop.meddleWith("orders", 1000+3*i, "line_items", line(0, "null"))
		b.shop.meddleWith("orders", 1000+3*(100+i), "line_items", line(11, `"NEW"`))
	}
	b.shop.requests()
	b.sync()
	if n := len(b.shop.requests()); n > 30 {
		t.Errorf("40 orders of two products cost %d requests", n)
	}
	b.equal()
	b.sync()
	b.shop.requests()
	b.sync()
	if log := b.shop.requests(); len(log) > 12 {
		t.Errorf("the store at rest costs %d requests: %v", len(log), log)
	}
}

// looks counts who reads all orders of the mirror.
type looks struct {
	*ledger.Ledger
	all atomic.Int64
}

func (l *looks) Records(ctx context.Context, q storage.Query) iter.Seq2[storage.Record, error] {
	if q.Resource == storage.Orders && q.ParentID == 0 {
		l.all.Add(1)
	}
	return l.Ledger.Records(ctx, q)
}

// Which orders show a product is noted once: from then on a product that changes leads to its orders, old and new, and
// costs no look through all.
func TestAChangedProductLeadsToItsOrdersWithoutALookThroughAll(t *testing.T) {
	t.Parallel()
	l, s := setupSold(t)
	counted := &looks{Ledger: l.db}
	l.mirror = mirror.New(counted, mirror.Options{PerPage: 20, RetryPause: time.Millisecond})
	l.settle()
	rename := func(id int64, name string) {
		l.send(http.MethodPut, fmt.Sprint("products/", id), fmt.Sprintf(`{"name":%q,"sku":"%s-%d"}`, name, name, id))
		l.settle()
		l.equal()
	}
	rename(s.simple[0], "first")
	noted := counted.all.Load()
	rename(s.simple[1], "second")
	order := l.send(http.MethodPost, "orders", fmt.Sprintf(`{"line_items":[{"product_id":%d,"quantity":1}]}`,
		s.simple[2]))
	l.settle()
	rename(s.simple[2], "third")
	if again := counted.all.Load(); again != noted {
		t.Errorf("all orders were read %d times more", again-noted)
	}
	held, err := l.db.Record(t.Context(), l.store.ID, storage.Ref{Resource: storage.Orders, ID: order})
	if err != nil || !strings.Contains(string(held.Raw), fmt.Sprintf("third-%d", s.simple[2])) {
		t.Errorf("an order that came after it was noted shows %s (%v)", held.Raw, err)
	}
}
