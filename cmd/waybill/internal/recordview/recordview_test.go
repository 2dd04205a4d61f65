package recordview

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/export"
)

func fields(t *testing.T, text string) export.Fields {
	t.Helper()
	f, err := export.ReadFields([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const anOrder = `{"id":46,"number":"A-7","status":"processing","currency":"EUR","total":"19.80","date_created":"2026-11-23T10:00:05",
"billing":{"first_name":"Zoë","last_name":"Müller","email":"zoe@shop.example","city":"Oakland"},
"line_items":[{"name":"Mug","sku":"MUG-1","quantity":2,"total":"18.00"},{"name":"Half a hat","quantity":0.5,"total":"1.80"}],
"shipping_lines":[{"method_title":"Post","total":"0.00"}],"refunds":[{"reason":"Late","total":"-5.00"}]}`

func TestAnOrderInAList(t *testing.T) {
	t.Parallel()
	got := Orders(terminal.Terminal{}).Row(fields(t, anOrder))
	want := []string{"A-7 (id 46)", "2026-11-23 10:00", "processing", "Zoë Müller", "2", "19.80", "EUR"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAnOrderAlone(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	Orders(terminal.Terminal{}).Detail(&out, fields(t, anOrder))
	for _, want := range []string{"Order A-7  processing", "zoe@shop.example", "2 ×", "MUG-1", "shipping", "Total",
		"19.80 EUR", "refund", "-5.00 EUR"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &out)
		}
	}
	if strings.Contains(out.String(), "note") {
		t.Errorf("a fact without a value is shown:\n%s", &out)
	}
}

func TestAnOrderShowsItsMetaData(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	Orders(terminal.Terminal{}).Detail(&out, fields(t, `{"id":1,"number":"1","meta_data":[
{"id":1,"key":"tracking_number","value":"1Z999"},{"id":2,"key":"_edit_lock","value":"17:1"},
{"id":3,"key":"parcel","value":{"kg":2}},{"id":4,"key":"blob","value":"`+strings.Repeat("é", 200)+`"}]}`))
	for _, want := range []string{"Meta data\n", "tracking_number  1Z999\n", `parcel           {"kg":2}`,
		strings.Repeat("é", longestMeta) + "…\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &out)
		}
	}
	if strings.Contains(out.String(), "_edit_lock") {
		t.Errorf("a hidden key is shown:\n%s", &out)
	}
}

func TestTheAmountsOfAnOrderAddUpToItsTotal(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	Orders(terminal.Terminal{}).Detail(&out, fields(t, `{"id":1,"number":"1","currency":"EUR","total":"132.21",
"payment_method_title":"Invoice","date_created":"2026-11-23T10:00:05","date_created_gmt":"2026-11-23T09:00:05",
"line_items":[{"name":"Mug","quantity":2,"subtotal":"110.00","total":"100.00"}],
"coupon_lines":[{"code":"TEN","discount":"10.00"}],"fee_lines":[{"name":"Gift wrap","total":"6.10"}],
"shipping_lines":[{"method_title":"Post","total":"4.90"}],
"tax_lines":[{"label":"VAT","tax_total":"20.28","shipping_tax_total":"0.93"}]}`))
	sum := decimal.Zero
	for line := range strings.Lines(out.String()) {
		words := strings.Fields(line)
		if len(words) > 1 && slices.Contains([]string{"2", "shipping", "fee", "tax"}, words[0]) {
			amount, err := decimal.NewFromString(words[len(words)-1])
			if err != nil {
				t.Errorf("%q ends with no amount", line)
			}
			sum = sum.Add(amount)
		}
	}
	if sum.String() != "132.21" {
		t.Errorf("the lines add up to %s:\n%s", sum, &out)
	}
	for _, want := range []string{"21.21", "TEN: 10.00 EUR off, in the amounts above", "132.21 EUR", "paid     no",
		"payment  Invoice", "2026-11-23 10:00 +01:00"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &out)
		}
	}
}

func TestTheColumnOfDatesNamesTheShopsZone(t *testing.T) {
	t.Parallel()
	kind := Orders(terminal.Terminal{})
	if got := kind.In("Europe/Berlin")[1].Title; got != "DATE (Europe/Berlin)" || kind.Columns[1].Title != "DATE" {
		t.Errorf("%q, and %q before", got, kind.Columns[1].Title)
	}
}

// TestEveryRowHasACellForEachColumn holds for a record that has next to nothing, too.
func TestEveryRowHasACellForEachColumn(t *testing.T) {
	t.Parallel()
	for _, kind := range []Kind{Orders(terminal.Terminal{}), Products(terminal.Terminal{}),
		Customers(terminal.Terminal{})} {
		if got := len(kind.Row(fields(t, `{"id":1}`))); got != len(kind.Columns) {
			t.Errorf("%s: %d cells under %d columns", kind.Resource, got, len(kind.Columns))
		}
	}
}

func TestWhatAStoreWroteCannotControlTheTerminal(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	hostile := fields(t, `{"id":1,"number":"1\u001b[2J","status":"x\u001b[31m","first_name":"A\u001b[1m","email":"e\u001b[2J","name":"a\u001b[31mb","sku":"s\u009b2J","username":"u\u001b]0;x","customer_note":"n\u001b[2J"}`)
	for _, kind := range []Kind{Orders(terminal.Terminal{}), Products(terminal.Terminal{}),
		Customers(terminal.Terminal{})} {
		kind.Detail(&out, hostile)
	}
	if strings.ContainsAny(out.String(), "\x1b\u009b") {
		t.Errorf("%q", out.String())
	}
}

func TestEntitiesAreShownAsTheStoresPagesShowThem(t *testing.T) {
	t.Parallel()
	order := fields(t, `{"id":7,"customer_note":"a &lt;b&gt; &#8211; &#27;[31mred&copy","billing":{"first_name":"Bo &amp; Co"},
		"line_items":[{"name":"Salt &amp; Pepper &amp;amp; more","quantity":1,"total":"1"}]}`)
	var out bytes.Buffer
	Orders(terminal.Terminal{}).Detail(&out, order)
	for _, want := range []string{"Salt & Pepper &amp; more", "Bo & Co", "a <b> –", "red&copy"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &out)
		}
	}
	if strings.Contains(out.String(), "\x1b") {
		t.Errorf("a store's text controls the terminal: %q", &out)
	}
	product := Products(terminal.Terminal{}).Row(fields(t, `{"id":1,"name":"R&amp;D","permalink":"?a=1&copy=2"}`))
	if product[2] != "R&D" {
		t.Errorf("the list shows %q", product)
	}
}
