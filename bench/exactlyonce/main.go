package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
	"github.com/waybillhq/waybill/woo"
)

// storm is one trial of the outbox: the store, how much is written, how often the sender is killed.
type storm struct {
	orders, refunds, kills int
	faults                 float64
	batch                  int
	limit, patience        time.Duration
	seed                   uint64
}

func main() {
	if text := os.Getenv(senderVariable); text != "" {
		if err := send(context.Background(), text); err != nil {
			fmt.Fprintln(os.Stderr, "exactlyonce:", err)
			os.Exit(1)
		}
		return
	}
	var s storm
	flag.IntVar(&s.orders, "n", 1000, "orders to create")
	flag.IntVar(&s.refunds, "refunds", 0, "refunds to create")
	flag.IntVar(&s.kills, "kills", 0, "how often the sending process is killed")
	flag.Float64Var(&s.faults, "faults", 0.2, "share of requests that something happens to")
	flag.IntVar(&s.batch, "batch", 20, "orders in one batch at first")
	flag.DurationVar(&s.limit, "limit", 20*time.Second,
		"how long the store may still work on a request that was given up")
	flag.DurationVar(&s.patience, "timeout", 15*time.Second,
		"how long a request is waited for; give a slow store more, and a longer limit")
	flag.Uint64Var(&s.seed, "seed", 1, "seed of the faults and kills")
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	wrong, err := s.run(context.Background(), flag.Arg(0))
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "exactlyonce:", err)
		os.Exit(1)
	case wrong > 0:
		os.Exit(10)
	}
}

func (s storm) run(ctx context.Context, target string) (wrong int, err error) {
	proxy, err := startProxy(target, s.faults, s.seed)
	if err != nil {
		return 0, err
	}
	defer proxy.Close()
	key := woo.Credentials{Key: os.Getenv("WAYBILL_KEY"), Secret: os.Getenv("WAYBILL_SECRET")}
	straight, err := woo.New(target, key)
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "exactlyonce")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "waybill.db")
	label := fmt.Sprintf("exactlyonce %d", time.Now().UnixNano())
	storeID, err := s.accept(ctx, path, target, label, straight)
	if err != nil {
		return 0, err
	}
	start := time.Now()
	job := sender{Database: path, URL: proxy.URL, Key: key.Key, Secret: key.Secret, Authority: proxy.authority(),
		StoreID: storeID,
		Limit:   s.limit, Patience: s.patience, Batch: s.batch}
	if err := s.sendAndKill(ctx, job); err != nil {
		return 0, err
	}
	fmt.Printf("%d writes settled in %s; proxy: %s\n", s.orders+s.refunds, time.Since(start).Round(time.Second),
		proxy.counts())
	fmt.Printf("label of the orders and refunds: %s\n", label)
	time.Sleep(2 * lateBy) // what the proxy still passes on
	return count(ctx, path, straight, s)
}

// accept stores the writes durably, as a process that ends before anything is sent.
func (s storm) accept(ctx context.Context, path, target, label string, shop *woo.Client) (storeID int64, err error) {
	db, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return 0, err
	}
	defer db.Close()
	store, err := ledger.AddStore(ctx, db, storage.Store{Name: "shop", HomeURL: target, RESTRoot: target + "/wp-json/",
		Auth: storage.AuthBasic})
	if err != nil {
		return 0, err
	}
	var writes []outbox.Write
	for i := range s.orders {
		body, err := json.Marshal(map[string]any{"status": "processing", "customer_note": note(label, i),
			"billing": map[string]string{"first_name": "Zoë", "last_name": "Żak",
				"email": fmt.Sprintf("once%d@example.test", i)},
			"fee_lines": []map[string]string{{"name": "Pallet", "total": "5.00"}}})
		if err != nil {
			return 0, err
		}
		writes = append(writes, outbox.Write{StoreID: store.ID, Key: fmt.Sprintf("order %d", i), Action: outbox.Create,
			Resource: storage.Orders, Body: body})
	}
	var order int64
	for i := range s.refunds {
		if i%refundsOfOne == 0 {
			if order, err = paidOrder(ctx, shop, label); err != nil {
				return 0, err
			}
		}
		body, err := json.Marshal(map[string]any{"amount": "1.25", "reason": note(label, i), "api_refund": false})
		if err != nil {
			return 0, err
		}
		writes = append(writes, outbox.Write{StoreID: store.ID, Key: fmt.Sprintf("refund %d", i), Action: outbox.Create,
			Resource: storage.Refunds, ParentID: order, Body: body})
	}
	_, err = outbox.New(ledger.New(db), outbox.Options{}).AcceptAll(ctx, writes)
	return store.ID, err
}

// refundsOfOne is how many refunds one order gets.
const refundsOfOne = 10

func note(label string, i int) string { return fmt.Sprintf("%s #%d", label, i) }

// paidOrder makes an order that can be paid back.
func paidOrder(ctx context.Context, shop *woo.Client, label string) (int64, error) {
	answer, err := shop.Do(ctx, woo.Request{Method: http.MethodPost, Path: "orders",
		Body: map[string]any{"status": "processing",
			"customer_note": label + " to be refunded", "fee_lines": []map[string]string{
				{"name": "Pallet", "total": "50.00"}}}})
	if err != nil {
		return 0, err
	}
	var order struct {
		ID int64 `json:"id"`
	}
	err = json.Unmarshal(answer.Body, &order)
	return order.ID, err
}
