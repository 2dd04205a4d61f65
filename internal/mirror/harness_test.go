package mirror_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
	"github.com/waybillhq/waybill/woo"
)

// bundle is a store, a client of it, and a mirror of it on a database.
type bundle struct {
	t      *testing.T
	shop   *shop
	client *woo.Client
	db     *ledger.Ledger
	store  storage.Store
	mirror *mirror.Mirror
	now    func() time.Time
	// wait lets our clock go on.
	wait func(time.Duration)
}

// setup makes an empty shop and an empty mirror. Our clock stands apart from the shop's and goes on only by tick.
func setup(t *testing.T, adjust ...func(*mirror.Options)) *bundle {
	t.Helper()
	s := newShop(t)
	b := &bundle{t: t, shop: s, client: clientOf(t, s)}
	db := ledger.New(databasetest.Open(t))
	b.db = db
	var err error
	if b.store, err = ledger.AddStore(t.Context(), db, storage.Store{Name: "shop", HomeURL: s.server.URL, Auth: storage.AuthBasic}); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var passed time.Duration
	start := time.Now()
	b.now = func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return start.Add(passed)
	}
	b.wait = func(d time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		passed += d
	}
	opts := mirror.Options{RetryPause: time.Millisecond, Now: b.now}
	for _, f := range adjust {
		f(&opts)
	}
	b.mirror = mirror.New(db, opts)
	return b
}

func clientOf(t testing.TB, s *shop) *woo.Client {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AddCert(s.server.Certificate())
	client, err := woo.New(s.server.URL, woo.Credentials{Key: "ck_test", Secret: "cs_test"}, woo.WithRootCAs(pool),
		woo.WithRetries(0)) // as in production: the mirror itself asks again
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// step runs one step.
func (b *bundle) step(budget mirror.Budget) mirror.Result {
	b.t.Helper()
	result, err := b.mirror.Pull(b.t.Context(), b.store.ID, b.client, budget)
	if err != nil {
		b.t.Fatalf("pull: %v", err)
	}
	return result
}

// sync pulls until nothing is left to do, without sweeps out of their turn.
func (b *bundle) sync() storage.Applied { return b.syncWith(mirror.Budget{}) }

// settle pulls as `waybill sync --once` does.
func (b *bundle) settle() storage.Applied { return b.syncWith(mirror.Budget{Compare: true}) }

func (b *bundle) syncWith(budget mirror.Budget) storage.Applied {
	b.t.Helper()
	b.wait(time.Second)
	var applied storage.Applied
	for budget.Since = b.now(); ; {
		result := b.step(budget)
		applied = applied.Add(result.Applied)
		if result.Idle {
			return applied
		}
	}
}

// stubborn pulls like sync, but takes failures as they come and tries again.
func (b *bundle) stubborn() {
	b.t.Helper()
	b.wait(time.Second)
	since := b.now()
	var last error
	for range 200 {
		result, err := b.mirror.Pull(b.t.Context(), b.store.ID, b.client, mirror.Budget{Since: since})
		if err == nil && result.Idle {
			return
		}
		last = err
	}
	b.t.Fatalf("the pull does not come to an end: %v", last)
}

// equal fails the test unless verify says that mirror and store are equal, the shelves hold exactly what the mirror
// holds, and a reader of the change log arrives at the same.
func (b *bundle) equal() {
	b.t.Helper()
	report, err := b.mirror.Verify(b.t.Context(), b.store.ID, b.client, mirror.VerifyOptions{})
	if err != nil {
		b.t.Fatalf("verify: %v", err)
	}
	if !report.Equal() {
		b.t.Errorf("verify finds differences: %v", shown(report))
	}
	b.sameAsShelves()
	sameAsFeed(b.t, b.db, b.store.ID)
}

func shown(report mirror.Report) string {
	text, _ := json.MarshalIndent(report, "", " ")
	return string(text)
}

// shelfOf names the shelf of the resources that the shop keeps record by record.
var shelfOf = map[storage.Resource]string{
	storage.Orders: "orders", storage.Refunds: "refunds", storage.Products: "products", storage.Variations: "variations",
	storage.Customers: "customers", storage.Coupons: "coupons", storage.Categories: "categories", storage.Tags: "tags",
	storage.TaxRates: "taxes", storage.Fulfillments: "fulfillments",
}

// sameAsShelves compares without the help of the code under test.
func (b *bundle) sameAsShelves() {
	b.t.Helper()
	b.shop.mu.Lock()
	defer b.shop.mu.Unlock()
	for resource, shelf := range shelfOf {
		held := map[int64][]byte{}
		q := storage.Query{StoreID: b.store.ID, Resource: resource, WithTrash: true}
		for r, err := range b.db.Records(b.t.Context(), q) {
			if err != nil {
				b.t.Fatal(err)
			}
			held[r.ID] = r.Raw
		}
		for id, it := range b.shop.shelf[shelf] {
			if raw, ok := held[id]; !ok {
				b.t.Errorf("%s/%d is missing in the mirror", resource, id)
			} else if !bytes.Equal(raw, it.raw) && !storage.SameContent(resource, raw, it.raw) {
				b.t.Errorf("%s/%d differs: %v", resource, id, jsonvalue.Differences(it.raw, raw, 3))
			}
			delete(held, id)
		}
		for id := range held {
			b.t.Errorf("%s/%d is in the mirror only", resource, id)
		}
	}
}

// sameAsFeed follows the change log from zero and compares where that ends with the mirror: the same records, each with
// the content that the log announced last.
func sameAsFeed(t testing.TB, db *ledger.Ledger, storeID int64) {
	t.Helper()
	follower := map[storage.Ref]storage.Hash{}
	after := int64(0)
	for {
		changes, err := db.Changes(t.Context(), storage.ChangeQuery{StoreID: storeID, After: after, Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		if len(changes) == 0 {
			break
		}
		for _, c := range changes {
			if c.Seq <= after {
				t.Fatalf("change %d comes after %d", c.Seq, after)
			}
			after = c.Seq
			if c.Kind == storage.Deleted {
				delete(follower, c.Ref)
				continue
			}
			follower[c.Ref] = c.Hash
		}
	}
	mirrored := map[storage.Ref]storage.Hash{}
	for _, resource := range storage.Resources() {
		q := storage.Query{StoreID: storeID, Resource: resource, WithTrash: true}
		for r, err := range db.Records(t.Context(), q) {
			if err != nil {
				t.Fatal(err)
			}
			mirrored[r.Ref] = storage.HashOf(r.Raw)
		}
	}
	if !maps.Equal(follower, mirrored) {
		t.Errorf("a reader of the feed has %d records, the mirror %d, or others", len(follower), len(mirrored))
	}
}

// recorded reads records of a real store, one per line.
func recorded(t testing.TB, name string) []json.RawMessage {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", "store", name+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var records []json.RawMessage
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		records = append(records, json.RawMessage(bytes.Clone(lines.Bytes())))
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return records
}

// fill puts n orders on the shelf, made from recorded ones: other ids, and creation dates a minute apart.
func (s *shop) fill(t testing.TB, n int) {
	t.Helper()
	templates := recorded(t, "orders")
	start := s.clock.Add(-time.Duration(n+10) * time.Minute)
	for i := range n {
		id := 1000 + 3*int64(i)
		s.put("orders", 0, order(templates[i%len(templates)], id, start.Add(time.Duration(i)*time.Minute), s.zone))
	}
}

func order(template []byte, id int64, created time.Time, zone *time.Location) []byte {
	gmt, local := quote(created.Format(wooTime)), quote(created.In(zone).Format(wooTime))
	return withMembers(
		template, "id", fmt.Sprint(id), "number", quote(fmt.Sprint(id)), "refunds", "[]", "line_items", "[]",
		"date_created_gmt", gmt, "date_created", local, "date_modified_gmt", gmt, "date_modified", local,
	)
}

// newOrder adds an order stamped now.
func (s *shop) newOrder(t testing.TB, id int64) {
	t.Helper()
	template := recorded(t, "orders")[int(id)%50]
	s.mu.Lock()
	defer s.mu.Unlock()
	s.place("orders", 0, order(template, id, s.clock, s.zone))
}

// about counts requests whose path begins so.
func about(requests []string, path string) int {
	return len(slices.DeleteFunc(slices.Clone(requests), func(r string) bool {
		p, _, _ := strings.Cut(r, "?")
		return p != path && !strings.HasPrefix(p, path+"/")
	}))
}

func kinds(t testing.TB, db *ledger.Ledger, storeID, after int64) map[string]storage.Kind {
	t.Helper()
	changes, err := db.Changes(context.Background(), storage.ChangeQuery{StoreID: storeID, After: after})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]storage.Kind{}
	for _, c := range changes {
		seen[c.Ref.String()] = c.Kind
	}
	return seen
}
