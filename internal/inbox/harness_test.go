package inbox_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/waybillhq/waybill/internal/inbox"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

func TestMain(m *testing.M) {
	// These tests wait for stores more than they compute.
	_ = flag.Set("test.parallel", "8")
	goleak.VerifyTestMain(m)
}

// The tasks that are woken.
const (
	pull  storage.Task = "pull"
	hooks storage.Task = "hooks"
)

// bundle is a store with its shop, and a server that takes its webhooks.
type bundle struct {
	*testing.T
	db       storage.Database
	keys     *shop.Keys
	shop     *sandbox.Server
	client   *woo.Client
	keeper   *inbox.Keeper
	receiver *inbox.Receiver
	server   *httptest.Server
	store    storage.Store
	now      atomic.Pointer[time.Time]
	// down lets the server answer nothing but failures.
	down atomic.Bool
}

const bodyLimit = 64 << 10

func setup(t *testing.T, options ...sandbox.Option) *bundle {
	t.Helper()
	options = append([]sandbox.Option{sandbox.WithReceivers(), sandbox.WithManualWebhooks()}, options...)
	b := &bundle{T: t, db: databasetest.Open(t), shop: sandbox.Start(t, options...)}
	b.at(time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC))
	var err error
	b.keys, err = shop.OpenKeys(t.TempDir(), func(string) string { return "" }, "")
	b.ok(err)
	log := slog.New(slog.DiscardHandler)
	b.receiver = inbox.NewReceiver(b.db, inbox.ReceiverOptions{Keys: b.keys, Logger: log, Now: b.clock,
		BodyLimit: bodyLimit, Task: pull})
	b.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if b.down.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		b.receiver.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		b.server.Close()
		b.receiver.Wait()
	})
	b.keeper = b.keeperAt(b.server.URL)
	web := b.shop.Client()
	t.Cleanup(web.CloseIdleConnections)
	b.client, err = woo.New(b.shop.URL, woo.Credentials{Key: b.shop.Key, Secret: b.shop.Secret},
		woo.WithTransport(web.Transport), woo.WithRetries(0))
	b.ok(err)
	b.store = b.connect("shop", b.shop.URL)
	return b
}

func (b *bundle) keeperAt(address string) *inbox.Keeper {
	b.Helper()
	k, err := inbox.NewKeeper(b.db, b.keys, inbox.KeeperOptions{PublicURL: address,
		Logger: slog.New(slog.DiscardHandler), Now: b.clock, Task: hooks})
	b.ok(err)
	return k
}

func (b *bundle) connect(name, home string) (st storage.Store) {
	b.Helper()
	b.ok(b.db.Within(b.Context(), func(tx storage.Tx) (err error) {
		st, err = tx.CreateStore(b.Context(), storage.Store{Name: name, HomeURL: home, RESTRoot: home + "/wp-json/"})
		return err
	}))
	return st
}

func (b *bundle) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bundle) at(now time.Time)   { b.now.Store(&now) }
func (b *bundle) clock() time.Time   { return *b.now.Load() }
func (b *bundle) in(d time.Duration) { b.at(b.clock().Add(d)) }

// watch lets the keeper look at the store's webhooks, and gives how they stand then.
func (b *bundle) watch() storage.Hook {
	b.Helper()
	st, err := b.db.Store(b.Context(), b.store.ID)
	b.ok(err)
	next, err := b.keeper.Watch(b.Context(), st, b.client)
	b.ok(err)
	if !next.After(b.clock()) {
		b.Fatalf("it wants to look again at %s, and it is %s", next, b.clock())
	}
	return b.hook()
}

func (b *bundle) hook() storage.Hook {
	b.Helper()
	h, err := b.db.Hook(b.Context(), b.store.ID)
	b.ok(err)
	return h
}

// secret is what the store signs with.
func (b *bundle) secret() string {
	b.Helper()
	st, err := b.db.Store(b.Context(), b.store.ID)
	b.ok(err)
	plain, err := b.keys.OpenHook(st)
	b.ok(err)
	var s struct{ Current string }
	b.ok(json.Unmarshal(plain, &s))
	return s.Current
}

// shown are the webhooks on the store.
func (b *bundle) shown() (all []map[string]any) {
	b.Helper()
	res, err := b.client.Do(b.Context(), woo.Request{Path: "webhooks", Query: url.Values{"per_page": {"100"}}})
	b.ok(err)
	b.ok(json.Unmarshal(res.Body, &all))
	return all
}

// change changes a webhook on the store, as a person does there.
func (b *bundle) change(id int64, body string) {
	b.Helper()
	_, err := b.client.Webhooks().UpdateRaw(b.Context(), id, json.RawMessage(body))
	b.ok(err)
}

func (b *bundle) create(path, body string) (made struct{ ID int64 }) {
	b.Helper()
	res, err := b.client.Do(b.Context(), woo.Request{Method: http.MethodPost, Path: path, Body: json.RawMessage(body)})
	b.ok(err)
	b.ok(json.Unmarshal(res.Body, &made))
	return made
}

// request is something that is sent to the server.
type request struct {
	method, path, kind, body, signature string
	header                              map[string]string
}

// delivery is a request as the store makes it.
func (b *bundle) delivery(id, topic, body string) request {
	return request{http.MethodPost, inbox.Prefix + b.hook().Path, "application/json", body, sign(b.secret(), body),
		map[string]string{"X-WC-Webhook-Topic": topic, "X-WC-Webhook-Delivery-ID": id}}
}

func sign(secret, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// send sends a request and gives the status of the answer.
func (b *bundle) send(r request) int {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.method, b.server.URL+r.path, bytes.NewReader([]byte(r.body)))
	b.ok(err)
	if r.kind != "" {
		req.Header.Set("Content-Type", r.kind)
	}
	if r.signature != "" {
		req.Header.Set("X-WC-Webhook-Signature", r.signature)
	}
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	res, err := b.server.Client().Do(req)
	b.ok(err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	b.ok(err)
	if len(text) > 0 && !strings.HasPrefix(r.path, inbox.Prefix) {
		b.Logf("answer: %s", text)
	}
	return res.StatusCode
}

// take takes what has come, and gives the records that are to be read.
func (b *bundle) take() (inbox.Taken, []storage.Mark) {
	b.Helper()
	taken, err := inbox.Take(b.Context(), b.db, b.store.ID)
	b.ok(err)
	var marks []storage.Mark
	for _, r := range []storage.Resource{storage.Orders, storage.Products, storage.Variations, storage.Customers,
		storage.Coupons} {
		some, err := b.db.Marks(b.Context(), b.store.ID, r, b.clock(), 0)
		b.ok(err)
		marks = append(marks, some...)
	}
	return taken, marks
}

// wakes is how often a task of the store was woken.
func (b *bundle) wakes(task storage.Task) int64 {
	b.Helper()
	turns, err := b.db.Turns(b.Context(), b.store.ID)
	b.ok(err)
	for _, t := range turns {
		if t.Task == task {
			return t.Wakes
		}
	}
	return 0
}
