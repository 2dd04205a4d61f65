package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/postgres"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
	"github.com/waybillhq/waybill/internal/trace"
)

type options struct {
	orders, changes, asked int
	dir, database          string
}

func main() {
	var o options
	flag.IntVar(&o.orders, "orders", 100_000, "orders in the mirror")
	flag.IntVar(&o.changes, "changes", 1_000_000, "changes of them in the log")
	flag.IntVar(&o.asked, "asked", 500, "how often each way to ask is timed")
	flag.StringVar(&o.dir, "dir", "", "directory of the file; a new one by default")
	flag.StringVar(&o.database, "database", "", "a PostgreSQL database in place of a file")
	flag.Parse()
	if err := run(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, "trace:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	db, where, err := open(ctx, o)
	if err != nil {
		return err
	}
	defer db.Close()
	stores, err := db.Stores(ctx)
	if err != nil {
		return err
	}
	if len(stores) == 0 {
		began := time.Now()
		if err := fill(ctx, db, o); err != nil {
			return err
		}
		fmt.Printf("filled %s in %s: %d orders, %d changes\n", where, time.Since(began).Round(time.Second), o.orders,
			o.changes)
		if stores, err = db.Stores(ctx); err != nil {
			return err
		}
	}
	if err := weigh(ctx, db, o); err != nil {
		return err
	}
	return ask(ctx, db, stores, o)
}

func open(ctx context.Context, o options) (db storage.Database, where string, err error) {
	if o.database != "" {
		db, err = postgres.Open(ctx, o.database, postgres.Options{})
		return db, "PostgreSQL", err
	}
	if o.dir == "" {
		if o.dir, err = os.MkdirTemp("", "waybill-trace-"); err != nil {
			return nil, "", err
		}
	}
	path := filepath.Join(o.dir, "waybill.db")
	db, err = sqlite.Open(ctx, path, sqlite.Options{})
	return db, path, err
}

// ways are the ways to name an order.
var ways = []struct {
	name string
	word func(id int64) string
}{
	{"number", func(id int64) string { return fmt.Sprintf("W-%d", id) }},
	{"id", func(id int64) string { return fmt.Sprint(id) }},
	{"e-mail", func(id int64) string { return fmt.Sprintf("customer%d@example.com", id) }},
	{"reference", func(id int64) string { return fmt.Sprintf("SO-%d", id) }},
}

// ask follows orders and prints how long that took.
func ask(ctx context.Context, db storage.Database, stores []storage.Store, o options) error {
	tracer := trace.New(db, nil, time.Now)
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same every time
	for _, way := range ways {
		var took []time.Duration
		for range o.asked {
			id := random.Int64N(int64(o.orders)) + 1
			began := time.Now()
			answer, err := tracer.Find(ctx, trace.Question{Word: way.word(id), Stores: stores})
			took = append(took, time.Since(began))
			if err != nil {
				return err
			}
			if len(answer.Chains) != 1 || answer.Chains[0].Order.ID != id {
				return fmt.Errorf("by %s %q there are %d chains", way.name, way.word(id), len(answer.Chains))
			}
		}
		if len(took) == 0 {
			continue
		}
		slices.Sort(took)
		fmt.Printf("by %-9s median %8s  p95 %8s  longest %8s\n", way.name, brief(took[len(took)/2]),
			brief(took[len(took)*95/100]), brief(took[len(took)-1]))
	}
	return nil
}

func brief(d time.Duration) time.Duration { return d.Round(10 * time.Microsecond) }

// weigh prints what is kept for each change.
func weigh(ctx context.Context, db storage.Database, o options) error {
	for _, table := range []string{"changes", "event_deliveries", "receipts"} {
		bytes, err := size(ctx, db, table, o.database != "")
		if err != nil {
			return err
		}
		fmt.Printf("%-16s %7.1f bytes a change, with its indexes\n", table, float64(bytes)/float64(o.changes))
	}
	return nil
}

// size is what a table takes with its indexes.
func size(ctx context.Context, db storage.Database, table string, postgres bool) (int64, error) {
	question := `SELECT SUM(pgsize) FROM dbstat WHERE aggregate = TRUE AND (name = '` + table + `' OR name IN
		(SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = '` + table + `'))`
	if postgres {
		question = `SELECT pg_total_relation_size('` + table + `')`
	}
	rows, err := db.Query(ctx, question, 1)
	if err != nil {
		return 0, err
	}
	bytes, ok := rows.Values[0][0].(int64)
	if !ok {
		return 0, fmt.Errorf("the size of %s is %v", strings.TrimSpace(table), rows.Values)
	}
	return bytes, nil
}
