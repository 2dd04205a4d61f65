package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage/postgres"
	"github.com/waybillhq/waybill/internal/storage/postgres/pgtest"
)

func TestQuestionsAreAnsweredInTheTermsOfSQLite(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	shop(t, db, order(46, `{"id":46,"total":"187.71","line_items":[{"id":7,"quantity":2,"price":24.04}]}`))
	for question, want := range map[string]string{
		`SELECT total, 1, 1.50, 2.0, 1e30::numeric::text, NULL, true, hash IS NULL FROM orders JOIN records USING (id)`: `[[187.71 1 1.5 2 1000000000000000000000000000000 <nil> 1 0]]`,
		`SELECT SUM(quantity), AVG(price)::numeric(10,3) FROM order_items`:                                              `[[2 24.04]]`,
		`SELECT 0.1234567890123456789::numeric, 12345678901234567890`:                                                   `[[0.1234567890123456789 12345678901234567890]]`,
		"-- a comment\n/* and another */ WITH x AS (SELECT 1 AS a) SELECT a FROM x;":                                    `[[1]]`,
		`SELECT ';' AS "a;b", lower('A') -- ;`:                                                                          `[[; a]]`,
		`VALUES (1), (NULL)`:                                                                                            `[[1] [<nil>]]`,
	} {
		answer, err := db.Query(t.Context(), question, 0)
		if got := fmt.Sprint(answer.Values); err != nil || got != want {
			t.Errorf("%s:\n got %s (%v)\nwant %s", question, got, err, want)
		}
	}
	cut, err := db.Query(t.Context(), `SELECT generate_series(1, 100000000)`, 2)
	if err != nil || len(cut.Values) != 2 || !cut.Truncated || cut.Columns[0] != "generate_series" {
		t.Errorf("with a limit: %+v, %v", cut, err)
	}
	if empty, err := db.Query(t.Context(), `SELECT 1 AS a WHERE false`, 5); err != nil ||
		fmt.Sprint(empty.Columns) != "[a]" {
		t.Errorf("no rows: %+v, %v", empty, err)
	}
	plan, err := db.Query(t.Context(), `EXPLAIN SELECT 1`, 0)
	if err != nil || len(plan.Values) == 0 {
		t.Errorf("a plan: %+v, %v", plan, err)
	}
}

func TestQuestionsThatWouldChangeSomethingAreRefused(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	shop(t, db, order(46, `{}`))
	for _, question := range []string{
		``, `   -- nothing`, `DELETE FROM records`, `INSERT INTO change_lock VALUES (1)`,
		`UPDATE stores SET name = 'x'`,
		`DROP TABLE records`, `CREATE TABLE x (a int)`, `SET default_transaction_read_only = off`, `BEGIN`,
		`COPY stores TO STDOUT`,
		`SELECT 1; DELETE FROM records`, `SELECT 1; COMMIT; DELETE FROM records`, `/* x */ DELETE FROM records`,
		`WITH x AS (DELETE FROM records RETURNING id) SELECT * FROM x`, `WITH x AS (SELECT 1) DELETE FROM records`,
		`EXPLAIN ANALYZE DELETE FROM records`, `SELECT * INTO kept FROM records`, `SELECT id FROM stores FOR UPDATE`,
		`SELECT nextval('changes_seq')`, `SELECT setval('changes_seq', 1)`, `SELECT "nextval" ('changes_seq')`,
		`SELECT set_config('transaction_read_only', 'off', true)`, `SELECT pg_notify('waybill_due', '')`,
		`SELECT pg_advisory_lock(1)`, `SELECT pg_terminate_backend(1)`, `SELECT lo_create(1)`,
		`SELECT pg_read_file('/etc/passwd')`,
		`SELECT query_to_xml('SELECT pg_advisory_lock(1)', true, true, '')`, `SELECT U&"pg\005fadvisory\005flock" (1)`,
		`SELECT pg_sleep(1)`, `SELECT nothing FROM records`, `SELEKT 1`, `SELECT 1/0`,
	} {
		if _, err := db.Query(t.Context(), question, 0); !problem.Is(err, problem.QueryRefused) {
			t.Errorf("%q: got %v, want %s", question, err, problem.QueryRefused)
		}
	}
	answer, err := db.Query(t.Context(), `SELECT COUNT(*) FROM records`, 0)
	if err != nil || fmt.Sprint(answer.Values) != `[[1]]` {
		t.Errorf("afterwards there are %v records (%v)", answer.Values, err)
	}
}

func TestAQuestionEndsAfterItsTime(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t) + "&statement_timeout=150"
	db, err := postgres.Open(t.Context(), url, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	began := time.Now()
	_, err = db.Query(t.Context(), `SELECT COUNT(*) FROM generate_series(1, 1000000000) a`, 0)
	if !problem.Is(err, problem.QueryRefused) || time.Since(began) > 20*time.Second {
		t.Errorf("after %v: %v", time.Since(began), err)
	}
}
