package mirror_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
)

// assort puts n records on each shelf whose lists can leave some out.
func (s *shop) assort(n int) {
	for i := range n {
		s.put("products", 0, fmt.Appendf(nil, `{"id":%d,"type":"simple","status":"publish","sku":"S%d",`+
			`"date_created_gmt":"2026-11-20T10:%02d:00","date_modified_gmt":"2026-11-20T10:%02d:00"}`, 11+i, i, i, i))
		s.put("customers", 0, fmt.Appendf(nil, `{"id":%d,"role":"customer","email":"c%d@example.com"}`, 1+i, i))
		s.put("coupons", 0, fmt.Appendf(nil, `{"id":%d,"status":"publish","code":"c%d",`+
			`"date_created_gmt":"2026-11-20T11:%02d:00","date_modified_gmt":"2026-11-20T11:%02d:00"}`, 501+i, i, i, i))
	}
}

// A plugin that pages lists by its own, or a cache that leaves the page out when it compares addresses, shows the first
// page for each. What is behind it must not pass for copied and equal.
func TestRecordsBehindTheOnlyPageOfAStoreAreNotSaidToBeThere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.ignore["offset"], b.shop.ignore["page"] = true, true
	b.shop.most, b.shop.cuts = 20, true
	b.shop.assort(50)
	b.shop.fill(t, 45)
	var last mirror.Result
	for range 3 {
		b.settle()
		last = b.step(mirror.Budget{Since: b.now(), Compare: true})
		if !last.Idle {
			t.Fatal("the pull goes on for ever")
		}
	}
	for r, counted := range map[storage.Resource]int{
		storage.Orders: 45, storage.Products: 50, storage.Customers: 50, storage.Coupons: 50,
	} {
		i := slices.IndexFunc(last.Seen.Unlisted, func(u storage.Unlisted) bool { return u.Resource == r })
		if i < 0 || !last.Seen.Unlisted[i].OnePage || last.Seen.Unlisted[i].Counted != counted {
			t.Errorf("the sync saw %+v: nothing of %s", last.Seen.Unlisted, r)
		}
		if one := resource(b.verify(), r); one.Store+one.Unseen != counted || one.Unseen == 0 || one.UnseenWhy == "" {
			t.Errorf("verify says of %s: %+v", r, one)
		}
	}
	if b.verify().Equal() {
		t.Error("what was copied in part is called equal")
	}
	b.shop.requests()
	b.settle()
	if n := len(b.shop.requests()); n > 60 {
		t.Errorf("a sync of it costs %d requests again and again", n)
	}

	// Whoever is in the way is switched off.
	b.shop.ignore = map[string]bool{}
	b.syncWith(mirror.Budget{Sweep: true})
	if seen := b.step(mirror.Budget{Since: b.now()}).Seen.Unlisted; len(seen) > 0 {
		t.Errorf("all pages are shown, and the sync says still %+v", seen)
	}
	b.equal()
}

// veil takes records out of lists and their totals; they answer under their ids.
func (s *shop) veil(ids ...int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.veiled = map[int64]bool{}
	for _, id := range ids {
		s.veiled[id] = true
	}
}

// counts makes the store count rows and reports as WooCommerce does.
func (s *shop) counts(products, published, coupons, users int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	set := func(path, format string, values ...any) {
		s.plain[path] = json.RawMessage(fmt.Sprintf(format, values...))
	}
	set("system_status", `{"environment":{"version":"11.0.1"},"post_type_counts":[{"type":"product","count":"%d"},`+
		`{"type":"shop_coupon","count":"%d"}]}`, products, coupons)
	set("reports/products/totals", `[{"slug":"simple","total":%d},{"slug":"variable","total":0}]`, published)
	set("reports/customers/totals", `[{"slug":"paying","total":1},{"slug":"non_paying","total":%d}]`, users-1)
	set("/wp-json/wc/v3", `{"routes":{"/wc/v3/customers":{"endpoints":[{"args":{"role":{"enum":`+
		`["all","administrator","customer","subscriber"]}}},{"args":[]}]}}}`)
}

func TestRecordsThatListsHideAreNotSaidToBeEqual(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.assort(9)
	b.shop.counts(9, 9, 9, 9)
	b.shop.veil(12, 3, 505)
	b.settle()
	report := b.verify()
	for _, r := range []storage.Resource{storage.Products, storage.Customers, storage.Coupons} {
		if one := resource(report, r); one.Store != 8 || one.Unseen != 1 || one.UnseenWhy == "" {
			t.Errorf("verify says of %s: %+v", r, one)
		}
	}
	if report.Equal() {
		t.Error("a store with records that its lists hide is called equal")
	}
	b.syncWith(mirror.Budget{Sweep: true})
	result := b.step(mirror.Budget{Since: b.now()})
	if len(result.Seen.Unlisted) != 3 || !slices.ContainsFunc(result.Warnings, func(w string) bool {
		return strings.Contains(w, "coupons: the store counts 9, its lists show 8")
	}) {
		t.Errorf("the sync saw %+v and warned %q", result.Seen.Unlisted, result.Warnings)
	}
	// They are shown again.
	b.shop.veil()
	b.syncWith(mirror.Budget{Sweep: true})
	if seen := b.step(mirror.Budget{Since: b.now()}).Seen.Unlisted; len(seen) > 0 {
		t.Errorf("nothing is hidden, and the sync says still %+v", seen)
	}
	b.equal()
}

// What a store counts is more than what it lists for reasons that hide nothing: drafts that nobody saved, terms
// that were never counted again, users with two roles.
func TestWhatAStoreCountsBesideItsListsDoesNotAccuseAHealthyOne(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.assort(9)
	b.shop.put("coupons", 0, []byte(`{"id":900,"status":"auto-draft","code":""}`))
	b.shop.put("customers", 0, []byte(`{"id":901,"role":"administrator","email":"a@example.com"}`))
	b.shop.put("customers", 0, []byte(`{"id":902,"role":"customer","second_role":"subscriber"}`))
	b.shop.put("customers", 0, []byte(`{"id":903,"role":"customer","no_role":true}`))
	for name, counts := range map[string][4]int{
		"drafts":              {12, 9, 10, 12},
		"terms not recounted": {9, 14, 10, 12},
	} {
		b.shop.counts(counts[0], counts[1], counts[2], counts[3])
		b.settle()
		if report := b.verify(); !report.Equal() {
			t.Errorf("%s: verify says %s", name, shown(report))
		}
	}
}

// A plugin hides single orders from lists: their status is shown all the same.
func TestAnOrderHiddenAloneHidesNotItsStatus(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *mirror.Options) { o.PerPage = 20 })
	b.shop.fill(t, 60)
	b.shop.tick(time.Hour)
	b.settle()
	b.shop.veil(1030, 1060)
	for range 3 {
		b.settle()
	}
	b.wait(time.Second)
	result := b.step(mirror.Budget{Since: b.now(), Compare: true})
	if text := strings.Join(result.Warnings, "; "); text != "" || result.Seen.HiddenOrders > 0 {
		t.Errorf("of two orders that are hidden alone was said %q, %d are called hidden", text,
			result.Seen.HiddenOrders)
	}
	b.equal()
}
