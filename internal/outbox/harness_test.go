package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// storeLimit is more than the 40 seconds for which the stores of these tests may work on a request that was given up.
const storeLimit = 90 * time.Second

// ground is a sandbox store, a database, and a client between them, over HTTP and TLS but without a network: inside a
// bubble of testing/synctest all of them live in virtual time, where minutes of waiting pass at once.
type ground struct {
	store *sandbox.Store
	db    *ledger.Ledger
	clock *clock
	base  *http.Transport
	shop  *woo.Client // hurried: it gives up on a slow store
	calm  *woo.Client // for looking at the store behind everybody's back
}

// inBubble runs a test in virtual time.
func inBubble(t *testing.T, seed uint64, work func(t *testing.T, g ground), options ...sandbox.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		store := sandbox.New(append(options, sandbox.WithSeed(seed), sandbox.WithManualWebhooks())...)
		wire := newWire()
		server := httptest.NewUnstartedServer(store)
		server.Listener = wire
		server.Config.ErrorLog = nil
		server.StartTLS()
		defer server.Close()
		base := server.Client().Transport.(*http.Transport)
		base.DialContext = wire.dial
		defer base.CloseIdleConnections()
		db := ledger.New(databasetest.Open(t))
		g := ground{store: store, db: db, clock: &clock{}, base: base}
		g.shop = g.client(t, storeClock{base, g.clock}, woo.WithTimeout(30*time.Second), woo.WithRetries(0))
		g.calm = g.client(t, base)
		work(t, g)
		time.Sleep(2 * time.Minute) // requests that were given up may still be under way to the store
	})
}

// clock is how wrong our clock and the store's are; both may jump.
type clock struct {
	mu           sync.Mutex
	ours, theirs time.Duration
}

// Now is our clock.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ours)
}

func (c *clock) jump(ours, theirs time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ours += ours
	c.theirs += theirs
}

// storeClock shows the store's clock in its answers.
type storeClock struct {
	http.RoundTripper
	clock *clock
}

func (s storeClock) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := s.RoundTripper.RoundTrip(r)
	if err == nil {
		s.clock.mu.Lock()
		answer.Header.Set("Date", time.Now().Add(s.clock.theirs).UTC().Format(http.TimeFormat))
		s.clock.mu.Unlock()
	}
	return answer, err
}

// wire is a listener whose connections are pipes in memory.
type wire struct {
	accepted chan net.Conn
	closed   chan struct{}
	once     sync.Once
}

func newWire() *wire { return &wire{accepted: make(chan net.Conn), closed: make(chan struct{})} }

func (w *wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.accepted:
		return c, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}

func (w *wire) Close() error {
	w.once.Do(func() { close(w.closed) })
	return nil
}

func (w *wire) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 443} }

func (w *wire) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case w.accepted <- far:
		return near, nil
	case <-w.closed:
		return nil, errors.New("the store is down")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (g ground) client(t *testing.T, transport http.RoundTripper, options ...woo.Option) *woo.Client {
	t.Helper()
	key, err := g.store.Credentials("adm")
	if err != nil {
		t.Fatal(err)
	}
	c, err := woo.New("https://example.com", woo.Credentials{Key: key.Key, Secret: key.Secret},
		append(options, woo.WithHTTPClient(&http.Client{Transport: transport}))...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (g ground) connect(t *testing.T, name string) storage.Store {
	t.Helper()
	st, err := ledger.AddStore(t.Context(), g.db, storage.Store{Name: name, HomeURL: "https://example.com/" + name,
		RESTRoot: "https://example.com/wp-json/", Auth: storage.AuthBasic})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// box is an outbox over the ground's database.
func (g ground) box() *outbox.Outbox {
	return outbox.New(g.db, outbox.Options{StoreLimit: storeLimit, Patience: time.Second, Now: g.clock.Now})
}

// settle steps until nothing waits.
func (g ground) settle(t *testing.T, box *outbox.Outbox, st storage.Store) {
	t.Helper()
	for {
		round, err := box.Step(t.Context(), st.ID, g.shop)
		if err != nil {
			t.Fatal(err)
		}
		if round.Next.IsZero() {
			return
		}
		time.Sleep(max(round.Next.Sub(g.clock.Now()), time.Millisecond))
	}
}

// eachOnce accepts n orders at once, named by their notes, lets the outbox settle them, and fails unless each is done
// and on the store exactly once.
func (g ground) eachOnce(t *testing.T, box *outbox.Outbox, st storage.Store, name string, n int) {
	t.Helper()
	note := func(i int) string { return fmt.Sprintf("%s, item %d", name, i) }
	ids := make([]string, n)
	for i := range ids {
		w, err := box.Accept(t.Context(), outbox.Write{StoreID: st.ID, Action: outbox.Create, Resource: storage.Orders,
			Body: mustBody(map[string]any{"customer_note": note(i)})})
		if err != nil {
			t.Fatal(err)
		}
		ids[i] = w.ID
	}
	g.settle(t, box, st)
	for i, id := range ids {
		w, err := g.db.WriteByID(t.Context(), id)
		if made := g.count(t, "orders", note(i)); err != nil || made != 1 || w.State != outbox.Done {
			t.Errorf("%s is %s and %d times on the store: %v, %+v", note(i), w.State, made, err, w.Reason)
		}
	}
}
