package follow_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/waybillhq/waybill/internal/mirror/internal/follow"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

func read(t *testing.T, resource storage.Resource, raw string) *reading.Reading {
	t.Helper()
	r, err := reading.Of(resource, json.RawMessage(raw))
	if err != nil {
		t.Fatal(err)
	}
	return &r
}

func names(marks []storage.Mark) []string {
	var all []string
	for _, m := range marks {
		all = append(all, fmt.Sprintf("%s/%d of %d", m.Resource, m.ID, m.ParentID))
	}
	slices.Sort(all)
	return all
}

func TestAnOrderLeadsToEverythingItTouches(t *testing.T) {
	t.Parallel()
	order := read(t, storage.Orders, `{"id":1,"customer_id":7,"line_items":[{"product_id":20,"variation_id":0},`+
		`{"product_id":30,"variation_id":31}],"coupon_lines":[{"code":"ten"},{"code":"unknown"}]}`)
	marks, err := follow.OrderTouches(order, func(code string) ([]storage.Record, error) {
		if code == "ten" {
			return []storage.Record{{Ref: storage.Ref{Resource: storage.Coupons, ID: 9}}}, nil
		}
		return nil, nil
	})
	want := []string{"coupons/9 of 0", "customers/7 of 0", "products/20 of 0", "products/30 of 0", "variations/0 of 30"}
	if got := names(marks); err != nil || !slices.Equal(got, want) {
		t.Errorf("marked are %v (%v), want %v", got, err, want)
	}
}

func TestRefundsAreMarkedThatOnlyOneSideHas(t *testing.T) {
	t.Parallel()
	order := read(t, storage.Orders, `{"id":1,"refunds":[{"id":5},{"id":6}]}`)
	held := []storage.Ref{{Resource: storage.Refunds, ID: 4}, {Resource: storage.Refunds, ID: 5}}
	want := []string{"refunds/4 of 1", "refunds/6 of 1"}
	if got := names(follow.RefundsUnlike(order, held)); !slices.Equal(got, want) {
		t.Errorf("marked are %v, want %v", got, want)
	}
}

func TestTermsAreReadAgainWhenWhatTheyCountChanges(t *testing.T) {
	t.Parallel()
	product := func(status, categories, tags string) *reading.Reading {
		return read(t, storage.Products, `{"id":3,"status":"`+status+`","categories":[`+categories+`],"tags":[`+tags+`]}`)
	}
	for _, tt := range []struct {
		name          string
		before, after *reading.Reading
		want          []string
	}{
		{"nothing changed", product("publish", `{"id":1}`, ""), product("publish", `{"id":1}`, ""), nil},
		{"moved", product("publish", `{"id":1}`, ""), product("publish", `{"id":2}`, ""),
			[]string{"product_categories/0 of 0"}},
		{"published", product("draft", `{"id":1}`, `{"id":8}`), product("publish", `{"id":1}`, `{"id":8}`),
			[]string{"product_categories/0 of 0", "product_tags/0 of 0"}},
		{"a draft moved", product("draft", `{"id":1}`, ""), product("draft", `{"id":2}`, ""), nil},
		{"gone", product("publish", "", `{"id":8}`), &reading.Reading{}, []string{"product_tags/0 of 0"}},
	} {
		if got := names(follow.TermsTouched(tt.before, tt.after)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: marked are %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestOrdersAreReadAgainWhenAProductOfTheirsLooksDifferent(t *testing.T) {
	t.Parallel()
	old := read(t, storage.Products, `{"id":3,"sku":"A","images":[]}`)
	for name, tt := range map[string]struct {
		after *reading.Reading
		want  int
	}{
		"the same":    {read(t, storage.Products, `{"id":3,"sku":"A","images":[],"price":"2"}`), 0},
		"another SKU": {read(t, storage.Products, `{"id":3,"sku":"B","images":[]}`), 1},
		"gone":        {&reading.Reading{}, 1},
	} {
		if got := follow.LinesTouched(old, tt.after); len(got) != tt.want {
			t.Errorf("%s: marked are %v, want %d", name, names(got), tt.want)
		}
	}
	if got := follow.LinesTouched(&reading.Reading{}, old); len(got) > 0 {
		t.Errorf("a new product is in no order yet, and marked are %v", names(got))
	}
}
