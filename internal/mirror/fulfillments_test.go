package mirror_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
)

// fulfil keeps a fulfilment of an order as a store of order tables does: the order shows its status, and its date
// moves.
func (s *shop) fulfil(order, id int64, tracking string) {
	s.tick(2 * time.Second)
	raw := fmt.Sprintf(`{"id":%d,"entity_type":"WC_Order","entity_id":"%d","status":"unfulfilled","is_fulfilled":"0",`+
		`"date_updated":%q,"date_deleted":null,"meta_data":[{"id":%d,"key":"_tracking_number","value":%q}]}`,
		id, order, s.clock.Format(wooTime)+"Z", id, tracking)
	s.put("fulfillments", order, []byte(raw))
	s.edit("orders", order, "meta_data", `[{"id":7,"key":"_fulfillment_status","value":"unfulfilled"}]`)
}

func (s *shop) unfulfil(order, id int64) {
	s.tick(2 * time.Second)
	s.remove("fulfillments", id)
	s.edit("orders", order, "meta_data", `[]`)
}

func fulfilling(extent mirror.Extent) func(*mirror.Options) {
	return func(o *mirror.Options) { o.Fulfillments = extent }
}

func TestFulfilmentsFollowTheirOrders(t *testing.T) {
	t.Parallel()
	for _, wraps := range []bool{false, true} {
		b := setup(t, fulfilling(mirror.ExtentAll))
		b.shop.fulfils, b.shop.wraps = true, wraps
		b.shop.fill(t, 30)
		b.shop.fulfil(1003, 1, "1Z1")
		b.shop.tick(time.Hour)
		b.sync()
		b.equal()
		if n := about(b.shop.requests(), "orders/1003/fulfillments"); n == 0 {
			t.Error("the fulfilments of the first sync were not asked for")
		}
		after, err := b.db.LastSeq(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		b.shop.fulfil(1003, 1, "1Z2") // another number under the status it had
		b.shop.fulfil(1006, 2, "1Z3")
		b.sync()
		b.equal()
		b.shop.unfulfil(1003, 1)
		b.sync()
		b.equal()
		seen := kinds(t, b.db, b.store.ID, after)
		if seen["fulfillments/1"] != storage.Deleted || seen["fulfillments/2"] != storage.Created {
			t.Errorf("wrapped %v: announced %v", wraps, seen)
		}
	}
}

func TestOnlyOrdersWithFulfilmentsAreAskedForThem(t *testing.T) {
	t.Parallel()
	b := setup(t, fulfilling(mirror.ExtentAll))
	b.shop.fulfils = true
	b.shop.fill(t, 50)
	b.shop.fulfil(1009, 1, "1Z")
	b.shop.tick(time.Hour)
	b.sync()
	b.shop.edit("orders", 1012, "customer_note", `"soon"`)
	b.sync()
	for _, r := range b.shop.requests() {
		if shelf, parent, _ := route(pathOf(r)); shelf == "fulfillments" && parent != 1009 {
			t.Errorf("asked for the fulfilments of order %d, which shows none", parent)
		}
	}
}

func TestAStoreWithoutFulfilmentsIsAskedOnce(t *testing.T) {
	t.Parallel()
	b := setup(t, fulfilling(mirror.ExtentAll))
	b.shop.fill(t, 40)
	for i := range int64(20) {
		// The feature was on once: the orders still show it.
		b.shop.fulfil(1000+3*i, 1+i, "1Z")
	}
	b.shop.tick(time.Hour)
	b.sync()
	asked := 0
	for _, r := range b.shop.requests() {
		if shelf, _, _ := route(pathOf(r)); shelf == "fulfillments" {
			asked++
		}
	}
	if asked > 2 {
		t.Errorf("%d requests for a route that is not there", asked)
	}
	if waiting, err := b.db.MarkCounts(t.Context(), b.store.ID); err != nil || waiting[storage.Fulfillments] != 0 {
		t.Errorf("%d marks wait (%v)", waiting[storage.Fulfillments], err)
	}
	b.shop.fulfils = true // switched on again: the next change of an order brings its own
	b.shop.fulfil(1003, 2, "1Z9")
	b.sync()
	if n, err := b.db.CountRecords(
		t.Context(),
		storage.Query{StoreID: b.store.ID, Resource: storage.Fulfillments},
	); err != nil || n != 1 {
		t.Errorf("the mirror holds %d fulfilments (%v)", n, err)
	}
}

func TestFulfilmentsTheKeyMayNotReadAreAskedForOnceAndKept(t *testing.T) {
	t.Parallel()
	b := setup(t, fulfilling(mirror.ExtentAll))
	b.shop.fulfils = true
	b.shop.fill(t, 40)
	for i := range int64(20) {
		b.shop.fulfil(1000+3*i, 1+i, "1Z")
	}
	b.shop.tick(time.Hour)
	asked := 0
	b.shop.spoil = func(_ int, w http.ResponseWriter, r *http.Request) bool {
		if shelf, _, _ := route(pathOf(r.URL.Path[len("/wp-json/wc/v3/"):])); shelf != "fulfillments" {
			return false
		}
		asked++
		refuse(w, 403, "woocommerce_rest_cannot_view")
		return true
	}
	result := b.step(mirror.Budget{})
	if asked != 1 || len(result.Warnings) == 0 {
		t.Errorf("asked %d times, warned %q", asked, result.Warnings)
	}
	b.shop.spoil = nil
	b.wait(2 * time.Hour)
	b.sync()
	b.equal()
}

func TestAThoroughSyncFindsWhatNoOrderShows(t *testing.T) {
	t.Parallel()
	b := setup(t, fulfilling(mirror.ExtentChanged))
	b.shop.fulfils = true
	b.shop.fill(t, 30)
	b.shop.tick(time.Hour)
	b.sync()
	b.shop.fulfil(1003, 1, "1Z1")
	b.sync()
	b.equal()
	b.shop.meddleWith("fulfillments", 1, "status", `"fulfilled"`) // orders in posts: nothing moves
	b.syncWith(mirror.Budget{Sweep: true})
	b.equal()
}

func TestFulfilmentsGoWithTheirOrder(t *testing.T) {
	t.Parallel()
	b := setup(t, fulfilling(mirror.ExtentAll))
	b.shop.fulfils = true
	b.shop.fill(t, 30)
	b.shop.fulfil(1003, 1, "1Z1")
	b.shop.tick(time.Hour)
	b.sync()
	b.shop.remove("fulfillments", 1)
	b.shop.remove("orders", 1003)
	b.sync()
	b.equal()
}

// pathOf is the path of a request as the shop notes it.
func pathOf(request string) string {
	path, _, _ := strings.Cut(request, "?")
	return path
}
