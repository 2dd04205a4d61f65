package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/postgres"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
)

type options struct {
	n, rounds        int
	changes          int
	bodies, database string
}

func main() {
	var o options
	flag.IntVar(&o.n, "n", 100_000, "orders in the mirror")
	flag.IntVar(&o.changes, "changes", 0, "changes in the log that a consumer then reads; at least the orders")
	flag.IntVar(&o.rounds, "rounds", 200, "requests of each kind")
	flag.StringVar(&o.bodies, "bodies", "internal/mirror/testdata/store/orders.jsonl",
		"recorded orders, one a line, that the mirror's are made of")
	flag.StringVar(&o.database, "database", "", "an empty PostgreSQL database in place of a file")
	flag.Parse()
	if err := run(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "waybill-api")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := fill(ctx, o, dir); err != nil {
		return fmt.Errorf("filling the mirror: %w", err)
	}
	err = serving(ctx, o, dir, func(url, token string) error { return measure(ctx, o, url, token) })
	if err != nil || o.changes == 0 {
		return err
	}
	if err := logMore(ctx, o, dir); err != nil {
		return fmt.Errorf("filling the log: %w", err)
	}
	return serving(ctx, o, dir, func(url, token string) error { return consume(ctx, o, url, token) })
}

// serving lets work be done with the API of a process, and a token for it.
func serving(ctx context.Context, o options, dir string, work func(url, token string) error) error {
	flags := map[string]string{"data": dir, "serve.rate": "0", "database.url": o.database}
	if o.database == "" {
		delete(flags, "database.url")
	}
	cfg, err := config.Load(config.Sources{Flags: flags, Env: []string{"HOME=" + dir}})
	if err != nil {
		return err
	}
	s, err := service.Open(ctx, service.Options{Config: cfg})
	if err != nil {
		return err
	}
	defer s.Close()
	token, err := s.CreateToken(ctx, access.Local(""), access.NewToken{Name: "bench", Scopes: access.Integration()})
	if err != nil {
		return err
	}
	err = s.Start(ctx, service.Process{Role: "api", Idle: true, API: true, Listen: "127.0.0.1:0", Version: "bench"})
	if err != nil {
		return err
	}
	return errors.Join(work("http://"+s.Listening(), token.Secret), s.Stop(ctx))
}

// fill makes the orders of the mirror.
func fill(ctx context.Context, o options, dir string) error {
	bodies, err := readBodies(o.bodies)
	if err != nil {
		return err
	}
	db, err := open(ctx, o, dir)
	if err != nil {
		return err
	}
	defer db.Close()
	var st storage.Store
	err = db.Within(ctx, func(tx storage.Tx) error {
		st, err = tx.CreateStore(ctx, storage.Store{Name: "shop", HomeURL: "https://shop.example", Paused: true})
		return err
	})
	if err != nil {
		return err
	}
	const piece = 1000
	for first := 0; first < o.n; first += piece {
		list := make([]storage.Record, 0, piece)
		for i := first; i < min(first+piece, o.n); i++ {
			record, err := order(bodies[i%len(bodies)], int64(i+1))
			if err != nil {
				return err
			}
			record.StoreID, record.SeenAt, record.Hash = st.ID, time.Now(), storage.HashOf(record.Raw)
			list = append(list, record)
		}
		err := db.WithinRelaxed(ctx, func(tx storage.Tx) error {
			if _, err := tx.LockStore(ctx, st.ID); err != nil {
				return err
			}
			if _, err := tx.AddRecords(ctx, st.ID, list); err != nil {
				return err
			}
			changes := make([]storage.Change, len(list))
			for i, r := range list {
				changes[i] = storage.Change{StoreID: st.ID, Ref: r.Ref, Kind: storage.Created, At: r.SeenAt}
			}
			_, err := tx.LogChanges(ctx, changes)
			return err
		})
		if err != nil {
			return err
		}
	}
	began := time.Now()
	err = db.PrepareViews(ctx) // as every sync does at its end
	fmt.Printf("orders taken apart and their text indexed in %s\n", time.Since(began).Round(time.Millisecond))
	return err
}

func open(ctx context.Context, o options, dir string) (storage.Database, error) {
	if o.database != "" {
		return postgres.Open(ctx, o.database, postgres.Options{})
	}
	return sqlite.Open(ctx, filepath.Join(dir, "waybill.db"), sqlite.Options{})
}

func readBodies(path string) ([]map[string]json.RawMessage, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var bodies []map[string]json.RawMessage
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var body map[string]json.RawMessage
		if err := json.Unmarshal(lines.Bytes(), &body); err != nil {
			return nil, err
		}
		bodies = append(bodies, body)
	}
	return bodies, lines.Err()
}

// order is a recorded order under another id, with an address and dates of its own.
func order(body map[string]json.RawMessage, id int64) (storage.Record, error) {
	own := make(map[string]json.RawMessage, len(body))
	for name, value := range body {
		own[name] = value
	}
	at := created(int(id)).Format("2006-01-02T15:04:05")
	var billing map[string]any
	if err := json.Unmarshal(body["billing"], &billing); err != nil {
		return storage.Record{}, err
	}
	billing["email"] = fmt.Sprintf("customer%d@shop.example", id%20_000)
	billing["last_name"] = fmt.Sprintf("Nachname%d", id%5_000)
	address, err := json.Marshal(billing)
	if err != nil {
		return storage.Record{}, err
	}
	own["billing"] = address
	own["id"], own["number"] = fmt.Appendf(nil, "%d", id), fmt.Appendf(nil, `"%d"`, id)
	for _, name := range []string{"date_created", "date_created_gmt", "date_modified", "date_modified_gmt"} {
		own[name] = fmt.Appendf(nil, "%q", at)
	}
	raw, err := json.Marshal(own)
	if err != nil {
		return storage.Record{}, err
	}
	return storage.ParseRecord(storage.Orders, 0, raw)
}

// created is when the n-th order was made.
func created(n int) time.Time {
	return time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * 5 * time.Minute)
}

// measure asks each kind of question and prints how long the answers took.
func measure(ctx context.Context, o options, url, token string) error {
	const list = "/v1/stores/shop/records/orders"
	since := func(i int) string { return created(o.n - i%1000).Format(time.RFC3339) }
	kinds := []struct {
		name string
		path func(i int) string
	}{
		{"newest 50", func(int) string { return list }},
		{"by status", func(int) string { return list + "?status=processing" }},
		{"modified since", func(i int) string { return list + "?oldest_first=true&modified_from=" + since(i) }},
		{"by number", func(i int) string { return fmt.Sprintf("%s?number=%d", list, 1+i*o.n/(o.rounds+1)) }},
		{"by e-mail", func(i int) string { return fmt.Sprintf("%s?email=customer%d@shop.example", list, i*97%20_000) }},
		{"one order", func(i int) string { return fmt.Sprintf("/v1/stores/shop/orders/%d?by=id", 1+i*o.n/(o.rounds+1)) }},
		{"search, found", func(i int) string { return fmt.Sprintf("%s?search=nachname%d", list, i*13%5_000) }},
		{"search, not found", func(i int) string { return fmt.Sprintf("%s?search=nobody%d", list, i) }},
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintf(table, "%d orders\tmedian ms\tp95 ms\n", o.n)
	for _, kind := range kinds {
		rounds := o.rounds
		if strings.HasPrefix(kind.name, "search") {
			rounds = max(o.rounds/10, 5)
		}
		took := make([]time.Duration, 0, rounds)
		for i := range rounds {
			began := time.Now()
			if err := ask(ctx, url+kind.path(i), token); err != nil {
				return fmt.Errorf("%s: %w", kind.name, err)
			}
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		fmt.Fprintf(table, "%s\t%.1f\t%.1f\n", kind.name, milliseconds(took[len(took)/2]),
			milliseconds(took[len(took)*95/100]))
	}
	return table.Flush()
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func ask(ctx context.Context, url, token string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("status %s", res.Status)
	}
	return nil
}
