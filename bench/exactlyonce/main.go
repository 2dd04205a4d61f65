package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
	"github.com/waybillhq/waybill/woo"
)

func main() {
	n := flag.Int("n", 1000, "orders to create")
	faults := flag.Float64("faults", 0.2, "share of requests that something happens to")
	batch := flag.Int("batch", 20, "orders in one batch at first")
	limit := flag.Duration("limit", 20*time.Second, "how long the store may still work on a request that was given up")
	patience := flag.Duration("timeout", 15*time.Second, "how long a request is waited for; give a slow store more, and a longer limit")
	seed := flag.Uint64("seed", 1, "seed of the faults")
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	wrong, err := run(context.Background(), flag.Arg(0), *n, *faults, *batch, *limit, *patience, *seed)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "exactlyonce:", err)
		os.Exit(1)
	case wrong > 0:
		os.Exit(10)
	}
}

func run(ctx context.Context, target string, n int, faults float64, batch int, limit, patience time.Duration, seed uint64) (wrong int, err error) {
	proxy, err := startProxy(target, faults, seed)
	if err != nil {
		return 0, err
	}
	defer proxy.Close()
	key := woo.Credentials{Key: os.Getenv("WAYBILL_KEY"), Secret: os.Getenv("WAYBILL_SECRET")}
	shop, err := woo.New(proxy.URL, key, woo.WithHTTPClient(proxy.Client()), woo.WithTimeout(patience))
	if err != nil {
		return 0, err
	}
	straight, err := woo.New(target, key)
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "exactlyonce")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	db, err := sqlite.Open(ctx, filepath.Join(dir, "waybill.db"), sqlite.Options{})
	if err != nil {
		return 0, err
	}
	defer db.Close()
	store, err := db.CreateStore(ctx, storage.Store{Name: "shop", HomeURL: target, RESTRoot: target + "/wp-json/", Auth: storage.AuthBasic})
	if err != nil {
		return 0, err
	}

	label := fmt.Sprintf("exactlyonce %d", time.Now().UnixNano())
	writes := make([]outbox.Write, n)
	for i := range writes {
		body, err := json.Marshal(map[string]any{"payment_method": "bacs", "customer_note": fmt.Sprintf("%s #%d", label, i),
			"billing": map[string]string{"first_name": "Zoë", "last_name": "Żak", "email": fmt.Sprintf("once%d@example.test", i)}})
		if err != nil {
			return 0, err
		}
		writes[i] = outbox.Write{StoreID: store.ID, Key: fmt.Sprint(i), Action: outbox.Create, Resource: storage.Orders, Body: body}
	}
	box := outbox.New(db, outbox.Options{StoreLimit: limit, BatchSize: batch, MaxAttempts: 50})
	if _, err := box.AcceptAll(ctx, writes); err != nil {
		return 0, err
	}
	start := time.Now()
	if err := drain(ctx, box, store.ID, shop); err != nil {
		return 0, err
	}
	fmt.Printf("%d writes settled in %s; proxy: %s\n", n, time.Since(start).Round(time.Second), proxy.counts())
	return count(ctx, db, straight, label, n)
}

// drain steps until nothing waits any more.
func drain(ctx context.Context, box *outbox.Outbox, storeID int64, shop woo.Doer) error {
	for {
		round, err := box.Step(ctx, storeID, shop)
		if err != nil {
			return err
		}
		if !round.Idle {
			fmt.Printf("  done %d, unknown %d, waiting %d, rejected %d, parked %d\n", round.Done, round.Unknown, round.Waiting, round.Rejected, round.Parked)
		}
		if round.Next.IsZero() {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(max(time.Until(round.Next), 50*time.Millisecond)):
		}
	}
}

// count reads the store without the proxy and counts each write's orders.
func count(ctx context.Context, db *sqlite.DB, shop *woo.Client, label string, n int) (wrong int, err error) {
	seen := map[string]int{}
	for page := 1; ; page++ {
		answer, err := shop.Do(ctx, woo.Request{Path: "orders", Query: url.Values{"per_page": {"100"}, "page": {fmt.Sprint(page)},
			"orderby": {"id"}, "order": {"asc"}, "status": {"any,trash,checkout-draft"}, "_fields": {"id,customer_note"}}})
		if err != nil {
			return 0, err
		}
		var list []struct {
			Note string `json:"customer_note"`
		}
		if err := json.Unmarshal(answer.Body, &list); err != nil {
			return 0, err
		}
		for _, o := range list {
			seen[o.Note]++
		}
		if len(list) < 100 {
			break
		}
	}
	missing, doubled := 0, 0
	for i := range n {
		switch c := seen[fmt.Sprintf("%s #%d", label, i)]; {
		case c == 0:
			missing++
		case c > 1:
			doubled++
		}
	}
	done, err := db.ListWrites(ctx, outbox.Query{States: []outbox.State{outbox.Done}})
	if err != nil {
		return 0, err
	}
	fmt.Printf("on the store: %d of %d once, %d missing, %d doubled; %d writes say done\n", n-missing-doubled, n, missing, doubled, len(done))
	return missing + doubled + n - len(done), nil
}
