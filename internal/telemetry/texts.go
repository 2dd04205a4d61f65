package telemetry

import "github.com/waybillhq/waybill/internal/problem"

// What people are told when traces cannot be sent, every sentence of it.

func notSetUp(err error) error {
	return problem.Wrap(problem.ConfigInvalid, err, "OpenTelemetry cannot be set up: %s", problem.Reason(err))
}

func attributesUnreadable(err error) error {
	return problem.Wrap(problem.ConfigInvalid, err, "OTEL_RESOURCE_ATTRIBUTES cannot be read: %s",
		problem.Reason(err))
}

func noCollector(name string) error {
	return problem.New(problem.ConfigInvalid, "%s is no address of a collector", name).
		Next("Give it as http://127.0.0.1:4318, or unset it to send nothing")
}
