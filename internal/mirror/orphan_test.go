package mirror_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
)

// refund puts a refund of an order on the shelf and into the order.
func (s *shop) refund(t *testing.T, id, order int64) {
	t.Helper()
	raw := withMembers(
		recorded(t, "refunds")[0], "id", fmt.Sprint(id), "date_created_gmt", quote(s.clock.Format(wooTime)),
	)
	s.put("refunds", order, raw)
	s.edit("orders", order, "refunds", fmt.Sprintf(`[{"id":%d,"reason":"","total":"-1.00"}]`, id))
}

// Somebody deletes the row of an order in the database: its refund stays.
func TestARefundThatOutlivesItsOrderIsMirrored(t *testing.T) {
	t.Parallel()
	for name, known := range map[string]bool{"mirrored before": true, "made and orphaned between two syncs": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.shop.fill(t, 30)
			b.settle()
			const order, refund, second = 1000 + 3*7, 90001, 90002
			b.shop.tick(time.Hour)
			b.shop.refund(t, refund, order)
			b.shop.refund(t, second, order)
			if known {
				b.settle()
			}
			b.shop.remove("orders", order)
			b.settle()
			b.settle()
			b.equal()
			// And one of them goes for good.
			b.shop.remove("refunds", refund)
			b.settle()
			b.equal()
			ref := storage.Ref{Resource: storage.Refunds, ID: second}
			if _, err := b.db.Record(t.Context(), b.store.ID, ref); err != nil {
				t.Errorf("the refund that is left: %v", err)
			}
		})
	}
}

func TestVerifyOfOneResourceGivesOneVerdict(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 10)
	b.shop.tick(time.Hour)
	b.shop.refund(t, 90001, 1000)
	b.settle()
	b.shop.meddleWith("orders", 1003, "total", `"1.23"`)
	verify := func(resource storage.Resource) mirror.Report {
		report, err := b.mirror.Verify(
			t.Context(), b.store.ID, b.client, mirror.VerifyOptions{Resources: []storage.Resource{resource}},
		)
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	b.shop.requests()
	if report := verify(storage.Refunds); !report.Equal() || len(report.Differences) > 0 || report.Records() != 1 {
		t.Errorf("verify of refunds beside an order that differs says %s", shown(report))
	}
	if n := about(b.shop.requests(), "orders"); n > 0 {
		t.Errorf("verify of refunds asked %d times for orders", n)
	}
	if report := verify(storage.Orders); report.Equal() || len(report.Differences) != 1 {
		t.Errorf("verify of orders says %s", shown(report))
	}
}

// A plugin closes the paths it does not know, in its own words.
func TestWhatTheKeyIsRefusedIsLeftOutAndNamed(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]sandbox.Answer{
		"a plugin's 401": {Status: 401, Header: map[string]string{"Content-Type": "application/json"}, Body: `{"code":"rest_cannot_access","message":"DRA: Only authenticated users.","data":{"status":401}}`},
		"a page":         {Status: 403, Header: map[string]string{"Content-Type": "text/html"}, Body: "<html><title>403 Forbidden</title></html>"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := setupSandbox(
				t, mirror.Options{PerPage: 20, Retries: -1}, sandbox.WithOrders(40), sandbox.WithVersion("11.0.1"),
			)
			if _, err := l.shop.AddFault(sandbox.Fault{Match: sandbox.Match{Path: `/(refunds|customers|taxes)(/|$)`}, Answer: &answer}); err != nil {
				t.Fatal(err)
			}
			l.settle()
			result, err := l.mirror.Pull(t.Context(), l.store.ID, l.client, mirror.Budget{})
			if err != nil || fmt.Sprint(result.Seen.Refused) != "[refunds customers]" ||
				fmt.Sprint(result.Seen.Closed) != "[refunds customers]" {
				t.Errorf("the sync saw %+v (%v)", result.Seen, err)
			}
			report := l.verify()
			if !report.Equal() {
				t.Errorf("verify says %s", shown(report))
			}
			for _, r := range []storage.Resource{storage.Refunds, storage.Customers, storage.TaxRates} {
				if one := resource(report, r); !strings.HasPrefix(one.Skipped, "not WooCommerce but something") {
					t.Errorf("verify says of %s: %+v", r, one)
				}
			}
			if _, err := json.Marshal(report); err != nil {
				t.Error(err)
			}
			// What is opened is read without a word.
			l.shop.ClearFaults()
			later := time.Now().Add(2 * time.Hour)
			l.mirror = mirror.New(
				l.db,
				mirror.Options{PerPage: 20, RetryPause: time.Millisecond, Now: func() time.Time { return later }},
			)
			for range 50 {
				budget := mirror.Budget{Since: later, Compare: true}
				if result, err = l.mirror.Pull(t.Context(), l.store.ID, l.client, budget); err != nil ||
					result.Idle {
					break
				}
			}
			if err != nil || len(result.Seen.Refused) > 0 {
				t.Errorf("after the paths were opened the sync saw %+v (%v)", result.Seen, err)
			}
			l.equal()
		})
	}
}
