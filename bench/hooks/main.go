package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/waybillhq/waybill/internal/inbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/postgres"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
)

type options struct {
	database       string
	clients, rate  int
	size           int
	lasts, warmsUp time.Duration
}

func main() {
	var o options
	flag.StringVar(&o.database, "database", "", "an empty PostgreSQL database to use in place of a file")
	flag.IntVar(&o.clients, "clients", 128, "connections that send at once")
	flag.IntVar(&o.rate, "rate", 0, "deliveries a second; 0 for as many as there can be")
	flag.IntVar(&o.size, "size", 4096, "bytes of a body")
	flag.DurationVar(&o.lasts, "for", 10*time.Second, "how long it is measured")
	flag.DurationVar(&o.warmsUp, "warm-up", 2*time.Second, "how long it runs before that")
	flag.Parse()
	if err := run(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, "hooks:", err)
		os.Exit(1)
	}
}

// open keeps secrets as they are: what is measured does not depend on how they are encrypted.
type open struct{}

func (open) Hold(context.Context) (func(), error)                   { return func() {}, nil }
func (open) SealHook(_ storage.Store, plain []byte) ([]byte, error) { return plain, nil }
func (open) OpenHook(st storage.Store) ([]byte, error)              { return st.Credentials.Hook, nil }

func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "waybill-hooks-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	db, err := database(ctx, o, dir)
	if err != nil {
		return err
	}
	defer db.Close()
	secret, path := rand.Text()+rand.Text(), rand.Text()
	if err := hook(ctx, db, secret, path); err != nil {
		return err
	}
	receiver := inbox.NewReceiver(db, inbox.ReceiverOptions{Keys: open{}, Logger: slog.New(slog.DiscardHandler),
		Now: time.Now, BodyLimit: 1 << 20, Task: "pull"})
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: receiver, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()

	g := generator{o: o, secret: []byte(secret), path: inbox.Prefix + path, address: listener.Addr().String(),
		began: time.Now()}
	took, err := g.run(ctx)
	if err != nil {
		return err
	}
	receiver.Wait()
	slices.Sort(took)
	at := func(share float64) time.Duration { return took[min(int(float64(len(took))*share), len(took)-1)] }
	fmt.Printf("%d deliveries of %d bytes over %d connections in %v: %.0f a second\n", len(took), o.size, o.clients,
		o.lasts, float64(len(took))/o.lasts.Seconds())
	fmt.Printf("answered within: p50 %v, p95 %v, p99 %v, longest %v\n", at(0.5), at(0.95), at(0.99), took[len(took)-1])
	return nil
}

func database(ctx context.Context, o options, dir string) (storage.Database, error) {
	if o.database != "" {
		return postgres.Open(ctx, o.database, postgres.Options{})
	}
	return sqlite.Open(ctx, filepath.Join(dir, "waybill.db"), sqlite.Options{})
}

// hook makes a store that sends its webhooks here.
func hook(ctx context.Context, db storage.Database, secret, path string) error {
	return db.Within(ctx, func(tx storage.Tx) error {
		st, err := tx.CreateStore(ctx, storage.Store{Name: "shop", HomeURL: "https://shop.example",
			RESTRoot: "https://shop.example/wp-json/"})
		if err != nil {
			return err
		}
		if st.Credentials.Hook, err = json.Marshal(map[string]string{"current": secret}); err != nil {
			return err
		}
		if err := tx.SaveStore(ctx, st); err != nil {
			return err
		}
		return tx.AddHook(ctx, storage.Hook{StoreID: st.ID, Path: path, State: storage.HookActive})
	})
}

// generator sends deliveries, each one once.
type generator struct {
	o             options
	secret        []byte
	path, address string
	began         time.Time
	sent          atomic.Int64
}

// run sends, and gives how long the answers took that came while it was measured.
func (g *generator) run(ctx context.Context) ([]time.Duration, error) {
	var all []time.Duration
	var failed error
	var mu sync.Mutex
	var clients sync.WaitGroup
	for range g.o.clients {
		clients.Go(func() {
			took, err := g.client(ctx)
			mu.Lock()
			defer mu.Unlock()
			all, failed = append(all, took...), errors.Join(failed, err)
		})
	}
	clients.Wait()
	if failed == nil && len(all) == 0 {
		failed = errors.New("nothing was answered")
	}
	return all, failed
}

func (g *generator) client(ctx context.Context) (took []time.Duration, err error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", g.address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	answers := bufio.NewReader(conn)
	from, until := g.began.Add(g.o.warmsUp), g.began.Add(g.o.warmsUp+g.o.lasts)
	for {
		n := g.sent.Add(1)
		due := time.Now()
		if g.o.rate > 0 {
			// A delivery that had to wait for a free connection has waited, too.
			due = g.began.Add(time.Duration(n) * time.Second / time.Duration(g.o.rate))
			time.Sleep(time.Until(due))
		}
		if due.After(until) || time.Now().After(until) {
			return took, nil
		}
		if _, err := conn.Write(g.delivery(n)); err != nil {
			return took, err
		}
		if err := answered(answers); err != nil {
			return took, err
		}
		if due.After(from) {
			took = append(took, time.Since(due))
		}
	}
}

// delivery is a delivery as WooCommerce sends it.
func (g *generator) delivery(n int64) []byte {
	body := fmt.Appendf(make([]byte, 0, g.o.size+1024), `{"id":%d,"status":"processing","note":"`, n%100_000+1)
	body = append(body, bytes.Repeat([]byte("x"), max(g.o.size-len(body)-2, 0))...)
	body = append(body, `"}`...)
	mac := hmac.New(sha256.New, g.secret)
	mac.Write(body)
	head := fmt.Appendf(make([]byte, 0, len(body)+512), "POST %s HTTP/1.1\r\nHost: localhost\r\n"+
		"Content-Type: application/json\r\nX-WC-Webhook-Topic: order.updated\r\nX-WC-Webhook-Resource: order\r\n"+
		"X-WC-Webhook-Event: updated\r\nX-WC-Webhook-Delivery-ID: %032x\r\nX-WC-Webhook-Signature: %s\r\n"+
		"Content-Length: %d\r\n\r\n", g.path, n, base64.StdEncoding.EncodeToString(mac.Sum(nil)), len(body))
	return append(head, body...)
}

// answered reads an answer without a body, which must be 200.
func answered(r *bufio.Reader) error {
	status, err := r.ReadString('\n')
	if err != nil {
		return err
	}
	if !strings.Contains(status, " 200 ") {
		return fmt.Errorf("answered %s", strings.TrimSpace(status))
	}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		if line == "\r\n" {
			return nil
		}
	}
}
