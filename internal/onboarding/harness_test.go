package onboarding_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"flag"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/onboarding"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/sandbox"
)

func TestMain(m *testing.M) {
	// These tests wait for stores more than they compute.
	_ = flag.Set("test.parallel", "8")
	goleak.VerifyTestMain(m)
}

// public is where shops reach us. The certificate of httptest is good for it.
const public = "https://example.com"

// bundle is a shop, and a server at the public address to which it hands its keys.
type bundle struct {
	*testing.T
	db     storage.Database
	shop   *sandbox.Server
	keeper *onboarding.Keeper
	finder *stores.Finder
	ask    *stores.Examiner
	parts  onboarding.Parts
	opts   onboarding.Options
	server *httptest.Server
	// answer, when not nil, answers in the place of the server behind the public address.
	answer atomic.Pointer[http.HandlerFunc]
	ahead  atomic.Int64
	// statuses are what keys were answered with.
	statuses chan int
}

func (b *bundle) now() time.Time { return time.Now().Add(time.Duration(b.ahead.Load())) }

func setup(t *testing.T, options ...sandbox.Option) *bundle {
	t.Helper()
	b := &bundle{T: t, db: databasetest.Open(t), statuses: make(chan int, 20)}
	b.server = httptest.NewTLSServer(http.HandlerFunc(b.serve))
	t.Cleanup(b.server.Close)
	way := b.way(b.server.Certificate())
	options = append([]sandbox.Option{sandbox.WithReceivers("example.com"), sandbox.WithTransport(way)}, options...)
	b.shop = sandbox.Start(t, options...)

	dir := t.TempDir()
	cfg, err := config.Load(config.Sources{Env: []string{"HOME=" + dir}, Flags: map[string]string{"data": dir}})
	b.ok(err)
	trust := x509.NewCertPool()
	trust.AddCert(b.shop.CertificateAuthority)
	none := func(string) string { return "" }
	keys, err := shop.OpenKeys(dir, none, "")
	b.ok(err)
	log := slog.New(slog.DiscardHandler)
	reach := shop.Options{Config: cfg, Getenv: none, Authorities: trust, Logger: log}
	shops := shop.New(reach, keys)
	t.Cleanup(shops.Close)
	b.finder = stores.NewFinder(b.db, dir)
	b.ask = stores.NewExaminer(b.finder, shops, stores.Options{Shop: reach, Logger: log, Now: b.now})
	b.parts = onboarding.Parts{Database: b.db, Keys: keys, Finder: b.finder, Examiner: b.ask,
		Connector: stores.NewConnector(b.ask, b.db, func(context.Context, storage.Store) error { return nil })}
	b.opts = onboarding.Options{PublicURL: public,
		Transport: b.way(b.server.Certificate(), b.shop.CertificateAuthority),
		Lookup: func(context.Context, string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr("93.184.215.14")}, nil
		}, Logger: log, Now: b.now}
	b.keeper = b.open()
	return b
}

// open makes a keeper that tries keys, as another process has one.
func (b *bundle) open() *onboarding.Keeper {
	k := onboarding.New(b.parts, b.opts)
	k.Start()
	b.Cleanup(k.Stop)
	return k
}

// way leads the public address to the test's server, and trusts some certificates.
func (b *bundle) way(trusted ...*x509.Certificate) *http.Transport {
	pool := x509.NewCertPool()
	for _, c := range trusted {
		pool.AddCert(c)
	}
	t := b.server.Client().Transport.(*http.Transport).Clone()
	t.TLSClientConfig.RootCAs = pool
	t.DisableKeepAlives = true
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if strings.HasPrefix(address, "example.com:") {
			address = b.server.Listener.Addr().String()
		}
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
	return t
}

// serve is the face of the keeper.
func (b *bundle) serve(w http.ResponseWriter, r *http.Request) {
	if other := b.answer.Load(); other != nil {
		(*other)(w, r)
		return
	}
	b.keeper.Serve(w, r, func(_ context.Context, _ storage.Connection, status int) { b.statuses <- status })
}

func (b *bundle) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// begin begins to connect the shop.
func (b *bundle) begin(w onboarding.Wanted) storage.Connection {
	b.Helper()
	if w.URL == "" {
		w.URL = b.shop.URL
	}
	c, err := b.keeper.Begin(b.Context(), w)
	b.ok(err)
	return c
}

// refused is the reason for which nobody is sent to the shop's page.
func (b *bundle) refused(w onboarding.Wanted) *problem.Problem {
	b.Helper()
	if w.URL == "" {
		w.URL = b.shop.URL
	}
	_, err := b.keeper.Begin(b.Context(), w)
	p := problem.From(err)
	if p == nil || p.Code != problem.ApprovalImpossible {
		b.Fatalf("it was not refused: %v", err)
	}
	if left, err := b.db.Connections(b.Context(), 0); err != nil || len(left) > 0 {
		b.Errorf("what was refused is kept: %+v, %v", left, err)
	}
	if !strings.Contains(p.Hint, "/wp-admin/admin.php?page=wc-settings") {
		b.Errorf("no key by hand is offered: %s", p.Hint)
	}
	return p
}

// approve lets the owner say yes.
func (b *bundle) approve(c storage.Connection, login string) sandbox.Visit {
	b.Helper()
	v, err := b.shop.Approve(b.Context(), b.keeper.Link(c), login, true)
	b.ok(err)
	return v
}

// until waits until a connection is in a state.
func (b *bundle) until(c storage.Connection, state storage.ConnectionState) storage.Connection {
	b.Helper()
	for {
		now, err := b.keeper.Connection(b.Context(), 0, c.ID)
		b.ok(err)
		if now.State == state {
			return now
		}
		if now.State != storage.ConnectionWaiting && now.State != storage.ConnectionArrived {
			b.Fatalf("it is %s (%s %s), not %s", now.State, now.Reason, now.Why, state)
		}
		select {
		case <-b.Context().Done():
			b.Fatal("the test is over")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// state is the last part of the address that the shop sends its key to.
func (b *bundle) state(c storage.Connection) string {
	b.Helper()
	link, err := url.Parse(b.keeper.Link(c))
	b.ok(err)
	return strings.TrimPrefix(link.Query().Get("callback_url"), public+onboarding.Prefix)
}

// plant sends a key that somebody has made up, or has of elsewhere.
func (b *bundle) plant(c storage.Connection, state, key, secret string) int {
	b.Helper()
	body, err := json.Marshal(map[string]any{"key_id": 7, "user_id": c.ID, "consumer_key": key,
		"consumer_secret": secret, "key_permissions": "read_write"})
	b.ok(err)
	_, err = b.keeper.Take(b.Context(), state, body)
	return onboarding.StatusOf(err)
}

func (b *bundle) stores() []storage.Store {
	b.Helper()
	all, err := b.finder.Stores(b.Context())
	b.ok(err)
	return all
}
