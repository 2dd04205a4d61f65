package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox"
)

// What changes with the language was measured on WooCommerce 10.0.2 with a filter that puts "[xx] " before every text
// that is translated.

// said is what a store answers: the status, and the body decoded.
func said(t *testing.T, server *sandbox.Server, method, path, body string) (int, any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, server.URL+"/wp-json/wc/v3/"+path,
		strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(server.Key, server.Secret)
	r.Header.Set("Content-Type", "application/json")
	response, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var decoded any
	if err := json.NewDecoder(response.Body).Decode(&decoded); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, decoded
}

// at is what stands at a path of an answer: members by name, elements by number.
func at(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := v.(map[string]any)
			v = object[step]
		case int:
			list, _ := v.([]any)
			if step >= len(list) {
				return nil
			}
			v = list[step]
		}
	}
	return v
}

func TestTextsFollowTheLanguage(t *testing.T) {
	t.Parallel()
	for locale, want := range map[string]map[string]any{
		sandbox.PseudoLocale: {
			"status": "[xx] Pending payment", "class": "[xx] Standard rate", "own class": "Reduced rate",
			"gateway": "[xx] Direct bank transfer",
			"country": "[xx] Germany", "state": "[xx] Bavaria", "method": "[xx] Flat rate", "option": "[xx] Left",
			"refusal": "[xx] Invalid ID.", "param": "[xx] per_page must be between 1 (inclusive) and 100 (inclusive)",
			"total":    "[xx] Pending payment",
			"category": "Uncategorized",
			"note":     "[xx] Order status changed from [xx] Pending payment to [xx] Completed.",
		},
		"de_DE": {
			"status": "Wartet auf Zahlung", "class": "Normaler Satz", "own class": "Reduced rate",
			"gateway": "Überweisung",
			"country": "Deutschland", "state": "Bayern", "method": "Pauschale", "option": "Links",
			"refusal": "Ungültige ID.", "param": "per_page muss von 1 bis 100 gehen", "total": "Wartet auf Zahlung",
			"category": "Uncategorized",
			"note":     "Der Status der Bestellung ging von Wartet auf Zahlung zu Erledigt über.",
		},
		"fr_FR": {
			"status": "En attente du paiement", "gateway": "Virement bancaire", "country": "Allemagne",
			"refusal": "ID invalide.",
			"note":    "L’état de la commande est passé de En attente du paiement à Finie.",
		},
	} {
		t.Run(locale, func(t *testing.T) {
			t.Parallel()
			server := sandbox.Start(t, sandbox.WithLocale(locale))
			_, order := said(t, server, "POST", "orders",
				`{"fee_lines":[{"name":"f","total":"1.50"}],"status":"completed"}`)
			got := map[string]any{}
			for name, read := range map[string]struct {
				path string
				at   []any
			}{
				"status": {"orders/statuses", []any{0, "name"}}, "class": {"taxes/classes", []any{0, "name"}},
				"own class": {"taxes/classes", []any{1, "name"}}, "gateway": {"payment_gateways/bacs", []any{"title"}},
				"country": {"data/countries/de", []any{"name"}}, "state": {"data/countries/de",
					[]any{"states", 1, "name"}},
				"method":  {"shipping_methods/flat_rate", []any{"title"}},
				"option":  {"settings/general/woocommerce_currency_pos", []any{"options", "left"}},
				"refusal": {"orders/99999", []any{"message"}},
				"param":   {"orders?per_page=1000", []any{"data", "params", "per_page"}},
				"total":   {"reports/orders/totals", []any{0, "name"}}, "category": {"products/categories",
					[]any{0, "name"}},
				"note": {fmt.Sprintf("orders/%v/notes", at(order, "id")), []any{0, "note"}},
			} {
				_, answer := said(t, server, "GET", read.path, "")
				got[name] = at(answer, read.at...)
			}
			for name, text := range want {
				if got[name] != text {
					t.Errorf("%s is %q, want %q", name, got[name], text)
				}
			}
			_, status := said(t, server, "GET", "system_status?_fields=environment", "")
			if language := at(status, "environment", "language"); language != locale {
				t.Errorf("the language is %v", language)
			}
		})
	}
}

func TestCodesAmountsAndStatusesDoNotFollowTheLanguage(t *testing.T) {
	t.Parallel()
	english, pseudo := sandbox.Start(t), sandbox.Start(t, sandbox.WithLocale(sandbox.PseudoLocale))
	for _, server := range []*sandbox.Server{english, pseudo} {
		// Signs of a language in the settings change no amount either.
		said(t, server, "PUT", "settings/general/woocommerce_price_decimal_sep", `{"value":","}`)
		said(t, server, "PUT", "settings/general/woocommerce_price_thousand_sep", `{"value":"."}`)
	}
	for _, request := range []string{
		`POST orders {"fee_lines":[{"name":"f","total":"1234.50"}],"set_paid":true,"payment_method":"bacs"}`,
		"GET orders/99999", "GET nothing",
		"GET orders?per_page=1000", "GET orders?status=nonsense", "POST orders {",
		`POST orders/batch {"update":[{"id":99999}]}`,
		`POST customers {"email":"x"}`, "GET customers/99999",
		`POST products {"name":"A","regular_price":"5.5","sku":"A"}`,
		`POST products {"name":"B","sku":"A"}`, `POST coupons {"code":""}`, "GET products/99999",
	} {
		method, rest, _ := strings.Cut(request, " ")
		path, body, _ := strings.Cut(rest, " ")
		wantStatus, want := said(t, english, method, path, body)
		gotStatus, got := said(t, pseudo, method, path, body)
		if wantStatus != gotStatus {
			t.Errorf("%s: %d, in another language %d", request, wantStatus, gotStatus)
		}
		for _, member := range [][]any{
			{"code"}, {"status"}, {"total"}, {"fee_lines", 0, "total"}, {"regular_price"}, {"data", "status"},
			{"update", 0, "error", "code"},
			{"data", "details", "per_page", "code"}, {"currency_symbol"},
		} {
			if w, g := at(want, member...), at(got, member...); fmt.Sprint(w) != fmt.Sprint(g) {
				t.Errorf("%s: %v is %v, in another language %v", request, member, w, g)
			}
		}
		for _, member := range [][]any{{"message"}, {"update", 0, "error", "message"}} {
			if w := at(want, member...); w != nil && at(got, member...) != "[xx] "+w.(string) {
				t.Errorf("%s says %q", request, at(got, member...))
			}
		}
	}
}
