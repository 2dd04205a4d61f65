package mirror_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
)

// crashing is a repository that writes each batch by itself, as a slow store makes it happen, and writes nothing more
// once it has died.
type crashing struct {
	mirror.Repository
	// left is how many batches are written before it dies.
	left atomic.Int64
}

var errCrashed = errors.New("the process died here")

func (c *crashing) Apply(ctx context.Context, claim storage.Claim, batches ...storage.Batch) (storage.Applied, error) {
	var sum storage.Applied
	for _, batch := range batches {
		if c.left.Add(-1) < 0 {
			return sum, errCrashed
		}
		applied, err := c.Repository.Apply(ctx, claim, batch)
		if err != nil {
			return sum, err
		}
		sum = sum.Add(applied)
	}
	return sum, nil
}

// diesAfter syncs until n batches are written, and says whether that was before the end.
func (b *bundle) diesAfter(n int, opts mirror.Options) bool {
	b.t.Helper()
	repo := &crashing{Repository: b.db}
	repo.left.Store(int64(n))
	m := mirror.New(repo, opts)
	b.wait(time.Second)
	for since := b.now(); ; {
		result, err := m.Pull(b.t.Context(), b.store.ID, b.client, mirror.Budget{Since: since})
		switch {
		case errors.Is(err, errCrashed):
			return true
		case err != nil:
			b.t.Fatal(err)
		case result.Idle:
			return false
		}
	}
}

// The shop says no totals, so that nothing but the place kept with the records can bring back what a crash left out.
func TestACrashBetweenAnyTwoTransactionsLosesNothing(t *testing.T) {
	t.Parallel()
	step := 1
	if testing.Short() {
		step = 8
	}
	// Each worker takes its own share of the places to die.
	const workers = 4
	for worker := range workers {
		t.Run(fmt.Sprint("worker ", worker), func(t *testing.T) {
			t.Parallel()
			for n := worker * step; ; n += workers * step {
				b := setup(t)
				opts := mirror.Options{PerPage: 10, InFlight: 2, RetryPause: time.Millisecond, Now: b.now}
				b.mirror = mirror.New(b.db, opts)
				b.shop.noTotals = true
				b.shop.fill(t, 40)
				backfill := b.diesAfter(n, opts)
				b.sync()
				b.shop.tick(time.Hour)
				edits := int64(15)
				if n/workers%2 == 1 {
					edits = 6 // with what follows less than a page
				}
				for i := range edits {
					if i == edits-3 {
						b.shop.tick(time.Hour) // no overlap of polls reaches back to the edits before
					}
					b.shop.edit("orders", 1000+6*i, "customer_note", quote(fmt.Sprint("edited ", i)))
				}
				b.shop.newOrder(t, 5000)
				b.shop.trash("orders", 1003)
				following := b.diesAfter(n, opts)
				b.sync()
				b.equal()
				if t.Failed() {
					t.Fatalf("the process died after %d transactions", n)
				}
				if !backfill && !following {
					return
				}
			}
		})
	}
}

// A record missing from its page is made up for in the total of all by one that was deleted elsewhere, so that only the
// total of the window tells.
func TestAHoleInOneWindowIsNotHiddenByADeletionInAnother(t *testing.T) {
	t.Parallel()
	b := setup(t, smallWindows, func(o *mirror.Options) { o.InFlight = 1 })
	b.shop.fill(t, 300)
	const early, late = 1030, 1861
	b.shop.hidden[late] = true
	skipped := false
	b.shop.spoil = func(_ int, w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/orders") || r.URL.Query().Has("_fields") || skipped {
			return false
		}
		answer := httptest.NewRecorder()
		b.shop.answer(answer, r)
		if body := answer.Body.String(); strings.Contains(body, `"id":1858,`) && strings.Contains(body, `"id":1864,`) {
			skipped = true // the page that should have had it is on its way
			b.shop.mu.Lock()
			delete(b.shop.hidden, late)
			b.shop.mu.Unlock()
			b.shop.remove("orders", early)
		}
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
		return true
	}
	b.sync()
	if !skipped {
		t.Fatal("the backfill read no page with the order that was to be missing")
	}
	b.shop.spoil = nil
	b.sync()
	b.equal()
}
