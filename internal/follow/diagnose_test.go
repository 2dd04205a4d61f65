package follow_test

import (
	"crypto/x509"
	"sync/atomic"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// ward is a connected store and a clock that the test moves.
type ward struct {
	*service.Service
	shop  *sandbox.Server
	st    storage.Store
	ahead atomic.Int64 // nanoseconds
}

func newWard(t *testing.T) *ward {
	t.Helper()
	w := &ward{shop: sandbox.Start(t)}
	dir := t.TempDir()
	cfg, err := config.Load(config.Sources{Env: []string{"HOME=" + dir}, Flags: map[string]string{"data": dir,
		"pace.mode": "full"}})
	if err != nil {
		t.Fatal(err)
	}
	trust := x509.NewCertPool()
	trust.AddCert(w.shop.CertificateAuthority)
	w.Service, err = service.Open(t.Context(), service.Options{
		Config: cfg, Authorities: trust, Getenv: func(string) string { return "" },
		Now: func() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	connected, err := w.Connect(t.Context(), stores.Connection{URL: w.shop.URL, Key: w.shop.Key, Secret: w.shop.Secret,
		Name: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	w.st = connected.Store
	return w
}

func (w *ward) breakIn(t *testing.T, id string) {
	t.Helper()
	if err := w.shop.Break(id); err != nil {
		t.Fatal(err)
	}
}

// fails lets a sync fail, and gives what the doctor said about it.
func (w *ward) fails(t *testing.T) *storage.Diagnosis {
	t.Helper()
	report, err := w.SyncOnce(t.Context(), w.st, nil)
	if err == nil {
		t.Fatal("the sync of a broken store succeeded")
	}
	return report.Diagnosis
}

func TestDoctorLooksOnceAnHourForTheSameFailure(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	w.breakIn(t, "key-owner-deleted")
	first := w.fails(t)
	if first == nil || first.Cause != "key-owner-deleted" {
		t.Fatalf("the first failure is explained by %+v", first)
	}
	w.ahead.Add(int64(follow.DiagnosisLasts - time.Minute))
	before := len(w.shop.Requests())
	if again := w.fails(t); again == nil || !again.At.Equal(first.At) || again.Cause != first.Cause {
		t.Errorf("within the hour the cause is %+v in place of the one found", again)
	}
	if spent := len(w.shop.Requests()) - before; spent > 5 {
		t.Errorf("the store was asked %d times by a sync that fails at once: the doctor looked again", spent)
	}
	w.ahead.Add(int64(2 * time.Minute))
	if later := w.fails(t); later == nil || !later.At.After(first.At.Add(follow.DiagnosisLasts-time.Minute)) {
		t.Errorf("after an hour the cause is still that of then: %+v", later)
	}
	// A failure of another kind is another matter, however young the cause is.
	w.shop.Mend("key-owner-deleted")
	w.breakIn(t, "cf-challenge")
	if other := w.fails(t); other == nil || other.Cause != "cf-challenge" {
		t.Errorf("another failure is explained by %+v", other)
	}
	w.shop.Mend("cf-challenge")
	if _, err := w.SyncOnce(t.Context(), w.st, nil); err != nil {
		t.Fatal(err)
	}
	if st, err := w.Store(t.Context(), "shop"); err != nil || st.Facts.Diagnosis != nil {
		t.Errorf("a sync that succeeds leaves the old cause: %+v, %v", st.Facts.Diagnosis, err)
	}
}

// TestPassingFailuresAreExplainedWhenTheyComeThreeTimes: a store that is slow for a moment must not be examined for it.
func TestPassingFailuresAreExplainedWhenTheyComeThreeTimes(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	w.breakIn(t, "php-fatal")
	broken := &woo.Error{Kind: woo.KindAPI, Status: 500, Code: "internal_server_error"}
	for turn := range follow.FailuresToAsk - 1 {
		before := len(w.shop.Requests())
		if d, err := w.Failed(t.Context(), w.st, broken, false); d != nil ||
			problem.From(err).Code != problem.StoreFailed {
			t.Fatalf("failure %d: %+v, %v", turn+1, d, err)
		}
		if asked := len(w.shop.Requests()) - before; asked > 0 {
			t.Fatalf("failure %d cost the store %d requests", turn+1, asked)
		}
	}
	// A success in between begins the count anew.
	w.Succeeded(t.Context(), w.st)
	for turn := range follow.FailuresToAsk {
		d, err := w.Failed(t.Context(), w.st, broken, false)
		switch {
		case turn < follow.FailuresToAsk-1 && d != nil:
			t.Errorf("failure %d after a success is explained already: %+v", turn+1, d)
		case turn == follow.FailuresToAsk-1 && (d == nil || d.Cause != "php-fatal" ||
			problem.From(err).Details["cause"] != "php-fatal"):
			t.Errorf("failure %d in a row is explained by %+v, %v", turn+1, d, err)
		}
	}
}
