package mirror_test

import (
	"crypto/x509"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// living is a sandbox store with a mirror of it.
type living struct {
	*testing.T
	shop   *sandbox.Server
	client *woo.Client
	db     *ledger.Ledger
	store  storage.Store
	mirror *mirror.Mirror
}

func setupSandbox(t *testing.T, opts mirror.Options, options ...sandbox.Option) *living {
	t.Helper()
	shop := sandbox.Start(t, options...)
	pool := x509.NewCertPool()
	pool.AddCert(shop.CertificateAuthority)
	client, err := woo.New(shop.URL, woo.Credentials{Key: shop.Key, Secret: shop.Secret}, woo.WithRootCAs(pool),
		woo.WithRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	db := ledger.New(databasetest.Open(t))
	store, err := ledger.AddStore(t.Context(), db, storage.Store{Name: "shop", HomeURL: shop.URL})
	if err != nil {
		t.Fatal(err)
	}
	opts.RetryPause = time.Millisecond
	return &living{T: t, shop: shop, client: client, db: db, store: store, mirror: mirror.New(db, opts)}
}

// sync pulls until idle, through failures and without sweeps out of their turn, and gives the requests it took.
func (l *living) sync() int64 { return l.syncWith(mirror.Budget{}) }

// settle is sync as `waybill sync --once` does it.
func (l *living) settle() int64 { return l.syncWith(mirror.Budget{Compare: true}) }

func (l *living) syncWith(budget mirror.Budget) int64 {
	l.Helper()
	var requests int64
	budget.Since = time.Now()
	for range 200 {
		result, err := l.mirror.Pull(l.Context(), l.store.ID, l.client, budget)
		requests += result.Requests
		if err == nil && result.Idle {
			return requests
		}
	}
	l.Fatal("the pull does not come to an end")
	return 0
}

// equal fails the test unless verify and a reader of the feed agree.
func (l *living) equal() {
	l.Helper()
	report, err := l.mirror.Verify(l.Context(), l.store.ID, l.client, mirror.VerifyOptions{})
	if err != nil || !report.Equal() {
		l.Fatalf("verify: %v %s", err, shown(report))
	}
	sameAsFeed(l.T, l.db, l.store.ID)
}

func TestALivingStoreIsMirroredExactly(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]sandbox.Option{
		"order tables":                  {sandbox.WithStorage(capability.HPOS)},
		"posts, New York":               {sandbox.WithStorage(capability.Posts), sandbox.WithTimeZone("America/New_York")},
		"WooCommerce 8.4, Kathmandu":    {sandbox.WithVersion("8.4.0"), sandbox.WithTimeZone("Asia/Kathmandu")},
		"WooCommerce 9.9, with syncing": {sandbox.WithVersion("9.9.0"), sandbox.WithStorage(capability.HPOSSync)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := setupSandbox(
				t,
				mirror.Options{PerPage: 25, Window: 100},
				append(options, sandbox.WithOrders(120), sandbox.WithSeed(7))...)
			var traffic sync.WaitGroup
			traffic.Go(func() {
				for range 150 {
					if what, err := l.shop.Happen(); err != nil {
						t.Errorf("%s: %v", what, err)
						return
					}
				}
			})
			l.settle() // the backfill, with traffic all the while
			traffic.Wait()
			l.settle()
			l.equal()
		})
	}
}

func TestAnUnchangedSandboxStoreCostsFewRequests(t *testing.T) {
	t.Parallel()
	const n = 600
	l := setupSandbox(t, mirror.Options{}, sandbox.WithOrders(n))
	l.settle()
	count := l.shop.RequestCount()
	if second := l.settle(); second > 12 || l.shop.RequestCount()-count > 12 {
		t.Errorf("the second sync cost %d requests", second)
	}
	l.equal()
}

func TestASandboxStoreInTroubleIsMirroredExactly(t *testing.T) {
	t.Parallel()
	cut := 700
	for name, fault := range map[string]sandbox.Fault{
		"too many requests": {Answer: &sandbox.Answer{Status: 429, Header: map[string]string{"Content-Type": "application/json"}, Body: `{"code":"rate","message":"Slow down"}`}},
		"bad gateway":       {Answer: &sandbox.Answer{Status: 502, Header: map[string]string{"Content-Type": "text/html"}, Body: "<html><title>502</title></html>"}},
		"resets":            {Drop: sandbox.BeforeCommit},
		"cut bodies":        {Cut: &cut},
		"notices":           {Before: "<br />\n<b>Warning</b>: x in <b>y.php</b> on line <b>1</b><br />\n"},
		"missing totals":    {RemoveHeaders: []string{"X-WP-*"}},
		"a cache":           {Remember: true, SetHeaders: map[string]string{"X-Cache": "HIT"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := setupSandbox(t, mirror.Options{PerPage: 20}, sandbox.WithOrders(60))
			fault.Match.Path = "/wc/v3/(orders|products|refunds)"
			fault.Match.Probability = 0.4
			if name == "missing totals" || name == "a cache" {
				fault.Match.Probability = 0
			}
			if _, err := l.shop.AddFault(fault); err != nil {
				t.Fatal(err)
			}
			l.sync()
			for range 15 {
				if what, err := l.shop.Happen(); err != nil {
					t.Fatalf("%s: %v", what, err)
				}
			}
			l.sync()
			l.shop.ClearFaults()
			l.sync()
			l.equal()
		})
	}
}

// A second may see an order thrown away, brought back and thrown away again: the trash then shows the same date over
// other content.
func TestATrashedOrderThatChangesWithinItsSecondIsReadAgain(t *testing.T) {
	t.Parallel()
	for name, n := range map[string]int{"one": 1, "more than a page": 30} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := sandbox.NewClock(time.Date(2026, 11, 1, 5, 59, 0, 0, time.UTC))
			l := setupSandbox(
				t, mirror.Options{PerPage: 25}, sandbox.WithClock(clock.Now), sandbox.WithStorage(capability.Posts),
				sandbox.WithOrders(40),
			)
			l.sync()
			var ids []int64
			q := storage.Query{StoreID: l.store.ID, Resource: storage.Orders, Limit: n}
			for r, err := range l.db.Records(t.Context(), q) {
				if err != nil {
					t.Fatal(err)
				}
				ids = append(ids, r.ID)
			}
			each := func(method, body string) {
				for _, id := range ids {
					r := woo.Request{Method: method, Path: "orders/" + strconv.FormatInt(id, 10)}
					if body != "" {
						r.Body = json.RawMessage(body)
					}
					if _, err := l.client.Do(t.Context(), r); err != nil {
						t.Fatal(err)
					}
				}
			}
			each(http.MethodDelete, "")
			l.sync()
			each(http.MethodPut, `{"status":"processing"}`)
			each(http.MethodDelete, "")
			l.sync()
			l.equal()
			clock.Advance(time.Hour)
			l.sync()
			if requests := l.sync(); requests > 12 {
				t.Errorf("a quiet store with a trash that was busy once costs %d requests", requests)
			}
		})
	}
}
