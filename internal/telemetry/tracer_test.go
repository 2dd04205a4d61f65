package telemetry_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	spans "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/telemetry"
	"github.com/waybillhq/waybill/woo"
)

// bench is a collector that keeps what it is sent.
type bench struct {
	*testing.T
	address string

	mu    sync.Mutex
	spans map[string]*spans.Span
	raw   bytes.Buffer
	about string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{T: t, spans: map[string]*spans.Span{}}
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	b.address = server.URL
	return b
}

func (b *bench) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		b.Error(err)
	}
	var sent collector.ExportTraceServiceRequest
	if err := proto.Unmarshal(body, &sent); err != nil || r.URL.Path != "/v1/traces" {
		b.Errorf("%s: %v", r.URL, err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.raw.Write(body)
	for _, resource := range sent.GetResourceSpans() {
		b.about = resource.GetResource().String()
		for _, scope := range resource.GetScopeSpans() {
			for _, span := range scope.GetSpans() {
				b.spans[span.GetName()] = span
			}
		}
	}
	w.WriteHeader(http.StatusOK)
}

func (b *bench) tracer(set ...string) *telemetry.Tracer {
	b.Helper()
	env := map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": b.address}
	for i := 0; i < len(set); i += 2 {
		env[set[i]] = set[i+1]
	}
	tracer, err := telemetry.New(b.Context(), func(name string) string { return env[name] }, "1.2.3")
	if err != nil {
		b.Fatal(err)
	}
	return tracer
}

// sent stops a tracer and gives the spans that came by their names.
func (b *bench) sent(tracer *telemetry.Tracer) map[string]*spans.Span {
	b.Helper()
	if err := tracer.Stop(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.spans)
}

func attribute(span *spans.Span, key string) string {
	for _, a := range span.GetAttributes() {
		if a.GetKey() == key {
			if text := a.GetValue().GetStringValue(); text != "" {
				return text
			}
			return a.GetValue().String()
		}
	}
	return ""
}

func TestARequestBelongsToTheTaskThatMadeIt(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tracer := b.tracer()
	ctx, end := tracer.Task(t.Context(), "pull", 7)
	tracer.Request(ctx, woo.Exchange{Method: http.MethodGet, URL: "https://shop.example/wp-json/wc/v3/orders?page=2",
		Status: 200, Elapsed: 300 * time.Millisecond, Bytes: 1234})
	tracer.Request(ctx, woo.Exchange{Method: http.MethodGet, URL: "https://shop.example/?rest_route=/wc/v3/products",
		Status: 503, Err: &woo.Error{}})
	end(nil)

	got := b.sent(tracer)
	task, orders, products := got["task pull"], got["GET /wp-json/wc/v3/orders"], got["GET /wc/v3/products"]
	if task == nil || orders == nil || products == nil {
		t.Fatalf("sent are %q", slices.Sorted(maps.Keys(got)))
	}
	if !bytes.Equal(orders.GetParentSpanId(), task.GetSpanId()) ||
		!bytes.Equal(orders.GetTraceId(), task.GetTraceId()) {
		t.Error("the request does not belong to the task")
	}
	took := time.Duration(orders.GetEndTimeUnixNano() - orders.GetStartTimeUnixNano())
	if took != 300*time.Millisecond {
		t.Errorf("it took %s", took)
	}
	if host := attribute(orders, "server.address"); host != "shop.example" {
		t.Errorf("the host is %q", host)
	}
	if products.GetStatus().GetCode() != spans.Status_STATUS_CODE_ERROR ||
		orders.GetStatus().GetCode() == spans.Status_STATUS_CODE_ERROR {
		t.Errorf("failed are %s, not %s", orders.GetStatus(), products.GetStatus())
	}
	for _, want := range []string{"waybill", "1.2.3"} {
		if !strings.Contains(b.about, want) {
			t.Errorf("the spans are of %s, without %q", b.about, want)
		}
	}
}

func TestAnOperationGoesOnWithItsCallersTrace(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tracer := b.tracer("OTEL_SERVICE_NAME", "bridge")
	r := httptest.NewRequest(http.MethodPost, "/v1/stores/shop/sync", nil)
	r.Header.Set("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	r, end := tracer.Operation(r, "sync-store")
	_, endTask := tracer.Task(r.Context(), "pull", 1)
	endTask(problem.New(problem.StoreFailed, "the shop fell over"))
	end(problem.StoreFailed)

	got := b.sent(tracer)
	operation, task := got["api sync-store"], got["task pull"]
	if operation == nil || task == nil {
		t.Fatalf("sent are %q", slices.Sorted(maps.Keys(got)))
	}
	for _, span := range []*spans.Span{operation, task} {
		if trace := hex.EncodeToString(span.GetTraceId()); trace != "0af7651916cd43dd8448eb211c80319c" {
			t.Errorf("%s is of the trace %s", span.GetName(), trace)
		}
	}
	if code := attribute(operation, "waybill.problem"); code != "store_failed" {
		t.Errorf("it ended with %q", code)
	}
	if status := task.GetStatus(); status.GetMessage() != "store_failed" {
		t.Errorf("the task ended with %s", status)
	}
	if !strings.Contains(b.about, "bridge") {
		t.Errorf("the spans are of %s", b.about)
	}
}

func TestSpansHoldNoSecrets(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tracer := b.tracer()
	ctx, end := tracer.Task(t.Context(), "push", 7)
	tracer.Request(ctx, woo.Exchange{Method: http.MethodGet, Err: &woo.Error{},
		URL: "https://me:hush@shop.example/wp-json/wc/v3/orders?search=ada@customers.example&oauth_signature=hush"})
	end(errors.New("ada@customers.example was told hush"))
	r := httptest.NewRequest(http.MethodGet, "/v1/stores/shop/orders?search=ada@customers.example", nil)
	r.Header.Set("Authorization", "Bearer hush")
	_, endOperation := tracer.Operation(r, "list-orders")
	endOperation("")
	if got := b.sent(tracer); len(got) != 3 {
		t.Errorf("sent are %q", slices.Sorted(maps.Keys(got)))
	}
	for _, secret := range []string{"hush", "ada@"} {
		if strings.Contains(b.raw.String(), secret) {
			t.Errorf("%q was sent", secret)
		}
	}
}

func TestNothingIsSentUnlessACollectorIsNamed(t *testing.T) {
	t.Parallel()
	for name, env := range map[string]map[string]string{
		"nothing is set": {},
		"it is switched off": {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318",
			"OTEL_SDK_DISABLED": "TRUE"},
	} {
		tracer, err := telemetry.New(t.Context(), func(name string) string { return env[name] }, "")
		if tracer != nil || err != nil {
			t.Errorf("%s: %v, %v", name, tracer, err)
		}
		ctx, end := tracer.Task(t.Context(), "pull", 1)
		end(nil)
		tracer.Request(ctx, woo.Exchange{})
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		if same, end := tracer.Operation(r, "x"); same != r {
			t.Errorf("%s: the request is another one", name)
		} else {
			end("")
		}
		if err := tracer.Stop(context.Background()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestABadAddressOfACollectorIsNamed(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"collector:4318", "ftp://collector", "http://", "::"} {
		_, err := telemetry.New(t.Context(), func(name string) string {
			return map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": address}[name]
		}, "")
		if !problem.Is(err, problem.ConfigInvalid) || !strings.Contains(err.Error(), "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") {
			t.Errorf("%s: %v", address, err)
		}
	}
}
