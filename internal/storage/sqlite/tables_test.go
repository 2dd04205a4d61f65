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
	rows, err := db.Query(t.Context(), `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'
		AND name NOT LIKE 'river_%' AND name NOT LIKE 'goose_%' ORDER BY name`, 0)
	if err != nil {
		t.Fatal(err)
	}
	var tables []string
	for _, row := range rows.Values {
		tables = append(tables, row[0].(string))
	}
	storagetest.EveryTableMoves(t, tables)
}
