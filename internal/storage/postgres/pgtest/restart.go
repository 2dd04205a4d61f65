package pgtest

import (
	"syscall"
	"testing"
	"time"
)

// Own is a server for one test, which may stop and start it.
type Own struct {
	// URL is the address of an empty database on it.
	URL    string
	server *server
}

// Start starts a server for this test alone. It ends with the test.
func Start(t testing.TB) *Own {
	t.Helper()
	Need(t)
	s, err := start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.hold.Close() // the keeper ends it
		_ = s.running.Wait()
	})
	return &Own{URL: s.url("postgres"), server: s}
}

// Restart stops the server as an administrator does, in the middle of its work, and starts it again after a time.
func (o *Own) Restart(t testing.TB, after time.Duration) {
	t.Helper()
	if err := o.server.running.Process.Signal(syscall.SIGINT); err != nil {
		t.Error(err)
	}
	_ = o.server.running.Wait() // it says how it ended
	time.Sleep(after)
	if err := o.server.startServer(); err != nil {
		t.Fatal(err)
	}
	if err := o.server.waitReady(); err != nil {
		t.Fatal(err)
	}
}
