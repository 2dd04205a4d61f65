package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/waybillhq/waybill/internal/storage/sqlite"
	"github.com/waybillhq/waybill/internal/storage/storagetest"
)

func TestEveryTableMoves(t *testing.T) {
	t.Parallel()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "waybill.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	rows, err := db.Query(t.Context(), `SELECT t.name, c.name FROM pragma_table_list t, pragma_table_xinfo(t.name) c
		WHERE t.schema = 'main' AND t.type = 'table' AND c.hidden = 0 AND t.name NOT LIKE 'sqlite_%'
		AND t.name NOT LIKE 'river_%' AND t.name NOT LIKE 'goose_%'`, 0)
	if err != nil {
		t.Fatal(err)
	}
	tables := map[string][]string{}
	for _, row := range rows.Values {
		name := row[0].(string)
		tables[name] = append(tables[name], row[1].(string))
	}
	storagetest.EveryTableMoves(t, tables)
}
