package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/woo"
)

func main() {
	visit := flag.String("visit", "/", "page of the shop that the visitor asks for")
	rounds := flag.Int("rounds", 2,
		"how often each way to read is measured; a store's speed wavers, and the best of single runs flatters")
	raw := flag.String("connections", "1,2,4,8", "connections of the raw loops")
	modes := flag.String("paces", "full,polite",
		"paces of Waybill; few of both and more rounds tell small differences on a machine whose speed drifts")
	database := flag.String("database", "",
		"an empty PostgreSQL database to measure besides the file: postgres://waybill@127.0.0.1/bench")
	flag.Parse()
	if flag.NArg() != 1 || *rounds < 1 {
		flag.Usage()
		os.Exit(2)
	}
	databases := []string{""}
	if *database != "" {
		databases = append(databases, *database)
	}
	if err := run(context.Background(), flag.Arg(0), *visit, *rounds, strings.Split(*raw, ","),
		strings.Split(*modes, ","), databases); err != nil {
		fmt.Fprintln(os.Stderr, "pull:", err)
		os.Exit(1)
	}
}

// measured is one way to read the store.
type measured struct {
	name   string
	raw    bool // a bare loop, not Waybill
	orders int
	took   time.Duration
	wait   visits
}

// and is two runs of the same, taken together.
func (m measured) and(other measured) measured {
	m.orders += other.orders
	m.took += other.took
	m.wait = append(m.wait, other.wait...)
	return m
}

func (m measured) rate() float64 { return float64(m.orders) / m.took.Seconds() }

func run(ctx context.Context, target, visit string, rounds int, connections, modes, databases []string) error {
	key := woo.Credentials{Key: os.Getenv("WAYBILL_KEY"), Secret: os.Getenv("WAYBILL_SECRET")}
	client, err := woo.New(target, key,
		woo.WithHTTPClient(&http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32,
			Proxy: http.ProxyFromEnvironment}}))
	if err != nil {
		return err
	}
	idle := watchVisitor(ctx, target+visit)
	if err := sleep(ctx, 5*time.Second); err != nil {
		return err
	}
	fmt.Printf("a visitor of the idle shop waits %s\n", idle.stop())

	var all []measured
	for round := range rounds {
		for i, way := range ways(client, target, key, connections, modes, databases) {
			v := watchVisitor(ctx, target+visit)
			m, err := way(ctx)
			m.wait = v.stop()
			if err != nil {
				return err
			}
			if round == 0 {
				all = append(all, m)
			} else {
				all[i] = all[i].and(m)
			}
		}
	}
	best := 0.0
	for _, m := range all {
		if m.raw {
			best = max(best, m.rate())
		}
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "\torders\tseconds\torders/s\tof the best raw rate\tvisitor waits\t")
	for _, m := range all {
		fmt.Fprintf(table, "%s\t%d\t%.1f\t%.0f\t%.2f\t%s\t\n", m.name, m.orders, m.took.Seconds(), m.rate(),
			m.rate()/best, m.wait)
	}
	return table.Flush()
}

// ways are all ways to read the store, in the order in which a round tries them.
func ways(
	client *woo.Client, target string, key woo.Credentials, connections, modes, databases []string,
) []func(context.Context) (measured, error) {
	var list []func(context.Context) (measured, error)
	for _, text := range connections {
		list = append(list, func(ctx context.Context) (measured, error) {
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 {
				return measured{}, fmt.Errorf("-connections: %q is no number of connections", text)
			}
			return raw(ctx, client, n)
		})
	}
	for _, mode := range modes {
		for _, database := range databases {
			list = append(list, func(ctx context.Context) (measured, error) {
				return waybill(ctx, target, key, mode, database)
			})
		}
	}
	return list
}

// raw reads all orders in full pages of 100 and counts them.
func raw(ctx context.Context, client *woo.Client, connections int) (measured, error) {
	began := time.Now()
	first, err := client.Do(ctx, page(1))
	if err != nil {
		return measured{}, err
	}
	var next, orders atomic.Int64
	next.Store(1)
	var group sync.WaitGroup
	errs := make(chan error, connections)
	for range connections {
		group.Go(func() {
			for {
				n := int(next.Add(1))
				if n > first.TotalPages {
					return
				}
				answer, err := client.Do(ctx, page(n))
				if err != nil {
					errs <- err
					return
				}
				orders.Add(length(answer.Body))
			}
		})
	}
	group.Wait()
	close(errs)
	return measured{name: fmt.Sprintf("raw, %d connections", connections), raw: true,
		orders: int(orders.Load() + length(first.Body)), took: time.Since(began)}, <-errs
}

func page(n int) woo.Request {
	return woo.Request{Path: "orders", Query: url.Values{"per_page": {"100"}, "page": {fmt.Sprint(n)},
		"orderby": {"id"}, "order": {"asc"}}}
}

func length(list json.RawMessage) int64 {
	var items []json.RawMessage
	if json.Unmarshal(list, &items) != nil {
		return 0
	}
	return int64(len(items))
}

// waybill syncs the store into a fresh mirror and measures the part that reads orders. The mirror lies in a file of its
// own, or in a PostgreSQL database where one is named.
func waybill(ctx context.Context, target string, key woo.Credentials, mode, database string) (measured, error) {
	dir, err := os.MkdirTemp("", "pull")
	if err != nil {
		return measured{}, err
	}
	defer os.RemoveAll(dir)
	flags, name := map[string]string{"data": dir, "pace.mode": mode}, "waybill, "+mode
	if database != "" {
		flags["database.url"], name = database, name+", PostgreSQL"
	}
	cfg, err := config.Load(config.Sources{Flags: flags})
	if err != nil {
		return measured{}, err
	}
	s, err := service.Open(ctx, service.Options{Config: cfg})
	if err != nil {
		return measured{}, err
	}
	defer s.Close()
	connected, err := s.Connect(ctx, stores.Connection{URL: target, Key: key.Key, Secret: key.Secret})
	if err != nil {
		return measured{}, err
	}
	defer func() { _, _, _ = s.Remove(ctx, connected.Store.Name) }() // the database is used again
	// The clock runs from the first order asked for to the last one stored; products and settings come before or after.
	var mu sync.Mutex
	var began, ended time.Time
	began = time.Now()
	report, err := s.SyncOnce(ctx, connected.Store, func(p mirror.Progress) {
		if p.Resource != storage.Orders || p.Task != mirror.TaskBackfill {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if p.Done == 0 {
			began = time.Now()
		}
		ended = time.Now()
	})
	if err != nil {
		return measured{}, err
	}
	if ended.IsZero() {
		ended = time.Now()
	}
	count, err := s.Counts(ctx, connected.Store.ID, storage.Orders)
	fmt.Printf("%s pace: everything in %s with %d requests\n", name, report.Took.Round(100*time.Millisecond),
		report.Requests)
	return measured{name: name, orders: count.Live, took: ended.Sub(began)}, err
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
