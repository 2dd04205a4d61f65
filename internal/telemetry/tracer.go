package telemetry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/woo"
)

// Tracer makes spans. It is safe for concurrent use, and does nothing when it is nil.
type Tracer struct {
	provider *sdktrace.TracerProvider
	spans    trace.Tracer
}

// New makes a Tracer that sends to the collector that the environment names; nil where it names none. Nothing is sent
// yet, so a collector that does not answer is no error. The version is that of the program.
func New(ctx context.Context, getenv func(string) string, version string) (*Tracer, error) {
	endpoint, err := collector(getenv)
	if endpoint == "" || err != nil {
		return nil, err
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(endpoint))
	if err != nil {
		return nil, notSetUp(err)
	}
	name := getenv("OTEL_SERVICE_NAME")
	if name == "" {
		name = "waybill"
	}
	// What OTEL_RESOURCE_ATTRIBUTES says is added; a part of it that cannot be read is left out.
	about, err := resource.New(ctx, resource.WithFromEnv(), resource.WithAttributes(
		attribute.String("service.name", name), attribute.String("service.version", version)))
	if err != nil && !errors.Is(err, resource.ErrPartialResource) {
		return nil, attributesUnreadable(err)
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(about))
	return &Tracer{provider: provider, spans: provider.Tracer("github.com/waybillhq/waybill")}, nil
}

// collector is the address that spans are sent to; empty for none.
func collector(getenv func(string) string) (string, error) {
	if strings.EqualFold(getenv("OTEL_SDK_DISABLED"), "true") {
		return "", nil
	}
	name, address := "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
	if address == "" {
		name, address = "OTEL_EXPORTER_OTLP_ENDPOINT", getenv("OTEL_EXPORTER_OTLP_ENDPOINT")
		if address == "" {
			return "", nil
		}
		address = strings.TrimSuffix(address, "/") + "/v1/traces"
	}
	if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", noCollector(name)
	}
	return address, nil
}

// Stop sends what has not been sent yet, and ends with the context.
func (t *Tracer) Stop(ctx context.Context) error {
	if t == nil {
		return nil
	}
	return t.provider.Shutdown(ctx)
}

// Task begins the span of a run of a task for a store. The run's requests belong to it when they are made with the
// context that is given back; end closes it.
func (t *Tracer) Task(ctx context.Context, task string, storeID int64) (within context.Context, end func(error)) {
	if t == nil {
		return ctx, func(error) {}
	}
	ctx, span := t.spans.Start(ctx, "task "+task, trace.WithAttributes(attribute.Int64("waybill.store_id", storeID)))
	return ctx, func(err error) {
		if err != nil && ctx.Err() == nil {
			span.SetStatus(codes.Error, string(problem.From(err).Code))
		}
		span.End()
	}
}

// Operation begins the span of an operation of the HTTP API. It goes on with the trace that the request names. end
// takes the code of the problem that the operation ended with; empty for none.
func (t *Tracer) Operation(r *http.Request, id string) (within *http.Request, end func(problem.Code)) {
	if t == nil {
		return r, func(problem.Code) {}
	}
	ctx := propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	ctx, span := t.spans.Start(ctx, "api "+id, trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(attribute.String("http.request.method", r.Method)))
	return r.WithContext(ctx), func(code problem.Code) {
		if code != "" {
			span.SetAttributes(attribute.String("waybill.problem", string(code)))
			if code.HTTPStatus() >= http.StatusInternalServerError {
				span.SetStatus(codes.Error, string(code))
			}
		}
		span.End()
	}
}

// Request makes the span of a request to a store that has just been answered or given up, within the span of its
// context.
func (t *Tracer) Request(ctx context.Context, x woo.Exchange) {
	if t == nil {
		return
	}
	now := time.Now()
	host, path := place(x.URL)
	_, span := t.spans.Start(ctx, fmt.Sprintf("%s %s", x.Method, path), trace.WithSpanKind(trace.SpanKindClient),
		trace.WithTimestamp(now.Add(-x.Elapsed)), trace.WithAttributes(
			attribute.String("http.request.method", x.Method), attribute.String("server.address", host),
			attribute.String("url.path", path), attribute.Int("http.response.status_code", x.Status),
			attribute.Int64("http.response.body.size", x.Bytes),
			attribute.Int("http.request.resend_count", x.Attempt)))
	if x.Err != nil {
		span.SetStatus(codes.Error, "")
	}
	span.End(trace.WithTimestamp(now))
}

// place is the host and the path of an address. On a store without pretty permalinks the path stands in the query.
func place(address string) (host, path string) {
	u, err := url.Parse(address)
	if err != nil {
		return "", ""
	}
	if route := u.Query().Get("rest_route"); route != "" {
		return u.Host, route
	}
	return u.Host, u.Path
}
