package mirror_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
)

func (s *shop) setVersion(version string) { s.setVersions(version, version) }

// setVersions sets the versions of the code and of the database.
func (s *shop) setVersions(code, database string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plain["system_status"] = json.RawMessage(fmt.Sprintf(
		`{"environment":{"version":%q},"database":{"wc_database_version":%q},"settings":{"number_of_decimals":2}}`,
		code, database,
	))
}

// customers puts n of them on the shelf.
func (s *shop) customers(t *testing.T, n int) {
	t.Helper()
	templates := recorded(t, "customers")
	for i := range n {
		id := int64(500 + i)
		s.put(
			"customers",
			0,
			withMembers(
				templates[i%len(templates)], "id", fmt.Sprint(id), "email", quote(fmt.Sprintf("c%d@example.org", id)),
				"date_modified_gmt", quote("2026-01-01T00:00:00"),
			),
		)
	}
}

// An update takes members away from old customers, of whom no date tells.
func TestAStoreWhoseVersionChangedIsComparedInEveryFieldOnce(t *testing.T) {
	t.Parallel()
	for name, killed := range map[string]bool{"in one go": false, "killed again and again": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, func(o *mirror.Options) { o.PerPage = 20 })
			b.shop.fill(t, 60)
			b.shop.customers(t, 70)
			b.shop.tick(time.Hour)
			b.shop.refund(t, 90001, 1000)
			b.shop.setVersion("10.0.2")
			b.settle()
			b.settle()
			b.equal()

			b.shop.setVersion("11.0.1")
			for id := range int64(20) {
				b.shop.meddleWith("customers", 500+id, "meta_data", "[]") // the oldest, which no round looks at
			}
			b.shop.meddleWith("refunds", 90001, "meta_data", `[{"id":1,"key":"_refund_type","value":"partial"}]`)
			if killed {
				// Each step dies after six requests; nothing but the database goes on.
				b.wait(time.Second)
				since, idle := b.now(), false
				for n := 0; n < 400 && !idle; n++ {
					b.mirror = mirror.New(b.db, mirror.Options{PerPage: 20, RetryPause: time.Millisecond, Now: b.now})
					result, err := b.mirror.Pull(
						t.Context(), b.store.ID, b.client, mirror.Budget{Since: since, Compare: true, Requests: 6},
					)
					if err != nil && !errors.Is(err, storage.ErrFenced) {
						t.Fatal(err)
					}
					idle = result.Idle
				}
				if !idle {
					t.Error("the comparison does not come to an end")
				}
			}
			b.settle()
			b.equal()

			// Once, and no more; what else a store at work is looked at for ends, too.
			b.settle()
			b.settle()
			b.settle()
			b.shop.requests()
			b.settle()
			if requests := b.shop.requests(); len(requests) > 12 {
				t.Errorf("a store at rest costs %d requests: %v", len(requests), requests)
			}
		})
	}
}

// The code of a store is updated, and days later somebody starts the update of its database: records change again, and
// the version says nothing new.
func TestALaterUpdateOfTheDatabaseIsComparedToo(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *mirror.Options) { o.PerPage = 20 })
	b.shop.fill(t, 60)
	b.shop.customers(t, 70)
	b.shop.tick(time.Hour)
	b.shop.setVersions("10.0.2", "10.0.2")
	b.settle()
	b.shop.setVersions("11.0.1", "10.0.2")
	for range 4 { // until it is at rest: one at work is compared anyway
		b.settle()
	}
	b.equal()

	b.shop.setVersions("11.0.1", "11.0.1")
	for id := range int64(20) {
		b.shop.meddleWith("customers", 500+id, "meta_data", "[]")
		b.shop.meddleWith("orders", 1000+3*(id+10), "meta_data", "[]")
	}
	b.settle()
	b.equal()
}

// The time zone is set anew: orders show it, and customers differ as well.
func TestALaterTimeZoneReachesEveryCollection(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *mirror.Options) { o.PerPage = 20 })
	b.shop.fill(t, 30)
	b.shop.customers(t, 50)
	b.shop.tick(time.Hour)
	b.settle()
	b.settle()
	for id := range int64(30) {
		b.shop.meddleWith("orders", 1000+3*id, "date_created", `"2026-01-01T00:00:00"`)
	}
	for id := range int64(50) {
		b.shop.meddleWith("customers", 500+id, "date_created", `"2026-01-01T00:00:00"`)
	}
	b.settle()
	b.equal()
}

func TestAnOlderStateOfARecordIsNotBelieved(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 20)
	b.settle()
	const id = 1000 + 3*19
	before := b.shop.raw("orders", id)
	b.shop.tick(time.Hour)
	b.shop.edit("orders", id, "status", `"completed"`, "total", `"77.00"`)
	b.settle()
	// A server that lags behind shows the state before, in lists only.
	b.shop.lagging("orders", id, before)
	b.wait(time.Second)
	for range 3 {
		b.step(mirror.Budget{Since: b.now(), Sweep: true})
	}
	held, err := b.db.Record(t.Context(), b.store.ID, storage.Ref{Resource: storage.Orders, ID: id})
	if err != nil || held.Status != "completed" {
		t.Errorf("the mirror went back to %q (%v)", held.Status, err)
	}
	b.shop.lagging("orders", id, nil)
	// A shop that really went back, from a backup, is followed.
	b.shop.put("orders", 0, before)
	b.syncWith(mirror.Budget{Sweep: true})
	b.equal()
}
