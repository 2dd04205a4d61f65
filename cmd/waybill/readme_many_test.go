package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/storage/postgres/pgtest"
)

// TestEveryLineAboutManyShopsRuns runs the README's last commands: beside a running service, whose health is asked for,
// and then the move to PostgreSQL.
func TestEveryLineAboutManyShopsRuns(t *testing.T) {
	t.Parallel()
	database := pgtest.EmptyURL(t)
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := shellLines(string(text), "Many shops, many machines")
	if len(lines) != 3 || !strings.HasPrefix(lines[2], "waybill migrate ") {
		t.Fatalf("the section has other lines: %q", lines)
	}
	r := newReader(t)
	r.run(t, "waybill connect https://shop.example --name shop --no-doctor")
	r.run(t, "waybill sync shop --once")
	address, stop := r.serve(t)
	for _, line := range lines[:2] {
		line, _, _ = strings.Cut(line, "  #") // a comment names other commands
		r.run(t, strings.Replace(line, "http://127.0.0.1:9713", address, 1))
	}
	stop()
	r.run(t, strings.Replace(lines[2], "postgres://waybill@db.example/waybill", database, 1))
	r.env = append(r.env, "WAYBILL_DATABASE_URL="+database)
	r.run(t, "waybill verify shop")
}

// TestTheServiceCallsItsMonitor: serve calls the heartbeat's address after good rounds, of which it has many.
func TestTheServiceCallsItsMonitor(t *testing.T) {
	t.Parallel()
	called := make(chan string, 100)
	monitor := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) {
		select {
		case called <- q.Method + " " + q.URL.String():
		default: // nobody waits for so many
		}
	}))
	t.Cleanup(monitor.Close)
	r := newReader(t)
	r.run(t, "waybill connect https://shop.example --name shop --no-doctor")
	_, stop := r.serve(t, "--heartbeat", monitor.URL+"/ping/secret")
	select {
	case got := <-called:
		if got != "GET /ping/secret" {
			t.Errorf("the monitor got %s", got)
		}
	case <-time.After(time.Minute):
		t.Error("the monitor was not called")
	}
	stop()
}

// serve starts the service on a free port.
func (r *readme) serve(t *testing.T, flags ...string) (address string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, "waybill", append([]string{"serve", "--listen", "127.0.0.1:0"}, flags...)...)
	cmd.Dir, cmd.Env = r.dir, r.env
	out := &watched{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out.await(ctx, t, "waybill serve", "Working for all stores")
	where := regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(out.String())
	if where == "" {
		t.Fatalf("serve does not say where it listens: %s", out)
	}
	return "http://" + where, func() {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // 130, as of any command that is interrupted
	}
}
