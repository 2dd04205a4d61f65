package follow_test

import (
	"crypto/x509"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/sandbox"
)

// connected makes a service with a store whose syncs try for a while when it cannot be reached.
func connected(t *testing.T, shop *sandbox.Server, dir, patience string) (*service.Service, storage.Store) {
	t.Helper()
	cfg, err := config.Load(config.Sources{Env: []string{"HOME=" + dir}, Flags: map[string]string{"data": dir,
		"pace.mode": "full", "sync.patience": patience}})
	if err != nil {
		t.Fatal(err)
	}
	trust := x509.NewCertPool()
	trust.AddCert(shop.CertificateAuthority)
	s, err := service.Open(t.Context(), service.Options{Config: cfg, Authorities: trust,
		Getenv: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	if st, err := s.Store(t.Context(), "shop"); err == nil {
		return s, st
	}
	c, err := s.Connect(t.Context(), stores.Connection{URL: shop.URL, Key: shop.Key, Secret: shop.Secret, Name: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	return s, c.Store
}

// seen collects what a sync tells.
type seen struct {
	mu  sync.Mutex
	all []mirror.Progress
	on  chan struct{}
}

func (s *seen) watch(p mirror.Progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, p)
	if s.on != nil && p.Task == mirror.TaskWait {
		close(s.on)
		s.on = nil
	}
}

func TestASyncOfAStoreThatIsDownSaysSoAndEnds(t *testing.T) {
	t.Parallel()
	shop := sandbox.Start(t)
	s, st := connected(t, shop, t.TempDir(), "500ms")
	if _, err := s.SyncOnce(t.Context(), st, nil); err != nil {
		t.Fatal(err)
	}
	shop.Close()
	var told seen
	began := time.Now()
	_, err := s.SyncOnce(t.Context(), st, told.watch)
	if code := problem.From(err).Code; code != problem.StoreUnreachable {
		t.Fatalf("the sync of a store that is down ends with %s: %v", code, err)
	}
	if spent := time.Since(began); spent < 500*time.Millisecond {
		t.Errorf("it gave up after %v", spent)
	}
	var trouble string
	for _, p := range told.all {
		if p.Until.IsZero() {
			continue
		}
		trouble = p.Trouble
		if early := p.Until.Sub(began); early < 500*time.Millisecond {
			t.Errorf("it says that it tries for %v", early)
		}
	}
	if !strings.Contains(trouble, "refused") {
		t.Errorf("while it tries it says %q, and not why", trouble)
	}
}

func TestASyncBesideAnotherSaysWhatItWaitsFor(t *testing.T) {
	t.Parallel()
	shop, dir := sandbox.Start(t), t.TempDir()
	first, st := connected(t, shop, dir, "1m")
	second, _ := connected(t, shop, dir, "1m")
	told := seen{on: make(chan struct{})}
	waits := told.on
	var beside sync.WaitGroup
	var once sync.Once
	_, err := first.SyncOnce(t.Context(), st, func(mirror.Progress) {
		once.Do(func() {
			beside.Go(func() {
				if _, err := second.SyncOnce(t.Context(), st, told.watch); err != nil {
					t.Errorf("the second sync: %v", err)
				}
			})
			<-waits // while the first one works
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	beside.Wait()
}
