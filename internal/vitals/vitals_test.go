package vitals_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/waybillhq/waybill/internal/vitals"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func ask(t *testing.T, s *vitals.Server, path string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.Address()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func start(t *testing.T, m *vitals.Metrics, ready vitals.Ready) *vitals.Server {
	t.Helper()
	s := vitals.NewServer("127.0.0.1:0", m, ready, nil)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestAProcessIsAskedWhetherItIsReady(t *testing.T) {
	t.Parallel()
	var reason atomic.Pointer[string]
	s := start(t, vitals.New("1.2.3"), func(context.Context) error {
		if why := reason.Load(); why != nil {
			return errors.New(*why)
		}
		return nil
	})
	_, port, err := net.SplitHostPort(s.Address())
	if err != nil {
		t.Fatal(err)
	}
	// A process that listens everywhere is asked on loopback.
	for _, address := range []string{s.Address(), "0.0.0.0:" + port} {
		if err := vitals.Ask(t.Context(), address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	why := "the database does not answer"
	reason.Store(&why)
	if err := vitals.Ask(t.Context(), s.Address()); err == nil || err.Error() != why {
		t.Errorf("it says %v", err)
	}
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	if err := vitals.Ask(t.Context(), other.Listener.Addr().String()); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("another server: %v", err)
	}
	if err := vitals.Ask(t.Context(), "nowhere"); err == nil {
		t.Error("an address without a port is asked")
	}
}

func TestReadinessSaysWhyNot(t *testing.T) {
	t.Parallel()
	var stopping atomic.Bool
	s := start(t, vitals.New("1.2.3"), func(context.Context) error {
		if stopping.Load() {
			return errors.New("the process stops")
		}
		return nil
	})
	if status, body := ask(t, s, "/readyz"); status != http.StatusOK || body != "ready\n" {
		t.Errorf("%d %q", status, body)
	}
	stopping.Store(true)
	if status, body := ask(t, s, "/readyz"); status != http.StatusServiceUnavailable || body != "the process stops\n" {
		t.Errorf("%d %q", status, body)
	}
	if status, body := ask(t, s, "/livez"); status != http.StatusOK || body != "alive\n" {
		t.Errorf("%d %q", status, body)
	}
}

func TestMetricsTellWhatHappened(t *testing.T) {
	t.Parallel()
	m := vitals.New("1.2.3")
	m.Job("pull", 30*time.Millisecond, 2*time.Second, false)
	m.Job("push", 0, time.Second, true)
	m.Request("GET", 200, time.Second)
	m.Request("POST", 0, time.Second)
	m.Changes("updated", 3)
	m.Writes("done", 2)
	now := time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)
	var down atomic.Bool
	m.Watch(func(context.Context) ([]vitals.Store, int, error) {
		if down.Load() {
			return nil, 0, errors.New("the database is away")
		}
		return []vitals.Store{
			{Name: "shop", Failures: map[string]int64{"pull": 4},
				DueAt: map[string]time.Time{"pull": now.Add(-time.Minute), "push": now.Add(time.Minute)}},
			{Name: "resting", Paused: true, Failures: map[string]int64{"pull": 9}},
		}, 3, nil
	}, func() time.Time { return now })
	s := start(t, m, func(context.Context) error { return nil })
	status, body := ask(t, s, "/metrics")
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	for _, line := range []string{
		`waybill_build_info{version="1.2.3"} 1`,
		`waybill_jobs_total{outcome="ok",task="pull"} 1`,
		`waybill_jobs_total{outcome="error",task="push"} 1`,
		`waybill_job_wait_seconds_bucket{task="pull",le="0.05"} 1`,
		`waybill_job_wait_seconds_bucket{task="pull",le="0.025"} 0`,
		`waybill_store_requests_total{code="2xx",method="GET"} 1`,
		`waybill_store_requests_total{code="none",method="POST"} 1`,
		`waybill_changes_total{kind="updated"} 3`,
		`waybill_writes_total{outcome="done"} 2`,
		`waybill_stores{state="active"} 1`,
		`waybill_stores{state="paused"} 1`,
		`waybill_workers 3`,
		`waybill_database_up 1`,
		`waybill_store_failures{store="shop",task="pull"} 4`,
		`waybill_store_late_seconds{store="shop",task="pull"} 60`,
		`waybill_store_late_seconds{store="shop",task="push"} 0`,
		`process_open_fds`, `go_goroutines`,
	} {
		if !strings.Contains(body, line) {
			t.Errorf("without %s", line)
		}
	}
	if strings.Contains(body, `store="resting"`) {
		t.Error("a paused store counts as failing")
	}
	down.Store(true)
	if _, body := ask(t, s, "/metrics"); !strings.Contains(body, "waybill_database_up 0") {
		t.Error("without the figure of a database that is away")
	}
}

func TestStopIsSafeBeforeStartAndTwice(t *testing.T) {
	t.Parallel()
	s := vitals.NewServer("127.0.0.1:0", vitals.New("dev"), func(context.Context) error { return nil }, nil)
	for _, step := range []func(context.Context) error{s.Stop, s.Start, s.Start, s.Stop, s.Stop} {
		if err := step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
