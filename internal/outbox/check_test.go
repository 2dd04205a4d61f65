package outbox_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// checked gives what Check makes of one write, or what it says against it.
func checked(t *testing.T, g ground, w outbox.Write) (outbox.Write, string) {
	t.Helper()
	writes, err := g.box().Check(t.Context(), g.shop, []outbox.Write{w})
	var invalid *outbox.Invalid
	switch {
	case errors.As(err, &invalid):
		return w, invalid.Error()
	case err != nil:
		t.Fatal(err)
	}
	return writes[0], ""
}

func insisting(w outbox.Write, path string) outbox.Write {
	w.Allowed = []string{path}
	return w
}

func TestWhatAWriteNamesIsLookedForBeforeItIsAccepted(t *testing.T) {
	t.Parallel()
	inBubble(t, 30, func(t *testing.T, g ground) {
		s := newShelf(t, g, 3)
		s.calm(t, "PUT", s.path(), `{"sku":"MUG"}`)
		create := func(r storage.Resource, body string) outbox.Write {
			return outbox.Write{StoreID: s.st.ID, Action: outbox.Create, Resource: r, Body: json.RawMessage(body)}
		}
		for _, test := range []struct {
			write outbox.Write
			says  string // empty: fine
		}{
			{create(storage.Orders, `{"line_items":[{"sku":"mug"}]}`), ""},
			{create(storage.Orders, `{"line_items":[{"sku":"NOPE"}]}`),
				`no product or variation of the store has the SKU "NOPE"`},
			{create(storage.Orders, `{"line_items":[{"product_id":987654}]}`), "the store has no product 987654"},
			{create(storage.Orders, `{"customer_id":987654}`), "no customer 987654"},
			{create(storage.Products, `{"name":"x","categories":[{"id":987654}]}`), "no category 987654"},
			{create(storage.Products, `{"name":"x","tags":[{"id":987654}]}`), "no tag 987654"},
			{create(storage.Products, `{"name":"x","attributes":[{"id":987654,"options":["a"]}]}`),
				"no attribute 987654"},
			{create(storage.Products, `{"name":"x","tax_class":"nope"}`), `no tax class "nope"`},
			{create(storage.Products, `{"name":"x","tax_class":"reduced-rate"}`), ""},
			{create(storage.Products, `{"name":"x","shipping_class":"nope"}`), `no shipping class "nope"`},
			{create(storage.Products, `{"name":"x","upsell_ids":[987654]}`),
				"upsell_ids[0]: the store has no product 987654"},
			{create(storage.Coupons, `{"code":"x","product_categories":[987654]}`), "no category 987654"},
			{create(storage.Products, `{"name":"x","acme_lot":"7"}`), "--allow-unknown acme_lot"},
			{create(storage.Products, `{"name":"x","brands":[{"name":"Acme"}]}`), "a brand is named by its id"},
			{create(storage.Orders, `{"billing":{"country":"US","state":"CA"}}`), ""},
			{create(storage.Orders, `{"billing":{"country":"US","state":"California"}}`),
				`the store wants its code: "CA"`},
			{create(storage.Orders, `{"shipping":{"country":"US","state":"Bavaria"}}`),
				`shipping.state: US has no state "Bavaria"`},
			{create(storage.Customers, `{"email":"a@shop.example","billing":{"country":"US","state":"QQ"}}`),
				`--allow-unknown billing.state`},
			{insisting(create(storage.Orders, `{"billing":{"country":"US","state":"QQ"}}`), "billing.state"), ""},
			{create(storage.Orders, `{"billing":{"country":"XX"}}`), `the store knows no country "XX"`},
			{create(storage.Orders, `{"billing":{"country":"AF","state":"anything"}}`), ""},
		} {
			if _, said := checked(t, g, test.write); said == "" != (test.says == "") ||
				!strings.Contains(said, test.says) {
				t.Errorf("%s: %q, want %q", test.write.Body, said, test.says)
			}
		}
	})
}

func TestAStoreThatCannotBeAskedHoldsNobodyUpButPricesCannotWait(t *testing.T) {
	t.Parallel()
	inBubble(t, 31, func(t *testing.T, g ground) {
		s := newShelf(t, g, 3)
		order := s.calm(t, "POST", "orders", fmt.Sprintf(`{"line_items":[{"product_id":%d,"quantity":2}]}`, s.id))
		if _, err := g.store.AddFault(sandbox.Fault{Drop: sandbox.BeforeCommit}); err != nil {
			t.Fatal(err)
		}
		defer g.store.ClearFaults()
		if _, said := checked(t, g, outbox.Write{StoreID: s.st.ID, Action: outbox.Create, Resource: storage.Orders,
			Body: json.RawMessage(`{"line_items":[{"sku":"NOPE"}],"customer_id":5}`)}); said != "" {
			t.Errorf("refused: %s", said)
		}
		refund := outbox.Write{StoreID: s.st.ID, Action: outbox.Create, Resource: storage.Refunds, ParentID: order.ID,
			Body: json.RawMessage(`{"line_items":[{"id":1,"quantity":1}]}`)}
		if _, said := checked(t, g, refund); !strings.Contains(said, "could not be asked") {
			t.Errorf("got %q", said)
		}
	})
}

func TestAMemberThatTheStoreItselfDescribesIsTaken(t *testing.T) {
	t.Parallel()
	inBubble(t, 32, func(t *testing.T, g ground) {
		s := newShelf(t, g, 3)
		// The mirror's idea of the version is old: the store says that it takes the member.
		variation := g.make(t, woo.RouteVariations.List(s.id), `{"regular_price":"1.00"}`)
		w := outbox.Write{StoreID: s.st.ID, Action: outbox.Update, Resource: storage.Variations, ParentID: s.id,
			RecordID: variation, Version: "10.6.2",
			Body: json.RawMessage(`{"gallery_image_ids":[5]}`)}
		got, said := checked(t, g, w)
		if said != "" || len(got.Allowed) != 1 {
			t.Fatalf("%q, allowed %v", said, got.Allowed)
		}
		if _, err := g.box().Accept(t.Context(), got); err != nil {
			t.Error(err)
		}
	})
}

func TestARepetitionIsWhatItWasAlthoughTheOrderHasMovedOn(t *testing.T) {
	t.Parallel()
	inBubble(t, 33, func(t *testing.T, g ground) {
		s := newShelf(t, g, 3)
		order := s.calm(t, "POST", "orders",
			fmt.Sprintf(`{"status":"processing","line_items":[{"product_id":%d,"quantity":2}]}`, s.id))
		answer := s.lineOf(t, order.ID)
		refund := outbox.Write{StoreID: s.st.ID, Key: "return-1", Action: outbox.Create, Resource: storage.Refunds,
			ParentID: order.ID,
			Body: json.RawMessage(fmt.Sprintf(`{"api_refund":false,"line_items":[{"id":%d,"quantity":2}]}`,
				answer))}
		accept := func() outbox.Write {
			w, said := checked(t, g, refund)
			if said != "" {
				t.Fatal(said)
			}
			w, err := s.box.Accept(t.Context(), w)
			if err != nil {
				t.Fatal(err)
			}
			return w
		}
		first := accept()
		s.g.settle(t, s.box, s.st)
		if second := accept(); second.ID != first.ID || second.State != outbox.Done {
			t.Errorf("%s %s, want %s done", second.ID, second.State, first.ID)
		}
		refund.Key = "return-2"
		if _, said := checked(t, g, refund); !strings.Contains(said, "0 of 2 are left") {
			t.Errorf("got %q", said)
		}
	})
}

// lineOf is the first line of an order.
func (s shelf) lineOf(t *testing.T, order int64) int64 {
	t.Helper()
	var o struct {
		Lines []struct {
			ID int64 `json:"id"`
		} `json:"line_items"`
	}
	if err := json.Unmarshal(s.raw(t, fmt.Sprintf("orders/%d", order)), &o); err != nil || len(o.Lines) == 0 {
		t.Fatalf("%+v, %v", o, err)
	}
	return o.Lines[0].ID
}

func TestAMemberThatWasAllowedStaysAllowedWhenTheWriteIsEdited(t *testing.T) {
	t.Parallel()
	inBubble(t, 34, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		g.fault(t, sandbox.Fault{Match: posts, Answer: &sandbox.Answer{Status: 400,
			Header: map[string]string{"Content-Type": "application/json"},
			Body:   `{"code":"rest_invalid_param","message":"No such lot","data":{"status":400}}`}})
		w := g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: storage.Products,
			Body: json.RawMessage(`{"name":"x","acme_lot":"7"}`), Allowed: []string{"acme_lot"}})
		if w.State != outbox.Rejected {
			t.Fatalf("%s, %+v", w.State, w.Reason)
		}
		other := []byte(`{"name":"x","acme_lot":"8","acme_box":"2"}`)
		var invalid *outbox.Invalid
		if _, err := g.box().Retry(t.Context(), w.ID, other, ""); !errors.As(err, &invalid) ||
			len(invalid.Fields) != 1 || invalid.Fields[0].Field != "acme_box" {
			t.Errorf("another member: %v", err)
		}
		if edited, err := g.box().Retry(t.Context(), w.ID, other, "", "acme_box"); err != nil ||
			edited.State == outbox.Rejected {
			t.Errorf("%s, %v", edited.State, err)
		}
	})
}

func TestWhatAWriteNamesIsNotLookedForInACache(t *testing.T) {
	t.Parallel()
	inBubble(t, 35, func(t *testing.T, g ground) {
		s := newShelf(t, g, 3)
		if err := g.store.Break("cache-rest"); err != nil {
			t.Fatal(err)
		}
		writes := []string{`{"line_items":[{"sku":"LATE"}]}`, `{"line_items":[{"product_id":%d}]}`,
			`{"customer_id":%d}`}
		product, customer := int64(0), int64(0)
		check := func() (said [3]string) {
			for i, body := range writes {
				if i > 0 {
					body = fmt.Sprintf(body, []int64{0, product, customer}[i])
				}
				_, said[i] = checked(t, g, outbox.Write{StoreID: s.st.ID, Action: outbox.Create,
					Resource: storage.Orders, Body: json.RawMessage(body)})
			}
			return said
		}
		// The ids come next: they are asked for before they are there.
		product = g.make(t, "products", `{"name":"first"}`) + 1
		customer = g.make(t, "customers", `{"email":"first@shop.example"}`) + 1
		for i, said := range check() {
			if said == "" {
				t.Errorf("%s was taken before it was there", writes[i])
			}
		}
		g.make(t, "products", `{"name":"late","sku":"LATE"}`)
		g.make(t, "customers", `{"email":"late@shop.example"}`)
		for i, said := range check() {
			if said != "" {
				t.Errorf("%s: %s", writes[i], said)
			}
		}
	})
}

// The store's own form of a name in a web form is no name in JSON: it would be passed over.
func TestNamesWithBracketsAreRefusedWithTheFormThatWorks(t *testing.T) {
	t.Parallel()
	inBubble(t, 98, func(t *testing.T, g ground) {
		st := g.connect(t, "brackets")
		for _, tt := range []struct {
			resource storage.Resource
			body     string
			form     string
		}{
			{storage.Coupons, `{"code":"BR1","amount[0]":"3"}`, "write amount,"},
			{storage.Orders, `{"billing[city]":"b"}`, "write billing.city,"},
			{storage.Orders, `{"shipping":{"city[0]":"Z"}}`, "write shipping.city,"},
			{storage.Orders, `{"meta_data[0][key]":"a"}`, "write meta_data.KEY,"},
			{storage.Orders, `{"line_items[0][sku]":"A"}`, "write line_items.0.sku,"},
			{storage.Orders, `{"line_items":[{"name":"x","meta_data[0][key]":"a"}]}`, "write line_items.0.meta_data.KEY,"},
			{storage.Products, `{"name":"M","images[0].src":"https://x.example/a.png"}`, "write images.0.src,"},
			{storage.Products, `{"name":"M","dimensions[length]":"3"}`, "write dimensions.length,"},
			{storage.Customers, `{"email":"b@example.com","billing[city]":"b"}`, "write billing.city,"},
			{storage.Tags, `{"name":"T","slug[]":"b"}`, "write slug,"},
		} {
			w := outbox.Write{StoreID: st.ID, Action: outbox.Create, Resource: tt.resource, Body: []byte(tt.body)}
			if _, says := checked(t, g, w); !strings.Contains(says, tt.form) {
				t.Errorf("%s: %q", tt.body, says)
			}
		}
	})
}
