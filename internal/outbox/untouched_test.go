package outbox_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
	"github.com/waybillhq/waybill/woo"
)

// hostile are values that a careless client spoils.
var hostile = rapid.OneOf(
	rapid.SampledFrom([]any{
		nil, true, false, 0, -1, 1.50, 1e21, "", " ", "0", "null", "a:1:{s:1:\"a\";i:1;}", `O:8:"stdClass":0:{}`,
		"s:5:\"hello\";", "b:0;", `{"a":1}`, `[1,2]`,
		"<b>bold</b> & <script>", "\\", `\"`, "'; DROP TABLE--", "line\nline\ttab", "Zoë Żak 李小龙 🧾",
		"12345678901234567890",
		[]any{}, []any{1, "2", nil, []any{[]any{}}}, map[string]any{"a": map[string]any{"b": []any{nil, 1.5, "x"}}},
		map[string]any{"0": "a", "1": "b"}, map[string]any{"key": "k", "value": "v"},
	}),
	rapid.Map(rapid.StringN(0, 20, 60), func(s string) any { return s }),
)

var hostileKeys = []string{"_private", "_waybill", "plain", "with space", "ключ", "a[b]", "a.b", "id", "key", "value",
	"0", "UPPER", "meta_data"}

// tryUntouched makes a record with hostile meta data, updates some of it through the outbox, and compares the rest.
func tryUntouched(t *rapid.T, shop *woo.Client, box *outbox.Outbox, storeID int64) {
	do := func(method, path string, body any) map[string]json.RawMessage {
		answer, err := shop.Do(t.Context(), woo.Request{Method: method, Path: path, Body: body})
		if err != nil {
			t.Fatal(err)
		}
		var o map[string]json.RawMessage
		if err := json.Unmarshal(answer.Body, &o); err != nil {
			t.Fatal(err)
		}
		return o
	}
	meta := []map[string]any{}
	for range rapid.IntRange(0, 6).Draw(t, "entries") {
		meta = append(meta, map[string]any{"key": rapid.SampledFrom(hostileKeys).Draw(t, "key"),
			"value": hostile.Draw(t, "value")})
	}
	resource, body, field := storage.Orders, map[string]any{"customer_note": "note", "transaction_id": "t1",
		"billing":   map[string]string{"first_name": "Zoë", "city": "Oakland", "company": `"A" & B`},
		"fee_lines": []map[string]any{{"name": "Fee", "total": "1.00", "meta_data": meta}}}, "transaction_id"
	if rapid.Bool().Draw(t, "product") {
		resource, body, field = storage.Products, map[string]any{"name": "Mug & <i>co</i>", "regular_price": "9.50",
			"description": "<p>x</p>"}, "weight"
	}
	body["meta_data"] = meta
	made := do("POST", string(resource), body)
	path := fmt.Sprintf("%s/%s", resource, made["id"])
	before := do("GET", path, nil)

	change := map[string]any{field: "2.5"}
	var named []string
	if rapid.Bool().Draw(t, "meta") {
		key := rapid.SampledFrom(hostileKeys).Draw(t, "named")
		named = append(named, key)
		change["meta_data"] = []map[string]any{{"key": key, "value": "changed"}}
	}
	var id int64
	if err := json.Unmarshal(made["id"], &id); err != nil {
		t.Fatal(err)
	}
	w, err := box.Accept(t.Context(), outbox.Write{StoreID: storeID, Action: outbox.Update, Resource: resource,
		RecordID: id, Body: mustBody(change)})
	for err == nil {
		var round outbox.Round
		if round, err = box.Step(t.Context(), storeID, shop); err == nil && round.Next.IsZero() {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err != nil {
		t.Fatal(err)
	}
	after := do("GET", path, nil)
	if string(after[field]) != `"2.5"` {
		t.Fatalf("%s is %s after write %s", field, after[field], w.ID)
	}
	moves := []string{field, "meta_data", "date_modified", "date_modified_gmt", "related_ids", "_links"}
	for name := range before {
		if !slices.Contains(moves, name) && string(before[name]) != string(after[name]) {
			t.Fatalf("%s was %s and is %s, and nobody named it", name, before[name], after[name])
		}
	}
	was, is := entries(t, before, named), entries(t, after, named)
	if !slices.Equal(was, is) {
		t.Fatalf("meta data was\n%v\nand is\n%v\nand only %q was named", was, is, named)
	}
}

// entries are the entries of meta data whose keys were not named, as text.
func entries(t *rapid.T, record map[string]json.RawMessage, named []string) (texts []string) {
	var list []struct {
		ID    json.RawMessage `json:"id"`
		Key   string          `json:"key"`
		Value json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(record["meta_data"], &list); err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if !slices.Contains(named, e.Key) {
			texts = append(texts, fmt.Sprintf("%s %q %s", e.ID, e.Key, e.Value))
		}
	}
	slices.Sort(texts)
	return texts
}

// WAYBILL_TRY_URL, WAYBILL_TRY_KEY and WAYBILL_TRY_SECRET add a store of your own, which will be given products and
// orders.
func TestWhatTheCallerDidNotNameStaysAsItIs(t *testing.T) {
	t.Parallel()
	if url := os.Getenv("WAYBILL_TRY_URL"); url != "" {
		t.Run("on a store of your own", func(t *testing.T) { tryRealStore(t, url) })
	}
	inBubble(t, 3, func(t *testing.T, g ground) {
		st := g.connect(t, "hostile")
		rapid.Check(struct{ rapid.TB }{t}, func(t *rapid.T) { tryUntouched(t, g.calm, g.box(), st.ID) })
	})
}

func tryRealStore(t *testing.T, url string) {
	t.Parallel()
	shop, err := woo.New(url, woo.Credentials{Key: os.Getenv("WAYBILL_TRY_KEY"),
		Secret: os.Getenv("WAYBILL_TRY_SECRET")}, woo.WithRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	db := ledger.New(databasetest.Open(t))
	t.Cleanup(func() { _ = db.Close() })
	st, err := ledger.AddStore(t.Context(), db, storage.Store{Name: "real", HomeURL: url, RESTRoot: url + "/wp-json/",
		Auth: storage.AuthBasic})
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) { tryUntouched(t, shop, outbox.New(db, outbox.Options{}), st.ID) })
}
