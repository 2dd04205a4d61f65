package intake

import (
	"encoding/json"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestAChangeOfStockIsNamedByItsContentAndACountIsNot(t *testing.T) {
	t.Parallel()
	stock := func(id int64, body string) outbox.Write {
		return outbox.Write{Action: outbox.Update, Resource: storage.Products, RecordID: id,
			Body: json.RawMessage(body)}
	}
	named := func(writes ...outbox.Write) []string {
		NameByContent(writes)
		var keys []string
		for _, w := range writes {
			keys = append(keys, w.Key)
		}
		return keys
	}
	keys := named(stock(1, `{"inventory_delta":5}`), stock(1, `{"inventory_delta":5}`), stock(2, `{"inventory_delta":5}`),
		stock(1, `{"inventory_delta":-5}`), stock(1, `{"manage_stock":true,"stock_quantity":5}`))
	seen := map[string]bool{}
	for i, key := range keys[:4] {
		if key == "" || seen[key] {
			t.Errorf("write %d has the key %q, which is none of its own", i, key)
		}
		seen[key] = true
	}
	if keys[4] != "" {
		t.Errorf("the count has the key %q: the same count tomorrow would be taken for a repetition", keys[4])
	}
	if again := named(stock(1, `{"inventory_delta":5.0}`)); again[0] != keys[0] {
		t.Errorf("the same change again has the key %q, want %q", again[0], keys[0])
	}
}
