package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/postgres/pgtest"
	"github.com/waybillhq/waybill/internal/stores"
)

// onBoth runs a test on each database. Each process that it opens has a name, under which the store sees it.
func onBoth(t *testing.T, test func(t *testing.T, b *bundle, open func(t *testing.T, name string) *service.Service)) {
	t.Helper()
	for name, flags := range map[string]func(*testing.T) map[string]string{
		"SQLite":     func(*testing.T) map[string]string { return map[string]string{} },
		"PostgreSQL": func(t *testing.T) map[string]string { return map[string]string{"database.url": pgtest.URL(t)} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			set := flags(t)
			test(t, b, func(t *testing.T, name string) *service.Service {
				t.Helper()
				own := map[string]string{"http.user_agent": name, "sync.poll_min": "1h", "sync.poll_max": "1h",
					"sync.round": "1h"}
				for key, value := range set {
					own[key] = value
				}
				s, err := service.Open(t.Context(), b.options(t, own))
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() {
					if err := errors.Join(s.Stop(context.Background()), s.Close()); err != nil {
						t.Errorf("Close: %v", err)
					}
				})
				return s
			})
		})
	}
}

// start lets a service work, and gives what it does.
func start(t *testing.T, s *service.Service, listen string) <-chan follow.Round {
	t.Helper()
	rounds := make(chan follow.Round, 1000)
	err := s.Start(t.Context(), service.Process{Role: "worker", Listen: listen, Version: "1.2.3",
		Done: func(r follow.Round) { rounds <- r }})
	if err != nil {
		t.Fatal(err)
	}
	return rounds
}

func askedBy(b *bundle) map[string]int {
	asked := map[string]int{}
	for _, r := range b.shop.Requests() {
		asked[r.Agent]++
	}
	return asked
}

func TestAStoreConnectedMeanwhileIsTakenUpByTheWorker(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bundle, open func(*testing.T, string) *service.Service) {
		worker, command := open(t, "worker"), open(t, "command")
		rounds := start(t, worker, "")
		b.order(t, `{}`)
		b.connect(t, command)
		if r := await(t, rounds, func(r follow.Round) bool { return r.Result.Applied.Created > 0 }); r.Store.Name != "shop" {
			t.Errorf("%+v", r.Store)
		}
	})
}

func TestSyncOnceIsDoneByTheWorkerAndTellsTheSame(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bundle, open func(*testing.T, string) *service.Service) {
		worker, command := open(t, "worker"), open(t, "command")
		st := b.connect(t, worker).Store
		rounds := start(t, worker, "")
		await(t, rounds, func(r follow.Round) bool { return r.Result.Idle })
		b.order(t, `{}`)
		b.order(t, `{}`)
		before := askedBy(b)["command"]
		report, err := command.SyncOnce(t.Context(), st, nil)
		if err != nil || report.Applied.Created != 2 || report.Requests == 0 || report.Took <= 0 {
			t.Errorf("%+v, %v", report, err)
		}
		if after := askedBy(b)["command"]; after != before {
			t.Errorf("the command sent %d requests beside the worker", after-before)
		}
		// Another that is thorough, and one that fails.
		if report, err = command.SyncThoroughly(t.Context(), st, nil); err != nil || report.Swept.Records == 0 {
			t.Errorf("thoroughly: %+v, %v", report, err)
		}
		if err := b.shop.Break("woocommerce-inactive"); err != nil {
			t.Fatal(err)
		}
		report, err = command.SyncOnce(t.Context(), st, nil)
		if code(err) != problem.NotWooCommerce || report.Diagnosis == nil {
			t.Errorf("without WooCommerce: %v, diagnosis %+v", err, report.Diagnosis)
		}
	})
}

func TestWritesAreSentByTheWorkerAndTheCommandFollows(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bundle, open func(*testing.T, string) *service.Service) {
		worker, command := open(t, "worker"), open(t, "command")
		st := b.connect(t, worker).Store
		start(t, worker, "")
		accepted, err := command.Submit(t.Context(), st, []outbox.Write{{Key: "one", Action: outbox.Create,
			Resource: storage.Orders, Body: json.RawMessage(`{"customer_note":"by the worker"}`)}})
		if err != nil {
			t.Fatal(err)
		}
		var settled []outbox.Write
		open2, err := command.Deliver(t.Context(), st, []string{accepted[0].ID}, follow.Delivery{
			Settled: func(w outbox.Write) { settled = append(settled, w) }})
		if err != nil || len(open2) > 0 || len(settled) != 1 || settled[0].State != outbox.Done {
			t.Errorf("open %v, settled %+v, %v", open2, settled, err)
		}
		for _, r := range b.shop.Requests() {
			if r.Method == http.MethodPost && r.Agent != "worker" {
				t.Errorf("%s sent %s %s", r.Agent, r.Method, r.Path)
			}
		}
		// Without names: until nothing waits.
		if left, err := command.Deliver(t.Context(), st, nil, follow.Delivery{}); err != nil || len(left) > 0 {
			t.Errorf("%v, %v", left, err)
		}
	})
}

// TestASecondProcessWorksBesideTheFirst: two that work at the same time take turns, and a command without a worker
// waits for the other command.
func TestASecondProcessWorksBesideTheFirst(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bundle, open func(*testing.T, string) *service.Service) {
		first, second := open(t, "first"), open(t, "second")
		st := b.connect(t, first).Store
		for range 5 {
			b.order(t, `{}`)
		}
		done := make(chan error, 2)
		for _, s := range []*service.Service{first, second} {
			go func() {
				_, err := s.SyncOnce(t.Context(), st, nil)
				done <- err
			}()
		}
		if err := errors.Join(<-done, <-done); err != nil {
			t.Fatal(err)
		}
		var until time.Time
		agent := ""
		for _, r := range b.shop.Requests() {
			if r.Agent != "first" && r.Agent != "second" || r.At.Before(st.CreatedAt) {
				continue
			}
			if agent != r.Agent && r.At.Before(until) {
				t.Errorf("%s asked while %s did", r.Agent, agent)
			}
			agent = r.Agent
			if end := r.At.Add(r.Elapsed); end.After(until) {
				until = end
			}
		}
	})
}

func TestAResumedStoreIsWoken(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bundle, open func(*testing.T, string) *service.Service) {
		worker, command := open(t, "worker"), open(t, "command")
		b.connect(t, command)
		rounds := start(t, worker, "")
		await(t, rounds, func(r follow.Round) bool { return r.Result.Idle })
		if _, err := command.Pause(t.Context(), "shop"); err != nil {
			t.Fatal(err)
		}
		b.order(t, `{}`)
		if _, err := command.Resume(t.Context(), "shop"); err != nil {
			t.Fatal(err)
		}
		// By itself it would be due in an hour.
		await(t, rounds, func(r follow.Round) bool { return r.Result.Applied.Created > 0 })
	})
}

func TestARemovedStoreIsLeftAlone(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bundle, open func(*testing.T, string) *service.Service) {
		worker, command := open(t, "worker"), open(t, "command")
		b.connect(t, command)
		rounds := start(t, worker, "")
		await(t, rounds, func(r follow.Round) bool { return r.Result.Idle })
		if _, _, err := command.Remove(t.Context(), "shop"); err != nil {
			t.Fatal(err)
		}
		rows, err := command.Query(t.Context(), "SELECT task FROM calendar", 10)
		if err != nil || len(rows.Values) > 0 {
			t.Errorf("due of a removed store: %v, %v", rows.Values, err)
		}
	})
}

func TestAKeyThatAnotherProcessReplacedIsUsed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bundle, open func(*testing.T, string) *service.Service) {
		worker, command := open(t, "worker"), open(t, "command")
		st := b.connect(t, command).Store
		rounds := start(t, worker, "")
		await(t, rounds, func(r follow.Round) bool { return r.Result.Idle })
		if _, err := command.Rekey(t.Context(), "shop", stores.Connection{Key: b.shop.Key, Secret: b.shop.Secret,
			Environment: "ROTATED"}); err != nil {
			t.Fatal(err)
		}
		// The variables are not set, so a worker that uses the new place of the key cannot go on, and says so.
		_, err := command.SyncOnce(t.Context(), st, nil)
		if code(err) != problem.CredentialsMissing {
			t.Errorf("with the old key: %v", err)
		}
	})
}

func TestStartAndStopInAnyOrder(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bundle, open func(*testing.T, string) *service.Service) {
		s := open(t, "worker")
		b.connect(t, s)
		begin := func(ctx context.Context) error {
			return s.Start(ctx, service.Process{Role: "worker", Listen: "127.0.0.1:0"})
		}
		for _, step := range []func(context.Context) error{s.Stop, begin, begin, s.Stop, s.Stop, begin, s.Stop} {
			if err := step(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if s.Listening() != "" {
			t.Error("it still listens")
		}
	})
}

func TestARunningServiceShowsItsVitals(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bundle, open func(*testing.T, string) *service.Service) {
		s := open(t, "worker")
		rounds := start(t, s, "127.0.0.1:0")
		b.order(t, `{}`)
		b.connect(t, s)
		await(t, rounds, func(r follow.Round) bool { return r.Result.Idle && r.Result.Applied.Created > 0 })
		for path, want := range map[string]string{
			"/livez": "alive", "/readyz": "ready",
			"/metrics": `waybill_changes_total{kind="created"}`,
		} {
			if body := fetch(t, "http://"+s.Listening()+path); !strings.Contains(body, want) {
				t.Errorf("%s: %s", path, body)
			}
		}
		metrics := fetch(t, "http://"+s.Listening()+"/metrics")
		for _, want := range []string{`waybill_stores{state="active"} 1`, "waybill_workers 1", "waybill_database_up 1",
			`waybill_store_requests_total{code="2xx",method="GET"}`, `waybill_store_failures{store="shop",task="pull"} 0`} {
			if !strings.Contains(metrics, want) {
				t.Errorf("without %s", want)
			}
		}
		for _, secret := range []string{b.shop.Key, b.shop.Secret} {
			if strings.Contains(metrics, secret) {
				t.Error("a secret is in the metrics")
			}
		}
	})
}

func fetch(t *testing.T, address string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var text strings.Builder
	if err := res.Write(&text); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// TestACommandFollowsTheWorkerThatFollows: sync without --once beside a worker tells what that one does, and goes on by
// itself when it ends.
func TestACommandFollowsTheWorkerThatFollows(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bundle, open func(*testing.T, string) *service.Service) {
		worker, command := open(t, "worker"), open(t, "command")
		st := b.connect(t, worker).Store
		started := start(t, worker, "")
		await(t, started, func(r follow.Round) bool { return r.Result.Idle })
		rounds := make(chan follow.Round, 1000)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- command.Follow(ctx, []storage.Store{st}, true, nil, func(r follow.Round) { rounds <- r })
		}()
		await(t, rounds, func(r follow.Round) bool { return r.Result.Idle })
		b.order(t, `{}`)
		if _, err := command.SyncOnce(t.Context(), st, nil); err != nil {
			t.Fatal(err)
		}
		if r := await(t, rounds, func(r follow.Round) bool { return r.Result.Requests > 0 }); r.Store.Name != "shop" {
			t.Errorf("%+v", r)
		}
		before := askedBy(b)["command"]
		if err := worker.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := command.Resume(t.Context(), st.Name); err != nil { // wakes it
			t.Fatal(err)
		}
		await(t, rounds, func(follow.Round) bool { return askedBy(b)["command"] > before })
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the end: %v", err)
		}
	})
}
