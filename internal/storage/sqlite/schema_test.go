package sqlite_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/storage/sqlite"
)

//go:generate go test -run Reference -update .

var update = flag.Bool("update", false, "write docs/schema.md anew")

const (
	referenceFile  = "../../../docs/schema.md"
	dictionaryFile = "../dictionary/tables.txt"
	references     = `# The schema of the mirror
<!-- Generated from the migrations; change them there and run: go generate ./internal/storage/sqlite -->

The mirror is one SQLite file, ` + "`waybill.db`" + ` in the data directory, and its schema is an interface: query it with
` + "`waybill sql \"SELECT …\"`" + ` or any SQLite tool that opens it read-only. Tables and views named here keep their names, columns
and meanings; new ones may be added. Everything else in the file (job tables, ` + "`goose_db_version`" + `) is not for use.

- ` + "`records.raw`" + ` is each record's JSON exactly as the store sent it. The views below pick common members out of it; any other
  member is one expression away: ` + "`raw ->> '$.billing.vat_number'`" + `, or ` + "`json_each(raw, '$.meta_data')`" + ` for lists.
- Money is text exactly as the store wrote it. Dates ending in ` + "`_gmt`" + ` are UTC without a zone, as WooCommerce writes them; dates
  of ours (` + "`seen_at`, `at`" + `) are UTC with a ` + "`Z`" + `.
- Booleans of the JSON are 1 and 0. A member the store did not send is NULL.
- The views leave out what lies in the store's trash: ` + "`SELECT * FROM records WHERE status = 'trash'`" + ` has it.

On PostgreSQL (` + "`WAYBILL_DATABASE_URL`" + `) the same tables and views have the same names, columns and values; a test compares
every view. What differs:

- A view's column has one type: ` + "`quantity`, `price`, `stock_quantity`" + ` are numeric, identifiers bigint; what a store put there that
  is no number is NULL. ` + "`variations.manage_stock`" + ` is text.
- ` + "`raw`" + ` has the type json: ` + "`raw -> 'billing' ->> 'vat_number'`, `json_array_elements(raw -> 'meta_data')`" + `. It keeps the store's
  text, key order and numbers among it. Where a record holds ` + "`\\u0000`" + `, half a surrogate pair or bytes that are not UTF-8, which
  PostgreSQL cannot be asked about, ` + "`raw`" + ` has U+FFFD in their place and ` + "`exact`" + ` (bytea) the record to the last byte.
- ` + "`records`" + ` also has ` + "`lookup`" + ` (SKU, e-mail address, code or number) and ` + "`search`" + ` (folded text), both indexed or read for look-ups.
- ` + "`change_lock`, `moving`, `process`" + ` and River's tables are not for use.

` + "```sql" + `
-- What sold best this year?
SELECT sku, SUM(quantity) AS pieces FROM order_items
WHERE order_date_gmt >= '2026-01-01' AND order_status IN ('processing', 'completed')
GROUP BY sku ORDER BY pieces DESC LIMIT 10;

-- What sold of each product? Summed first, so that the JSON of a product is read once and not for every line.
SELECT p.name, s.pieces FROM products p
JOIN (SELECT store_id, product_id, SUM(quantity) AS pieces FROM order_items GROUP BY store_id, product_id) s
  ON s.product_id = p.id AND s.store_id = p.store_id
ORDER BY s.pieces DESC LIMIT 10;

-- Orders with a delivery date in their meta data
SELECT order_id, value FROM order_meta WHERE key = 'delivery_date';

-- What changed since number 4711?
SELECT seq, kind, resource, id, at FROM changes WHERE seq > 4711 ORDER BY seq;
` + "```" + `

What a question costs on 100,000 orders:

- Lines, fees, taxes, shipping, coupons and meta data of orders and of their lines stand in columns, as do when an order came,
  its status, total and customer. Questions to those read no JSON and take tenths of a second at most;
  [benchmarks.md](benchmarks.md#questions) has the figures.
- ` + "`order_items`" + ` has status and date of the order itself: ask for those there. A join of all lines with ` + "`orders`" + ` takes four
  times as long on SQLite.
- Any other member of all orders, and ` + "`raw`" + ` of their lines, are picked out of the JSON of each: five seconds and more. Name
  dates, statuses or numbers of orders beside, and only those are read.
- Orders that have come since the last sync ended are read from their JSON: during the first copy a question to lines
  takes as long as that.
- Orders by e-mail address are found at once with ` + "`store_id = 1 AND lower(billing_email) = 'ann@shop.example'`" + `.
`
)

// object is a table or view with what the migrations say about it.
type object struct {
	kind, name, about string
	columns           []string
}

func TestSchemaReferenceIsCurrent(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	var text, dictionary strings.Builder
	text.WriteString(references)
	for _, kind := range []string{"TABLE", "VIEW"} {
		fmt.Fprintf(&text, "\n## %ss\n", strings.ToUpper(kind[:1])+strings.ToLower(kind[1:]))
		for _, o := range objects(t, kind) {
			fmt.Fprintf(&text, "\n### `%s`\n%s\n\n", o.name, o.about)
			if kind == "VIEW" {
				o.columns = viewColumns(t, db, o.name)
			}
			for _, c := range o.columns {
				text.WriteString("- " + c + "\n")
			}
			dictionary.WriteString(o.entry())
		}
	}
	for file, want := range map[string]string{referenceFile: text.String(), dictionaryFile: dictionary.String()} {
		if *update {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		written, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(written) != want {
			t.Errorf("%s is not what the migrations say; run: go generate ./internal/storage/sqlite", file)
		}
	}
}

// documented is a column of a table in the reference, or the columns of a view on one line.
var documented = regexp.MustCompile("`(\\w+)`(?: \\w+(?:: (.*))?)?")

// entry is the object in the dictionary: its first sentence, then its columns.
func (o object) entry() string {
	sentence, _, more := strings.Cut(strings.ReplaceAll(o.about, "\n", " "), ". ")
	if more {
		sentence += "."
	}
	text := o.kind + " " + o.name + "\t" + sentence + "\n"
	for _, c := range o.columns {
		all := documented.FindAllStringSubmatch(c, -1)
		if o.kind == "TABLE" {
			all = all[:1]
		}
		for _, m := range all {
			text += strings.TrimRight("\t"+m[1]+"\t"+m[2], "\t") + "\n"
		}
	}
	return text + "\n"
}

var (
	statement = regexp.MustCompile(`(?ms)^((?:-- [^\n]*\n)+)CREATE (TABLE|VIEW) (?:IF NOT EXISTS )?(\w+)(.*?);\s*$`)
	added     = regexp.MustCompile(
		`(?ms)^((?:-- [^+\n][^\n]*\n)+)ALTER TABLE (\w+) ADD COLUMN (\w+) (INTEGER|TEXT|BLOB)`,
	)
	dropped = regexp.MustCompile(`(?m)^DROP (?:TABLE|VIEW) (?:IF EXISTS )?(\w+);`)
	column  = regexp.MustCompile(`(?m)^    (\w+) +(INTEGER|TEXT|BLOB)([^\n]*)$`)
)

// objects reads tables or views and their comments out of the migrations.
func objects(t *testing.T, kind string) []object {
	t.Helper()
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	var all []object
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		up, _, _ := strings.Cut(string(text), "\n-- +goose Down")
		for _, m := range dropped.FindAllStringSubmatch(up, -1) {
			all = slices.DeleteFunc(all, func(old object) bool { return old.name == m[1] })
		}
		for _, m := range statement.FindAllStringSubmatch(up, -1) {
			if m[2] != kind {
				continue
			}
			o := object{kind: m[2], name: m[3], about: about(m[1])}
			for _, c := range column.FindAllStringSubmatch(m[4], -1) {
				_, about, _ := strings.Cut(c[3], "-- ")
				o.columns = append(
					o.columns,
					strings.TrimSuffix(
						fmt.Sprintf("`%s` %s: %s", c[1], strings.ToLower(c[2]), strings.TrimSpace(about)),
						": ",
					),
				)
			}
			// A table or view that a later migration makes anew is as that one says.
			all = append(slices.DeleteFunc(all, func(old object) bool { return old.name == o.name }), o)
		}
		for _, m := range added.FindAllStringSubmatch(up, -1) {
			if at := slices.IndexFunc(all, func(o object) bool { return o.name == m[2] }); at >= 0 {
				all[at].columns = append(
					all[at].columns,
					fmt.Sprintf("`%s` %s: %s", m[3], strings.ToLower(m[4]), about(m[1])),
				)
			}
		}
	}
	return all
}

// about is what a comment of the migrations says.
func about(comment string) string {
	text := strings.ReplaceAll("\n"+strings.TrimSpace(comment), "\n-- ", "\n")
	return strings.TrimSpace(strings.TrimPrefix(text, "\n+goose Up"))
}

// viewColumns also proves that the view can be read.
func viewColumns(t *testing.T, db *sqlite.DB, name string) []string {
	t.Helper()
	answer, err := db.Query(t.Context(), "SELECT * FROM "+name, 1)
	if err != nil {
		t.Fatalf("view %s: %v", name, err)
	}
	list := "`" + strings.Join(answer.Columns, "`, `") + "`"
	return []string{list}
}

func TestEveryTableAndViewIsInTheReference(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	known := map[string]bool{"goose_db_version": true, "sqlite_sequence": true}
	for _, kind := range []string{"TABLE", "VIEW"} {
		for _, o := range objects(t, kind) {
			known[o.name] = true
			if o.about == "" || kind == "TABLE" && len(o.columns) == 0 {
				t.Errorf("%s has no description", o.name)
			}
		}
	}
	answer, err := db.Query(t.Context(), `SELECT name FROM pragma_table_list
		WHERE schema = 'main' AND type IN ('table', 'view') AND name <> 'sqlite_schema'`, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range answer.Values {
		if name, _ := row[0].(string); !known[name] {
			t.Errorf("%s is missing in the reference", name)
		}
	}
}
