package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/cmd/waybill/internal/listening"
	"github.com/waybillhq/waybill/sandbox"
)

// developer is somebody who writes a receiver, with a sandbox in another terminal.
type developer struct {
	shop *sandbox.Server
	data string
	args []string // that name the sandbox
	env  []string
}

func newDeveloper(t *testing.T) *developer {
	t.Helper()
	shop, err := sandbox.Serve("127.0.0.1:0", sandbox.WithOrders(3))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(shop.Close)
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, shop.CertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	d := &developer{shop: shop, data: filepath.Join(dir, "data"), args: []string{"--url", shop.URL, "--ca-file", ca}}
	d.env = []string{"HOME=" + dir, "WAYBILL_DATA=" + d.data}
	return d
}

// runs runs a command on the sandbox and gives its exit status and what it printed.
func (d *developer) runs(ctx context.Context, args ...string) (status int, out string) {
	var stdout, stderr bytes.Buffer
	status = newApp(strings.NewReader(""), &stdout, &stderr, d.env).execute(ctx, append(args, d.args...))
	return status, stdout.String() + stderr.String()
}

// The words are those of Stripe's command line, which is what people know: listen forwards signed events while it runs,
// trigger makes them happen.
func TestListenHandsSignedEventsToAProgramAndForgetsItself(t *testing.T) {
	t.Parallel()
	d := newDeveloper(t)
	secret := make(chan string, 1)
	got := make(chan *http.Request, 16)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		of := <-secret
		secret <- of
		key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(of, "whsec_"))
		mac := hmac.New(sha256.New, key)
		_, _ = mac.Write([]byte(r.Header.Get("Webhook-Id") + "." + r.Header.Get("Webhook-Timestamp") + "." + string(body)))
		if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); r.Header.Get("Webhook-Signature") != want {
			t.Errorf("signed %q, want %q", r.Header.Get("Webhook-Signature"), want)
		}
		if !bytes.Contains(body, []byte(`"first_name":"Ada"`)) || r.Header.Get("X-Mine") != "yes" {
			t.Errorf("%v: %s", r.Header, body)
		}
		got <- r
		w.WriteHeader(http.StatusTeapot)
	}))
	t.Cleanup(receiver.Close)

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	read, write := io.Pipe()
	var notes bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		status := newApp(strings.NewReader(""), write, &notes, d.env).execute(ctx, append([]string{"listen", "--json",
			"--events", "order.created", "--header", "X-Mine: yes", "--forward-to", receiver.URL + "/hook?token=geheim"},
			d.args...))
		_ = write.Close()
		ended <- status
	}()
	lines := bufio.NewScanner(read)
	lines.Buffer(nil, 1<<20)
	next := func(into any) {
		t.Helper()
		if !lines.Scan() {
			t.Fatalf("listen ends with %d: %s", <-ended, &notes)
		}
		if err := json.Unmarshal(lines.Bytes(), into); err != nil {
			t.Fatalf("%v: %s", err, lines.Text())
		}
	}
	var ready listening.Listening
	next(&ready)
	if ready.URL != d.shop.URL || ready.ForwardTo != receiver.URL {
		t.Errorf("it listens to %+v", ready)
	}
	secret <- ready.Secret

	// Waybill's own word and WooCommerce's mean the same; what nobody listens for is not sent.
	for _, name := range []string{"product.updated", "orders.created"} {
		if status, out := d.runs(t.Context(), "trigger", name); status != 0 {
			t.Fatalf("trigger %s ends with %d: %s", name, status, out)
		}
	}
	var heard struct {
		ID, Why string
		Taken   *bool
		Event   struct{ Type string }
	}
	next(&heard)
	if heard.Event.Type != "orders.created" || heard.Taken == nil || *heard.Taken || !strings.Contains(heard.Why, "418") {
		t.Errorf("heard %+v", heard)
	}
	if r := <-got; r.URL.Path != "/hook" || r.Header.Get("Webhook-Id") != heard.ID {
		t.Errorf("the program got %v %v", r.URL, r.Header)
	}
	cancel()
	if status := <-ended; status != 0 {
		t.Errorf("an interrupt ends it with %d: %s", status, &notes)
	}
	if strings.Contains(notes.String(), "geheim") {
		t.Errorf("it shows what is secret in the address: %s", &notes)
	}
	if left, _ := filepath.Glob(filepath.Join(d.data, "*")); len(left) > 0 {
		t.Errorf("it leaves %v", left)
	}
}

func TestEverythingThatTriggerKnowsHappensOnTheSandbox(t *testing.T) {
	t.Parallel()
	d := newDeveloper(t)
	counts := func() map[string]int { return d.shop.State().Counts }
	before := counts()
	for _, name := range []string{"order.created", "order.updated", "order.refunded", "order.completed", "order.cancelled",
		"order.deleted", "order.restored", "product.created", "product.updated", "product.deleted", "customer.created",
		"customer.updated", "customer.deleted", "coupon.created", "coupon.updated", "coupon.deleted"} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		status, out := d.runs(ctx, "trigger", name)
		cancel()
		if status != 0 || !strings.Contains(out, name) {
			t.Errorf("trigger %s ends with %d: %s", name, status, out)
		}
	}
	after := counts()
	if after["orders"] != before["orders"]+1 || after["customers"] != before["customers"] {
		t.Errorf("before %v, after %v", before, after)
	}
	for _, args := range [][]string{{"trigger", "order.crated"}, {"trigger", "order.created", "--id", "5"},
		{"trigger", "order.updated", "--id", "-5"}, {"listen", "--events", "order.crated"}, {"listen", "--secret", "x"},
		{"listen", "--forward-to", "http://localhost:1", "--secret", "x"}, {"listen", "--forward-to", "ftp://x"}} {
		if status, out := d.runs(t.Context(), args...); status != 2 {
			t.Errorf("%v ends with %d: %s", args, status, out)
		}
	}
}

func TestAShopThatIsNoSandboxIsChangedOnlyWhenThatIsMeant(t *testing.T) {
	t.Parallel()
	// A store without the administration of a sandbox is what any shop is.
	server := httptest.NewUnstartedServer(nil)
	store := sandbox.New(sandbox.WithHome("http://"+server.Listener.Addr().String()), sandbox.WithPlainHTTP(),
		sandbox.WithOrders(3))
	server.Config.Handler = store
	server.Start()
	t.Cleanup(server.Close)
	key, err := store.Credentials("adm")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	d := &developer{env: []string{"HOME=" + dir, "WAYBILL_DATA=" + filepath.Join(dir, "data"), "WAYBILL_KEY=" + key.Key,
		"WAYBILL_SECRET=" + key.Secret}}
	if status, out := d.runs(t.Context(), "connect", server.URL, "--name", "my-shop"); status != 0 {
		t.Fatalf("connect ends with %d: %s", status, out)
	}
	before := store.State().Counts["orders"]
	for says, args := range map[string][]string{
		"--real-shop":                 {"trigger", "order.created", "my-shop"},
		"is no sandbox on this":       {"trigger", "order.completed", "my-shop", "--id", "1"},
		"is not chosen for you":       {"trigger", "order.completed", "my-shop", "--real-shop"},
		"What answers at http://127.": {"trigger", "order.created", "--url", server.URL},
	} {
		if status, out := d.runs(t.Context(), args...); status == 0 || !strings.Contains(out, says) {
			t.Errorf("%v ends with %d and does not say %q: %s", args, status, says, out)
		}
	}
	if n := store.State().Counts["orders"]; n != before {
		t.Errorf("there are %d orders, %d before", n, before)
	}
	if status, out := d.runs(t.Context(), "trigger", "order.created", "my-shop", "--real-shop"); status != 0 {
		t.Errorf("where it is meant it ends with %d: %s", status, out)
	}
	if n := store.State().Counts["orders"]; n != before+1 {
		t.Errorf("there are %d orders, %d before", n, before)
	}
}
