package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"iter"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/export"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/table"
)

const order = `{"id":46,"number":"46-A","status":"processing","currency":"JPY","total":"0.10","customer_id":0,
"billing":{"first_name":"李","last_name":"=HYPERLINK(\"http://evil\")","email":null,"city":"A, \"B\"\nC"},"shipping":[],
"line_items":[{"id":1,"name":"Hat","quantity":2,"price":12.10,"total":"24.20","meta_data":[{"key":"size","value":["L"]}]},
{"id":2,"name":"-5% off","quantity":1,"total":"-1.00"}],"meta_data":[],"big":12345678901234567890}`

func records(list ...storage.Record) iter.Seq2[storage.Record, error] {
	return func(yield func(storage.Record, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func record(r storage.Resource, id, parent int64, raw string) storage.Record {
	return storage.Record{Ref: storage.Ref{Resource: r, ID: id}, ParentID: parent, Raw: json.RawMessage(raw)}
}

// tabled writes CSV and reads it back as one map per row.
func tabled(t *testing.T, r storage.Resource, opts export.CSVOptions, list ...storage.Record) []map[string]string {
	t.Helper()
	var out bytes.Buffer
	if _, err := export.CSV(&out, r, records(list...), opts); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var maps []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, cell := range row {
			m[rows[0][i]] = cell
		}
		maps = append(maps, m)
	}
	return maps
}

func TestCSVKeepsValuesAsTheStoreWroteThem(t *testing.T) {
	t.Parallel()
	row := tabled(t, storage.Orders, export.CSVOptions{}, record(storage.Orders, 46, 0, order))[0]
	for name, want := range map[string]string{
		"id": "46", "number": "46-A", "total": "0.10", "billing_first_name": "李", "billing_email": "",
		"shipping_city": "",
		"billing_city":  "A, \"B\"\nC", "billing_last_name": `=HYPERLINK("http://evil")`, "customer_id": "0",
		"meta_data": "[]",
	} {
		if row[name] != want {
			t.Errorf("%s = %q, want %q", name, row[name], want)
		}
	}
}

func TestOrderItemsAreOneRowEach(t *testing.T) {
	t.Parallel()
	rows := tabled(t, export.OrderItems, export.CSVOptions{}, record(storage.Orders, 46, 0, order))
	if len(rows) != 2 {
		t.Fatalf("%d rows", len(rows))
	}
	for name, want := range map[string]string{
		"order_id": "46", "order_number": "46-A", "order_currency": "JPY", "id": "1", "quantity": "2", "price": "12.10",
		"total": "24.20", "meta_data": `[{"key":"size","value":["L"]}]`,
	} {
		if rows[0][name] != want {
			t.Errorf("%s = %q, want %q", name, rows[0][name], want)
		}
	}
}

func TestSpreadsheetsRunNoFormulaFromACustomer(t *testing.T) {
	t.Parallel()
	row := tabled(t, storage.Orders, export.CSVOptions{Spreadsheet: true}, record(storage.Orders, 46, 0, order))[0]
	if got := row["billing_last_name"]; !strings.HasPrefix(got, "'=") {
		t.Errorf("formula = %q", got)
	}
	rows := tabled(t, export.OrderItems, export.CSVOptions{Spreadsheet: true}, record(storage.Orders, 46, 0, order))
	if rows[1]["total"] != "-1.00" {
		t.Errorf("a negative amount became %q", rows[1]["total"])
	}
	if rows[1]["name"] != "'-5% off" {
		t.Errorf("text that begins with a minus became %q", rows[1]["name"])
	}
}

func TestAFileForAnotherCountryHasItsSigns(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	_, err := export.CSV(&out, export.OrderItems, records(record(storage.Orders, 46, 0, order)),
		export.CSVOptions{Spreadsheet: true, Delimiter: ';', Decimal: table.Comma})
	if err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.Contains(got, ";2;12,10;;;24,20;") || !strings.Contains(got, ";'-5% off;") ||
		!strings.Contains(got, ";-1,00;") || !strings.HasPrefix(got, "\ufefforder_id;") ||
		!strings.Contains(got, "\r\n") {
		t.Error(got)
	}
}

func TestRecordsKeepTheParentTheMirrorKnows(t *testing.T) {
	t.Parallel()
	row := tabled(t, storage.Refunds, export.CSVOptions{},
		record(storage.Refunds, 50, 46, `{"id":50,"amount":"3.00"}`))[0]
	if row["parent_id"] != "46" {
		t.Errorf("parent_id = %q", row["parent_id"])
	}
	slug := storage.Record{Ref: storage.Ref{Resource: storage.Settings, Slug: "general/woocommerce_currency"},
		Raw: json.RawMessage(`{"value":"EUR"}`)}
	row = tabled(t, storage.Settings, export.CSVOptions{}, slug)[0]
	if row["slug"] != "general/woocommerce_currency" || row["raw"] != `{"value":"EUR"}` {
		t.Errorf("%v", row)
	}
}

func TestJSONLinesAreTheStoresOwnText(t *testing.T) {
	t.Parallel()
	odd := `{"id": 1,"total":"1.10","n":1e3,"u":"\u00e9\/"}`
	var out bytes.Buffer
	n, err := export.JSONLines(&out, records(record(storage.Orders, 1, 0, odd), record(storage.Orders, 46, 0, order)))
	if err != nil || n != 2 {
		t.Fatalf("%d, %v", n, err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if lines[0] != odd {
		t.Errorf("line = %s", lines[0])
	}
	if len(lines) != 2 || !strings.Contains(lines[1], `"big":12345678901234567890`) ||
		!strings.Contains(lines[1], `"price":12.10`) {
		t.Errorf("a record with line breaks became %q", lines[1:])
	}
}

func TestErrorsOfTheSourceEndTheExport(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk")
	failing := func(yield func(storage.Record, error) bool) { yield(storage.Record{}, broken) }
	if _, err := export.CSV(&bytes.Buffer{}, storage.Orders, failing, export.CSVOptions{}); !errors.Is(err, broken) {
		t.Errorf("CSV: %v", err)
	}
	if _, err := export.JSONLines(&bytes.Buffer{}, failing); !errors.Is(err, broken) {
		t.Errorf("JSONLines: %v", err)
	}
}

func TestEveryResourceHasColumnsAndANamePeopleCanType(t *testing.T) {
	t.Parallel()
	for _, r := range export.Resources() {
		seen := map[string]bool{}
		for _, c := range export.Columns(r) {
			if c.Name == "" || c.Path == "" || seen[c.Name] || strings.ContainsAny(c.Name, "{}.") {
				t.Errorf("%s: column %+v", r, c)
			}
			seen[c.Name] = true
		}
		if got, err := export.Known(strings.ReplaceAll(string(r), "_", "-")); err != nil || got != r {
			t.Errorf("Known(%s) = %s, %v", r, got, err)
		}
	}
	if _, err := export.Known("bananas"); err == nil || !strings.Contains(err.Error(), "order_items") {
		t.Errorf("err = %v", err)
	}
}
