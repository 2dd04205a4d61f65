package mirror_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

func TestRequestsStayWithinTheirBudgets(t *testing.T) {
	t.Parallel()
	sizes := []int{150, 1000, 10000}
	if testing.Short() {
		sizes = sizes[:2]
	}
	for _, n := range sizes {
		t.Run(fmt.Sprint(n, " orders"), func(t *testing.T) {
			t.Parallel()
			b := setup(t, func(o *mirror.Options) { o.Window = 3000 })
			b.shop.stock(t)
			b.shop.fill(t, n)
			b.settle()
			log := b.shop.requests()
			orders, most := about(log, "orders")+about(log, "refunds"), float64(n+107)/100*1.05+40
			if float64(orders) > most {
				t.Errorf("the first sync of %d orders cost %d requests, more than %.0f", n, orders, most)
			}
			if applied := b.settle(); applied.Changes() > 0 {
				t.Errorf("the second sync of an unchanged store wrote %+v", applied)
			}
			if log := b.shop.requests(); len(log) > 12 {
				t.Errorf("the second sync cost %d requests: %v", len(log), log)
			}
			b.equal()
		})
	}
}

func TestAnOrderBringsAlongWhatItChangedElsewhere(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *mirror.Options) { o.Notes = mirror.ExtentChanged })
	b.shop.stock(t)
	b.sync()
	// An order comes in: it sells a product and a variation, uses a coupon and makes its customer a paying one, none of
	// which moves a stamp.
	b.shop.tick(time.Hour)
	b.shop.newOrder(t, 90001)
	b.shop.edit(
		"orders", 90001, "customer_id", "12", "line_items",
		`[{"id":1,"product_id":10,"variation_id":0,"quantity":1},{"id":2,"product_id":30,"variation_id":33,"quantity":1}]`,
		"coupon_lines", `[{"id":3,"code":"two"}]`,
	)
	b.shop.meddleWith("products", 10, "total_sales", "99", "stock_quantity", "1")
	b.shop.meddleWith("variations", 33, "stock_quantity", "7")
	b.shop.meddleWith("coupons", 44, "usage_count", "8")
	b.shop.meddleWith("customers", 12, "is_paying_customer", "true")
	b.shop.put(
		"order_notes",
		90001,
		[]byte(
			`{"id":700,"author":"system","date_created":"2026-11-23T13:00:00","date_created_gmt":"2026-11-23T13:00:00","note":"new","customer_note":false}`,
		),
	)
	b.sync()
	b.equal()
	if n, err := b.db.CountRecords(
		t.Context(),
		storage.Query{StoreID: b.store.ID, Resource: storage.OrderNotes},
	); err != nil || n != 1 {
		t.Errorf("%d notes of the changed order are mirrored, want 1 (%v)", n, err)
	}
}

func TestRefundsAreFollowed(t *testing.T) {
	t.Parallel()
	for _, listed := range []bool{true, false} {
		t.Run(fmt.Sprint("listed by themselves ", listed), func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.shop.noRefunds = !listed
			b.shop.fill(t, 20)
			b.sync()
			b.shop.tick(time.Minute)
			refund := `{"id":%d,"date_created":"2026-11-23T12:01:00","date_created_gmt":"2026-11-23T12:01:00","amount":"1.00","reason":"","line_items":[]}`
			for i := range int64(3) {
				b.shop.put("refunds", 1003, fmt.Appendf(nil, refund, 7000+i))
			}
			b.shop.edit(
				"orders", 1003, "refunds",
				`[{"id":7000,"reason":"","total":"-1.00"},{"id":7001,"reason":"","total":"-1.00"},{"id":7002,"reason":"","total":"-1.00"}]`,
			)
			b.wait(20 * time.Second)
			b.step(mirror.Budget{}) // orders only are due: they bring their refunds
			b.equal()
			// An order's own list leaves out what the list of all refunds adds.
			if swept := b.step(mirror.Budget{Sweep: true}).Swept; swept.Differences != 0 {
				t.Errorf("a sweep of the mirrored refunds finds %+v", swept)
			}
			// A refund's deletion moves no stamp at all.
			b.shop.remove("refunds", 7001)
			b.shop.meddleWith(
				"orders", 1003, "refunds",
				`[{"id":7000,"reason":"","total":"-1.00"},{"id":7002,"reason":"","total":"-1.00"}]`,
			)
			if listed {
				b.sync()
			} else {
				b.step(mirror.Budget{Sweep: true})
			}
			b.equal()
		})
	}
}

func TestCatalogueAndCustomersAreFollowed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.stock(t)
	b.sync()
	b.shop.tick(time.Hour)
	b.shop.edit("products", 10, "name", `"New mug"`)
	b.shop.trash("products", 11)
	b.shop.remove("products", 13)
	b.shop.edit("coupons", 44, "amount", `"3.00"`)
	b.shop.trash("coupons", 43)
	b.shop.remove("customers", 14)
	b.shop.edit("customers", 12, "first_name", `"Grace"`)
	// A variation goes to the trash, which moves its product's stamp.
	b.shop.trash("variations", 33)
	b.shop.edit("products", 30)
	b.sync()
	b.equal()
	b.shop.tick(time.Hour)
	b.shop.remove("products", 11)
	b.shop.remove("coupons", 43)
	b.shop.remove("variations", 33)
	b.shop.edit("products", 30)
	b.sync()
	b.equal()
	// A product of variations goes with all of them.
	for id := range map[int64]bool{31: true, 32: true} {
		b.shop.remove("variations", id)
	}
	b.shop.remove("products", 30)
	b.sync()
	b.equal()
}

func TestListsHoldExactlyWhatTheStoreHas(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.stock(t)
	b.sync()
	b.shop.plain["payment_gateways"] = []byte(`[{"id":"bacs","title":"Bank"}]`)
	b.shop.plain["shipping/zones"] = []byte(`[{"id":0,"name":"Rest"}]`)
	b.shop.remove("categories", 18)
	b.sync() // not due yet
	if held, err := b.db.CountRecords(
		t.Context(),
		storage.Query{StoreID: b.store.ID, Resource: storage.PaymentGateways},
	); err != nil || held != 3 {
		t.Errorf("lists are read out of turn: %d gateways (%v)", held, err)
	}
	b.wait(2 * time.Hour)
	b.sync()
	b.equal()
	if held, err := b.db.CountRecords(
		t.Context(),
		storage.Query{StoreID: b.store.ID, Resource: storage.ShippingZoneMethods},
	); err != nil || held != 0 {
		t.Errorf("%d methods are left of zones that are gone (%v)", held, err)
	}
}

func TestAStepThatLostItsClaimWritesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 300)
	taken := false
	b.shop.meddle = func(n int, _ *http.Request) {
		if n == 6 && !taken {
			taken = true
			if _, err := b.db.Claim(context.Background(), b.store.ID); err != nil {
				t.Error(err)
			}
		}
	}
	_, err := b.mirror.Pull(t.Context(), b.store.ID, b.client, mirror.Budget{Now: true})
	if !errors.Is(err, storage.ErrFenced) {
		t.Fatalf("got %v, want %v", err, storage.ErrFenced)
	}
	b.shop.meddle = nil
	b.sync()
	b.equal()
}

func TestWhatTheKeyMayNotReadIsLeftOutAndSaid(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.stock(t)
	refuseWith := func(code int, path string) func(int, http.ResponseWriter, *http.Request) bool {
		return func(_ int, w http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.Path, path) {
				refuse(w, code, "woocommerce_rest_cannot_view")
				return true
			}
			return false
		}
	}
	b.shop.spoil = refuseWith(403, "/v3/customers")
	result := b.step(mirror.Budget{Now: true})
	if !result.Idle || len(result.Warnings) != 1 || !strings.Contains(result.Warnings[0], "customers") {
		t.Errorf("idle %v, warnings %q", result.Idle, result.Warnings)
	}
	b.shop.requests()
	b.step(mirror.Budget{Now: true})
	if n := about(b.shop.requests(), "customers"); n != 0 {
		t.Errorf("customers were asked for %d times soon after the refusal", n)
	}
	b.shop.spoil = nil
	b.wait(2 * time.Hour)
	b.sync()
	b.equal()

	b.shop.spoil = refuseWith(401, "/orders")
	_, err := b.mirror.Pull(t.Context(), b.store.ID, b.client, mirror.Budget{Now: true})
	if failure, ok := woo.AsError(err); !ok || failure.Status != 401 {
		t.Errorf("a key that is not accepted: got %v", err)
	}
}

func TestWhatWasGivenBeforeAndIsRefusedNowIsAskedAgainAndSaid(t *testing.T) {
	t.Parallel()
	for path, resource := range map[string]storage.Resource{
		"/v3/orders": storage.Orders, "/v3/customers": storage.Customers, "/v3/coupons": storage.Coupons,
	} {
		t.Run(string(resource), func(t *testing.T) {
			t.Parallel()
			b := setup(t, func(o *mirror.Options) { o.Retries = -1 })
			b.shop.stock(t)
			b.sync()
			b.shop.spoil = func(_ int, w http.ResponseWriter, r *http.Request) bool {
				if !strings.Contains(r.URL.Path, path) {
					return false
				}
				refuse(w, http.StatusForbidden, "shield_blocked")
				return true
			}
			for range 3 { // as often as somebody waits, and not only the first time
				result, err := b.mirror.Pull(t.Context(), b.store.ID, b.client, mirror.Budget{Now: true})
				said := strings.Join(result.Warnings, "\n")
				if failed := err != nil; failed != (resource == storage.Orders) {
					t.Fatalf("failed: %v", err)
				}
				if resource != storage.Orders && !strings.Contains(said, string(resource)+": the store refuses now") {
					t.Errorf("warned %q", said)
				}
				if !slices.Contains(result.Seen.Refused, resource) {
					t.Errorf("seen as refused: %v", result.Seen.Refused)
				}
			}
			b.shop.spoil = nil
			b.shop.newOrder(t, 99001)
			b.settle()
			result := b.step(mirror.Budget{Now: true})
			if len(result.Seen.Refused) > 0 {
				t.Errorf("still refused: %v", result.Seen.Refused)
			}
			b.equal()
		})
	}
}

func TestSmallStepsReadNothingTwice(t *testing.T) {
	t.Parallel()
	b := setup(t, smallWindows)
	b.shop.fill(t, 400)
	since := b.now()
	steps, requests := 0, int64(0)
	for {
		result := b.step(mirror.Budget{Since: since, Requests: 8})
		steps++
		requests += result.Requests
		if result.Requests > 8 {
			t.Errorf("a step of 8 requests sent %d", result.Requests)
		}
		if result.Idle {
			break
		}
	}
	b.equal()
	if steps < 8 || requests > 110 {
		t.Errorf("400 orders in pages of 10 took %d steps and %d requests", steps, requests)
	}
}

func TestQuietStoresArePolledLessAndLess(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 20)
	b.sync()
	b.shop.requests()
	polls := func(d, every time.Duration) int {
		b.shop.requests()
		for end := b.now().Add(d); b.now().Before(end); {
			b.wait(every)
			b.shop.tick(every)
			b.step(mirror.Budget{})
		}
		n := 0
		for _, r := range b.shop.requests() {
			if strings.Contains(r, "modified_after") && strings.HasPrefix(r, "orders") {
				n++
			}
		}
		return n
	}
	first := polls(2*time.Minute, time.Second)
	polls(20*time.Minute, 5*time.Second)
	later := polls(2*time.Minute, time.Second)
	if later >= first || later > 1 {
		t.Errorf("a quiet store got %d polls in its first two minutes and %d later", first, later)
	}
	b.shop.newOrder(t, 9000)
	polls(6*time.Minute, 5*time.Second)
	b.shop.newOrder(t, 9001)
	if busy := polls(30*time.Second, time.Second); busy < 1 {
		t.Errorf("a store with new orders got %d polls in half a minute", busy)
	}
	b.equal()
}
