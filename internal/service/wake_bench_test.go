package service_test

import (
	"context"
	"crypto/x509"
	"slices"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage/postgres/pgtest"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/sandbox"
)

// BenchmarkWakeToRequest measures from a wake-up, as a webhook brings it, to the first request to the store: the
// durable transaction that wakes, the queue, the job's own transaction and the way to the store. Goals: 95 of 100
// within 50 ms on SQLite, 100 ms on PostgreSQL, where one process wakes and another asks.
//
//	go test ./internal/service -run '^$' -bench WakeToRequest -benchtime 100x
func BenchmarkWakeToRequest(b *testing.B) {
	for name, url := range map[string]func(testing.TB) string{
		"SQLite": func(testing.TB) string { return "" }, "PostgreSQL": pgtest.URL,
	} {
		b.Run(name, func(b *testing.B) {
			shop := sandbox.Start(b)
			worker := benchService(b, shop, b.TempDir(), url(b))
			waker := worker
			if address := worker.Config().Database.URL; address != "" {
				waker = benchService(b, shop, worker.Config().Data, address.Reveal())
			}
			_, err := worker.Connect(b.Context(), stores.Connection{URL: shop.URL, Key: shop.Key, Secret: shop.Secret,
				Name: "shop"})
			if err != nil {
				b.Fatal(err)
			}
			idle := make(chan struct{}, 100)
			err = worker.Start(b.Context(), service.Process{Role: "worker", Done: func(r follow.Round) {
				if r.Result.Idle {
					idle <- struct{}{}
				}
			}})
			if err != nil {
				b.Fatal(err)
			}
			<-idle
			took := make([]time.Duration, 0, b.N)
			for b.Loop() {
				woken := time.Now()
				if _, err := waker.Resume(b.Context(), "shop"); err != nil { // it is not paused, so this only wakes it
					b.Fatal(err)
				}
				<-idle
				requests := shop.Requests()
				first := slices.IndexFunc(requests, func(r sandbox.LoggedRequest) bool { return r.At.After(woken) })
				if first < 0 {
					b.Fatal("woken, and nothing was asked")
				}
				took = append(took, requests[first].At.Sub(woken))
			}
			slices.Sort(took)
			b.ReportMetric(milliseconds(took[len(took)/2]), "p50-ms")
			b.ReportMetric(milliseconds(took[len(took)*95/100]), "p95-ms")
			b.ReportMetric(milliseconds(took[len(took)-1]), "max-ms")
		})
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func benchService(b *testing.B, shop *sandbox.Server, dir, url string) *service.Service {
	b.Helper()
	flags := map[string]string{"data": dir, "pace.mode": "full", "sync.poll_min": "1h", "sync.poll_max": "1h"}
	if url != "" {
		flags["database.url"] = url
	}
	cfg, err := config.Load(config.Sources{Env: []string{"HOME=" + dir}, Flags: flags})
	if err != nil {
		b.Fatal(err)
	}
	trust := x509.NewCertPool()
	trust.AddCert(shop.CertificateAuthority)
	s, err := service.Open(b.Context(), service.Options{Config: cfg, Authorities: trust})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Stop(context.Background()); err != nil {
			b.Error(err)
		}
		_ = s.Close()
	})
	return s
}
