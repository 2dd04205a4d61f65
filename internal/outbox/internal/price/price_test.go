package price

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/waybillhq/waybill/internal/jsonvalue"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
)

// soldInGermany is an order as stores show it: prices include taxes, whose parts are rounded for the eye.
const soldInGermany = `{"total":"23.35","line_items":[
	{"id":3,"quantity":3,"total":"10.82","taxes":[{"id":1,"total":"2.38"}]},
	{"id":4,"quantity":1,"total":"0.00","taxes":[]}],
	"shipping_lines":[{"id":5,"total":"5.00","taxes":[{"id":1,"total":"1.10"}]}],
	"fee_lines":[{"id":6,"total":"2.00","taxes":[]}]}`

const onePieceBack = `[{"line_items":[{"quantity":-1,"total":"-3.61","taxes":[{"id":1,"total":"-0.79"}],"meta_data":[{"key":"_refunded_item_id","value":"3"}]}]}]`

func TestARefundIsHeldAgainstWhatIsLeftOfTheOrder(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body, refunds string
		want                string // the lines, then the amount
		field, says         string
	}{
		{name: "one piece of three", body: `{"line_items":[{"id":3,"quantity":1}]}`,
			want: `[{"id":3,"quantity":1,"refund_tax":[{"id":1,"refund_total":0.79}],"refund_total":3.61}] "4.40"`},
		{name: "all that is left, to the cent", body: `{"line_items":[{"id":3,"quantity":2}]}`, refunds: onePieceBack,
			want: `[{"id":3,"quantity":2,"refund_tax":[{"id":1,"refund_total":1.59}],"refund_total":7.21}] "8.80"`},
		{name: "more than is left", body: `{"line_items":[{"id":3,"quantity":3}]}`, refunds: onePieceBack,
			field: "line_items[0].quantity", says: "2 of 3 are left"},
		{name: "shipping has one piece", body: `{"line_items":[{"id":5,"quantity":1}]}`,
			want: `[{"id":5,"quantity":1,"refund_tax":[{"id":1,"refund_total":1.10}],"refund_total":5.00}] "6.10"`},
		{name: "a fee without taxes", body: `{"line_items":[{"id":6,"quantity":1}]}`,
			want: `[{"id":6,"quantity":1,"refund_total":2.00}] "2.00"`},
		{name: "a piece that cost nothing", body: `{"line_items":[{"id":4,"quantity":1}]}`,
			want: `[{"id":4,"quantity":1,"refund_total":0.00}] "0.00"`},
		{name: "an amount without pieces", body: `{"line_items":[{"id":6,"refund_total":"1.50"}]}`,
			want: `[{"id":6,"refund_total":"1.50"}] "1.50"`},
		{name: "taxes are said", body: `{"line_items":[{"id":3,"refund_total":1.00}]}`,
			field: "line_items[0].refund_tax", says: "2.38 of rate 1"},
		{name: "no taxes, on purpose", body: `{"line_items":[{"id":3,"refund_total":1.00,"refund_tax":[]}]}`,
			want: `[{"id":3,"quantity":0,"refund_tax":[],"refund_total":1.00}] "1.00"`},
		{name: "no taxes, as the amount says", body: `{"amount":"1.00","line_items":[{"id":3,"refund_total":1.00}]}`,
			want: `[{"id":3,"quantity":0,"refund_total":1.00}] "1.00"`},
		{name: "an amount that is not that of the lines", body: `{"amount":"3","line_items":[{"id":3,"quantity":1}]}`,
			field: "amount", says: "4.40"},
		{name: "more money than is left", body: `{"line_items":[{"id":6,"refund_total":2.01}]}`,
			field: "line_items[0].refund_total", says: "2.00"},
		{name: "more tax than is left",
			body:  `{"line_items":[{"id":3,"refund_total":1,"refund_tax":[{"id":1,"refund_total":3}]}]}`,
			field: "line_items[0].refund_tax[0].refund_total", says: "2.38"},
		{name: "a tax of another rate",
			body:  `{"line_items":[{"id":3,"refund_total":1,"refund_tax":[{"id":9,"refund_total":1}]}]}`,
			field: "line_items[0].refund_tax[0].id", says: "rate 9"},
		{name: "more decimals than the shop keeps", body: `{"line_items":[{"id":6,"refund_total":"1.005"}]}`,
			field: "line_items[0].refund_total", says: "it keeps 2 decimals in an amount, and would refund 1.01"},
		{name: "more of them in a tax",
			body:  `{"line_items":[{"id":3,"refund_total":1,"refund_tax":[{"id":1,"refund_total":0.225}]}]}`,
			field: "line_items[0].refund_tax[0].refund_total", says: "such as 0.22"},
		{name: "parts of a cent that come to whole ones",
			body: `{"line_items":[{"id":3,"refund_total":3.605,"refund_tax":[{"id":1,"refund_total":0.795}]}]}`,
			want: `[{"id":3,"quantity":0,"refund_tax":[{"id":1,"refund_total":0.795}],"refund_total":3.605}] "4.40"`},
		{name: "zeros at the end", body: `{"line_items":[{"id":6,"refund_total":"1.5000"}]}`,
			want: `[{"id":6,"refund_total":"1.5000"}] "1.50"`},
		{name: "a line of another order", body: `{"line_items":[{"id":99,"quantity":1}]}`, field: "line_items[0].id",
			says: "no line of the order; it has 3, 4, 5, 6"},
		{name: "neither pieces nor money", body: `{"line_items":[{"id":3}]}`, field: "line_items[0].quantity",
			says: "refund_total (net)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			body, err := document.Parse([]byte(test.body))
			if err != nil {
				t.Fatal(err)
			}
			var refunds []document.Object
			if test.refunds != "" {
				if err := json.Unmarshal([]byte(test.refunds), &refunds); err != nil {
					t.Fatal(err)
				}
			}
			raw, wrong, err := Refund(body, json.RawMessage(soldInGermany), refunds)
			if err != nil {
				t.Fatal(err)
			}
			if test.field != "" {
				if len(wrong) == 0 || wrong[0].Field != test.field || !strings.Contains(wrong[0].Message, test.says) {
					t.Errorf("%s %+v, want %s named with %q", raw, wrong, test.field, test.says)
				}
				return
			}
			got, err := document.Parse(raw)
			if err != nil || len(wrong) > 0 {
				t.Fatalf("%+v, %v", wrong, err)
			}
			if diff := cmp.Diff(test.want, string(got["line_items"])+" "+string(got["amount"])); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			// What was priced is the same when it is held against the order again before it is sent.
			again, wrong, err := Refund(got, json.RawMessage(soldInGermany), refunds)
			if err != nil || len(wrong) > 0 || !jsonvalue.Equal(again, raw) {
				t.Errorf("again: %s, %+v, %v", again, wrong, err)
			}
		})
	}
}

func TestALineWithAnotherQuantityIsPricedByItsPiece(t *testing.T) {
	t.Parallel()
	const order = `{"line_items":[{"id":1,"quantity":3,"price":3.6065573333333334,"total":"10.82","subtotal":"10.82"},
		{"id":2,"quantity":2,"price":4,"total":"8.00","subtotal":"10.00"}]}`
	tests := []struct{ name, body, base, want, field string }{
		{name: "to the cent with its taxes", body: `{"line_items":[{"id":1,"quantity":5}]}`, base: order,
			want: `[{"id":1,"quantity":5,"subtotal":"18.032787","total":"18.032787"}]`},
		{name: "a discount stays one", body: `{"line_items":[{"id":2,"quantity":1}]}`, base: order,
			want: `[{"id":2,"quantity":1,"subtotal":"5.00","total":"4.00"}]`},
		{name: "a price that is given stays", body: `{"line_items":[{"id":1,"quantity":5,"total":"1.00"}]}`,
			base: order, want: `[{"id":1,"quantity":5,"total":"1.00"}]`},
		{name: "the same quantity", body: `{"line_items":[{"id":1,"quantity":3}]}`, base: order,
			want: `[{"id":1,"quantity":3}]`},
		{name: "a line that is removed", body: `{"line_items":[{"id":1,"quantity":0}]}`, base: order,
			want: `[{"id":1,"quantity":0}]`},
		{name: "a line of another order", body: `{"line_items":[{"id":9,"quantity":5}]}`, base: order,
			field: "line_items[0].id"},
		{name: "an order nobody has seen", body: `{"line_items":[{"id":1,"quantity":5}]}`,
			field: "line_items[0].total"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var base json.RawMessage
			if test.base != "" {
				base = json.RawMessage(test.base)
			}
			raw, wrong, err := Repriced(json.RawMessage(test.body), base)
			if err != nil {
				t.Fatal(err)
			}
			if test.field != "" {
				if len(wrong) == 0 || wrong[0].Field != test.field {
					t.Errorf("%s %+v, want %s named", raw, wrong, test.field)
				}
				return
			}
			got, err := document.Parse(raw)
			if err != nil || !jsonvalue.Equal(got["line_items"], []byte(test.want)) {
				t.Errorf("%s, %+v, want %s", raw, wrong, test.want)
			}
		})
	}
}
