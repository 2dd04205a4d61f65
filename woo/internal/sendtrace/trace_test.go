package sendtrace_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/waybillhq/waybill/woo/internal/sendtrace"
)

func TestARequestThatReachedNobodyNeverLeft(t *testing.T) {
	t.Parallel()
	shop := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	ask := func(trace *sendtrace.Trace) error {
		ctx, stop := trace.Attach(t.Context(), false)
		defer stop()
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, shop.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultTransport.RoundTrip(request)
		if err == nil {
			_ = answer.Body.Close()
		}
		return err
	}
	var arrived, lost, unused sendtrace.Trace
	if err := ask(&arrived); err != nil || arrived.NeverLeft() || !arrived.Started() {
		t.Errorf("answered: %v, never left %v", err, arrived.NeverLeft())
	}
	shop.CloseClientConnections()
	shop.Close()
	if err := ask(&lost); err == nil || !lost.NeverLeft() || lost.Started() {
		t.Errorf("nobody listens: %v, never left %v", err, lost.NeverLeft())
	}
	if unused.NeverLeft() {
		t.Error("a transport that reports nothing is believed")
	}
}
