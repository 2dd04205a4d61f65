package dashboard_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/dashboard/stage"
	"github.com/waybillhq/waybill/sandbox"
)

// evil is a text that would run wherever it were taken for HTML, for an attribute or for a script.
const evil = `"'><img src=x onerror="window.broken=1"><script>window.broken=1</script>`

// TestTextsOfShopsAndReceiversAreNeverHTML fills every field that a shop can fill, and every word of an address, with
// what would run, and looks at the pages.
func TestTextsOfShopsAndReceiversAreNeverHTML(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a stage takes its time")
	}
	s, err := stage.Open(t.Context(), stage.Options{Dir: t.TempDir(), Gate: frame.Open{Session: everything}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(t.Context()) })
	w := open(t, s.URL())
	_, err = s.Connect(t.Context(), "evil-shop", sandbox.WithOrders(5), sandbox.WithName("Shop "+evil))
	w.ok(err)
	w.ok(s.Subscribe(t.Context(), "erp", `record.status != "<script>window.broken=1</script>"`))
	s.Says(http.StatusTeapot, evil)
	person := map[string]any{}
	for _, field := range []string{"first_name", "last_name", "company", "address_1", "address_2", "city", "phone"} {
		person[field] = evil
	}
	person["email"] = "evil@example.com"
	id, err := s.Put(t.Context(), "evil-shop", http.MethodPost, "orders", map[string]any{
		"billing": person, "shipping": person, "customer_note": evil, "payment_method_title": evil,
		"transaction_id": evil, "line_items": []any{map[string]any{"name": evil, "product_id": 10, "quantity": 1}},
		"shipping_lines": []any{map[string]any{"method_title": evil, "method_id": "flat", "total": "1"}},
		"fee_lines":      []any{map[string]any{"name": evil, "total": "1"}},
		"meta_data":      []any{map[string]any{"key": "gift " + evil, "value": evil}}})
	w.ok(err)
	_, err = s.Put(t.Context(), "evil-shop", http.MethodPost, fmt.Sprintf("orders/%d/notes", id),
		map[string]any{"note": evil})
	w.ok(err)
	w.ok(s.Sync(t.Context(), "evil-shop"))
	order := fmt.Sprintf("/shops/evil-shop/orders/%d", id)
	word := url.QueryEscape(evil)
	for _, path := range []string{"/", "/?q=" + word, "/shops/evil-shop", "/orders", "/orders?store=evil-shop",
		"/orders?store=evil-shop&q=" + word, "/orders?store=" + word, "/orders?store=evil-shop&from=" + word, order,
		"/deliveries", "/deliveries?subscription=" + word, "/subscriptions", "/subscriptions/erp?try=yes",
		"/search?q=" + word, "/search?q=evil", "/writes?store=" + word, "/writes/" + url.PathEscape(evil),
		"/shops/" + url.PathEscape(evil), "/" + url.PathEscape(evil)} {
		w.visit(path)
		if eval[bool](w, "!!window.broken || !!document.querySelector('main img, main script')") {
			t.Errorf("%s runs what a shop wrote", path)
		}
	}
	w.visit(order)
	if text := w.says(); strings.Count(text, evil) < 8 {
		t.Errorf("the order shows the texts of the shop %d times only: %s", strings.Count(text, evil), text)
	}
}
