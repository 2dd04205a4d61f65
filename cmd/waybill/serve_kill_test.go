package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/storage/postgres/pgtest"
	"github.com/waybillhq/waybill/sandbox"
)

// story is a shop, a subscriber, somebody who writes over the API, and the processes in between, which are killed.
type story struct {
	*testing.T
	data    string
	env     []string
	shop    *sandbox.Server
	token   string
	secrets []string
	front   *httptest.Server
	// kills is how often a process is killed, hard says that the subscriber is a difficult one.
	kills int
	hard  bool

	mu      sync.Mutex
	alive   []*storyProcess
	said    bytes.Buffer // what all processes have said
	taken   []storyEvent
	written map[string]bool // the keys of accepted writes
	moved   time.Time       // when the test last came further
	onShop  int             // changes made on the shop
	signed  []string        // signatures of webhooks and events, some of them
}

type storyProcess struct {
	cmd   *exec.Cmd
	proxy *httputil.ReverseProxy
}

// storyEvent is an event as the subscriber took it.
type storyEvent struct {
	ID       string
	Seq      int64  `json:"seq"`
	Resource string `json:"resource"`
	Record   int64  `json:"id"`
	Slug     string `json:"slug"`
	Kind     string `json:"kind"`
}

// TestTheWholeStorySurvivesKills: orders are made and changed on a shop, which tells of them by webhooks, others are
// written over the API, and a subscriber gets all of it, while the processes in between are killed (-9) at random
// moments. In the end the mirror equals the shop, every write was done once, the subscriber has every change of the log
// in the order of its record, what came again bore the same id, and nothing came that is not in the log. No secret is
// in what was said or stored. With WAYBILL_TEST_ALL=long there are 200 kills and the subscriber is a difficult one.
func TestTheWholeStorySurvivesKills(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes ten seconds")
	}
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		tellStory(t, "", 1)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		tellStory(t, pgtest.EmptyURL(t), 2)
	})
}

func tellStory(t *testing.T, database string, processes int) {
	t.Helper()
	s := newStory(t, database)
	for range processes {
		s.start()
	}
	ctx, stop := context.WithCancel(t.Context())
	var busy sync.WaitGroup
	busy.Go(func() { s.changeShop(ctx) })
	busy.Go(func() { s.writeByAPI(ctx) })
	for range s.kills {
		s.moved = time.Now()
		s.killOne()
		s.start()
	}
	s.await("writes are accepted", func() bool { return len(s.written) >= 5 && s.onShop >= 5 })
	stop()
	busy.Wait()
	s.moved = time.Now()
	s.calm()
	s.settle()
	s.check()
}

func newStory(t *testing.T, database string) *story {
	t.Helper()
	s := &story{T: t, data: t.TempDir(), written: map[string]bool{}, kills: 4,
		shop: sandbox.Start(t, sandbox.WithOrders(5), sandbox.WithReceivers())}
	if os.Getenv("WAYBILL_TEST_ALL") == "long" {
		s.kills, s.hard = 200, true
	}
	roots := filepath.Join(s.data, "roots.pem")
	s.must(os.WriteFile(roots, s.shop.CertificatePEM(), 0o600))
	subscriber := httptest.NewServer(http.HandlerFunc(s.subscriber))
	s.front = httptest.NewServer(http.HandlerFunc(s.lead))
	t.Cleanup(func() {
		subscriber.CloseClientConnections()
		subscriber.Close()
		s.front.Close()
	})
	s.env = []string{"HOME=" + s.data, "WAYBILL_DATA=" + s.data, "SSL_CERT_FILE=" + roots, "PATH=" + os.Getenv("PATH"),
		"WAYBILL_SYNC_POLL_MIN=1s", "WAYBILL_SYNC_POLL_MAX=2s", "WAYBILL_SYNC_ROUND=5s", "WAYBILL_SERVE_RATE=0",
		"WAYBILL_SUBSCRIPTIONS_PRIVATE_NETWORKS=127.0.0.1", "WAYBILL_SUBSCRIPTIONS_TIMEOUT=2s",
		"WAYBILL_SERVE_PUBLIC_URL=" + s.front.URL, "WAYBILL_LOG_LEVEL=info",
		// The shop is done with a request at once, so that what became of a lost one can be looked up soon.
		"WAYBILL_OUTBOX_STORE_LIMIT=10s"}
	if database != "" {
		s.env = append(s.env, "WAYBILL_DATABASE_URL="+database)
	}
	s.waybill([]string{"WAYBILL_KEY=" + s.shop.Key, "WAYBILL_SECRET=" + s.shop.Secret}, "connect", s.shop.URL, "--name",
		"shop", "--no-doctor")
	signs := s.waybill(nil, "subscriptions", "create", "erp", subscriber.URL+"/planted-path", "--from", "beginning",
		"--header", "Authorization: planted-header")
	s.token = strings.TrimSpace(s.waybill(nil, "tokens", "create", "story", "--scope", "admin"))
	s.secrets = []string{s.shop.Key, s.shop.Secret, s.token, strings.TrimSpace(signs), "planted-path", "planted-header"}
	return s
}

func (s *story) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *story) command(env []string, args ...string) *exec.Cmd {
	program, err := os.Executable()
	s.must(err)
	cmd := exec.CommandContext(context.WithoutCancel(s.Context()), program, args...)
	cmd.Args[0] = "waybill"
	cmd.Env = append(slices.Clone(s.env), env...)
	return cmd
}

// waybill runs a command that must succeed, and gives what it prints.
func (s *story) waybill(env []string, args ...string) string {
	s.Helper()
	var said bytes.Buffer
	cmd := s.command(env, args...)
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		s.Fatalf("waybill %s: %v\n%s%s", strings.Join(args, " "), err, out, said.String())
	}
	return string(out)
}

// start begins a process. It is led to when it listens.
func (s *story) start() {
	s.Helper()
	p := &storyProcess{cmd: s.command(nil, "serve", "--listen", "127.0.0.1:0", "--json")}
	out, err := p.cmd.StdoutPipe()
	s.must(err)
	p.cmd.Stderr = writerFunc(s.note)
	s.must(p.cmd.Start())
	s.Cleanup(func() { _ = p.cmd.Process.Kill(); _ = p.cmd.Wait() })
	s.mu.Lock()
	s.alive = append(s.alive, p)
	s.mu.Unlock()
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			_, _ = s.note(lines.Bytes())
			var began serving
			if json.Unmarshal(lines.Bytes(), &began) == nil && began.Listen != "" {
				proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: began.Listen})
				proxy.Transport = &http.Transport{DisableKeepAlives: true}
				proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(502) }
				s.mu.Lock()
				p.proxy = proxy
				s.mu.Unlock()
			}
		}
	}()
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(text []byte) (int, error) { return f(text) }

func (s *story) note(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said.Write(text)
	s.said.WriteByte('\n')
	return len(text), nil
}

// lead stands before the processes, as a reverse proxy does.
func (s *story) lead(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.sign(r.Header.Get("X-Wc-Webhook-Signature"))
	var listening []*httputil.ReverseProxy
	for _, p := range s.alive {
		if p.proxy != nil {
			listening = append(listening, p.proxy)
		}
	}
	s.mu.Unlock()
	if len(listening) == 0 {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	listening[rand.IntN(len(listening))].ServeHTTP(w, r)
}

// sign keeps a signature, of the first ones. The caller holds the lock.
func (s *story) sign(signature string) {
	if signature != "" && len(s.signed) < 200 {
		s.signed = append(s.signed, signature)
	}
}

// await waits for something.
func (s *story) await(what string, is func() bool) {
	s.Helper()
	for {
		s.mu.Lock()
		done := is()
		s.mu.Unlock()
		if done {
			return
		}
		s.wait("it did not come to it that %s", what)
	}
}

// killOne kills a process at a random moment of its work, and every third one already while it begins.
func (s *story) killOne() {
	if rand.IntN(3) > 0 {
		s.await("somebody listens", func() bool {
			return slices.ContainsFunc(s.alive, func(p *storyProcess) bool { return p.proxy != nil })
		})
	}
	pause(s.Context(), rand.N(1500*time.Millisecond))
	s.mu.Lock()
	n := rand.IntN(len(s.alive))
	victim := s.alive[n]
	s.alive = slices.Delete(s.alive, n, n+1)
	s.mu.Unlock()
	_ = victim.cmd.Process.Kill()
	_ = victim.cmd.Wait()
}

// changeShop makes and changes orders on the shop, as its customers and people do.
func (s *story) changeShop(ctx context.Context) {
	client := s.shop.Client()
	defer client.CloseIdleConnections()
	var orders []int64
	for n := 0; ctx.Err() == nil; n++ {
		method, path := http.MethodPost, "/wp-json/wc/v3/orders"
		if len(orders) > 0 && n%4 != 0 {
			method, path = http.MethodPut, fmt.Sprintf("%s/%d", path, orders[rand.IntN(len(orders))])
		}
		req, err := http.NewRequestWithContext(s.Context(), method, s.shop.URL+path,
			strings.NewReader(fmt.Sprintf(`{"customer_note":"shop %d"}`, n)))
		s.must(err)
		req.SetBasicAuth(s.shop.Key, s.shop.Secret)
		req.Header.Set("Content-Type", "application/json")
		res, err := client.Do(req)
		if err != nil {
			s.Errorf("the shop: %v", err)
			return
		}
		var made struct{ ID int64 }
		if json.NewDecoder(res.Body).Decode(&made) == nil && method == http.MethodPost {
			orders = append(orders, made.ID)
		}
		_ = res.Body.Close()
		s.mu.Lock()
		s.onShop++
		s.mu.Unlock()
		pause(ctx, 40*time.Millisecond)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// call asks the API, of whoever is alive.
func (s *story) call(method, path, body string, headers ...string) (status int, answer []byte) {
	req, err := http.NewRequestWithContext(s.Context(), method, s.front.URL+path, strings.NewReader(body))
	s.must(err)
	req.Header.Set("Authorization", "Bearer "+s.token)
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil
	}
	defer res.Body.Close()
	answer, err = io.ReadAll(res.Body)
	if err != nil {
		return 0, nil
	}
	return res.StatusCode, answer
}

// writeByAPI has orders made by the API. A request of which no answer came is repeated with its key, as a caller would.
func (s *story) writeByAPI(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		key := fmt.Sprintf("written-%d", n)
		for ctx.Err() == nil {
			status, _ := s.call(http.MethodPost, "/v1/stores/shop/records/orders", `{"customer_note":"`+key+`"}`,
				"Idempotency-Key", key)
			if status/100 == 2 {
				s.mu.Lock()
				s.written[key] = true
				s.mu.Unlock()
				break
			}
			if status/100 == 4 {
				s.Errorf("%s is answered with %d", key, status)
				return
			}
			pause(ctx, 20*time.Millisecond)
		}
		pause(ctx, 150*time.Millisecond)
	}
}

// subscriber takes events. A difficult one fails, hangs, answers late, says no with a 200, and loses answers.
func (s *story) subscriber(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	e := storyEvent{ID: r.Header.Get("Webhook-Id")}
	if err != nil || json.Unmarshal(body, &e) != nil || r.Header.Get("Authorization") != "planted-header" {
		return // it was cut off
	}
	s.mu.Lock()
	s.sign(r.Header.Get("Webhook-Signature"))
	what := 100
	if s.hard {
		what = rand.IntN(100)
	}
	if what != 0 && what != 1 {
		s.taken = append(s.taken, e)
	}
	s.mu.Unlock()
	switch what {
	case 0:
		w.WriteHeader(http.StatusInternalServerError)
	case 1:
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
	case 2: // it hangs, and has it
		<-r.Context().Done()
	case 3: // it has it, and the answer is lost
		panic(http.ErrAbortHandler)
	case 4:
		pause(r.Context(), 500*time.Millisecond)
	case 5:
		_, _ = io.WriteString(w, `{"error":"something went wrong"}`)
	}
}

// calm ends what is difficult.
func (s *story) calm() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hard = false
}

// settle waits until every write has ended, the mirror is up to date, and the subscriber has all of the log.
func (s *story) settle() {
	s.Helper()
	for {
		status, answer := s.call(http.MethodGet, "/v1/stores/shop/writes?state=pending,sending,unknown&limit=1", "")
		var page struct{ Writes []json.RawMessage }
		if status == http.StatusOK && json.Unmarshal(answer, &page) == nil && len(page.Writes) == 0 {
			break
		}
		s.wait("writes have not ended: %d %s", status, answer)
	}
	ended := time.Since(s.moved)
	s.waybill(nil, "sync", "--once", "--thorough")
	s.waybill(nil, "verify")
	s.Logf("writes have ended after %s, the mirror is right after %s", ended, time.Since(s.moved))
	for {
		log := s.log()
		s.mu.Lock()
		came := map[int64]bool{}
		for _, e := range s.taken {
			came[e.Seq] = true
		}
		s.mu.Unlock()
		if len(log) > 0 && len(came) >= len(log) {
			return
		}
		s.wait("of %d changes %d came", len(log), len(came))
	}
}

// wait waits a moment for what is said not to be yet. There is a limit only so that the reason is seen.
func (s *story) wait(format string, args ...any) {
	s.Helper()
	if time.Since(s.moved) > 4*time.Minute {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.Fatalf(format+"\n%s", append(args, s.said.Bytes()[max(0, s.said.Len()-4000):])...)
	}
	pause(s.Context(), 100*time.Millisecond)
}

// log is all changes.
func (s *story) log() (all []storyEvent) {
	s.Helper()
	for last := int64(0); ; {
		status, answer := s.call(http.MethodGet, fmt.Sprintf("/v1/changes?limit=1000&after=%d", last), "")
		var page struct {
			Changes []storyEvent
			Last    int64
		}
		if status != http.StatusOK || json.Unmarshal(answer, &page) != nil {
			return nil
		}
		if all = append(all, page.Changes...); len(page.Changes) < 1000 {
			return all
		}
		last = page.Last
	}
}
