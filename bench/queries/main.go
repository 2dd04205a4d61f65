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
	{"what sold best this year", `SELECT sku, SUM(quantity) AS pieces FROM order_items
		WHERE order_date_gmt >= '2026-01-01' AND order_status IN ('processing', 'completed')
		GROUP BY sku ORDER BY pieces DESC LIMIT 10`},
	{"the same of orders and their lines", `SELECT sku, SUM(quantity) AS pieces FROM order_items i
		JOIN orders o ON o.id = i.order_id AND o.store_id = i.store_id
		WHERE o.date_created_gmt >= '2026-01-01' AND o.status IN ('processing', 'completed')
		GROUP BY sku ORDER BY pieces DESC LIMIT 10`},
	{"orders with a value in their meta data", `SELECT order_id, value FROM order_meta WHERE key = 'delivery_date'`},
	{"changes since a number", `SELECT seq, kind, resource, id, at FROM changes WHERE seq > 4711 ORDER BY seq LIMIT 1000`},
	{"the newest orders", `SELECT id, status, total FROM orders ORDER BY date_created_gmt DESC LIMIT 50`},
	{"orders by status", `SELECT status, count(*) FROM orders GROUP BY status`},
	{"one order's lines", `SELECT * FROM order_items WHERE order_id = 50000`},
	{"turnover by month", `SELECT substr(date_created_gmt, 1, 7) AS month, count(*), sum(CAST(total AS numeric))
		FROM orders GROUP BY 1 ORDER BY 1`},
	{"a customer's orders by e-mail", `SELECT id, total FROM orders
		WHERE store_id = 1 AND lower(billing_email) = 'ann@shop.example'`},
	{"taxes by rate", `SELECT rate_code, count(*) FROM order_taxes GROUP BY rate_code`},
	{"shipping by method", `SELECT method_title, count(*) FROM order_shipping GROUP BY method_title`},
	{"coupons used", `SELECT code, count(*) FROM order_coupons GROUP BY code`},
	{"fees by name", `SELECT name, count(*), sum(CAST(total AS numeric)) FROM order_fees GROUP BY name`},
	{"lines by a value in their meta data", `SELECT value, count(*) FROM order_item_meta
		WHERE key = 'size' GROUP BY value`},
	{"a small resource beside all orders", `SELECT country, rate FROM tax_rates`},
	{"products with what sold of them", `SELECT p.name, s.pieces FROM products p
		JOIN (SELECT store_id, product_id, SUM(quantity) AS pieces FROM order_items
			WHERE order_status IN ('processing', 'completed') GROUP BY store_id, product_id) s
		ON s.product_id = p.id AND s.store_id = p.store_id ORDER BY s.pieces DESC LIMIT 10`},
	{"refunds with their orders", `SELECT r.order_id, count(*), sum(CAST(r.amount AS numeric))
		FROM refunds r WHERE r.store_id = 1 GROUP BY r.order_id ORDER BY 2 DESC LIMIT 100`},
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
	began := time.Now()
	if err := db.PrepareViews(ctx); err != nil { // as every sync does at its end
		return err
	}
	fmt.Printf("orders not yet taken apart were, in %s\n", time.Since(began).Round(time.Millisecond))
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "rows\tfirst\tbest\t\t")
	for _, q := range questions {
		rows, first, best, err := timed(ctx, db, q.sql)
		if err != nil {
			fmt.Fprintf(table, "-\t-\t-\t\t%s: %v\n", q.what, err)
			continue
		}
		fmt.Fprintf(table, "%d\t%s\t%s\t\t%s\n", rows, first.Round(time.Millisecond/10), best.Round(time.Millisecond/10),
			q.what)
	}
	return table.Flush()
}

// patience is how long one question may take: a question that takes longer is cut off, and the next one is asked.
const patience = 20 * time.Second

// timed asks a question three times, or once when that took longer than a second.
func timed(ctx context.Context, db storage.Reader, sql string) (rows int, first, best time.Duration, err error) {
	for n := range 3 {
		began := time.Now()
		asked, cancel := context.WithTimeout(ctx, patience)
		answer, err := db.Query(asked, sql, 0)
		cancel()
		switch took := time.Since(began); {
		case asked.Err() == context.DeadlineExceeded && err != nil:
			return 0, 0, 0, fmt.Errorf("cut off after %s", patience)
		case err != nil:
			return 0, 0, 0, err
		case n == 0:
			rows, first, best = len(answer.Values), took, took
		default:
			best = min(best, took)
		}
		if best > time.Second {
			break
		}
	}
	return rows, first, best, nil
}

func open(ctx context.Context, place string) (storage.Database, error) {
	if isPostgres(place) {
		return postgres.Open(ctx, place, postgres.Options{})
	}
	return sqlite.Open(ctx, place, sqlite.Options{})
}

func isPostgres(place string) bool {
	return strings.HasPrefix(place, "postgres://") || strings.HasPrefix(place, "postgresql://")
}
