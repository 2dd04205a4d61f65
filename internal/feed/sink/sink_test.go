package sink_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/egress"
	"github.com/waybillhq/waybill/internal/feed/signature"
	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/feed/sink/sinktest"
	"github.com/waybillhq/waybill/internal/problem"
)

func options() sink.Options {
	return sink.Options{Guard: egress.NewGuard([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}), Now: time.Now,
		UserAgent: "Waybill/test"}
}

func open(t *testing.T, kind string, r sink.Reach, opts sink.Options) sink.Sink {
	t.Helper()
	s, err := sink.Open(kind, r, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestHTTP(t *testing.T) {
	t.Parallel()
	sinktest.Run(t, func(t *testing.T) sinktest.Bench {
		var mu sync.Mutex
		var came []sinktest.Received
		var down atomic.Bool
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if down.Load() {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			came = append(came, sinktest.Received{ID: r.Header.Get("Webhook-Id"), Body: body})
		}))
		t.Cleanup(server.Close)
		return sinktest.Bench{
			Sink: open(t, sink.HTTP, sink.Reach{URL: server.URL + "/?token=hush"}, options()),
			Received: func() []sinktest.Received {
				mu.Lock()
				defer mu.Unlock()
				return slices.Clone(came)
			},
			Away: func() func() {
				down.Store(true)
				return func() { down.Store(false) }
			},
		}
	})
}

// received reads what was written, one event a line.
func received(t *testing.T, text []byte) (came []sinktest.Received) {
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		var m struct {
			ID string `json:"webhook_id"`
		}
		if json.Unmarshal(lines.Bytes(), &m) != nil {
			t.Errorf("a line is no JSON: %s", lines.Bytes())
		}
		came = append(came, sinktest.Received{ID: m.ID, Body: bytes.Clone(lines.Bytes())})
	}
	return came
}

func TestFile(t *testing.T) {
	t.Parallel()
	sinktest.Run(t, func(t *testing.T) sinktest.Bench {
		opts := options()
		opts.Files = filepath.Join(t.TempDir(), "events")
		name := filepath.Join(opts.Files, "orders.jsonl")
		return sinktest.Bench{
			Sink: open(t, sink.File, sink.Reach{URL: "file:orders.jsonl"}, opts),
			Received: func() []sinktest.Received {
				text, err := os.ReadFile(name)
				if err != nil {
					t.Error(err)
				}
				return received(t, text)
			},
			Away: func() func() {
				if err := os.MkdirAll(name, 0o700); err != nil { // a directory stands in its place
					t.Error(err)
				}
				return func() { _ = os.Remove(name) }
			},
		}
	})
}

// locked is a writer that several goroutines use.
type locked struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(p)
}

func TestStdout(t *testing.T) {
	t.Parallel()
	sinktest.Run(t, func(t *testing.T) sinktest.Bench {
		var out locked
		opts := options()
		opts.Stdout = &out
		return sinktest.Bench{Sink: open(t, sink.Stdout, sink.Reach{URL: "stdout:"}, opts),
			Received: func() []sinktest.Received {
				out.mu.Lock()
				defer out.mu.Unlock()
				return received(t, bytes.Clone(out.out.Bytes()))
			}}
	})
}

func TestALineThatWasCutOffSpoilsNoOther(t *testing.T) {
	t.Parallel()
	opts := options()
	opts.Files = t.TempDir()
	name := filepath.Join(opts.Files, "x.jsonl")
	if err := os.WriteFile(name, []byte(`{"webhook_id":"a"}`+"\n"+`{"webhook_id":"b","ty`), 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, sink.File, sink.Reach{URL: "file:x.jsonl"}, opts)
	if a := s.Send(t.Context(), sink.Message{ID: "b", Body: []byte(`{}`)}); !a.Taken() {
		t.Fatal(a.Why)
	}
	text, err := os.ReadFile(name)
	if err != nil || !strings.HasSuffix(string(text), "\n"+`{"webhook_id":"b"}`+"\n") {
		t.Errorf("the file is %q, %v", text, err)
	}
}

func TestWhatAReceiverAnswersDecides(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		status  int
		header  map[string]string
		body    string
		want    sink.Answer
		because string
	}{
		"yes":                      {status: 204, want: sink.Answer{Status: 204}},
		"yes, whatever it says":    {status: 200, body: `{"error":"lost it"}`, want: sink.Answer{Status: 200}},
		"no":                       {status: 500, want: sink.Answer{Status: 500}, because: "500 Internal Server Error"},
		"not this one":             {status: 422, want: sink.Answer{Status: 422}, because: "422"},
		"gone":                     {status: 410, want: sink.Answer{Status: 410, Gone: true}, because: "410 Gone"},
		"elsewhere":                {status: 302, want: sink.Answer{Status: 302}, because: "redirects"},
		"later":                    {status: 503, want: sink.Answer{Status: 503, Down: true}, because: "503"},
		"later, in seconds":        {status: 429, header: map[string]string{"Retry-After": "90"}, want: sink.Answer{Status: 429, Down: true, After: 90 * time.Second}, because: "429"},
		"later, at a time":         {status: 503, header: map[string]string{"Retry-After": "Mon, 30 Nov 2026 12:02:00 GMT"}, want: sink.Answer{Status: 503, Down: true, After: 2 * time.Minute}, because: "503"},
		"later, long ago":          {status: 503, header: map[string]string{"Retry-After": "Mon, 30 Nov 2026 11:00:00 GMT"}, want: sink.Answer{Status: 503, Down: true}, because: "503"},
		"later, in a million days": {status: 503, header: map[string]string{"Retry-After": "86400000000"}, want: sink.Answer{Status: 503, Down: true, After: 24 * time.Hour}, because: "503"},
		"later, in words":          {status: 503, header: map[string]string{"Retry-After": "soon"}, want: sink.Answer{Status: 503, Down: true}, because: "503"},
		"a gateway":                {status: 502, want: sink.Answer{Status: 502, Down: true}, because: "502"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for name, value := range test.header {
					w.Header().Set(name, value)
				}
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.body)
			}))
			t.Cleanup(server.Close)
			opts := options()
			opts.Now = func() time.Time { return at }
			got := open(t, sink.HTTP, sink.Reach{URL: server.URL}, opts).Send(t.Context(), sink.Message{ID: "1"})
			why := got.Why
			got.Why = ""
			if !reflect.DeepEqual(got, test.want) || !strings.Contains(why, test.because) || (why == "") != (test.because == "") {
				t.Errorf("%+v, %q, want %+v, %q", got, why, test.want, test.because)
			}
		})
	}
}

func TestWhatIsSentIsSignedAndBearsItsHeaders(t *testing.T) {
	t.Parallel()
	var seen http.Header
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		seen = r.Header.Clone()
	}))
	t.Cleanup(server.Close)
	secret := signature.NewSecret()
	s := open(t, sink.HTTP, sink.Reach{URL: server.URL, Headers: map[string]string{"authorization": "Bearer x"},
		Secrets: []string{secret}}, options())
	body := []byte(`{"a":1}`)
	if a := s.Send(t.Context(), sink.Message{ID: "msg_1", Type: "orders.created", Body: body}); !a.Taken() {
		t.Fatal(a.Why)
	}
	if seen.Get("Authorization") != "Bearer x" || seen.Get("Content-Type") != "application/json" ||
		seen.Get("User-Agent") != "Waybill/test" || seen.Get("Waybill-Type") != "orders.created" {
		t.Errorf("the headers are %v", seen)
	}
	var at int64
	if json.Unmarshal([]byte(seen.Get("Webhook-Timestamp")), &at) != nil || seen.Get("Webhook-Id") != "msg_1" {
		t.Errorf("the headers are %v", seen)
	}
	want := http.Header{}
	signature.Set(want, "msg_1", time.Unix(at, 0), body, secret)
	if got := seen.Get("Webhook-Signature"); got == "" || got != want.Get("Webhook-Signature") {
		t.Errorf("the signature is %q", got)
	}
}

func TestAReceiverThatCannotBeIsRefusedWithoutItsSecrets(t *testing.T) {
	t.Parallel()
	opts := options()
	opts.Files = t.TempDir()
	for name, test := range map[string]struct {
		kind string
		r    sink.Reach
	}{
		"no kind":          {"pigeon", sink.Reach{URL: "http://hush"}},
		"no address":       {sink.HTTP, sink.Reach{URL: "hush"}},
		"a user":           {sink.HTTP, sink.Reach{URL: "https://u:hush@erp.example.com"}},
		"our header":       {sink.HTTP, sink.Reach{URL: "https://x.example", Headers: map[string]string{"webhook-id": "hush"}}},
		"a host":           {sink.HTTP, sink.Reach{URL: "https://x.example", Headers: map[string]string{"host": "hush"}}},
		"no header":        {sink.HTTP, sink.Reach{URL: "https://x.example", Headers: map[string]string{"a b": "hush"}}},
		"a line break":     {sink.HTTP, sink.Reach{URL: "https://x.example", Headers: map[string]string{"A": "hush\r\nB: c"}}},
		"no certificate":   {sink.HTTP, sink.Reach{URL: "https://x.example", Certificate: "hush", Key: "hush"}},
		"no authorities":   {sink.HTTP, sink.Reach{URL: "https://x.example", Authorities: "hush"}},
		"no proxy":         {sink.HTTP, sink.Reach{URL: "https://x.example", Proxy: "hush"}},
		"outside":          {sink.File, sink.Reach{URL: "file:../hush"}},
		"outside, rooted":  {sink.File, sink.Reach{URL: "file:///../hush"}},
		"no name":          {sink.File, sink.Reach{URL: "file:"}},
		"nothing to print": {sink.Stdout, sink.Reach{URL: "stdout:"}},
	} {
		_, err := sink.Open(test.kind, test.r, opts)
		if !problem.Is(err, problem.InputInvalid) || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", name, err)
		}
	}
	opts.Files = ""
	if _, err := sink.Open(sink.File, sink.Reach{URL: "file:x"}, opts); !problem.Is(err, problem.InputInvalid) {
		t.Errorf("files where there are none: %v", err)
	}
}

func TestATargetShowsNoSecret(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://erp.example.com:8443/hooks/hush?x=hush": "https://erp.example.com:8443",
		"https://u:hush@erp.example.com/":                "https://erp.example.com",
		"file:orders.jsonl":                              "file:orders.jsonl",
		"file:///a/orders.jsonl":                         "file:a/orders.jsonl",
		"stdout:":                                        "stdout",
		"nats://nats.example.com":                        "nats://nats.example.com:4222/waybill",
		"nats+tls://a.example:1,b.example/erp?x=hush":    "nats+tls://a.example:1,b.example:4222/erp",
		"kafka://[2001:db8::1]/orders?sasl=plain":        "kafka://[2001:db8::1]:9092/orders",
		"kafka://u:hush@kafka.example.com/orders":        "kafka",
	} {
		if got := sink.Target(sink.KindOf(address), sink.Reach{URL: address}); got != want {
			t.Errorf("%s is %q, want %q", address, got, want)
		}
	}
	if got := sink.KindOf("ftp://x"); got != "" {
		t.Errorf("ftp is %q", got)
	}
}
