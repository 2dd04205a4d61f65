package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/postgres"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

func main() {
	n := flag.Int("n", 400, "orders each way")
	js := flag.Bool("js", false, "also with the official JavaScript client; needs node and npm")
	clients := flag.String("clients", filepath.Join("sandbox", "testdata", "clients"),
		"`directory` with the lock file of the official client")
	awaited := flag.Bool("awaited", true, "also with each write awaited before the next")
	database := flag.String("database", "",
		"an empty PostgreSQL database to measure besides the file: postgres://waybill@127.0.0.1/bench")
	flag.Parse()
	if err := run(context.Background(), flag.Arg(0), *n, *js, *awaited, *clients, *database); err != nil {
		fmt.Fprintln(os.Stderr, "push:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, target string, n int, js, alone bool, clients, database string) error {
	key, client, certificate := woo.Credentials{Key: os.Getenv("WAYBILL_KEY"), Secret: os.Getenv("WAYBILL_SECRET")},
		&http.Client{}, os.Getenv("SSL_CERT_FILE")
	dir, err := os.MkdirTemp("", "push")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if target == "" {
		server, err := sandbox.Serve("127.0.0.1:0")
		if err != nil {
			return err
		}
		defer server.Close()
		target, key, client = server.URL, woo.Credentials{Key: server.Key, Secret: server.Secret}, server.Client()
		certificate = filepath.Join(dir, "ca.pem")
		if err := os.WriteFile(certificate, server.CertificatePEM(), 0o600); err != nil {
			return err
		}
	}
	shop, err := woo.New(target, key, woo.WithHTTPClient(client), woo.WithRetries(0))
	if err != nil {
		return err
	}
	bare, err := oneByOne(ctx, shop, n)
	if err != nil {
		return err
	}
	fmt.Printf("one request per order        %7.1f orders/s\n", rate(bare))
	var official float64
	if js {
		took, err := byOfficial(ctx, target, key, clients, certificate, n)
		if err != nil {
			return err
		}
		official = float64(n) / took.Seconds()
		fmt.Printf("official JavaScript client   %7.1f orders/s\n", official)
	}
	file, err := sqlite.Open(ctx, filepath.Join(dir, "waybill.db"), sqlite.Options{})
	if err != nil {
		return err
	}
	defer file.Close()
	if err := ours(ctx, file, target, shop, n, alone, bare, official); err != nil || database == "" {
		return err
	}
	server, err := postgres.Open(ctx, database, postgres.Options{})
	if err != nil {
		return err
	}
	defer server.Close()
	fmt.Println("on PostgreSQL:")
	return ours(ctx, server, target, shop, n, alone, bare, official)
}

// ours measures the outbox on one database, beside the loop and the official client, which is 0 where it was not asked.
func ours(
	ctx context.Context, db storage.Database, target string, shop *woo.Client, n int, alone bool, bare []time.Duration,
	official float64,
) error {
	b, err := newBench(ctx, db, target, shop)
	if err != nil {
		return err
	}
	if alone {
		if err := b.printSingle(ctx, n, bare); err != nil {
			return err
		}
	}
	took, err := b.together(ctx, n)
	if err != nil {
		return err
	}
	ours := float64(n) / took.Seconds()
	fmt.Printf("waybill, all at once         %7.1f orders/s   %.1f times the loop", ours, ours/rate(bare))
	if official > 0 {
		fmt.Printf(", %.1f times the official client", ours/official)
	}
	fmt.Println()
	return nil
}

// rate is writes per second of writes done one after the other.
func rate(waits []time.Duration) float64 {
	var sum time.Duration
	for _, w := range waits {
		sum += w
	}
	return float64(len(waits)) / sum.Seconds()
}

func median(waits []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(waits))
	return sorted[len(sorted)/2]
}

func order(i int) map[string]any {
	return map[string]any{"payment_method": "bacs", "customer_note": fmt.Sprintf("bench %d", i),
		"billing": map[string]string{"first_name": "Zoë", "last_name": "Żak",
			"email": fmt.Sprintf("bench%d@example.test", i)}}
}

func oneByOne(ctx context.Context, shop *woo.Client, n int) ([]time.Duration, error) {
	waits := make([]time.Duration, n)
	for i := range waits {
		began := time.Now()
		if _, err := shop.Do(ctx, woo.Request{Method: http.MethodPost, Path: "orders", Body: order(i)}); err != nil {
			return nil, err
		}
		waits[i] = time.Since(began)
	}
	return waits, nil
}

// bench is an outbox on a database that is its own.
type bench struct {
	st   storage.Store
	shop *woo.Client
	box  *outbox.Outbox
}

func newBench(ctx context.Context, db storage.Database, target string, shop *woo.Client) (*bench, error) {
	st, err := ledger.AddStore(ctx, db, storage.Store{Name: "shop", HomeURL: target, RESTRoot: target + "/wp-json/",
		Auth: storage.AuthBasic})
	return &bench{st: st, shop: shop, box: outbox.New(ledger.New(db), outbox.Options{})}, err
}

func (b *bench) writes(kind string, n int) ([]outbox.Write, error) {
	writes := make([]outbox.Write, n)
	for i := range writes {
		body, err := json.Marshal(order(i))
		if err != nil {
			return nil, err
		}
		writes[i] = outbox.Write{StoreID: b.st.ID, Key: fmt.Sprint(kind, i), Action: outbox.Create,
			Resource: storage.Orders, Body: body}
	}
	return writes, nil
}

// drain works until nothing waits.
func (b *bench) drain(ctx context.Context) error {
	for {
		round, err := b.box.Step(ctx, b.st.ID, b.shop)
		if err != nil || round.Next.IsZero() {
			return err
		}
		time.Sleep(max(time.Until(round.Next), 0))
	}
}

func (b *bench) printSingle(ctx context.Context, n int, bare []time.Duration) error {
	accepted, awaited, err := b.single(ctx, n)
	if err != nil {
		return err
	}
	fmt.Printf("waybill, each one awaited    %7.1f orders/s   %.2f times the loop\n", rate(awaited),
		rate(awaited)/rate(bare))
	fmt.Printf("accepting one write          %s at the median; one write through the outbox takes %s longer than its "+
		"request\n",
		median(accepted).Round(10*time.Microsecond), (median(awaited) - median(bare)).Round(10*time.Microsecond))
	return nil
}

// single accepts one write after the other and waits for each to be in effect and in the mirror.
func (b *bench) single(ctx context.Context, n int) (accepted, awaited []time.Duration, err error) {
	writes, err := b.writes("single", n)
	if err != nil {
		return nil, nil, err
	}
	for _, w := range writes {
		began := time.Now()
		if _, err := b.box.Accept(ctx, w); err != nil {
			return nil, nil, err
		}
		accepted = append(accepted, time.Since(began))
		if err := b.drain(ctx); err != nil {
			return nil, nil, err
		}
		awaited = append(awaited, time.Since(began))
	}
	return accepted, awaited, nil
}

// together measures from the acceptance of all writes to the last one in effect and in the mirror.
func (b *bench) together(ctx context.Context, n int) (time.Duration, error) {
	writes, err := b.writes("together", n)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if _, err := b.box.AcceptAll(ctx, writes); err != nil {
		return 0, err
	}
	err = b.drain(ctx)
	return time.Since(began), err
}
