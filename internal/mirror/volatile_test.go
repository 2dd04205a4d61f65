package mirror_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
)

func (l *living) lastSeq() int64 {
	l.Helper()
	last, err := l.db.LastSeq(l.Context())
	if err != nil {
		l.Fatal(err)
	}
	return last
}

func (l *living) seen() storage.Sightings {
	l.Helper()
	result, err := l.mirror.Pull(l.Context(), l.store.ID, l.client, mirror.Budget{Since: time.Now(), Compare: true})
	if err != nil {
		l.Fatal(err)
	}
	return result.Seen
}

// updated are the records that were announced as changed.
func (l *living) updated(after int64) []string {
	l.Helper()
	changes, err := l.db.Changes(l.Context(), storage.ChangeQuery{StoreID: l.store.ID, After: after})
	if err != nil {
		l.Fatal(err)
	}
	var refs []string
	for _, c := range changes {
		if c.Kind != storage.Created && c.Resource != storage.Reports {
			refs = append(refs, c.Ref.String())
		}
	}
	slices.Sort(refs)
	return slices.Compact(refs)
}

func TestAMemberThatDiffersOnEveryReadingIsNoChange(t *testing.T) {
	t.Parallel()
	for name, options := range shops() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := setupSandbox(t, mirror.Options{PerPage: 20}, append(options, sandbox.WithOrders(12))...)
			for _, name := range []string{"a", "b", "c"} {
				l.send(http.MethodPost, "products/categories", fmt.Sprintf(`{"name":%q}`, name))
			}
			if _, err := l.shop.AddFault(sandbox.Fault{Match: sandbox.Match{Path: `/wc/v3/products/(categories|\d+/variations)`}, Rewrite: []sandbox.Rewrite{
				{Find: `"menu_order":`, Put: `"banner":"https:\/\/cdn.example\/b?sig={n}","menu_order":`},
			}}); err != nil {
				t.Fatal(err)
			}
			if err := l.shop.Break("signed-links"); err != nil {
				t.Fatal(err)
			}
			l.settle()
			l.settle()
			l.equal()
			if changed := l.updated(0); len(changed) > 0 {
				t.Errorf("the first copy announced changes: %v", changed)
			}
			before := l.lastSeq()
			for range 3 {
				l.syncWith(mirror.Budget{Compare: true, Sweep: true})
			}
			if changed := l.updated(before); len(changed) > 0 {
				t.Errorf("nothing happened, and changes were announced: %v", changed)
			}
			seen := strings.Join(l.seen().Volatile, "; ")
			if !strings.Contains(seen, "orders /invoice_url (exp, sig in its address)") {
				t.Errorf("people are told of %q", seen)
			}
			// What really changes is not muted: not beside the member, nor the address itself.
			orders, _ := l.orders()
			l.send(http.MethodPut, fmt.Sprint("orders/", orders[4]), `{"customer_note":"real"}`)
			l.settle()
			if changed := l.updated(before); !slices.Contains(changed, fmt.Sprint("orders/", orders[4])) {
				t.Errorf("a real change was not announced: %v", changed)
			}
			l.equal()
			before = l.lastSeq()
			l.shop.Mend("signed-links")
			if _, err := l.shop.AddFault(sandbox.Fault{Match: sandbox.Match{Path: `/wc/v3/orders`}, Rewrite: []sandbox.Rewrite{
				{Find: `"order_key":"[^"]*"`, Put: `$0,"invoice_url":"https:\/\/other.example\/invoice?exp={n}&sig=x{n}"`},
			}}); err != nil {
				t.Fatal(err)
			}
			l.settle()
			l.settle()
			if changed := l.updated(before); !slices.Contains(changed, fmt.Sprint("orders/", orders[7])) {
				t.Errorf("the address moved, and no change was announced: %v", changed)
			}
			l.equal()
		})
	}
}

func TestWhatMovesWithoutProofIsNotLearned(t *testing.T) {
	t.Parallel()
	for name, rewrite := range map[string]sandbox.Rewrite{
		"stock":          {Find: `"total_sales":\d+`, Put: `"total_sales":{n}`},
		"an amount":      {Find: `"price":"1"`, Put: `"price":"{n}"`},
		"one record":     {Find: `"name":"p0"`, Put: `"name":"p0 {n}"`},
		"comes and goes": {Find: `"purchase_note":""`, Put: `"purchase_note":"","x{n}":1`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := setupSandbox(t, mirror.Options{PerPage: 20}, sandbox.WithOrders(5))
			for i := range 4 {
				l.send(http.MethodPost, "products", fmt.Sprintf(`{"name":"p%d","regular_price":"1"}`, i))
			}
			if _, err := l.shop.AddFault(sandbox.Fault{Match: sandbox.Match{Path: `/wc/v3/products`}, Rewrite: []sandbox.Rewrite{rewrite}}); err != nil {
				t.Fatal(err)
			}
			for range 4 {
				_, _ = l.mirror.Pull(
					t.Context(), l.store.ID, l.client,
					mirror.Budget{Since: time.Now(), Compare: true, Sweep: true, Requests: 200},
				)
			}
			if members := l.seen().Volatile; len(members) > 0 {
				t.Errorf("%v was learned", members)
			}
			if l.verify().Equal() {
				t.Error("verify calls a store equal whose values move")
			}
		})
	}
}

// What stands still again is compared again.
func TestAMemberThatStandsStillIsForgotten(t *testing.T) {
	t.Parallel()
	l := setupSandbox(t, mirror.Options{PerPage: 20}, sandbox.WithOrders(12))
	now := time.Now()
	l.mirror = mirror.New(
		l.db,
		mirror.Options{PerPage: 20, RetryPause: time.Millisecond, Now: func() time.Time { return now }},
	)
	settle := func() {
		for range 100 {
			budget := mirror.Budget{Since: now, Compare: true}
			if result, err := l.mirror.Pull(t.Context(), l.store.ID, l.client, budget); err == nil &&
				result.Idle {
				return
			}
		}
		t.Fatal("the pull does not come to an end")
	}
	if err := l.shop.Break("signed-links"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		settle()
		now = now.Add(time.Minute)
	}
	still := func(value string) {
		l.shop.ClearFaults()
		if _, err := l.shop.AddFault(sandbox.Fault{Match: sandbox.Match{Path: `/wc/v3/orders`}, Rewrite: []sandbox.Rewrite{
			{Find: `"order_key":"[^"]*"`, Put: `$0,"invoice_url":"https:\/\/cdn.example\/invoice?exp=1&sig=` + value + `"`},
		}}); err != nil {
			t.Fatal(err)
		}
	}
	still("a")
	for range 10 {
		settle()
		now = now.Add(3 * time.Hour)
	}
	now = now.Add(time.Hour)
	settle()
	still("b") // a real change from now on
	before := l.lastSeq()
	now = now.Add(time.Hour)
	settle()
	if changed := l.updated(before); len(changed) < 12 {
		t.Errorf("the member became a plain one and changed, and %v was announced", changed)
	}
	l.equal()
}

// A plugin is switched off, and its member is gone from every record.
func TestAMemberThatGoesIsMissedInEveryRecord(t *testing.T) {
	t.Parallel()
	l := setupSandbox(t, mirror.Options{PerPage: 20}, sandbox.WithOrders(25))
	if err := l.shop.Break("signed-links"); err != nil {
		t.Fatal(err)
	}
	l.settle()
	l.settle()
	before := l.lastSeq()
	l.shop.Mend("signed-links")
	l.settle()
	l.equal()
	if changed := l.updated(before); len(changed) < 25 {
		t.Errorf("all orders lost a member, and %v was announced", changed)
	}
}

// Orders that no list shows have members that move, too: a sample of them is read under their ids.
func TestAMemberThatMovesIsRecognisedInOrdersThatNoListShows(t *testing.T) {
	t.Parallel()
	l := setupSandbox(t, mirror.Options{PerPage: 20}, sandbox.WithOrders(3))
	l.settle()
	l.shop.RegisterOrderStatus(parked)
	orders, _ := l.orders()
	for _, id := range orders {
		l.send(http.MethodPut, fmt.Sprint("orders/", id), `{"status":"parked"}`)
	}
	l.settle()
	l.shop.UnregisterOrderStatus("parked")
	if err := l.shop.Break("signed-links"); err != nil {
		t.Fatal(err)
	}
	l.settle()
	l.settle()
	before := l.lastSeq()
	for range 2 {
		l.syncWith(mirror.Budget{Compare: true, Sweep: true})
	}
	if changed := l.updated(before); len(changed) > 0 {
		t.Errorf("nothing happened, and changes were announced: %v", changed)
	}
	l.equal()
}
