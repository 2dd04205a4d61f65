package intake

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestAReferenceInSeveralRowsIsFound(t *testing.T) {
	t.Parallel()
	lines := map[string]string{"Order No": "meta_data.order_no", "Item": "line_items.0.sku",
		"Channel": "meta_data.channel", "Paid": "transaction_id",
		"Ext": "meta_data.extRef", "Prepaid": "meta_data.prepaid", "Customer": "meta_data.customer_no"}
	for _, test := range []struct {
		name, in string
		want     Repeat
	}{
		{"lines of one order", "Order No,Item\n1001,A\n1002,A\n1001,B\n1001,C\n",
			Repeat{Field: "meta_data.order_no", Value: "1001", Rows: []int{1, 3, 4}}},
		{"one payment twice", "Paid,Item\nch_1,A\nch_1,B\n", Repeat{Field: "transaction_id", Value: "ch_1",
			Rows: []int{1, 2}}},
		{"a reference each", "Order No,Item\n1001,A\n1002,A\n", Repeat{}},
		{"no reference", "Order No,Item\n,A\n,A\n", Repeat{}},
		{"another spelling", "Ext,Item\nA7,A\nA7,B\n", Repeat{Field: "meta_data.extRef", Value: "A7",
			Rows: []int{1, 2}}},
		{"a word that ends alike", "Prepaid,Item\n1,A\n1,B\n", Repeat{}},
		{"one customer", "Customer,Item\n7,A\n7,B\n", Repeat{}},
		{"what many orders have in common", "Channel,Item\nebay,A\nebay,B\n", Repeat{}},
	} {
		o := Options{Action: outbox.Create, Resource: storage.Orders, CSV: true, Columns: map[string]string{}}
		header, _, _ := strings.Cut(test.in, "\n")
		for _, column := range strings.Split(header, ",") {
			o.Columns[column] = lines[column]
		}
		rows, err := Read(strings.NewReader(test.in), o)
		if err != nil {
			t.Fatal(err)
		}
		got, found := Repeated(rows)
		if diff := cmp.Diff(test.want, got); diff != "" || found != (test.want.Field != "") {
			t.Errorf("%s: %v (-want +got):\n%s", test.name, found, diff)
		}
	}
}
