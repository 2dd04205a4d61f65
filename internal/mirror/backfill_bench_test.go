package mirror_test

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
)

// presses prints pages of recorded orders with other ids, fast enough never to
// be what limits a backfill.
type presses struct {
	n     int
	parts [][2][]byte // of each template, before and after its id
}

func newPresses(t testing.TB, n int) *presses {
	p := &presses{n: n}
	created := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, raw := range recorded(t, "orders") {
		const mark = 987654321
		stamp := quote(created.Format(wooTime))
		raw = withMembers(raw, "id", strconv.Itoa(mark), "number", `"1"`, "date_created_gmt", stamp, "date_modified_gmt", stamp)
		before, after, _ := bytes.Cut(raw, []byte(strconv.Itoa(mark)))
		p.parts = append(p.parts, [2][]byte{bytes.Clone(before), bytes.Clone(after)})
	}
	return p
}

func (p *presses) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	w.Header().Set("Content-Type", "application/json")
	path := strings.TrimPrefix(r.URL.Path, "/wp-json/wc/v3/")
	if path != "orders" || q.Get("status") == "trash" || q.Get("modified_after") != "" {
		w.Header().Set("X-WP-Total", "0")
		_, _ = io.WriteString(w, "[]")
		return
	}
	size, offset := intOr(q.Get("per_page"), 10), intOr(q.Get("offset"), 0)
	w.Header().Set("X-WP-Total", strconv.Itoa(p.n))
	if fields := q.Get("_fields"); fields != "" {
		_, _ = io.WriteString(w, `[{"id":1,"date_modified_gmt":"2026-01-01T00:00:00","date_created_gmt":"2026-01-01T00:00:00"}]`)
		return
	}
	var page bytes.Buffer
	page.Grow(size * 4000)
	page.WriteByte('[')
	for i := offset; i < min(offset+size, p.n); i++ {
		if i > offset {
			page.WriteByte(',')
		}
		part := p.parts[i%len(p.parts)]
		page.Write(part[0])
		page.Write(strconv.AppendInt(page.AvailableBuffer(), int64(i+1), 10))
		page.Write(part[1])
	}
	page.WriteByte(']')
	w.Header().Set("Content-Length", strconv.Itoa(page.Len()))
	_, _ = w.Write(page.Bytes())
}

// BenchmarkBackfill stores real order bodies from a server that is no
// bottleneck. It reports orders a second and the largest heap in use.
func BenchmarkBackfill(b *testing.B) {
	for _, n := range []int{20_000, 100_000} {
		b.Run(fmt.Sprint(n, " orders"), func(b *testing.B) {
			server := httptest.NewUnstartedServer(newPresses(b, n))
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.StartTLS()
			defer server.Close()
			shop := &shop{server: server}
			for b.Loop() {
				client := clientOf(b, shop)
				db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "waybill.db"), sqlite.Options{})
				if err != nil {
					b.Fatal(err)
				}
				store, err := db.CreateStore(b.Context(), storage.Store{Name: "shop", HomeURL: server.URL})
				if err != nil {
					b.Fatal(err)
				}
				var peak atomic.Uint64
				m := mirror.New(db, mirror.Options{InFlight: 8, Observe: func(mirror.Progress) {
					var stats runtime.MemStats
					runtime.ReadMemStats(&stats)
					peak.Store(max(peak.Load(), stats.HeapInuse))
				}})
				began := time.Now()
				for {
					result, err := m.Pull(b.Context(), store.ID, client, mirror.Budget{})
					if err != nil {
						b.Fatal(err)
					}
					if held, err := db.Counts(b.Context(), store.ID, storage.Orders); err != nil || held.Live == n || result.Idle {
						break
					}
				}
				b.ReportMetric(float64(n)/time.Since(began).Seconds(), "orders/s")
				b.ReportMetric(float64(peak.Load())/1e6, "MB-heap")
				_ = db.Close()
			}
		})
	}
}
