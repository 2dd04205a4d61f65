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

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

func main() {
	n := flag.Int("n", 400, "orders each way")
	flag.Parse()
	if err := run(context.Background(), flag.Arg(0), *n); err != nil {
		fmt.Fprintln(os.Stderr, "push:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, target string, n int) error {
	key, client := woo.Credentials{Key: os.Getenv("WAYBILL_KEY"), Secret: os.Getenv("WAYBILL_SECRET")}, &http.Client{}
	if target == "" {
		server, err := sandbox.Serve("127.0.0.1:0")
		if err != nil {
			return err
		}
		defer server.Close()
		target, key, client = server.URL, woo.Credentials{Key: server.Key, Secret: server.Secret}, server.Client()
	}
	shop, err := woo.New(target, key, woo.WithHTTPClient(client), woo.WithRetries(0))
	if err != nil {
		return err
	}
	one, err := oneByOne(ctx, shop, n)
	if err != nil {
		return err
	}
	ours, acceptance, err := byOutbox(ctx, shop, target, n)
	if err != nil {
		return err
	}
	rate := func(d time.Duration) float64 { return float64(n) / d.Seconds() }
	fmt.Printf("one request per order   %6.1f orders/s\n", rate(one))
	fmt.Printf("waybill                 %6.1f orders/s   %.1f times\n", rate(ours), one.Seconds()/ours.Seconds())
	fmt.Printf("accepting one write     %s (half of them faster)\n", acceptance.Round(10*time.Microsecond))
	return nil
}

func order(i int) map[string]any {
	return map[string]any{"payment_method": "bacs", "customer_note": fmt.Sprintf("bench %d", i),
		"billing": map[string]string{"first_name": "Zoë", "last_name": "Żak", "email": fmt.Sprintf("bench%d@example.test", i)}}
}

func oneByOne(ctx context.Context, shop *woo.Client, n int) (time.Duration, error) {
	began := time.Now()
	for i := range n {
		if _, err := shop.Do(ctx, woo.Request{Method: http.MethodPost, Path: "orders", Body: order(i)}); err != nil {
			return 0, err
		}
	}
	return time.Since(began), nil
}

// byOutbox measures from the acceptance of all writes to the last one in effect and in the mirror.
func byOutbox(ctx context.Context, shop *woo.Client, target string, n int) (took, acceptance time.Duration, err error) {
	dir, err := os.MkdirTemp("", "push")
	if err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(dir)
	db, err := sqlite.Open(ctx, filepath.Join(dir, "waybill.db"), sqlite.Options{})
	if err != nil {
		return 0, 0, err
	}
	defer db.Close()
	st, err := db.CreateStore(ctx, storage.Store{Name: "shop", HomeURL: target, RESTRoot: target + "/wp-json/", Auth: storage.AuthBasic})
	if err != nil {
		return 0, 0, err
	}
	box := outbox.New(db, outbox.Options{})
	writes := make([]outbox.Write, n)
	for i := range writes {
		body, err := json.Marshal(order(i))
		if err != nil {
			return 0, 0, err
		}
		writes[i] = outbox.Write{StoreID: st.ID, Key: fmt.Sprint(i), Action: outbox.Create, Resource: storage.Orders, Body: body}
	}
	began := time.Now()
	if _, err := box.AcceptAll(ctx, writes); err != nil {
		return 0, 0, err
	}
	for {
		round, err := box.Step(ctx, st.ID, shop)
		if err != nil {
			return 0, 0, err
		}
		if round.Next.IsZero() {
			break
		}
		time.Sleep(max(time.Until(round.Next), 0))
	}
	took = time.Since(began)
	var waits []time.Duration
	for i := range 50 {
		w := writes[i%n]
		w.Key = fmt.Sprint("single", i)
		asked := time.Now()
		if _, err := box.Accept(ctx, w); err != nil {
			return 0, 0, err
		}
		waits = append(waits, time.Since(asked))
	}
	slices.Sort(waits)
	return took, waits[len(waits)/2], nil
}
