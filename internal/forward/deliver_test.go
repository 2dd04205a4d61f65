package forward_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/forward"
	"github.com/waybillhq/waybill/internal/problem"
)

func delivery(seq int64) forward.Delivery {
	return forward.Delivery{ID: "change-7", Seq: seq, Type: "orders.created", Body: []byte(`{"seq":7}`),
		Facts: map[string]string{"store": "my-shop", "id": "4711"}}
}

// receiver answers each request with the next of the statuses, the last one for ever.
func receiver(t *testing.T, header http.Header, statuses ...int) (*forward.HTTP, *[]*http.Request) {
	t.Helper()
	var got []*http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if string(body) != `{"seq":7}` {
			t.Errorf("body %q", body)
		}
		status := statuses[min(len(got), len(statuses)-1)]
		got = append(got, r)
		w.Header().Set("Retry-After", "7")
		w.Header().Set("Location", "http://elsewhere.example/")
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	sink, err := forward.NewHTTP(server.URL+"/hook?token=geheim", header)
	if err != nil {
		t.Fatal(err)
	}
	return sink, &got
}

func TestAChangeThatIsNotTakenIsTriedAgainUntilItIs(t *testing.T) {
	t.Parallel()
	sink, got := receiver(t, http.Header{"Authorization": {"Bearer x"}}, 500, 302, 429, 204)
	var pauses []time.Duration
	d := forward.Deliverer{To: sink, Pause: func(_ context.Context, pause time.Duration) error {
		pauses = append(pauses, pause)
		return nil
	}}
	if err := d.Deliver(t.Context(), delivery(7)); err != nil {
		t.Fatal(err)
	}
	if len(*got) != 4 || len(pauses) != 3 {
		t.Fatalf("%d requests, pauses %v", len(*got), pauses)
	}
	for _, r := range *got {
		if r.Header.Get("Webhook-Id") != "change-7" || r.Header.Get("Authorization") != "Bearer x" ||
			r.Header.Get("Content-Type") != "application/json" || r.Header.Get("Waybill-Type") != "orders.created" {
			t.Errorf("header %v", r.Header)
		}
	}
	if pauses[2] < 7*time.Second || pauses[1] < 2*time.Second || pauses[1] > 3*time.Second {
		t.Errorf("pauses %v: they grow, and what the receiver asks for is kept", pauses)
	}
}

func TestWhatIsNotTakenInTimeIsAnErrorThatShowsNoSecret(t *testing.T) {
	t.Parallel()
	now := func(context.Context, time.Duration) error { return nil }
	for name, statuses := range map[string][]int{"gone": {410}, "failing": {503}} {
		sink, _ := receiver(t, nil, statuses...)
		err := (&forward.Deliverer{To: sink, GiveUp: 20 * time.Second, Pause: now}).Deliver(t.Context(), delivery(7))
		p := problem.From(err)
		if p == nil || p.ExitStatus() != problem.ExitDelivery || strings.Contains(p.Message+p.Hint, "geheim") {
			t.Errorf("%s: %v", name, err)
		}
	}
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	sink, err := forward.NewHTTP(closed.URL+"/?token=geheim", nil)
	if err != nil {
		t.Fatal(err)
	}
	err = (&forward.Deliverer{To: sink, GiveUp: time.Millisecond, Pause: now}).Deliver(t.Context(), delivery(7))
	if err == nil || strings.Contains(err.Error(), "geheim") || !strings.Contains(err.Error(), "refused") {
		t.Errorf("nobody there: %v", err)
	}
	for _, address := range []string{"", "ftp://x", "http://", "localhost:8080", "http://%zz"} {
		if _, err := forward.NewHTTP(address, nil); !problem.Is(err, problem.Usage) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func shellOnly(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the command lines are for sh")
	}
}

func TestACommandGetsTheChangeAndSaysWhetherItTookIt(t *testing.T) {
	t.Parallel()
	shellOnly(t)
	var out bytes.Buffer
	c := &forward.Command{Shell: forward.DefaultShell(), Env: os.Environ(), Stdout: &out,
		Line: `cat; echo " $WAYBILL_EVENT_STORE $WAYBILL_EVENT_ID $WAYBILL_EVENT_TYPE $WAYBILL_EVENT_SEQ"`}
	if err := c.Deliver(t.Context(), delivery(7)); err != nil {
		t.Fatal(err)
	}
	if out.String() != "{\"seq\":7} my-shop 4711 orders.created 7\n" {
		t.Errorf("%q", out.String())
	}
	c.Line = "cat >/dev/null; exit 3"
	if err := c.Deliver(t.Context(), delivery(7)); err == nil || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("%v", err)
	}
}

func TestACommandEndsWithTheContextAndAllThatItStarted(t *testing.T) {
	t.Parallel()
	shellOnly(t)
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	c := &forward.Command{Shell: forward.DefaultShell(), Stdout: writer, Line: "echo begun; sleep 60 | cat"}
	ended := make(chan error, 1)
	go func() { ended <- c.Deliver(ctx, delivery(7)) }()
	if _, err := reader.Read(make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, reader) }()
	cancel()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("a command that was ended counts as if it had taken the change")
		}
	case <-time.After(5 * time.Second):
		t.Error("the command goes on")
	}
}

func TestAConsumerGoesOnWhereItWasAndIsInOneHand(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	c, err := forward.OpenConsumer(data, "erp")
	if err != nil {
		t.Fatal(err)
	}
	if seq, known := c.Seq(); known || seq != 0 {
		t.Errorf("a new consumer is at %d", seq)
	}
	if _, err := forward.OpenConsumer(data, "erp"); !problem.Is(err, problem.DataInUse) {
		t.Errorf("taken twice: %v", err)
	}
	sink, _ := receiver(t, nil, 204)
	if err := (&forward.Deliverer{To: sink, Position: c}).Deliver(t.Context(), delivery(7)); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := forward.OpenConsumer(data, "erp")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	if seq, known := again.Seq(); !known || seq != 7 {
		t.Errorf("it goes on at %d (%v)", seq, known)
	}
	for _, name := range []string{"", "../x", "A", "a b"} {
		if _, err := forward.OpenConsumer(data, name); !problem.Is(err, problem.Usage) {
			t.Errorf("%q: %v", name, err)
		}
	}
	left, err := filepath.Glob(filepath.Join(data, "consumers", ".position-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("%v is left behind (%v)", left, err)
	}
}

func TestAnInterruptedDeliveryIsNotNotedDown(t *testing.T) {
	t.Parallel()
	c, err := forward.OpenConsumer(t.TempDir(), "erp")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	sink, _ := receiver(t, nil, 500)
	d := forward.Deliverer{To: sink, Position: c, Pause: func(ctx context.Context, _ time.Duration) error {
		cancel()
		return ctx.Err()
	}}
	if err := d.Deliver(ctx, delivery(7)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, known := c.Seq(); known {
		t.Error("it counts as taken")
	}
}
