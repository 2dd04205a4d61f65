package intake

import (
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// A row that a column names is the same write however its other cells change, and no column of the order by itself.
func TestAColumnNamesTheRowsOfAFile(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		in, column string
		csv        bool
		other      Options
		want       string // the keys
		fails      string
	}{
		"a column of the caller's own": {csv: true, column: "No", in: "No,status\nA-1,pending\nA-2,on-hold\n",
			want: "column-create-orders-A-1 column-create-orders-A-2"},
		"a column that is written as well": {csv: true, column: "transaction_id", in: "transaction_id\n T1 \n",
			want: "column-create-orders-T1"},
		"a mapped column": {csv: true, column: "No", in: "No\n7\n", want: "column-create-orders-7",
			other: Options{Columns: map[string]string{"No": "meta_data.erp"}}},
		"a field of JSON": {column: "meta_data.erp", want: "column-create-orders-7 column-create-orders-A-1",
			in: `[{"meta_data":[{"key":"erp","value":7}]},{"meta_data":[{"key":"x","value":1},{"key":"erp","value":"A-1"}]}]`},
		"another member of JSON": {column: "billing.email", in: `{"billing":{"email":"a@b.example"}}`,
			want: "column-create-orders-a@b.example"},
		"records below another": {csv: true, column: "No", in: "No,note\n1,Packed\n",
			other: Options{Resource: storage.OrderNotes, ParentID: 20}, want: "column-create-order_notes-20-1"},
		"an empty cell":         {csv: true, column: "No", in: "No,status\nA-1,pending\n,on-hold\n", fails: `row 2 (line 3 of the file): column "No" is empty`},
		"one value twice":       {csv: true, column: "No", in: "No\nA-1\nB\nA-1\n", fails: `"A-1" here and in row 1`},
		"no such column":        {csv: true, column: "Nr", in: "status\npending\n", fails: `there is no column "Nr"`},
		"no such field of JSON": {column: "meta_data.erp", in: `{"status":"pending"}`, fails: "--key-column meta_data.erp: is not there"},
		"a list in JSON":        {column: "line_items", in: `{"line_items":[]}`, fails: "neither a text nor a number"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := test.other
			o.Action, o.CSV, o.KeyColumn = outbox.Create, test.csv, test.column
			if o.Resource == "" {
				o.Resource = storage.Orders
			}
			rows, err := Read(strings.NewReader(test.in), o)
			if test.fails != "" {
				if err == nil || !strings.Contains(err.Error(), test.fails) {
					t.Errorf("got %v, want %q", err, test.fails)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			keys := make([]string, len(rows))
			for i, row := range rows {
				if keys[i] = row.Key; strings.Contains(string(row.Body), `"No"`) {
					t.Errorf("the column is sent: %s", row.Body)
				}
			}
			if got := strings.Join(keys, " "); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
