package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/postgres"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
)

// questions are asked of every mirror. The first ones stand in docs/schema.md.
var questions = []struct{ what, sql string }{
	{"what sold best this year", `SELECT sku, SUM(quantity) AS pieces FROM order_items i
		JOIN orders o ON o.id = i.order_id AND o.store_id = i.store_id
		WHERE o.date_created_gmt >= '2026-01-01' AND o.status IN ('processing', 'completed')
		GROUP BY sku ORDER BY pieces DESC LIMIT 10`},
	{"orders with a value in their meta data", `SELECT order_id, value FROM order_meta WHERE key = 'delivery_date'`},
	{"changes since a number", `SELECT seq, kind, resource, id, at FROM changes WHERE seq > 4711 ORDER BY seq LIMIT 1000`},
	{"the newest orders", `SELECT id, status, total FROM orders ORDER BY date_created_gmt DESC LIMIT 50`},
	{"orders by status", `SELECT status, count(*) FROM orders GROUP BY status`},
	{"one order's lines", `SELECT * FROM order_items WHERE order_id = 50000`},
	{"turnover by month", `SELECT substr(date_created_gmt, 1, 7) AS month, count(*), sum(total + 0.0)
		FROM orders GROUP BY 1 ORDER BY 1`},
	{"a customer's orders by e-mail", `SELECT id, total FROM orders WHERE billing_email = 'ann@shop.example'`},
	{"taxes by rate", `SELECT rate_code, count(*) FROM order_taxes GROUP BY rate_code`},
	{"shipping by method", `SELECT method_title, count(*) FROM order_shipping GROUP BY method_title`},
	{"coupons used", `SELECT code, count(*) FROM order_coupons GROUP BY code`},
	{"refunds with their orders", `SELECT r.parent_id, count(*) FROM refunds r GROUP BY r.parent_id LIMIT 100`},
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: queries FILE|ADDRESS")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "queries:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, place string) error {
	db, err := open(ctx, place)
	if err != nil {
		return err
	}
	defer db.Close()
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "rows\tfirst\tbest\t\t")
	for _, q := range questions {
		var first, best time.Duration
		rows := 0
		for n := range 3 {
			began := time.Now()
			answer, err := db.Query(ctx, q.sql, 0)
			if err != nil {
				return fmt.Errorf("%s: %w", q.what, err)
			}
			took := time.Since(began)
			if rows = len(answer.Values); n == 0 {
				first, best = took, took
			}
			best = min(best, took)
		}
		fmt.Fprintf(table, "%d\t%s\t%s\t\t%s\n", rows, first.Round(time.Millisecond/10), best.Round(time.Millisecond/10),
			q.what)
	}
	return table.Flush()
}

func open(ctx context.Context, place string) (storage.Reader, error) {
	if strings.HasPrefix(place, "postgres://") || strings.HasPrefix(place, "postgresql://") {
		return postgres.OpenReader(ctx, place, postgres.Options{})
	}
	return sqlite.OpenReader(ctx, place, sqlite.Options{})
}
