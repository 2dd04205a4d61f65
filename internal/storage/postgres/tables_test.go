package postgres_test

import (
	"testing"

	"github.com/waybillhq/waybill/internal/storage/postgres/pgtest"
	"github.com/waybillhq/waybill/internal/storage/storagetest"
)

func TestEveryTableMoves(t *testing.T) {
	t.Parallel()
	rows, err := pgtest.Open(t).Query(t.Context(), `SELECT c.table_name, c.column_name
		FROM information_schema.tables t JOIN information_schema.columns c USING (table_schema, table_name)
		WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'
		AND table_name NOT LIKE 'river_%' AND table_name NOT LIKE 'goose_%'`, 0)
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
