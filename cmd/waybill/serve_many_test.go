package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/postgres/pgtest"
	"github.com/waybillhq/waybill/sandbox"
)

// ordeal is how hard TestManyWorkers is.
type ordeal struct {
	stores, workers, orders int
	live                    float64
	during, killEvery       time.Duration
	restarts                int
}

func theOrdeal() ordeal {
	if os.Getenv("WAYBILL_TEST_ALL") == "long" {
		return ordeal{stores: 10, workers: 3, orders: 150, live: 1, during: 5 * time.Minute,
			killEvery: 10 * time.Second, restarts: 2}
	}
	return ordeal{stores: 3, workers: 3, orders: 20, live: 2, during: 12 * time.Second, killEvery: 4 * time.Second,
		restarts: 1}
}

// TestManyWorkers: several waybill serve work for the same living stores on PostgreSQL. All the while one after the
// other is killed, the database breaks down and comes back, orders are submitted and the log of changes is read. In the
// end every mirror equals its store, every write was done once, the reader has seen every change in order, and no store
// was ever asked by two workers at once for the same task. With WAYBILL_TEST_ALL=long it takes six minutes.
func TestManyWorkers(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	o := theOrdeal()
	w := newWorld(t, o)
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for _, shop := range w.shops {
		all.Go(func() { shop.Live(ctx, o.live, nil) })
	}
	all.Go(func() { w.submit(ctx) })
	log := w.followChanges()
	for range o.workers {
		w.startWorker()
	}
	w.torment(o)
	stop()
	all.Wait()
	w.settle()
	w.verify()
	w.stopWorkers()
	log.check()
	w.checkWrites()
	w.checkRequests()
}

// world is the stores, the database and the processes of the test.
type world struct {
	*testing.T
	program, data string
	database      *pgtest.Own
	env           []string
	shops         []*sandbox.Server
	service       *service.Service

	mu      sync.Mutex
	workers []*workerProcess
	started int

	submitted []outbox.Write
	// firstWrite is when a store was first written to, by its id. In the first half of the time every second store is,
	// in the second half the others are.
	firstWrite map[int64]time.Time
	half       time.Duration
}

type workerProcess struct {
	name string
	cmd  *exec.Cmd
	err  *strings.Builder
}

func newWorld(t *testing.T, o ordeal) *world {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, program: program, database: pgtest.Start(t), data: t.TempDir(),
		firstWrite: make(map[int64]time.Time), half: o.during / 2}
	roots := filepath.Join(w.data, "roots.pem")
	var pem []byte
	for n := range o.stores {
		shop := sandbox.Start(t, sandbox.WithOrders(o.orders), sandbox.WithSeed(uint64(n+1)),
			sandbox.WithLogSize(1<<20))
		w.shops = append(w.shops, shop)
		pem = append(pem, shop.CertificatePEM()...)
	}
	if err := os.WriteFile(roots, pem, 0o600); err != nil {
		t.Fatal(err)
	}
	w.env = []string{"HOME=" + w.data, "WAYBILL_DATA=" + w.data, "WAYBILL_DATABASE_URL=" + w.database.URL,
		"SSL_CERT_FILE=" + roots,
		"WAYBILL_SYNC_POLL_MIN=1s", "WAYBILL_SYNC_POLL_MAX=3s", "WAYBILL_SYNC_ROUND=5s", "PATH=" + os.Getenv("PATH")}
	for n, shop := range w.shops {
		w.run([]string{"WAYBILL_KEY=" + shop.Key, "WAYBILL_SECRET=" + shop.Secret, "WAYBILL_HTTP_USER_AGENT=connect"},
			"connect", shop.URL, "--name", shopName(n), "--no-doctor")
	}
	cfg, err := config.Load(config.Sources{Env: append(slices.Clone(w.env), "WAYBILL_HTTP_USER_AGENT=submitter")})
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		t.Fatal("the stores' certificates cannot be read")
	}
	w.service, err = service.Open(t.Context(), service.Options{Config: cfg, Authorities: pool})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.service.Close() })
	return w
}

func shopName(n int) string { return fmt.Sprintf("shop%d", n) }

// command is the program with the environment of the world. It is this test, called by the program's name.
func (w *world) command(env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(context.WithoutCancel(w.Context()), w.program, args...)
	cmd.Args[0] = "waybill"
	cmd.Env = append(slices.Clone(w.env), env...)
	return cmd
}

// run runs a command that must succeed.
func (w *world) run(env []string, args ...string) string {
	w.Helper()
	out, err := w.command(env, args...).CombinedOutput()
	if err != nil {
		w.Fatalf("waybill %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func (w *world) startWorker() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.started++
	p := &workerProcess{name: fmt.Sprintf("worker-%d", w.started), err: &strings.Builder{}}
	p.cmd = w.command([]string{"WAYBILL_HTTP_USER_AGENT=" + p.name, "WAYBILL_LOG_LEVEL=warn"}, "serve", "--role",
		"worker",
		"--listen", "off")
	p.cmd.Stdout, p.cmd.Stderr = io.Discard, p.err
	if err := p.cmd.Start(); err != nil {
		w.Fatal(err)
	}
	w.workers = append(w.workers, p)
}

// torment kills one worker after the other, and the database now and then.
func (w *world) torment(o ordeal) {
	end := time.After(o.during)
	kill := time.NewTicker(o.killEvery)
	defer kill.Stop()
	restart := time.NewTicker(o.during / time.Duration(o.restarts+1))
	defer restart.Stop()
	for restarts := 0; ; {
		select {
		case <-end:
			return
		case <-kill.C:
			w.mu.Lock()
			n := rand.IntN(len(w.workers))
			victim := w.workers[n]
			w.workers = slices.Delete(w.workers, n, n+1)
			w.mu.Unlock()
			_ = victim.cmd.Process.Kill()
			_ = victim.cmd.Wait()
			w.startWorker()
		case <-restart.C:
			if restarts++; restarts <= o.restarts {
				w.database.Restart(w.T, 1500*time.Millisecond)
			}
		}
	}
}

func (w *world) stopWorkers() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.workers {
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		if err := p.cmd.Wait(); err != nil {
			w.Errorf("%s ended with %v after SIGTERM:\n%s", p.name, err, p.err)
		}
	}
	w.workers = nil
}

// submit lets an order be created now and then: at first in every second store, then in the others. A submission that
// fails, because the database is away, is repeated with the same key, as a caller would.
func (w *world) submit(ctx context.Context) {
	began := time.Now()
	for n := 0; ctx.Err() == nil; n++ {
		which := n % len(w.shops) / 2 * 2
		if time.Since(began) > w.half && which+1 < len(w.shops) {
			which++
		}
		st, err := w.service.Store(ctx, shopName(which))
		if err == nil {
			if w.firstWrite[st.ID].IsZero() {
				w.firstWrite[st.ID] = time.Now()
			}
			key := fmt.Sprintf("write-%d", n)
			var accepted []outbox.Write
			accepted, err = w.service.Submit(ctx, st, []outbox.Write{{
				Key: key, Action: outbox.Create, Resource: storage.Orders,
				Body: json.RawMessage(`{"status":"processing","customer_note":"` + key + `"}`),
			}})
			w.mu.Lock()
			w.submitted = append(w.submitted, accepted...)
			w.mu.Unlock()
		}
		wait := 250 * time.Millisecond
		if err != nil {
			n--
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// settle waits until everything that was submitted has ended.
func (w *world) settle() {
	w.Helper()
	limit := time.Now().Add(4 * time.Minute)
	for {
		open := 0
		for _, write := range w.submitted {
			now, err := w.service.Write(w.Context(), write.ID)
			if err != nil || !now.State.Final() && now.State != outbox.Parked {
				open++
			}
		}
		if open == 0 {
			return
		}
		if time.Now().After(limit) {
			w.Errorf("%d of %d writes have not ended", open, len(w.submitted))
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// verify brings every store up to date, through the workers, and compares all of it.
func (w *world) verify() {
	w.Helper()
	w.run(nil, "sync", "--once", "--thorough")
	if out, err := w.command([]string{"WAYBILL_HTTP_USER_AGENT=verify"}, "verify").CombinedOutput(); err != nil {
		w.Errorf("verify: %v\n%s", err, out)
	}
}

// reading is a reader of the log of changes that starts at its first one.
type reading struct {
	w    *world
	stop context.CancelFunc
	done chan struct{}
	seen []int64
}

func (w *world) followChanges() *reading {
	ctx, stop := context.WithCancel(w.Context())
	r := &reading{w: w, stop: stop, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		last := int64(0)
		for ctx.Err() == nil {
			// Ended by a database that breaks down, it goes on behind the last change that it has handled.
			_ = w.service.EachChange(ctx, storage.ChangeQuery{After: last}, true, func(c records.NamedChange) error {
				r.seen, last = append(r.seen, c.Seq), c.Seq
				return nil
			})
			select {
			case <-ctx.Done():
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return r
}

// check holds what the reader has seen against the log as it is in the end. Who asks for what comes after the last
// number would never see a change that appears behind it.
func (r *reading) check() {
	r.w.Helper()
	all, err := r.w.service.Changes(r.w.Context(), storage.ChangeQuery{})
	if err != nil {
		r.w.Fatal(err)
	}
	limit := time.Now().Add(10 * time.Second)
	for time.Now().Before(limit) && len(all) > 0 {
		last, err := r.w.service.LastChange(r.w.Context())
		if err == nil && last == all[len(all)-1].Seq {
			break
		}
	}
	time.Sleep(time.Second) // for the reader to come to the end
	r.stop()
	<-r.done
	missed := map[int64]bool{}
	for _, c := range all {
		missed[c.Seq] = true
	}
	for i, seq := range r.seen {
		delete(missed, seq)
		if i > 0 && seq <= r.seen[i-1] {
			r.w.Errorf("change %d was read after %d", seq, r.seen[i-1])
		}
	}
	if len(missed) > 0 || len(all) == 0 {
		r.w.Errorf("%d of %d changes were never seen", len(missed), len(all))
	}
	r.w.Logf("%d changes read", len(r.seen))
}

// checkWrites looks for every write on its store.
func (w *world) checkWrites() {
	w.Helper()
	times := map[string]int{}
	for _, shop := range w.shops {
		for page := 1; ; page++ {
			var orders []struct {
				Note string `json:"customer_note"`
			}
			w.get(shop, fmt.Sprintf("/wp-json/wc/v3/orders?per_page=100&page=%d&_fields=customer_note", page), &orders)
			for _, o := range orders {
				times[o.Note]++
			}
			if len(orders) < 100 {
				break
			}
		}
	}
	for _, write := range w.submitted {
		now, err := w.service.Write(w.Context(), write.ID)
		if err != nil {
			w.Fatal(err)
		}
		if n := times[write.Key]; now.State != outbox.Done || n != 1 {
			w.Errorf("%s is %s and %d times on the store: %+v", write.Key, now.State, n, now.Reason)
		}
	}
	if len(w.submitted) == 0 {
		w.Error("nothing was submitted")
	}
	w.Logf("%d writes submitted", len(w.submitted))
}

func (w *world) get(shop *sandbox.Server, path string, into any) {
	w.Helper()
	req, err := http.NewRequestWithContext(w.Context(), http.MethodGet, shop.URL+path, nil)
	if err != nil {
		w.Fatal(err)
	}
	req.SetBasicAuth(shop.Key, shop.Secret)
	client := shop.Client()
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	if err != nil {
		w.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(into); err != nil || res.StatusCode != http.StatusOK {
		w.Fatalf("%s: %d, %v", path, res.StatusCode, err)
	}
}

// checkRequests looks at the stores' own logs: while one worker asks for a task, no other does. Requests of a pull and
// of a push of the same store may come at once, so the two are told apart: those that write are a push's, and those
// that came before the first write to their store, or after its last one had ended, are a pull's.
func (w *world) checkRequests() {
	w.Helper()
	total, workers := 0, map[string]bool{}
	for n, shop := range w.shops {
		from, until := w.pushing(shopName(n))
		apart := 0
		var tasks [2][]sandbox.LoggedRequest // pulls, pushes
		for _, r := range shop.Requests() {
			if !strings.HasPrefix(r.Agent, "worker-") {
				continue
			}
			total++
			workers[r.Agent] = true
			switch {
			case r.Method != http.MethodGet:
				tasks[1] = append(tasks[1], r)
			case from.IsZero() || r.At.Add(r.Elapsed).Before(from) || r.At.After(until):
				tasks[0] = append(tasks[0], r)
				apart++
			}
		}
		if apart == 0 {
			w.Errorf("%s: no request was a pull's alone", shopName(n))
		}
		for _, requests := range tasks {
			w.checkApart(shopName(n), requests)
		}
	}
	w.Logf("%d requests by %d workers", total, len(workers))
	if len(workers) < 2 {
		w.Error("one worker did everything")
	}
}

// pushing is the time in which a store was written to.
func (w *world) pushing(name string) (from, until time.Time) {
	w.Helper()
	st, err := w.service.Store(w.Context(), name)
	if err != nil {
		w.Fatal(err)
	}
	for _, write := range w.submitted {
		now, err := w.service.Write(w.Context(), write.ID)
		if err != nil {
			w.Fatal(err)
		}
		if now.StoreID == st.ID && now.DoneAt.After(until) {
			until = now.DoneAt
		}
	}
	return w.firstWrite[st.ID], until.Add(time.Second)
}

func (w *world) checkApart(shop string, requests []sandbox.LoggedRequest) {
	w.Helper()
	slices.SortFunc(requests, func(a, b sandbox.LoggedRequest) int { return a.At.Compare(b.At) })
	until := map[string]time.Time{}
	for _, r := range requests {
		for other, end := range until {
			if other != r.Agent && end.After(r.At) {
				w.Errorf("%s: %s asked %s %s while %s did", shop, r.Agent, r.Method, r.Path, other)
			}
		}
		if end := r.At.Add(r.Elapsed); end.After(until[r.Agent]) {
			until[r.Agent] = end
		}
	}
}
