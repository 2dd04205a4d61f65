package postgres_test

import (
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/postgres"
	"github.com/waybillhq/waybill/internal/storage/postgres/pgtest"
)

// shop is a store in a fresh database, with the records given.
func shop(t *testing.T, db *postgres.DB, records ...storage.Record) storage.Store {
	t.Helper()
	var made storage.Store
	err := db.Within(t.Context(), func(tx storage.Tx) error {
		var err error
		if made, err = tx.CreateStore(t.Context(),
			storage.Store{Name: "shop", HomeURL: "https://shop.example"}); err != nil {
			return err
		}
		return arrive(t, tx, made.ID, records)
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// arrive adds records and logs each, as whoever keeps a mirror does.
func arrive(t *testing.T, tx storage.Tx, storeID int64, records []storage.Record) error {
	t.Helper()
	if _, err := tx.AddRecords(t.Context(), storeID, records); err != nil {
		return err
	}
	var changes []storage.Change
	for _, r := range records {
		changes = append(changes, storage.Change{StoreID: storeID, Ref: r.Ref, ParentID: r.ParentID,
			Kind: storage.Created, At: time.Date(2026, 11, 23, 10, 6, 8, 0, time.UTC), Hash: r.Hash})
	}
	_, err := tx.LogChanges(t.Context(), changes)
	return err
}

func order(id int64, raw string) storage.Record {
	return storage.Record{Ref: storage.Ref{Resource: storage.Orders, ID: id}, Status: "processing", Raw: []byte(raw),
		Hash: storage.HashOf([]byte(raw))}
}

// hardTexts are what json or text of PostgreSQL changes, refuses, or cannot be asked about.
var hardTexts = []string{
	`{"id":1,"z":1,"a":2,"z":3}`,
	` { "id" : 2 ,	"n":123456789012345678901234567890.10, "e":1E400, "m":-0 } `,
	`{"id":3,"meta_data":[{"id":1,"key":"k","value":"O:1:\"A\":1:{s:4:\"\u0000*\u0000b\";i:1;}"}]}`,
	`{"id":4,"s":"\ud83d\ude00 \ud800 \udc00\ud800 \\u0000 \\\ud801x \ud83d"}`,
	"{\"id\":5,\"s\":\"caf\xe9 \xff\"}",
	"{\"id\":6,\"s\":\"a\x00b\"}",
	`{"id":7,"s":"\u00fc ü 中 😀 שלום \/"}`,
	`no JSON at all`,
	`{"id":9,"deep":` + strings.Repeat(`[`, 500) + strings.Repeat(`]`, 500) + `}`,
}

func TestRecordsKeepTheirBytes(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	var records []storage.Record
	for i, raw := range hardTexts {
		records = append(records, order(int64(i+1), raw))
	}
	st := shop(t, db, records...)
	for i, raw := range hardTexts {
		got, err := db.Record(t.Context(), st.ID, records[i].Ref)
		if err != nil || string(got.Raw) != raw || got.Hash != records[i].Hash {
			t.Errorf("got %q (%v), want %q", got.Raw, err, raw)
		}
	}
	// The same when they take the place of others.
	err := db.Within(t.Context(), func(tx storage.Tx) error {
		for i := range records {
			records[i].Ref.ID = int64(len(records) - i)
		}
		return tx.ReplaceRecords(t.Context(), st.ID, records)
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, raw := range hardTexts {
		got, err := db.Record(t.Context(), st.ID, records[i].Ref)
		if err != nil || string(got.Raw) != raw {
			t.Errorf("replaced: got %q (%v), want %q", got.Raw, err, raw)
		}
	}
}

func TestNoRecordBreaksAQuestionAboutTheOthers(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	var records []storage.Record
	for i, raw := range hardTexts {
		records = append(records, order(int64(i+1), raw))
	}
	odd := `{"id":50,"line_items":[{"id":"x","quantity":"many","price":1e300},5,null],"meta_data":{"a":{"key":7,"value":[1]}},` +
		`"parent_id":"none","prices_include_tax":"maybe","shipping_lines":"none","fee_lines":null}`
	records = append(records, order(50, odd))
	shop(t, db, records...)
	for _, question := range []string{
		`SELECT * FROM orders`, `SELECT * FROM order_items`, `SELECT * FROM order_item_meta`,
		`SELECT * FROM order_meta`,
		`SELECT * FROM order_shipping`, `SELECT * FROM order_fees`, `SELECT raw ->> 's' FROM orders`,
	} {
		if _, err := db.Query(t.Context(), question, 0); err != nil {
			t.Errorf("%s: %v", question, err)
		}
	}
	answer, err := db.Query(t.Context(), `SELECT value FROM order_meta WHERE order_id = 3`, 0)
	if err != nil || len(answer.Values) != 1 || answer.Values[0][0] != "O:1:\"A\":1:{s:4:\"\ufffd*\ufffdb\";i:1;}" {
		t.Errorf("a serialized object reads %q (%v)", answer.Values, err)
	}
	answer, err = db.Query(t.Context(), `SELECT id FROM records WHERE exact IS NOT NULL ORDER BY id`, 0)
	if err != nil || len(answer.Values) != 5 {
		t.Errorf("kept as bytes besides: %v (%v), want 3, 4, 5, 6, 8", answer.Values, err)
	}
}

func TestWritesKeepTheirBytes(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	st := shop(t, db)
	w := storage.Write{ID: "w1", StoreID: st.ID, Key: "k", Action: storage.ActionUpdate, Resource: storage.Orders,
		RecordID: 1,
		Policy:   storage.PolicyMerge, State: storage.WritePending, Body: []byte(hardTexts[4]),
		Base:  []byte(hardTexts[1]),
		Asked: []byte(hardTexts[2]), Reason: &storage.WriteReason{Message: "a\x00b", Theirs: []byte(`{"a":"\u0000"}`)}}
	err := db.Within(t.Context(), func(tx storage.Tx) error {
		_, err := tx.AddWrites(t.Context(), []storage.Write{w})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := db.WriteByID(t.Context(), "w1")
	if err != nil || string(got.Body) != hardTexts[4] || string(got.Base) != hardTexts[1] ||
		string(got.Asked) != hardTexts[2] ||
		got.Reason.Message != "a\x00b" {
		t.Errorf("got %+v (%v)", got, err)
	}
}
