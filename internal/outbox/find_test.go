package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// mirror puts a record into the mirror as it is on the store now.
func (g ground) mirror(t *testing.T, st storage.Store, resource storage.Resource, path string) {
	t.Helper()
	answer, err := g.calm.Do(t.Context(), woo.Request{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	record, err := storage.ParseRecord(resource, 0, answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	claim, err := g.db.Claim(t.Context(), st.ID)
	if err == nil {
		_, err = g.db.Apply(t.Context(), claim, storage.Batch{Records: []storage.Record{record}})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (g ground) change(t *testing.T, path string, body map[string]any) {
	t.Helper()
	if _, err := g.calm.Do(t.Context(), woo.Request{Method: "PUT", Path: path, Body: body}); err != nil {
		t.Fatal(err)
	}
}

func TestASKUStandsForTheProductThatHasItOnTheStore(t *testing.T) {
	t.Parallel()
	inBubble(t, 63, func(t *testing.T, g ground) {
		st, box := g.connect(t, "shop"), g.box()
		old := g.make(t, "products", `{"name":"Old","sku":"MUG","regular_price":"5.00"}`)
		g.mirror(t, st, storage.Products, woo.RouteProducts.Record(0, old))
		g.change(t, woo.RouteProducts.Record(0, old), map[string]any{"sku": "OLD-MUG"})
		now := g.make(t, "products", `{"name":"New","sku":"MUG","regular_price":"7.00"}`)

		names, err := outbox.FindSKUs(t.Context(), g.db, g.shop, st.ID, []string{"mug", "nothing", "OLD-MUG"})
		if err != nil || names.Unconfirmed != nil {
			t.Fatal(err, names.Unconfirmed)
		}
		for word, want := range map[string]int64{"mug": now, "old-mug": old, "nothing": 0} {
			if got, err := names.One(word); got.ID != want || (want == 0) != errors.Is(err, storage.ErrNotFound) {
				t.Errorf("%s is %d (%v), want %d", word, got.ID, err, want)
			}
		}
		// An order that waited while the SKU went to another product gets the one that has it when it is sent.
		w, err := box.Accept(t.Context(), outbox.Write{StoreID: st.ID, Action: outbox.Create, Resource: storage.Orders,
			Body: mustBody(map[string]any{"line_items": []map[string]any{{"sku": "MUG", "quantity": 1}}})})
		if err != nil {
			t.Fatal(err)
		}
		g.settle(t, box, st)
		if w, err = g.db.WriteByID(t.Context(), w.ID); err != nil || w.State != outbox.Done {
			t.Fatalf("%v, %s, %+v", err, w.State, w.Reason)
		}
		var order struct {
			Lines []struct {
				Product int64 `json:"product_id"`
			} `json:"line_items"`
		}
		if g.read(t, woo.RouteOrders.Record(0, w.RecordID), nil, &order); len(order.Lines) != 1 ||
			order.Lines[0].Product != now {
			t.Errorf("the order has %+v, want the product %d", order.Lines, now)
		}
	})
}

func TestAnEMailAddressStandsForTheCustomerWhoHasItOnTheStore(t *testing.T) {
	t.Parallel()
	inBubble(t, 64, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		old := g.make(t, "customers", `{"email":"ann@shop.example"}`)
		g.mirror(t, st, storage.Customers, woo.RouteCustomers.Record(0, old))
		g.change(t, woo.RouteCustomers.Record(0, old), map[string]any{"email": "anna@shop.example"})
		now := g.make(t, "customers", `{"email":"ann@shop.example"}`)
		names, err := outbox.FindEmail(t.Context(), g.db, g.shop, st.ID, "Ann@shop.example")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := names.One("Ann@shop.example"); err != nil || got.ID != now || names.Unconfirmed != nil {
			t.Errorf("%d (%v, %v), want %d", got.ID, err, names.Unconfirmed, now)
		}
	})
}

func TestAnEMailAddressOfSeveralCustomersIsNobodysUntilOneIsNamed(t *testing.T) {
	t.Parallel()
	inBubble(t, 67, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		first, second := g.twice(t, st, storage.Customers, woo.RouteCustomers, "email", "ann@shop.example")
		names, err := outbox.FindEmail(t.Context(), g.db, g.shop, st.ID, "Ann@shop.example")
		if err != nil {
			t.Fatal(err)
		}
		namesAll(t, names, "Ann@shop.example", "e-mail address", fmt.Sprintf("customers/%d", first),
			fmt.Sprintf("customers/%d", second))
	})
}

func TestASKUOfSeveralProductsIsNobodysUntilOneIsNamed(t *testing.T) {
	t.Parallel()
	inBubble(t, 68, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		first, second := g.twice(t, st, storage.Products, woo.RouteProducts, "sku", "MUG")
		names, err := outbox.FindSKUs(t.Context(), g.db, g.shop, st.ID, []string{"MUG"})
		if err != nil {
			t.Fatal(err)
		}
		namesAll(t, names, "MUG", "SKU", fmt.Sprintf("products/%d", first), fmt.Sprintf("products/%d", second))
	})
}

// twice puts two records of which one had the name before the other into the mirror. The store cannot be asked any
// more.
func (g ground) twice(
	t *testing.T, st storage.Store, resource storage.Resource, route woo.Route, field, name string,
) (first, second int64) {
	t.Helper()
	body := fmt.Sprintf(`{%q:%q}`, field, name)
	first = g.make(t, string(resource), body)
	g.mirror(t, st, resource, route.Record(0, first))
	g.change(t, route.Record(0, first), map[string]any{field: "was." + name})
	second = g.make(t, string(resource), body)
	g.mirror(t, st, resource, route.Record(0, second))
	g.fault(t, sandbox.Fault{Answer: &sandbox.Answer{Status: 503}})
	return first, second
}

// namesAll wants an error that names everything a word could stand for.
func namesAll(t *testing.T, names outbox.Names, word string, all ...string) {
	t.Helper()
	got, err := names.One(word)
	var several *outbox.Several
	if !errors.As(err, &several) {
		t.Fatalf("%s (%v), want an error that names all", got.Ref, err)
	}
	for _, want := range all {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}

func TestWhatTheMirrorAloneSaysOfANameIsSaidToBeUnconfirmed(t *testing.T) {
	t.Parallel()
	inBubble(t, 65, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		product := g.make(t, "products", `{"name":"Mug","sku":"MUG"}`)
		g.mirror(t, st, storage.Products, woo.RouteProducts.Record(0, product))
		g.fault(t, sandbox.Fault{Answer: &sandbox.Answer{Status: 503}})
		names, err := outbox.FindSKUs(t.Context(), g.db, g.shop, st.ID, []string{"MUG", "unknown"})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := names.One("MUG"); err != nil || got.ID != product || names.Unconfirmed == nil {
			t.Errorf("%d (%v), unconfirmed by %v", got.ID, err, names.Unconfirmed)
		}
		if _, err := names.One("unknown"); err == nil || errors.Is(err, storage.ErrNotFound) {
			t.Errorf("of what nobody could be asked: %v", err)
		}
	})
}

func TestManySKUsCostOneRequestForFifty(t *testing.T) {
	t.Parallel()
	inBubble(t, 66, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		var skus []string
		for i := range 60 {
			skus = append(skus, fmt.Sprintf("S-%d", i))
		}
		g.make(t, "products", `{"name":"Mug","sku":"S-59"}`)
		counted := &counter{Doer: g.shop}
		names, err := outbox.FindSKUs(t.Context(), g.db, counted, st.ID, skus)
		if err != nil || counted.n != 2 {
			t.Errorf("%d requests, %v", counted.n, err)
		}
		if _, err := names.One("S-59"); err != nil {
			t.Error(err)
		}
	})
}

// counter counts requests.
type counter struct {
	woo.Doer
	n int
}

func (c *counter) Do(ctx context.Context, r woo.Request) (*woo.Response, error) {
	c.n++
	return c.Doer.Do(ctx, r)
}
