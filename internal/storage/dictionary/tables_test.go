package dictionary_test

import (
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/storage/dictionary"
)

func TestEveryTableHasALineAndColumns(t *testing.T) {
	t.Parallel()
	tables := dictionary.Tables()
	names := map[string]bool{}
	for _, table := range tables {
		if table.Name == "" || table.About == "" || len(table.Columns) == 0 || names[table.Name] {
			t.Errorf("%+v", table)
		}
		names[table.Name] = true
	}
	for _, want := range []string{"orders", "order_items", "stores", "records"} {
		if !names[want] {
			t.Errorf("%s is missing", want)
		}
	}
	if tables[0].Name != "orders" {
		t.Errorf("%s comes first, and people ask for orders", tables[0].Name)
	}
	for _, table := range tables {
		if strings.HasPrefix(table.Name, "order_parts") || strings.Contains(table.About, "goose") {
			t.Errorf("people are told of %s: %s", table.Name, table.About)
		}
	}
	if !tables[0].View || tables[len(tables)-1].View {
		t.Error("views come before tables")
	}
}
