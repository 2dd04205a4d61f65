package postgres_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
	"github.com/waybillhq/waybill/internal/storage/storagetest"
)

// recorded are records of a real store, one a line.
const recorded = "../../mirror/testdata/store"

// fileOf are the files whose name is not the resource's.
var fileOf = map[string]storage.Resource{
	"categories": storage.Categories, "tags": storage.Tags, "attributes": storage.Attributes,
	"orders-trash":     storage.Orders,
	"settings_general": storage.Settings, "settings_tax": storage.Settings,
}

// recordedStore puts the recorded store into a database.
func recordedStore(t *testing.T, db storage.Database) {
	t.Helper()
	files, err := filepath.Glob(recorded + "/*.jsonl")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d recorded files (%v)", len(files), err)
	}
	var records []storage.Record
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".jsonl")
		resource, other := fileOf[name]
		if !other {
			resource = storage.Resource(name)
		}
		for n, line := range bytes.Split(bytes.TrimSpace(text), []byte("\n")) {
			records = append(records, recordOf(resource, n, line))
		}
	}
	err = db.Within(t.Context(), func(tx storage.Tx) error {
		st, err := tx.CreateStore(t.Context(), storage.Store{Name: "shop", HomeURL: "https://shop.example"})
		if err != nil {
			return err
		}
		return arrive(t, tx, st.ID, records)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func recordOf(resource storage.Resource, n int, raw []byte) storage.Record {
	r, err := storage.ParseRecord(resource, 0, raw)
	if err != nil || r.ID == 0 {
		r = storage.Record{Ref: storage.Ref{Resource: resource, Slug: fmt.Sprint(n)}, Raw: raw,
			Hash: storage.HashOf(raw)}
	}
	if parent, ok := jsonvalue.Int(jsonvalue.Get(raw, "parent_id")); ok && resource != storage.Orders {
		r.ParentID = parent
	}
	r.SeenAt = time.Date(2026, 11, 23, 10, 6, 8, 0, time.UTC)
	return r
}

func TestViewsAnswerAsThoseOfSQLite(t *testing.T) {
	t.Parallel()
	file, server := databasetest.SQLite(t), databasetest.Postgres(t)
	ours, theirs := storagetest.Open(t, server), storagetest.Open(t, file)
	recordedStore(t, ours)
	recordedStore(t, theirs)
	// order_parts and what it is made of say where a part stands in a way of the database's own.
	views, err := theirs.Query(t.Context(), `SELECT name FROM sqlite_master WHERE type = 'view'
		AND name NOT LIKE 'order_parts%' ORDER BY name`, 0)
	if err != nil || len(views.Values) < 25 {
		t.Fatalf("%d views (%v)", len(views.Values), err)
	}
	rows := 0
	for _, row := range views.Values {
		view := fmt.Sprint(row[0])
		question := `SELECT * FROM ` + view
		want, err := theirs.Query(t.Context(), question, 0)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ours.Query(t.Context(), question, 0)
		if err != nil {
			t.Errorf("%s: %v", view, err)
			continue
		}
		if !slices.Equal(got.Columns, want.Columns) {
			t.Errorf("%s has the columns %v, want %v", view, got.Columns, want.Columns)
			continue
		}
		rows += len(want.Values)
		g, w := lines(got), lines(want)
		for i := range max(len(g), len(w)) {
			if i >= len(g) || i >= len(w) || g[i] != w[i] {
				t.Errorf("%s, row %d of %d and %d:\n got %s\nwant %s", view, i, len(g), len(w), at(g, i), at(w, i))
				break
			}
		}
	}
	if rows < 500 {
		t.Errorf("only %d rows were compared", rows)
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(none)"
}

// lines are rows as text, sorted: without an ORDER BY they come in any order. JSON that is picked out of a record is
// written without blanks by one database and as it stood by the other; a number is a number.
func lines(rows storage.Rows) []string {
	all := make([]string, len(rows.Values))
	for i, row := range rows.Values {
		cells := make([]string, len(row))
		for k, v := range row {
			cells[k] = rows.Columns[k] + "=" + plain(v)
		}
		all[i] = strings.Join(cells, " | ")
	}
	slices.Sort(all)
	return all
}

func plain(v any) string {
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	if raw, ok := v.([]byte); ok {
		v = string(raw)
	}
	text := fmt.Sprint(v)
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		return "(json)"
	}
	return text
}
