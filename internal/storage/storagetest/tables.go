package storagetest

import (
	"slices"
	"testing"

	"github.com/waybillhq/waybill/internal/storage"
)

// staying are the tables that do not go over in a move, and why.
var staying = map[string]string{
	"calendar":                   "every store is made due where it arrives",
	"errands":                    "who asked waits no longer",
	"workers":                    "they stop before a move",
	"order_parts_kept":           "it is made anew from the records that have arrived",
	"order_parts_item_meta_kept": "it is made anew from the records that have arrived",
	"order_parts_until":          "it says how far that has come",
	"search_parts":               "the index of texts is made anew from the records that have arrived",
	"product_lines":              "it is made anew from the records when it is first asked for",
	"key_check":                  "it is made anew from the keys of the stores",
	"moving":                     "each side has its own",
	"process":                    "it tells processes on one database apart",
	"change_lock":                "it holds no data",
}

// EveryTableMoves fails where a table of a database neither goes over in a move nor is known to stay. It is given all
// tables but those of the job library, of the migrations and of a database's own index of texts.
func EveryTableMoves(t *testing.T, tables []string) {
	t.Helper()
	if len(tables) < len(storage.Tables()) {
		t.Errorf("there are only %d tables: %q", len(tables), tables)
	}
	for _, name := range tables {
		moves := slices.ContainsFunc(storage.Tables(), func(table storage.Table) bool { return table.Name == name })
		switch why, stays := staying[name]; {
		case moves && stays:
			t.Errorf("%s goes over in a move, and is said to stay: %s", name, why)
		case !moves && !stays:
			t.Errorf("%s neither goes over in a move (storage.Tables) nor is it known why it stays", name)
		}
	}
}
