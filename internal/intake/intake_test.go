package intake

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestTheFormsOfAnInput(t *testing.T) {
	t.Parallel()
	create := Options{Action: outbox.Create, Resource: storage.Orders}
	update := Options{Action: outbox.Update, Resource: storage.Orders}
	inCSV := func(o Options, columns map[string]string) Options { o.CSV, o.Columns = true, columns; return o }
	tests := []struct {
		name  string
		in    string
		o     Options
		want  []string // bodies
		ids   []int64
		names []string
		fails string
	}{
		{name: "one object", in: ` {"status":"completed"}`, o: create, want: []string{`{"status":"completed"}`}},
		{name: "a byte order mark before it", in: "\xef\xbb\xbf{\"a\":1}", o: create, want: []string{`{"a":1}`}},
		{name: "an array", in: `[{"a":"1"},{"a":"2"}]`, o: create, want: []string{`{"a":"1"}`, `{"a":"2"}`}},
		{name: "lines", in: "{\"a\":1}\n\n{\"a\":2}\n", o: create, want: []string{`{"a":1}`, `{"a":2}`}},
		{name: "a row with its number", in: `{"id":"17","status":"completed"}`, o: update,
			want: []string{`{"status":"completed"}`}, ids: []int64{17}},
		{name: "big numbers stay what they are", in: `{"a":12345678901234567890,"b":0.10}`, o: create,
			want: []string{`{"a":12345678901234567890,"b":0.10}`}},
		{name: "a row with a SKU for its number", in: `{"sku":"MUG-1","stock_quantity":3}`,
			o: Options{Action: outbox.Update, Resource: storage.Products}, want: []string{`{"stock_quantity":3}`},
			names: []string{"MUG-1"}},
		{name: "a SKU beside the number is a field", in: `{"id":5,"sku":"MUG-2"}`,
			o: Options{Action: outbox.Update, Resource: storage.Products}, want: []string{`{"sku":"MUG-2"}`},
			ids: []int64{5}, names: []string{""}},
		{name: "stock of a spreadsheet", in: "Artikel;Bestand\nMUG-1;12\n007;0\n",
			o: inCSV(Options{Action: outbox.Update, Resource: storage.Products},
				map[string]string{"Artikel": "sku", "Bestand": "stock_quantity"}),
			want: []string{`{"stock_quantity":12}`, `{"stock_quantity":0}`}, names: []string{"MUG-1", "007"}},
		{name: "a customer by e-mail", in: `{"email":"ann@shop.example","first_name":"Ann"}`,
			o: Options{Action: outbox.Update, Resource: storage.Customers}, want: []string{`{"first_name":"Ann"}`},
			names: []string{"ann@shop.example"}},
		{name: "nothing", in: " \n", o: create, fails: "nothing to write"},
		{name: "an array that breaks off", in: `[{"a":1},`, o: create, fails: "row 2"},
		{name: "a line that is none", in: "{\"a\":1}\n{\"a\":", o: create, fails: "row 2"},
		{name: "a number in place of an object", in: `5`, o: create, fails: "must be a JSON object"},
		{name: "a number that is none", in: `{"id":"x"}`, o: update, fails: "not the number of a record"},
		{name: "csv", in: "billing.first_name,line_items.0.sku,line_items.0.quantity,set_paid,meta_data.erp\nZoë,A-1,2,true,17\n", o: inCSV(create, nil),
			want: []string{`{"billing":{"first_name":"Zoë"},"line_items":[{"quantity":2,"sku":"A-1"}],"meta_data":[{"key":"erp","value":"17"}],"set_paid":true}`}},
		{name: "csv of a spreadsheet with its own columns", in: "Nr;Price;Note\n17;9,50;\n",
			o: inCSV(Options{Action: outbox.Update, Resource: storage.Products},
				map[string]string{"Nr": "id", "Price": "regular_price", "Note": ""}),
			want: []string{`{"regular_price":"9.50"}`}, ids: []int64{17}},
		{name: "meta data by its place", in: "meta_data.0.key,meta_data.0.value\nerp,17\n", o: inCSV(create, nil),
			fails: "meta_data.0.key is written by its key and not by its place: meta_data.KEY"},
		{name: "a mapping of a column that is not there", in: "status,currency\n1,2\n",
			o: inCSV(create, map[string]string{"c": "x"}), fails: `no column "c"`},
		{name: "csv that says what stands between its cells",
			in: "sep=;\r\nstatus;customer_note\r\ncompleted;a, b, c\r\n", o: inCSV(create, nil),
			want: []string{`{"customer_note":"a, b, c","status":"completed"}`}},
		{name: "the same with a tab, in quotes, behind a mark",
			in: "\xef\xbb\xbf\"sep=\t\"\nstatus\tcurrency\ncompleted\tEUR\n", o: inCSV(create, nil),
			want: []string{`{"currency":"EUR","status":"completed"}`}},
		{name: "the same against what the header looks like", in: "sep=,\n\"meta_data.a;b;c\",status\n1,completed\n",
			o: inCSV(create, nil), want: []string{`{"meta_data":[{"key":"a;b;c","value":"1"}],"status":"completed"}`}},
		{name: "nothing behind it", in: "sep=;", o: inCSV(create, nil), fails: "nothing to write"},
		{name: "a row with too few cells", in: "status,currency\n1\n", o: inCSV(create, nil), fails: "row 1"},
		{name: "a column that nobody mapped", in: "Mail,Item,Qty\nann@shop.example,A-1,3\n",
			o:     inCSV(create, map[string]string{"Mail": "billing.email", "Item": "line_items.0.sku"}),
			fails: `column "Qty" is not mapped`},
		{name: "where it goes is suggested", in: "Mail,Item,Qty\nann@shop.example,A-1,3\n",
			o:     inCSV(create, map[string]string{"Mail": "billing.email", "Item": "line_items.0.sku"}),
			fails: `--map 'Qty=line_items.0.quantity'`},
		{name: "a column that is mapped to itself is a plugin's field", in: "acme_lot\n7\n",
			o: inCSV(create, map[string]string{"acme_lot": "acme_lot"}), want: []string{`{"acme_lot":"7"}`}},
		{name: "an order by its number", in: "number,status\n1001,completed\n", o: inCSV(update, nil),
			want: []string{`{"status":"completed"}`}, names: []string{"1001"}},
		{name: "letters of Windows in csv", in: "customer_note\nJos\xe9\n", o: inCSV(create, nil), fails: "--encoding"},
		{name: "letters of Windows in JSON", in: "{\"customer_note\":\"Jos\xe9\"}", o: create, fails: "--encoding"},
		{name: "letters of Windows, said to be so", in: "customer_note\nJos\xe9\n",
			o: encoded(inCSV(create, nil), "windows-1252"), want: []string{`{"customer_note":"José"}`}},
		{name: "an encoding nobody knows", in: "a", o: encoded(create, "klingon"), fails: "not known"},
		{name: "UTF-16 with its mark", in: "\xff\xfe{\x00\"\x00a\x00\"\x00:\x001\x00}\x00", o: create,
			want: []string{`{"a":1}`}},
		{name: "a line number that is a mistake", in: "line_items.99999999.sku\nx\n", o: inCSV(create, nil),
			fails: "out of reach"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := Read(strings.NewReader(test.in), test.o)
			if test.fails != "" {
				if err == nil || !strings.Contains(err.Error(), test.fails) {
					t.Fatalf("error %v, want one about %q", err, test.fails)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for i, w := range got {
				if diff := cmp.Diff(test.want[i], compact(t, w.Body)); diff != "" {
					t.Errorf("body %d (-want +got):\n%s", i, diff)
				}
				if test.ids != nil && w.RecordID != test.ids[i] {
					t.Errorf("record %d, want %d", w.RecordID, test.ids[i])
				}
			}
			for i := range test.names {
				if got[i].Name != test.names[i] {
					t.Errorf("row %d names %q, want %q", i, got[i].Name, test.names[i])
				}
			}
			if len(got) != len(test.want) {
				t.Errorf("%d writes, want %d", len(got), len(test.want))
			}
		})
	}
}

func encoded(o Options, name string) Options { o.Table.Encoding = name; return o }

func TestTheSameFileGivesTheSameKeysAndEqualRowsAreApart(t *testing.T) {
	t.Parallel()
	in := `[{"a":1},{"a":1},{"a":2}]`
	read := func() []string {
		writes, err := Read(strings.NewReader(in), Options{Action: outbox.Create, Resource: storage.Orders})
		if err != nil {
			t.Fatal(err)
		}
		var keys []string
		for _, w := range writes {
			keys = append(keys, w.Key)
		}
		return keys
	}
	first, second := read(), read()
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
	if first[0] == first[1] || first[1] == first[2] {
		t.Errorf("keys are not apart: %v", first)
	}
}

func TestAnUpdateHasNoKeyOfItsContent(t *testing.T) {
	t.Parallel()
	writes, err := Read(strings.NewReader(`{"id":1,"stock_quantity":5}`),
		Options{Action: outbox.Update, Resource: storage.Products})
	if err != nil || writes[0].Key != "" {
		t.Errorf("key %q, %v: the same stock tomorrow would be taken for a repetition", writes[0].Key, err)
	}
}

func TestAKeyOfTheCallersCountsTheRows(t *testing.T) {
	t.Parallel()
	writes, err := Read(strings.NewReader(`[{"a":1},{"a":1}]`), Options{Action: outbox.Create, Resource: storage.Orders,
		Key: "batch-7"})
	if err != nil || writes[0].Key != "batch-7#1" || writes[1].Key != "batch-7#2" {
		t.Errorf("%+v, %v", writes, err)
	}
}

func FuzzReadNeverPanics(f *testing.F) {
	f.Add("a.b.0.c,meta_data.x\n1,2\n", true)
	f.Add(`[{"id":1},{"a":[{}]}]`, false)
	f.Fuzz(func(t *testing.T, in string, csv bool) {
		writes, err := Read(strings.NewReader(in), Options{Action: outbox.Create, Resource: storage.Orders, CSV: csv})
		if err == nil && len(writes) == 0 {
			t.Error("no error and nothing read")
		}
		var row *RowError
		if errors.As(err, &row) && row.Row < 1 {
			t.Errorf("row %d", row.Row)
		}
	})
}

func compact(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(raw); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}
