package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/table"
)

func TestCellsBecomeWhatTheirFieldWants(t *testing.T) {
	t.Parallel()
	orders := Options{CSV: true, Action: outbox.Create, Resource: storage.Orders}
	products := Options{CSV: true, Action: outbox.Create, Resource: storage.Products}
	with := func(o Options, change func(*Options)) Options { change(&o); return o }
	for name, test := range map[string]struct {
		in    string
		o     Options
		want  string
		fails string
	}{
		"amounts of Europe": {in: "name;regular_price;weight\nMug;1.234,50;0,5\n", o: products,
			want: `{"name":"Mug","regular_price":"1234.50","weight":"0.5"}`},
		"an amount with two readings": {in: "name;regular_price\nMug;1.234\n", o: products,
			fails: `row 1 (line 2 of the file): column "regular_price": "1.234" can be read as 1.234 or as 1234`},
		"the same, decided": {in: "name;regular_price\nMug;1.234\n",
			o:    with(products, func(o *Options) { o.Decimal = table.Comma }),
			want: `{"name":"Mug","regular_price":"1234"}`},
		"pieces": {in: "line_items.0.sku,line_items.0.quantity,customer_id\n007,003,\"4.00\"\n", o: orders,
			want: `{"customer_id":4,"line_items":[{"quantity":3,"sku":"007"}]}`},
		"pieces with two readings": {in: "line_items.0.quantity\n1.000\n", o: orders, fails: "1.000 or as 1000"},
		"postcodes and numbers that stay text": {
			in: "billing.postcode,billing.phone,meta_data.erp\n01067,+49351,000123\n",
			o:  orders, want: `{"billing":{"phone":"+49351","postcode":"01067"},"meta_data":[{"key":"erp","value":"000123"}]}`},
		"a number that Excel has destroyed": {in: "meta_data.ean\n1.23E+12\n", o: orders, fails: "digits are lost"},
		"the same, meant so": {in: "meta_data.ean\n1.23E+12\n",
			o:    with(orders, func(o *Options) { o.AsText = []string{"meta_data.ean"} }),
			want: `{"meta_data":[{"key":"ean","value":"1.23E+12"}]}`},
		"a formula that failed": {in: "customer_note\n#N/A\n", o: orders, fails: "in place of a value"},
		"dates of Excel": {in: "name;date_on_sale_from;date_on_sale_to\nMug;31.12.2026;46388\n", o: products,
			want: `{"date_on_sale_from":"2026-12-31","date_on_sale_to":"2027-01-01","name":"Mug"}`},
		"a date with two readings": {in: "name,date_on_sale_from\nMug,03/04/2026\n", o: products, fails: "--dates dmy"},
		"the same date, decided": {in: "name,date_on_sale_from\nMug,03/04/2026\n",
			o:    with(products, func(o *Options) { o.Dates = table.DayFirst }),
			want: `{"date_on_sale_from":"2026-04-03","name":"Mug"}`},
		"a date in meta data stays": {in: "meta_data.due\n03/04/2026\n", o: orders,
			want: `{"meta_data":[{"key":"due","value":"03/04/2026"}]}`},
		"true in German":         {in: "set_paid\nWAHR\n", o: orders, want: `{"set_paid":true}`},
		"true in a note is text": {in: "customer_note\ntrue\n", o: orders, want: `{"customer_note":"true"}`},
		"what an export has made harmless": {in: "billing.last_name,billing.phone\n'=SUM(A1),'+49 171\n", o: orders,
			want: `{"billing":{"last_name":"=SUM(A1)","phone":"+49 171"}}`},
		"ignored by name": {in: "Bemerkung,status\nx,completed\n",
			o: with(orders, func(o *Options) { o.Ignore = []string{"Bemerkung"} }), want: `{"status":"completed"}`},
		"ignored but not there": {in: "status\ncompleted\n",
			o: with(orders, func(o *Options) { o.Ignore = []string{"Bemerkng"} }), fails: `no column "Bemerkng"`},
		"several not mapped": {in: "Farbe,status,Qty\nx,completed,3\n", o: orders,
			fails: `columns ["Farbe" "Qty"] are not mapped and no fields of orders: write with --map 'Farbe=FIELD' ` +
				`--map 'Qty=line_items.0.quantity', or leave out with --ignore 'Farbe' --ignore 'Qty'`},
		"no header": {in: "Ann,3\nBob,4\n", o: orders, fails: "The first row must name the columns"},
		"a column twice": {in: "Note,Note\n1,2\n",
			o:     with(orders, func(o *Options) { o.Columns = map[string]string{"Note": "customer_note"} }),
			fails: `"Note" stands twice`},
		"a table that is not said to be one": {in: "Mail,Qty\n1,2\n",
			o: with(orders, func(o *Options) { o.CSV = false }), fails: "--csv"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, err := Read(strings.NewReader(test.in), test.o)
			if test.fails != "" {
				if err == nil || !strings.Contains(err.Error(), test.fails) {
					t.Errorf("%v; want %q in it", err, test.fails)
				}
				return
			}
			if err != nil || len(rows) != 1 {
				t.Fatalf("%d rows, %v", len(rows), err)
			}
			if diff := cmp.Diff(test.want, compact(t, rows[0].Body)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestAMappingIsKeptAndUsedAgain(t *testing.T) {
	t.Parallel()
	first := Mapping{Columns: map[string]string{"Mail": "billing.email", "Old": "customer_note"},
		Ignore: []string{"Farbe"}, Delimiter: "semicolon", Decimal: table.Comma}
	var file bytes.Buffer
	if err := WriteMapping(&file, first); err != nil {
		t.Fatal(err)
	}
	again, err := ReadMapping(&file)
	if err != nil {
		t.Fatal(err)
	}
	both := again.With(Mapping{Columns: map[string]string{"Farbe": "meta_data.colour"}, Ignore: []string{"Old"},
		Dates: table.DayFirst})
	want := Mapping{Columns: map[string]string{"Mail": "billing.email", "Farbe": "meta_data.colour"},
		Ignore: []string{"Old"}, Delimiter: "semicolon", Decimal: table.Comma, Dates: table.DayFirst}
	if diff := cmp.Diff(want, both); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	var o Options
	if err := both.Apply(&o); err != nil || o.Table.Delimiter != ';' || o.Decimal != table.Comma {
		t.Errorf("%+v, %v", o, err)
	}
	for _, wrong := range []string{``, `[]`, `{"colums":{}}`, `{} {}`, `{"decimal":"dot"}`, `{"dates":"ymd"}`,
		`{"delimiter":"ab"}`, `{"columns":{"A":"x"},"ignore":["A"]}`} {
		if m, err := ReadMapping(strings.NewReader(wrong)); err == nil {
			t.Errorf("%s is read as %+v", wrong, m)
		}
	}
}

// A file is read once, and all that is wrong with its rows is told: who mends it in a spreadsheet mends it once.
func TestAllMistakesOfAFileAreToldInOneReading(t *testing.T) {
	t.Parallel()
	file := "sku;stock_quantity;status\nA;1.250;publish\nB;5;publish;too many\nC;3,40434E+17;publish\nD;4;publish\n"
	_, err := Read(strings.NewReader(file), Options{Action: outbox.Update, Resource: storage.Products,
		CSV: true})
	var all RowErrors
	if !errors.As(err, &all) {
		t.Fatalf("got %v", err)
	}
	var lines []int
	for _, one := range all {
		lines = append(lines, one.Line)
	}
	if !slices.Equal(lines, []int{2, 3, 4}) {
		t.Errorf("the errors are of the lines %v: %v", lines, err)
	}
}

// A column tells how its amounts are written, as long as no cell of it says otherwise.
func TestAColumnShowsItsDecimalSign(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		prices, want string
		asked        bool
	}{
		{prices: "9,95 1.250,00 1.250", want: "9.95 1250.00 1250"},
		{prices: "9.95 1.250", want: "9.95 1.250"},
		{prices: "1.234.567 1.250", want: "1234567 1250"},
		{prices: "9,95 9.95 1.250", asked: true},
		{prices: "12 1.250", asked: true},
	} {
		file := "sku;regular_price\n"
		for i, price := range strings.Fields(c.prices) {
			file += fmt.Sprintf("S%d;%s\n", i, price)
		}
		rows, err := Read(strings.NewReader(file), Options{Action: outbox.Create,
			Resource: storage.Products, CSV: true})
		if asked := err != nil && strings.Contains(err.Error(), "--decimal"); asked != c.asked {
			t.Errorf("%s: %v", c.prices, err)
		}
		var got []string
		for _, row := range rows {
			var body struct {
				Price string `json:"regular_price"`
			}
			if err := json.Unmarshal(row.Body, &body); err != nil {
				t.Error(err)
			}
			got = append(got, body.Price)
		}
		if read := strings.Join(got, " "); read != c.want {
			t.Errorf("%s was read as %s", c.prices, read)
		}
	}
}
