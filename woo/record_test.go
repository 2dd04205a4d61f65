package woo

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"github.com/waybillhq/waybill/woo/internal/answer"
)

// recordTypes names every record type once; tests over all types walk it.
var recordTypes = map[string]func() any{
	"order": func() any { return new(Order) }, "order_note": func() any { return new(OrderNote) },
	"refund": func() any { return new(Refund) }, "order_status": func() any { return new(OrderStatus) },
	"receipt": func() any { return new(Receipt) }, "email_template": func() any { return new(EmailTemplate) },
	"product": func() any { return new(Product) }, "variation": func() any { return new(Variation) },
	"term": func() any { return new(Term) }, "attribute": func() any { return new(Attribute) },
	"review": func() any { return new(Review) }, "customer": func() any { return new(Customer) },
	"customer_download": func() any { return new(CustomerDownload) }, "coupon": func() any { return new(Coupon) },
	"tax_rate": func() any { return new(TaxRate) }, "tax_class": func() any { return new(TaxClass) },
	"zone": func() any { return new(ShippingZone) }, "zone_method": func() any { return new(ZoneMethod) },
	"location":        func() any { return new(ShippingLocation) },
	"shipping_method": func() any { return new(ShippingMethod) },
	"gateway":         func() any { return new(PaymentGateway) }, "setting": func() any { return new(Setting) },
	"setting_group": func() any { return new(SettingGroup) }, "webhook": func() any { return new(Webhook) },
	"system_status": func() any { return new(SystemStatus) }, "system_tool": func() any { return new(SystemTool) },
	"sales_report": func() any { return new(SalesReport) }, "top_seller": func() any { return new(TopSeller) },
	"report_total": func() any { return new(ReportTotal) }, "continent": func() any { return new(Continent) },
	"currency": func() any { return new(Currency) }, "meta": func() any { return new(Meta) },
}

// jsonValue parses for comparison: numbers keep their text, the order of object keys does not count.
func jsonValue(t testing.TB, raw []byte) any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return v
}

// roundTrip reads raw into a new value of a record type and writes it again.
func roundTrip(t testing.TB, kind string, raw []byte) []byte {
	t.Helper()
	into := recordTypes[kind]()
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	out, err := json.Marshal(into)
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	return out
}

type storedRecord struct {
	Type   string          `json:"type"`
	Record json.RawMessage `json:"record"`
}

func storedRecords(t testing.TB) []storedRecord {
	t.Helper()
	f, err := os.Open("testdata/records.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var records []storedRecord
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r storedRecord
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	return records
}

func TestRecordsOfARealStoreSurviveUnchanged(t *testing.T) {
	t.Parallel()
	records := storedRecords(t)
	if len(records) < 35 {
		t.Fatalf("only %d records", len(records))
	}
	for _, r := range records {
		out := roundTrip(t, r.Type, r.Record)
		if !reflect.DeepEqual(jsonValue(t, out), jsonValue(t, r.Record)) {
			t.Errorf("%s changed:\n%s\n%s", r.Type, r.Record, out)
		}
	}
}

func TestEveryFieldOfARealStoreHasAType(t *testing.T) {
	t.Parallel()
	// What is not typed must at least be known to be so.
	untyped := map[string]bool{
		"_links": true, "_order": true, "_zone": true, "_product": true, "post_install_scripts": true,
		"connection_url": true, "setup_help_text": true, "required_settings_keys": true, "_tax_id": true,
	}
	for _, r := range storedRecords(t) {
		if r.Type == "system_status" {
			continue
		}
		into := recordTypes[r.Type]()
		if err := json.Unmarshal(r.Record, into); err != nil {
			t.Fatal(err)
		}
		record := reflect.ValueOf(into).Elem().FieldByName("Record").Addr().Interface().(*Record)
		for name, raw := range record.RawFields() {
			if !untyped[name] {
				t.Errorf("%s: field %s = %s did not fit a typed field", r.Type, name, raw)
			}
		}
	}
}

func TestEveryRecordTypeReadsAndWritesItself(t *testing.T) {
	t.Parallel()
	seen := map[reflect.Type]bool{}
	var check func(rt reflect.Type)
	check = func(rt reflect.Type) {
		for rt.Kind() == reflect.Pointer || rt.Kind() == reflect.Slice || rt.Kind() == reflect.Map {
			rt = rt.Elem()
		}
		if !isRecord(rt) || seen[rt] {
			return
		}
		seen[rt] = true
		if !reflect.PointerTo(rt).Implements(reflect.TypeFor[json.Unmarshaler]()) ||
			!rt.Implements(reflect.TypeFor[json.Marshaler]()) {
			t.Errorf("%s needs UnmarshalJSON and, by value, MarshalJSON", rt)
		}
		planOf(rt)
		for i := range rt.NumField() {
			check(rt.Field(i).Type)
		}
	}
	for _, make := range recordTypes {
		check(reflect.TypeOf(make()))
	}
	if len(seen) < 45 {
		t.Errorf("only %d record types were found", len(seen))
	}
}

func TestOddShapesAreToleratedAndKept(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ kind, raw string }{
		{
			"order",
			`{"id":"12","parent_id":12.0,"customer_id":"","total":12.5,"discount_total":null,"shipping_total":"","cart_tax":false}`,
		},
		{
			"order",
			`{"billing":[],"shipping":null,"meta_data":{},"line_items":{"1":{"id":1},"5":{"id":5}},"refunds":null}`,
		},
		{
			"order",
			`{"status":null,"number":17,"customer_note":["x"],"is_editable":"yes","needs_payment":1,"needs_processing":null}`,
		},
		{"order", `{"date_created":null,"date_paid":"","date_completed":0,"date_created_gmt":"2026-02-30T99:00:00"}`},
		{
			"order",
			`{"meta_data":[{"id":1,"key":"a","value":null},{"id":2,"key":"b","value":{"x":[1,{"y":1.0}]}},{"key":3,"value":"\ud83d\ude00 <b>&amp;\u2028"},{"value":1e3},"loose",[]]}`,
		},
		{
			"order",
			`{"line_items":[{"image":{"id":"","src":""},"parent_name":null,"quantity":"2","price":1.10,"instance":{}}],"id":9007199254740993}`,
		},
		{"order", `{"customer_note":"half a pair \ud83d","billing":{"first_name":"\u0000\t\"\\\/"}}`},
		{"order", `{"":1,"ключ":"значение","a\"b":[],"nested":{"deep":{"er":[[],{}]}}}`},
		{
			"product",
			`{"related_ids":[1,"2",null],"downloads":[[]],"images":{},"manage_stock":"parent","dimensions":[],"total_sales":"5"}`,
		},
		{
			"product",
			`{"attributes":[{"options":["a",1,null]},{"options":{"0":"x","2":"y"}}],"variations":[],"stock_quantity":-1.5}`,
		},
		{"variation", `{"manage_stock":true,"image":null}`},
		{"variation", `{"manage_stock":"parent","image":{"id":1}}`},
		{"variation", `{"manage_stock":"true","image":[]}`},
		{"gateway", `{"settings":[],"order":"","method_supports":{"1":"products"}}`},
		{"gateway", `{"settings":{"title":{"value":"x"},"odd":"not an object"}}`},
		{"review", `{"reviewer_avatar_urls":{"24":"https://x","48":null}}`},
		{"sales_report", `{"totals":{"2026-01-01":{"sales":"0.00"}},"total_refunds":0}`},
		{"coupon", `{"used_by":["1","a@b.c",7],"usage_limit":null}`},
		{"receipt", `{}`},
	} {
		out := roundTrip(t, tt.kind, []byte(tt.raw))
		// The JSON of half a surrogate pair must be there as it came, because it cannot be compared as a Go value.
		if !reflect.DeepEqual(jsonValue(t, out), jsonValue(t, []byte(tt.raw))) {
			t.Errorf("%s\n%s became\n%s", tt.kind, tt.raw, out)
		}
		if bytes.Contains([]byte(tt.raw), []byte(`pair \ud83d"`)) && !bytes.Contains(out, []byte(`pair \ud83d"`)) {
			t.Errorf("half a pair was lost: %s", out)
		}
	}
}

func TestTolerantReadingGivesUsableValues(t *testing.T) {
	t.Parallel()
	var o Order
	raw := `{"id":"12","parent_id":"7 ","number":17,"is_editable":"yes","line_items":{"1":{"id":1},"5":{"id":5}},"total":12.5,"billing":[],"date_paid":null,"customer_note":null}`
	if err := json.Unmarshal([]byte(raw), &o); err != nil {
		t.Fatal(err)
	}
	if o.ID != 12 || o.ParentID != 7 || o.Number != "17" || !o.IsEditable || len(o.LineItems) != 2 ||
		o.LineItems[1].ID != 5 || o.Total.String() != "12.5" || !o.DatePaid.IsNull() {
		t.Errorf("order = %+v", o)
	}
	var v Variation
	if err := json.Unmarshal([]byte(`{"image":[],"manage_stock":"parent"}`), &v); err != nil || v.Image != nil ||
		v.ManageStock != StockOfParent {
		t.Errorf("variation = %+v, %v", v, err)
	}
}

func TestAChangedFieldWinsOverWhatWasRead(t *testing.T) {
	t.Parallel()
	var o Order
	if err := json.Unmarshal(
		[]byte(`{"id":"12","number":17,"customer_note":null,"status":"pending","billing":[],"extension":{"a":1}}`), &o,
	); err != nil {
		t.Fatal(err)
	}
	o.ID, o.Number, o.CustomerNote, o.Status = 13, "N-18", "hello", ""
	o.Billing.City = "Köln"
	o.SetRaw("extension", json.RawMessage(`{"a":2}`))
	o.SetRaw("transaction_id", json.RawMessage(`null`))
	out, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":13,"number":"N-18","customer_note":"hello","status":"","billing":{"city":"Köln"},"extension":{"a":2},"transaction_id":null}`
	if !reflect.DeepEqual(jsonValue(t, out), jsonValue(t, []byte(want))) {
		t.Errorf("wrote %s, want %s", out, want)
	}
	o.TransactionID = "T1"
	if out, _ = json.Marshal(o); !bytes.Contains(out, []byte(`"transaction_id":"T1"`)) {
		t.Errorf("a field set later does not win: %s", out)
	}
}

func TestANewRecordSendsOnlyWhatIsSet(t *testing.T) {
	t.Parallel()
	yes := false
	for want, item := range map[string]any{
		`{"status":"processing","line_items":[{"product_id":7,"quantity":2}],"meta_data":[{"key":"_ref","value":"R-1"}]}`: Order{
			Status: "processing", LineItems: []LineItem{{ProductID: 7, Quantity: NewNumber(2)}}, MetaData: MetaList{TextMeta("_ref", "R-1")}},
		`{"amount":"5.00","api_refund":false}`:       Refund{Amount: NewMoney("5.00"), APIRefund: &yes},
		`{"manage_stock":"parent"}`:                  Variation{ManageStock: StockOfParent},
		`{"manage_stock":true}`:                      Variation{ManageStock: StockManaged},
		`{"date_created_gmt":"2026-01-02T03:04:05"}`: Order{DateCreatedGMT: GMTTime{scalar{`"2026-01-02T03:04:05"`}}},
		`{"settings":{"cost":{"value":1,"label":"x"}}}`: ZoneMethod{Settings: map[string]Setting{
			"cost": {Value: json.RawMessage("1"), Label: "x"},
		}},
		`{}`: Customer{},
	} {
		out, err := json.Marshal(item)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(jsonValue(t, out), jsonValue(t, []byte(want))) {
			t.Errorf("wrote %s, want %s", out, want)
		}
	}
}

func TestCopiesOfARecordDoNotShareTheirRawFields(t *testing.T) {
	t.Parallel()
	var a Order
	if err := json.Unmarshal([]byte(`{"extension":1}`), &a); err != nil {
		t.Fatal(err)
	}
	b := a
	b.SetRaw("extension", json.RawMessage("2"))
	if raw, _ := a.Raw("extension"); string(raw) != "1" {
		t.Errorf("the original says %s", raw)
	}
}

func TestBrokenJSONIsAnErrorAndNoPanic(t *testing.T) {
	t.Parallel()
	whole := []byte(`{"id":1,"billing":{"city":"K\u00f6ln"},"meta_data":[{"id":1,"value":{"a":[1,2]}}],"x":"\\\""}`)
	for n := range len(whole) {
		var o Order
		if err := o.UnmarshalJSON(whole[:n]); err == nil {
			t.Errorf("accepted %s", whole[:n])
		}
	}
	for _, raw := range []string{"[]", `"x"`, "1", "{", `{"a" 1}`, `{"a":1 "b":2}`, `{a:1}`, `{"a":}`} {
		var o Order
		if err := o.UnmarshalJSON([]byte(raw)); err == nil {
			t.Errorf("accepted %s", raw)
		}
	}
}

func BenchmarkReadAPageOfOrders(b *testing.B) {
	page := benchmarkPage(b)
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decodeList[Order](page); err != nil {
			b.Fatal(err)
		}
	}
}

// benchmarkPage is 100 orders of a real store.
func benchmarkPage(b *testing.B) []byte {
	var orders [][]byte
	for _, r := range storedRecords(b) {
		if r.Type == "order" {
			orders = append(orders, r.Record)
		}
	}
	page := []byte{'['}
	for i := range 100 {
		if i > 0 {
			page = append(page, ',')
		}
		page = append(page, orders[i%len(orders)]...)
	}
	return append(page, ']')
}

func BenchmarkFindJSON(b *testing.B) {
	page := benchmarkPage(b)
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		if answer.FindJSON(page).State != answer.Found {
			b.Fatal("not found")
		}
	}
}

func BenchmarkWriteAnOrder(b *testing.B) {
	items, err := decodeList[Order](benchmarkPage(b))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := writeRecord(&items[0]); err != nil {
			b.Fatal(err)
		}
	}
}
