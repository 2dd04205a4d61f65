package storagetest

import (
	"maps"
	"slices"
	"testing"

	"github.com/waybillhq/waybill/internal/storage"
)

// staying are the tables that a move does not copy, with the reason.
var staying = map[string]string{
	"calendar":                   "every store is made due where it arrives",
	"errands":                    "who asked waits no longer",
	"workers":                    "they stop before a move",
	"user_sessions":              "people sign in anew where they are",
	"user_tickets":               "a link is made anew, a sign-in begins again",
	"sign_in_attempts":           "they count for minutes",
	"order_parts_kept":           "it is made anew from the records that have arrived",
	"order_parts_item_meta_kept": "it is made anew from the records that have arrived",
	"order_parts_until":          "it says how far that has come",
	"search_parts":               "the index of texts is made anew from the records that have arrived",
	"product_lines":              "it is made anew from the records when it is first asked for",
	"problem_look":               "looking begins anew where it arrives",
	"key_check":                  "it is made anew from the keys of the stores",
	"moving":                     "each side has its own",
	"process":                    "it tells processes on one database apart",
	"change_lock":                "it holds no data",
}

// stayingColumns are the columns that a move does not copy although it copies their tables, with the reason.
var stayingColumns = map[string]string{
	"records.order_total":   anew,
	"records.billing_email": anew,
	"records.lookup":        anew,
	"records.search":        anew,
	"records.exact":         anew,
}

const anew = "it is made anew from the record's JSON"

// EveryTableMoves fails for a table or column that a move does not copy and that is not known to stay: a move would
// lose it without an error. The caller passes the columns of all tables but those of the job library, of the migrations
// and of a database's own index of texts. Columns that the database computes are left out.
func EveryTableMoves(t *testing.T, tables map[string][]string) {
	t.Helper()
	if len(tables) < len(storage.Tables()) {
		t.Errorf("there are only %d tables: %q", len(tables), slices.Sorted(maps.Keys(tables)))
	}
	for name, columns := range tables {
		at := slices.IndexFunc(storage.Tables(), func(table storage.Table) bool { return table.Name == name })
		switch why, stays := staying[name]; {
		case at >= 0 && stays:
			t.Errorf("%s goes over in a move, and is said to stay: %s", name, why)
		case at < 0 && !stays:
			t.Errorf("%s neither goes over in a move (storage.Tables) nor is it known why it stays", name)
		case at >= 0:
			everyColumnMoves(t, storage.Tables()[at], columns)
		}
	}
}

func everyColumnMoves(t *testing.T, table storage.Table, columns []string) {
	t.Helper()
	for _, name := range columns {
		moves := slices.ContainsFunc(table.Columns, func(c storage.Column) bool { return c.Name == name })
		if _, stays := stayingColumns[table.Name+"."+name]; moves == stays {
			t.Errorf("%s.%s: goes over in a move (storage.Tables): %v, is said to stay: %v", table.Name, name, moves,
				stays)
		}
	}
}
