package sqlite_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
)

// stocked is a database with one recorded-like order.
func stocked(t *testing.T) *sqlite.DB {
	t.Helper()
	db := openTest(t)
	entries := ledger.New(db)
	store, err := ledger.AddStore(t.Context(), db, storage.Store{Name: "shop", HomeURL: "https://shop.example"})
	if err != nil {
		t.Fatal(err)
	}
	claim, err := entries.Claim(t.Context(), store.ID)
	if err != nil {
		t.Fatal(err)
	}
	raw := `{"id":46,"number":"46","status":"completed","currency":"USD","total":"187.71","billing":{"email":"b1@example.test"},` +
		`"line_items":[{"id":7,"name":"本","sku":"SKU-3","quantity":1,"total":"24.04","price":24.04,"meta_data":[{"id":1,"key":"colour","value":"red"}]},` +
		`{"id":8,"name":"Notebook","sku":"SKU-10","quantity":2,"total":"150.98","price":75.49,"meta_data":[]}],` +
		`"meta_data":[{"id":10,"key":"_ref","value":"R-1"},{"id":11,"key":"list","value":[1,{"a":null}]},{"id":12,"key":"n","value":10.0}],"fee_lines":[],"tax_lines":[]}`
	_, err = entries.Apply(t.Context(), claim, storage.Batch{Records: []storage.Record{
		{Ref: storage.Ref{Resource: storage.Orders, ID: 46}, Status: "completed", Raw: []byte(raw)},
		{
			Ref:    storage.Ref{Resource: storage.Orders, ID: 47},
			Status: "trash",
			Raw:    []byte(`{"id":47,"line_items":[{"id":1}]}`),
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestQuestionsAreAnsweredFromTheViews(t *testing.T) {
	t.Parallel()
	db := stocked(t)
	for question, want := range map[string]string{
		`SELECT store, id, number, total, billing_email FROM orders`:                 `[[shop 46 46 187.71 b1@example.test]]`,
		`SELECT sku, quantity, total FROM order_items ORDER BY id`:                   `[[SKU-3 1 24.04] [SKU-10 2 150.98]]`,
		`SELECT item_id, key, value FROM order_item_meta`:                            `[[7 colour red]]`,
		`SELECT key, value FROM order_meta ORDER BY id`:                              `[[_ref R-1] [list [1,{"a":null}]] [n 10]]`,
		`SELECT typeof(total), typeof(quantity) FROM order_items LIMIT 1`:            `[[text integer]]`,
		`select count(*) from records where status = 'trash'`:                        `[[1]]`,
		"-- a comment\n/* and another */ WITH x AS (SELECT 1 AS a) SELECT a FROM x;": `[[1]]`,
		`SELECT ';' AS "a;b", 1 -- ;`:                                                `[[; 1]]`,
		`VALUES (1), (NULL)`:                                                         `[[1] [<nil>]]`,
	} {
		answer, err := db.Query(t.Context(), question, 0)
		if err != nil {
			t.Errorf("%s: %v", question, err)
			continue
		}
		if got := fmt.Sprint(answer.Values); got != want {
			t.Errorf("%s:\n got %s\nwant %s", question, got, want)
		}
	}
	cut, err := db.Query(t.Context(), `VALUES (1), (2), (3)`, 2)
	if err != nil || len(cut.Values) != 2 || !cut.Truncated {
		t.Errorf("with a limit: %+v, %v", cut, err)
	}
}

// TestNoViewWalksThroughOtherRecords reads the plans of questions to every view. A small resource is found by an index,
// however many orders stand beside it, and what orders consist of comes from its columns.
func TestNoViewWalksThroughOtherRecords(t *testing.T) {
	t.Parallel()
	db := stocked(t)
	views, err := db.Query(t.Context(), `SELECT name FROM sqlite_master WHERE type = 'view'
		AND name NOT LIKE 'order_parts%'`, 0)
	if err != nil || len(views.Values) < 30 {
		t.Fatalf("%d views (%v)", len(views.Values), err)
	}
	for _, view := range views.Values {
		plan, err := db.Query(t.Context(), fmt.Sprintf(`EXPLAIN QUERY PLAN SELECT * FROM "%s"`, view[0]), 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range plan.Values {
			if detail := fmt.Sprint(step[3]); detail == "SCAN r" && view[0] != "orders" {
				t.Errorf("%s reads every record: %s", view[0], detail)
			}
		}
	}
}

func TestQuestionsThatWouldChangeSomethingAreRefused(t *testing.T) {
	t.Parallel()
	db := stocked(t)
	outside := filepath.Join(t.TempDir(), "outside.db")
	for _, question := range []string{
		``, `   -- nothing`, `DELETE FROM records`, `INSERT INTO changes VALUES (1)`, `UPDATE stores SET name = 'x'`,
		`DROP TABLE records`,
		`CREATE TABLE x (a)`, `PRAGMA query_only = 0`, `ATTACH '` + outside + `' AS o`, `VACUUM INTO '` + outside + `'`,
		`BEGIN`, `REPLACE INTO stores VALUES (1)`,
		`SELECT 1; DELETE FROM records`, `SELECT 1; PRAGMA query_only = 0; DELETE FROM records`,
		`/* x */ DELETE FROM records`,
		`WITH x AS (SELECT 1) DELETE FROM records`, `EXPLAIN SELECT 1; DROP TABLE records`,
		`SELECT load_extension('x')`,
		`SELECT nothing FROM records`, `SELEKT 1`, `SELECT`,
	} {
		if _, err := db.Query(t.Context(), question, 0); !problem.Is(err, problem.QueryRefused) {
			t.Errorf("%q: got %v, want %s", question, err, problem.QueryRefused)
		}
	}
	if _, err := os.Stat(outside); err == nil {
		t.Error("a question made a file")
	}
	answer, err := db.Query(t.Context(), `SELECT COUNT(*) FROM records`, 0)
	if err != nil || fmt.Sprint(answer.Values) != `[[2]]` {
		t.Errorf("afterwards there are %v records (%v)", answer.Values, err)
	}
}

func TestNoQuestionShowsAKeyInClear(t *testing.T) {
	t.Parallel()
	db := stocked(t)
	answer, err := db.Query(t.Context(), `SELECT group_concat(sql, ' ') FROM sqlite_master WHERE name = 'stores'`, 0)
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprint(answer.Values); strings.Contains(text, "secret") || strings.Contains(text, "sealed") {
		t.Errorf("the table of stores holds keys: %s", text)
	}
}
