package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/waybillhq/waybill/sandbox"
)

// TestEveryLineOfTheReadmeRuns runs the five jobs of the README as a person pastes them: every line of their blocks of
// shell, in order, against a store in memory. A line ends with 0, or as its comment says ("exits with 10"); one that
// goes on is interrupted once it has said what it is for.
func TestEveryLineOfTheReadmeRuns(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh")
	}
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	r := newReader(t)
	for _, title := range []string{"See it work", "Connect my shop", "Orders do not arrive",
		"Send orders and updates back", "A shop for my tests"} {
		lines := shellLines(string(text), title)
		if len(lines) == 0 {
			t.Errorf("the README has no commands under %q", title)
		}
		if title == "Orders do not arrive" {
			if err := r.shop.Break("auth-header-stripped"); err != nil {
				t.Fatal(err)
			}
		}
		for _, line := range lines {
			r.run(t, line)
		}
	}
}

// shellLines are the lines of the blocks marked sh below a heading.
func shellLines(text, title string) []string {
	_, section, _ := strings.Cut(text, "\n## "+title+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var lines []string
	shell := false
	for line := range strings.Lines(section) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "```"):
			shell = line == "```sh"
		case shell && line != "":
			lines = append(lines, line)
		}
	}
	return lines
}

// readme is somebody who follows the README.
type readme struct {
	dir     string
	env     []string
	shop    *sandbox.Server
	replace *strings.Replacer
	// sandbox is the address of the store that the README has started.
	sandbox string
}

func newReader(t *testing.T) *readme {
	t.Helper()
	shop, err := sandbox.Serve("127.0.0.1:0", sandbox.WithOrders(20), sandbox.WithName("Readme Shop"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(shop.Close)
	r := &readme{dir: t.TempDir(), shop: shop}
	ca := filepath.Join(r.dir, "ca.pem")
	if err := os.WriteFile(ca, shop.CertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(receiver.Close)
	r.env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + r.dir, "WAYBILL_DATA=" + filepath.Join(r.dir, "data"),
		"SSL_CERT_FILE=" + ca, "WAYBILL_KEY=" + shop.Key, "WAYBILL_SECRET=" + shop.Secret}
	order := r.order(t)
	r.replace = strings.NewReplacer("https://shop.example", shop.URL, "ck_…", shop.Key, "cs_…", shop.Secret,
		"4711", strconv.Itoa(order), "MUG-1", "WB-001", "SHIRT-M", "WB-002", "http://localhost:8080/hook", receiver.URL,
		"waybill serve", "waybill serve --listen 127.0.0.1:0", "waybill demo", "waybill demo --orders 60 --live 20",
		"waybill sandbox --tls --orders 500", "waybill sandbox --addr 127.0.0.1:0 --tls --orders 20",
		"--watch", "--watch --every 100ms")
	return r
}

// order makes the order that the README calls 4711.
func (r *readme) order(t *testing.T) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.shop.URL+"/wp-json/wc/v3/orders",
		strings.NewReader(`{"status":"processing","line_items":[{"sku":"WB-001","product_id":10,"quantity":2}]}`))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(r.shop.Key, r.shop.Secret)
	req.Header.Set("Content-Type", "application/json")
	res, err := r.shop.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var body bytes.Buffer
	if _, err := body.ReadFrom(res.Body); err != nil || res.StatusCode != http.StatusCreated {
		t.Fatalf("%d %v: %s", res.StatusCode, err, &body)
	}
	id, err := strconv.Atoi(regexp.MustCompile(`"id":(\d+)`).FindStringSubmatch(body.String())[1])
	if err != nil {
		t.Fatal(err)
	}
	return id
}

var (
	exitsWith = regexp.MustCompile(`exits with (\d+)`)
	running   = regexp.MustCompile(`running at (\S+)`)
)

// goesOn says what a command that goes on says when it does its work; empty for one that ends by itself.
func goesOn(line string) string {
	for part, says := range map[string]string{
		"waybill demo": "Copied.", "waybill serve": "Working for all stores",
		"waybill changes --resource orders --from now": "Delivering changes",
		"sandbox --addr": "Stop it with Ctrl-C", "waybill listen": "Listening to",
	} {
		if strings.Contains(line, part) {
			return says
		}
	}
	return ""
}

func (r *readme) run(t *testing.T, line string) {
	t.Helper()
	want := 0
	if m := exitsWith.FindStringSubmatch(line); m != nil {
		want, _ = strconv.Atoi(m[1])
	}
	line = r.replace.Replace(line)
	if strings.HasPrefix(line, "waybill sandbox fault") {
		line = strings.Replace(line, "fault", "fault --url "+r.sandbox, 1)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	if !strings.Contains(line, "sandbox --addr") { // that one runs until the end
		defer cancel()
	} else {
		t.Cleanup(cancel)
	}
	cmd := exec.CommandContext(ctx, "sh", "-c", "exec "+line)
	if strings.Contains(line, "export ") || strings.HasPrefix(line, "echo ") {
		cmd.Args[2] = line
	}
	cmd.Dir, cmd.Env = r.dir, r.env
	out := &watched{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	if says := goesOn(line); says != "" {
		out.await(ctx, t, line, says)
		if m := running.FindStringSubmatch(out.String()); strings.Contains(line, "sandbox") && m != nil {
			r.sandbox = m[1]
			t.Cleanup(func() {
				_ = cmd.Process.Signal(syscall.SIGINT)
				<-ended
			})
			return
		}
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(line, "--watch") {
		out.await(ctx, t, line, "Authorization")
		r.shop.Mend("auth-header-stripped")
	}
	err := <-ended
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got, err = exit.ExitCode(), nil
	}
	if err != nil || got != want {
		t.Errorf("%s\nends with %d (%v), want %d:\n%s", line, got, err, want, out)
	}
}

// watched is output that somebody waits for.
type watched struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.more != nil {
		close(w.more)
		w.more = nil
	}
	return w.text.Write(p)
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// await waits until the output holds a text.
func (w *watched) await(ctx context.Context, t *testing.T, line, text string) {
	t.Helper()
	for {
		w.mu.Lock()
		if strings.Contains(w.text.String(), text) {
			w.mu.Unlock()
			return
		}
		if w.more == nil {
			w.more = make(chan struct{})
		}
		more := w.more
		w.mu.Unlock()
		select {
		case <-more:
		case <-ctx.Done():
			t.Fatalf("%s\ndoes not say %q:\n%s", line, text, w)
		}
	}
}
