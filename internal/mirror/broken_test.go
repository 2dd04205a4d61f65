package mirror_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
)

// Every way in which a store shows something else than what is there, and looks right: the mirror must hold what is
// there.
func TestAStoreThatShowsWhatIsNotThereIsMirroredExactly(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"cache-rest:woocommerce", "cache-rest:wp-rest-cache", "cache-rest", "status-hidden",
		"status-public", "status-private", "status-unregistered"} {
		for name, options := range shops() {
			if strings.HasPrefix(id, "cache") && !strings.HasPrefix(name, "11.0, order") {
				continue
			}
			t.Run(id+", "+name, func(t *testing.T) {
				t.Parallel()
				l := setupSandbox(t, mirror.Options{PerPage: 20}, append(options, sandbox.WithOrders(30))...)
				category := l.send(http.MethodPost, "products/categories", `{"name":"Before"}`)
				product := l.send(
					http.MethodPost, "products",
					fmt.Sprintf(`{"name":"n","regular_price":"1","categories":[{"id":%d}]}`, category),
				)
				if err := l.shop.Break(id); err != nil {
					t.Fatal(err)
				}
				l.settle()
				l.settle()
				orders, _ := l.orders()
				l.send(http.MethodPut, fmt.Sprint("products/", product), `{"name":"after","regular_price":"2"}`)
				l.send(http.MethodPut, fmt.Sprint("products/categories/", category), `{"name":"After"}`)
				l.send(http.MethodPut, fmt.Sprint("orders/", orders[2]), `{"customer_note":"after"}`)
				l.settle()
				l.equal()
				for ref, want := range map[storage.Ref]string{
					{Resource: storage.Products, ID: product}: `"name":"after"`, {Resource: storage.Categories,
						ID: category}: `"name":"After"`,
					{Resource: storage.Orders, ID: orders[2]}: `"customer_note":"after"`,
				} {
					if held, err := l.db.Record(t.Context(), l.store.ID, ref); err != nil ||
						!strings.Contains(string(held.Raw), want) {
						t.Errorf("the mirror of %s lacks %s (%v)", ref, want, err)
					}
				}
				// Asked without any cache or list between, the store agrees.
				l.shop.Mend("cache-rest:woocommerce")
				l.shop.Mend("cache-rest:wp-rest-cache")
				l.shop.Mend("cache-rest")
				l.equal()
			})
		}
	}
}

// A cache that is deaf to arguments (docs/woocommerce/answers.md#cache-options) may keep a poll from seeing what
// changed; it does not keep verify from seeing it, nor a thorough sync from mending it.
func TestVerifySeesPastACacheThatIsDeafToArguments(t *testing.T) {
	t.Parallel()
	l := setupSandbox(t, mirror.Options{PerPage: 20}, sandbox.WithOrders(10))
	_, err := l.shop.AddFault(sandbox.Fault{
		Match:    sandbox.Match{Methods: []string{http.MethodGet}, Path: `/wc/v3/`},
		Remember: true, RememberOnly: 200, Forgets: []string{"_", "skip_cache", "_skip_cache"},
	})
	if err != nil {
		t.Fatal(err)
	}
	l.settle()
	if report := l.verify(); !report.Equal() {
		t.Fatalf("before anything changed: %+v", report)
	}
	orders, _ := l.orders()
	l.shop.Advance(time.Hour)
	l.send(http.MethodPut, fmt.Sprint("orders/", orders[2]), `{"customer_note":"after"}`)
	if report := l.verify(); report.Equal() {
		t.Error("verify says equal of what a cache remembers")
	}
	l.thorough()
	if report := l.verify(); !report.Equal() {
		t.Errorf("after a thorough sync: %+v", report)
	}
}

// The Date of a copy says when the copy was made.
func TestTheDateOfACachedAnswerIsNoClock(t *testing.T) {
	t.Parallel()
	l := setupSandbox(t, mirror.Options{PerPage: 20}, sandbox.WithOrders(10))
	old := time.Now().Add(-3 * time.Hour).UTC().Format(http.TimeFormat)
	_, err := l.shop.AddFault(
		sandbox.Fault{
			Match:    sandbox.Match{Methods: []string{http.MethodGet}, Path: `/wc/v3/`, Except: `(^|&)_=`},
			Remember: true,
			HitHeaders: map[string]string{
				"X-Cache": "HIT",
				"Date":    old,
			},
			SetHeaders: map[string]string{"X-Cache": "HIT", "Date": old},
		},
	)
	if err != nil {
		t.Fatal(err)
	}
	l.settle()
	result, err := l.mirror.Pull(t.Context(), l.store.ID, l.client, mirror.Budget{Since: time.Now(), Compare: true})
	if err != nil || result.StoreClock.Abs() > time.Minute {
		t.Errorf("the store's clock is taken to be off by %s (%v)", result.StoreClock, err)
	}
	if result.Seen.Cache == "" {
		t.Error("nothing tells of the cache")
	}
	l.equal()
}

// Lists of a cache that no header gives away show older states, older dates among them. Nothing is known of it, so the
// mirror may lag; it must not go back.
func TestAListThatShowsOldDatesMovesNothingBack(t *testing.T) {
	t.Parallel()
	l := setupSandbox(t, mirror.Options{PerPage: 20}, sandbox.WithOrders(12))
	if err := l.shop.Break("cache-rest:unmarked"); err != nil {
		t.Fatal(err)
	}
	l.settle()
	l.syncWith(mirror.Budget{Sweep: true})
	orders, _ := l.orders()
	l.shop.Advance(time.Hour)
	l.send(http.MethodPut, fmt.Sprint("orders/", orders[2]), `{"customer_note":"after"}`)
	// The record itself is read, as a webhook or a write of ours would have it.
	l.shop.Mend("cache-rest:unmarked")
	l.settle()
	if err := l.shop.Break("cache-rest:unmarked"); err != nil {
		t.Fatal(err)
	}
	l.syncWith(mirror.Budget{Sweep: true})
	l.syncWith(mirror.Budget{Sweep: true})
	held, err := l.db.Record(t.Context(), l.store.ID, storage.Ref{Resource: storage.Orders, ID: orders[2]})
	var order struct {
		Note string `json:"customer_note"`
	}
	if err != nil || json.Unmarshal(held.Raw, &order) != nil || order.Note != "after" {
		t.Errorf("the mirror went back to %q (%v)", order.Note, err)
	}
}
