package outbox_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// withoutKeys is a plugin that takes some meta data away at every depth before it is stored.
func withoutKeys(keys ...string) func(map[string]any) {
	var strip func(o map[string]any)
	strip = func(o map[string]any) {
		for name, value := range o {
			list, _ := value.([]any)
			kept := []any{}
			for _, item := range list {
				entry, isObject := item.(map[string]any)
				if isObject && name == "meta_data" && slices.Contains(keys, fmt.Sprint(entry["key"])) {
					continue
				}
				if isObject {
					strip(entry)
				}
				kept = append(kept, item)
			}
			if list != nil {
				o[name] = kept
			}
		}
	}
	return strip
}

func TestMetaDataThatTheStoreDoesNotKeepIsNamedOfACreate(t *testing.T) {
	t.Parallel()
	inBubble(t, 151, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		product := g.make(t, "products", `{"name":"P","type":"variable","attributes":[{"name":"Size","variation":true,`+
			`"options":["S"]}]}`)
		simple := g.make(t, "products", `{"name":"S","regular_price":"5"}`)
		g = g.meddled(t, 100, withoutKeys("erp", "lot"))
		meta := `"meta_data":[{"key":"erp","value":"E1"},{"key":"other","value":"o"}]`
		for _, test := range []struct {
			resource storage.Resource
			parent   int64
			body     string
			lost     bool
			names    []string
		}{
			{storage.Orders, 0, fmt.Sprintf(`{"status":"processing","customer_note":"m",%s,"line_items":[`+
				`{"product_id":%[2]d,"quantity":1,"meta_data":[{"key":"seen","value":"1"}]},`+
				`{"product_id":%[2]d,"quantity":2,"meta_data":[{"key":"lot","value":"L1"}]}],`+
				`"fee_lines":[{"name":"F","total":"1.00","meta_data":[{"key":"lot","value":{"a":1}}]}]}`, meta, simple),
				false, []string{"meta_data[erp]", "line_items[1].meta_data[lot]", "fee_lines[0].meta_data[lot]"}},
			{storage.Orders, 0, fmt.Sprintf(`{"status":"processing","customer_note":"lost",%s}`, meta), true,
				[]string{"meta_data[erp]"}},
			{storage.Products, 0, `{"name":"Q",` + meta + `}`, false, []string{"meta_data[erp]"}},
			{storage.Variations, product, `{"regular_price":"5",` + meta + `}`, false, []string{"meta_data[erp]"}},
			{storage.Customers, 0, `{"email":"q@example.com",` + meta + `}`, false, []string{"meta_data[erp]"}},
			{storage.Coupons, 0, `{"code":"q","amount":"1",` + meta + `}`, false, []string{"meta_data[erp]"}},
			{storage.Products, 0, `{"name":"R","meta_data":[{"key":"other","value":true},{"key":"none","value":""}]}`,
				false, nil},
		} {
			if test.lost {
				g.fault(t, afterCommit)
			}
			w := g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: test.resource, ParentID: test.parent,
				Body: json.RawMessage(test.body)})
			names := fieldsOf(w.Reason)
			slices.Sort(names)
			slices.Sort(test.names)
			if w.State != outbox.Done || !slices.Equal(names, test.names) {
				t.Errorf("%s: %s, %+v; want done and %v named", test.resource, w.State, w.Reason, test.names)
			}
			if !test.lost && len(names) > 0 && (w.Reason.Code != outbox.CodeIgnored ||
				!strings.Contains(w.Reason.Message, "passed over "+w.Reason.Fields[0].Field)) {
				t.Errorf("%s: it says %s (%s)", test.resource, w.Reason.Message, w.Reason.Code)
			}
		}
	})
}

func TestAMetaKeyThatNoTableHoldsIsRefused(t *testing.T) {
	t.Parallel()
	inBubble(t, 152, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		for _, resource := range []storage.Resource{storage.Orders, storage.Products} {
			_, err := g.box().Accept(t.Context(), outbox.Write{StoreID: st.ID, Action: outbox.Create,
				Resource: resource, Body: mustBody(map[string]any{"name": "x", "meta_data": []map[string]string{
					{"key": strings.Repeat("é", 256), "value": "v"}}})})
			if err == nil || !strings.Contains(err.Error(), "255") {
				t.Errorf("%s: a key of 256 characters was accepted: %v", resource, err)
			}
		}
	})
}
