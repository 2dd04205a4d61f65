package sandbox

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox/internal/outbound"
	"github.com/waybillhq/waybill/sandbox/internal/recording"
	"github.com/waybillhq/waybill/sandbox/internal/webhook"
)

// recordedRequest is one request that a real store made: a ping, a delivery, a key handed to an application.
type recordedRequest struct {
	Seq      int
	Section  string
	Trigger  string // the step that caused it
	TLS      bool
	Method   string
	Path     string
	Answered int
	Headers  [][2]string
	Body     *string
	Base64   []byte `json:"body_base64"`
	Secret   *string
	Volatile []string
}

func (r *recordedRequest) body() []byte {
	if r.Body != nil {
		return []byte(*r.Body)
	}
	return r.Base64
}

func (r *recordedRequest) header(name string) string {
	for _, line := range r.Headers {
		if line[0] == name {
			return line[1]
		}
	}
	return ""
}

// TestRequestsToReceiversAreThoseOfTheRecordedStore plays the sections in which a real store called receivers and
// compares every request it made: which step caused it, in which order, headers with their order and spelling, body,
// signature. WAYBILL_RECORDINGS names a whole recording to use instead, with its webhooks.jsonl beside it.
func TestRequestsToReceiversAreThoseOfTheRecordedStore(t *testing.T) {
	t.Parallel()
	steps, requests := filepath.Join("testdata", "webhooks", "steps.jsonl"),
		filepath.Join("testdata", "webhooks", "requests.jsonl")
	if whole := os.Getenv("WAYBILL_RECORDINGS"); whole != "" {
		steps, requests = whole, filepath.Join(filepath.Dir(whole), "webhooks.jsonl")
	}
	file, err := os.Open(steps)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	sections, err := recording.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	recorded := readRequests(t, requests)
	for _, section := range sections {
		if !slices.ContainsFunc(recorded, func(r *recordedRequest) bool { return r.Section == section.Name }) {
			continue
		}
		t.Run(section.Name, func(t *testing.T) {
			t.Parallel()
			p := newPlayer(ReplayOptions{Options: []Option{WithVersion(sender(t, recorded))}})
			for _, result := range p.play(t.Context(), section) {
				for _, d := range result.Differences {
					// Answers are compared elsewhere; here, what the queue did.
					if strings.HasPrefix(result.Request, "server:") && result.ID != "wca-keys-after" {
						t.Errorf("%s: %s: want %s, got %s", result.ID, d.Path, d.Want, d.Got)
					}
				}
			}
			compareRequests(t, p, section, recorded)
		})
	}
}

// sender is the version of WooCommerce that made the requests.
func sender(t *testing.T, recorded []*recordedRequest) string {
	t.Helper()
	for _, request := range recorded {
		if version, ok := strings.CutPrefix(request.header("User-Agent"), "WooCommerce/"); ok {
			version, _, _ = strings.Cut(version, " ")
			return version
		}
	}
	t.Fatal("no request names WooCommerce's version")
	return ""
}

func readRequests(t *testing.T, path string) []*recordedRequest {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var requests []*recordedRequest
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		request := &recordedRequest{}
		if err := json.Unmarshal(lines.Bytes(), request); err != nil {
			t.Fatal(err)
		}
		requests = append(requests, request)
	}
	return requests
}

var (
	queueRun   = regexp.MustCompile(`^dlv-run-\d+-`)
	deliveryID = regexp.MustCompile(`^[0-9a-f]{32}$`)
)

// trigger names the step of a request as the recordings do: by what was queued, not by the run of the queue.
func trigger(step string) string {
	if strings.HasPrefix(step, "dlv-hook-") {
		return "dlv-hook-*"
	}
	return queueRun.ReplaceAllString(step, "")
}

// compareRequests compares what a section sent with what was recorded of it. Requests caused by steps that the
// recording keeps back are left out.
func compareRequests(t *testing.T, p *player, section *recording.Section, recorded []*recordedRequest) {
	t.Helper()
	var want []*recordedRequest
	for _, r := range recorded {
		known := r.Trigger == "dlv-hook-*" ||
			slices.ContainsFunc(section.Steps, func(s *recording.Step) bool { return s.ID == r.Trigger })
		if r.Section == section.Name && known {
			want = append(want, r)
		}
	}
	// The recordings list requests of some steps only; not the pings of webhooks that were made to see which topics and
	// names are taken.
	var received []receivedRequest
	for _, r := range p.receiver.received {
		r.step = trigger(r.step)
		if slices.ContainsFunc(want, func(w *recordedRequest) bool { return w.Trigger == r.step }) {
			received = append(received, r)
		}
	}
	if len(received) != len(want) {
		t.Errorf("%d requests, want %d", len(received), len(want))
	}
	for i := range min(len(want), len(received)) {
		w, got := want[i], received[i]
		if got.step != w.Trigger || got.method != w.Method || got.path != w.Path || got.tls != w.TLS ||
			got.answered != w.Answered {
			t.Errorf("request %d: %s %s after %s (TLS %t, answered %d), want %s %s after %s (TLS %t, answered %d)",
				w.Seq,
				got.method, got.path, got.step, got.tls, got.answered, w.Method, w.Path, w.Trigger, w.TLS, w.Answered)
			continue
		}
		compareRequest(t, p, w, got)
	}
}

func compareRequest(t *testing.T, p *player, want *recordedRequest, got receivedRequest) {
	t.Helper()
	compareLines(t, p, want, got)
	recordedBody := string(want.body())
	if !strings.HasPrefix(recordedBody, "{") {
		if string(got.body) != recordedBody {
			t.Errorf("request %d: body %s, want %s", want.Seq, got.body, recordedBody)
		}
		return
	}
	volatile := append([]string{"$.key_id"}, want.Volatile...) // steps kept back made keys, too
	if want.header("X-WC-Webhook-ID") != "" {
		volatile = volatile[1:]
	}
	step := &recording.Step{Volatile: volatile, Response: &recording.Response{Status: 200, BodyRaw: &recordedBody}}
	for _, d := range recording.Compare(
		step, recording.Answer{Status: 200, Header: http.Header{}, Body: got.body}, p.context,
	) {
		t.Errorf("request %d (%s): %s: want %s, got %s", want.Seq, want.Trigger, d.Path, d.Want, d.Got)
	}
	if want.Secret == nil {
		return
	}
	// The recordings name the secret as it was used: decoded.
	if got := webhook.Signature(*want.Secret, want.body()); got != want.header("X-WC-Webhook-Signature") {
		t.Errorf("request %d: the recorded body signs as %s, want %s", want.Seq, got,
			want.header("X-WC-Webhook-Signature"))
	}
	if signature := webhook.Signature(*want.Secret, got.body); signature != line(got.lines, "X-WC-Webhook-Signature") {
		t.Errorf("request %d: signed as %s, want %s", want.Seq, line(got.lines, "X-WC-Webhook-Signature"), signature)
	}
}

func line(lines []outbound.Header, name string) string {
	for _, l := range lines {
		if l.Name == name {
			return l.Value
		}
	}
	return ""
}

// compareLines compares the header lines: all of them, in order.
func compareLines(t *testing.T, p *player, want *recordedRequest, got receivedRequest) {
	t.Helper()
	if len(got.lines) != len(want.Headers) {
		t.Errorf("request %d: headers %v, want %v", want.Seq, got.lines, want.Headers)
		return
	}
	for i, w := range want.Headers {
		name, value := w[0], p.context.Expand(w[1])
		g := got.lines[i]
		same := g.Value == value
		switch name {
		case "X-WC-Webhook-Signature":
			decoded, err := base64.StdEncoding.DecodeString(g.Value)
			same = err == nil && len(decoded) == 32
		case "X-WC-Webhook-Delivery-ID":
			same = deliveryID.MatchString(g.Value)
		case "Content-Length":
			same = g.Value == strconv.Itoa(len(got.body))
		}
		if g.Name != name || !same {
			t.Errorf("request %d: header %d is %s: %s, want %s: %s", want.Seq, i+1, g.Name, g.Value, name, value)
		}
	}
}
