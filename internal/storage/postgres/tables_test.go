package postgres_test

import (
	"testing"

	"github.com/waybillhq/waybill/internal/storage/postgres/pgtest"
	"github.com/waybillhq/waybill/internal/storage/storagetest"
)

func TestEveryTableMoves(t *testing.T) {
	t.Parallel()
	rows, err := pgtest.Open(t).Query(t.Context(), `SELECT table_name FROM information_schema.tables
		WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'river_%'
		AND table_name NOT LIKE 'goose_%' ORDER BY table_name`, 0)
	if err != nil {
		t.Fatal(err)
	}
	var tables []string
	for _, row := range rows.Values {
		tables = append(tables, row[0].(string))
	}
	storagetest.EveryTableMoves(t, tables)
}
