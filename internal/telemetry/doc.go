// Package telemetry sends what a running process does as spans to a collector of OpenTelemetry, where the environment
// names one, and nothing otherwise: a [Tracer] that is nil does nothing and costs nothing.
//
// Spans are made of three things: an operation of the HTTP API, which goes on with the trace that its caller began
// (traceparent); a run of a task for a store; and a request to a store within either. A span holds names, ids and
// statuses. It holds no address beyond host and path, no header, no body and no text of an error, since those may hold
// what is secret or a customer's.
//
// The variables are OpenTelemetry's own (https://opentelemetry.io/docs/specs/otel/protocol/exporter/): a collector is
// named by OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, and OTEL_SDK_DISABLED=true sends nothing.
// Spans are sent over HTTP in the background. A collector that fails or hangs loses spans and holds nothing up.
package telemetry
