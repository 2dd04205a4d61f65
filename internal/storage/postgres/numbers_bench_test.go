package postgres_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/waybillhq/waybill/internal/storage/postgres/pgtest"
)

// numbering is a way to give changes numbers of which every one is seen after all below it.
type numbering struct {
	name string
	// log is how a transaction of a writer logs 20 changes, the last thing before its commit; after is what the writer
	// does when that is through.
	log, after string
}

var numberings = []numbering{
	{"naive sequence", `INSERT INTO log (seq, body) SELECT nextval('numbers'), 'x' FROM generate_series(1, 20)`, ``},
	{"advisory lock", `WITH l AS MATERIALIZED (SELECT pg_advisory_xact_lock(1))
		INSERT INTO log (seq, body) SELECT nextval('numbers'), 'x' FROM l, generate_series(1, 20)`, ``},
	{"locked row", `WITH l AS MATERIALIZED (SELECT FROM counter FOR NO KEY UPDATE)
		INSERT INTO log (seq, body) SELECT nextval('numbers'), 'x' FROM l, generate_series(1, 20)`, ``},
	{"counting row", `WITH l AS (UPDATE counter SET last = last + 20 RETURNING last)
		INSERT INTO log (seq, body) SELECT last - i, 'x' FROM l, generate_series(0, 19) i`, ``},
	{"publisher", `INSERT INTO pending (body) SELECT 'x' FROM generate_series(1, 20)`,
		`BEGIN; SELECT pg_advisory_xact_lock(1);
			WITH moved AS (DELETE FROM pending RETURNING id, body)
			INSERT INTO log (seq, body) SELECT nextval('numbers'), body FROM (SELECT * FROM moved ORDER BY id) m; COMMIT`},
}

// BenchmarkNumbers measures what it costs to number changes: transactions a second of eight writers that each keep 50
// records of three kilobytes and log 20 changes. With WAYBILL_BENCH_URL it runs on that server, which should wait for
// its disk as a real one does; a database of its own is made there.
//
//	WAYBILL_BENCH_URL=postgres://… go test -run '^$' -bench Numbers -benchtime 2000x ./internal/storage/postgres
func BenchmarkNumbers(b *testing.B) {
	for _, held := range []bool{false, true} {
		for _, n := range numberings {
			b.Run(fmt.Sprintf("%s/snapshot-held=%v", n.name, held), func(b *testing.B) { benchNumbering(b, n, held) })
		}
	}
}

func benchNumbering(b *testing.B, n numbering, held bool) {
	url := os.Getenv("WAYBILL_BENCH_URL")
	if url == "" {
		url = pgtest.EmptyURL(b)
	}
	ctx := b.Context()
	pool, err := pgxpool.New(ctx, url+"&pool_max_conns=20")
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	run := func(sql string) {
		if _, err := pool.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol); err != nil {
			b.Fatal(err)
		}
	}
	run(`DROP TABLE IF EXISTS kept, log, pending, counter; DROP SEQUENCE IF EXISTS numbers;
		CREATE TABLE kept (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, raw text);
		CREATE TABLE log (seq bigint PRIMARY KEY, body text);
		CREATE TABLE pending (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text);
		CREATE TABLE counter (id int PRIMARY KEY, last bigint);
		INSERT INTO counter VALUES (1, 0); CREATE SEQUENCE numbers`)
	if held {
		// Somebody's long question, or a backup.
		tx, err := pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead})
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = tx.Rollback(context.Background()) }()
		if _, err := tx.Exec(ctx, `SELECT count(*) FROM counter`); err != nil {
			b.Fatal(err)
		}
	}
	record := strings.Repeat("abcdefghij klmnopqrstuvwxyz", 120)
	var left atomic.Int64
	left.Store(int64(b.N))
	var writers sync.WaitGroup
	b.ResetTimer()
	began := time.Now()
	for range 8 {
		writers.Go(func() {
			for left.Add(-1) >= 0 {
				if err := writeOnce(ctx, pool, n, record); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	writers.Wait()
	b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "tx/s")
}

func writeOnce(ctx context.Context, pool *pgxpool.Pool, n numbering, record string) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(ctx) }()
	if _, err := tx.Exec(ctx, `INSERT INTO kept (raw) SELECT $1::text || i FROM generate_series(1, 50) i`,
		record); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, n.log, pgx.QueryExecModeSimpleProtocol); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil || n.after == "" {
		return err
	}
	_, err = pool.Exec(ctx, n.after, pgx.QueryExecModeSimpleProtocol)
	return err
}
