package outbox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// decimals sets how many the shop keeps.
func (g ground) decimals(t *testing.T, n int) {
	t.Helper()
	if _, err := g.calm.Do(t.Context(), woo.Request{Method: "PUT",
		Path: "settings/general/woocommerce_price_num_decimals",
		Body: json.RawMessage(fmt.Sprintf(`{"value":"%d"}`, n))}); err != nil {
		t.Fatal(err)
	}
}

func TestAnAmountWithMoreDecimalsThanTheShopKeepsIsRefusedByName(t *testing.T) {
	t.Parallel()
	inBubble(t, 45, func(t *testing.T, g ground) {
		s := newShelf(t, g, 3)
		order := s.calm(t, "POST", "orders",
			fmt.Sprintf(`{"status":"processing","line_items":[{"product_id":%d,"quantity":2}]}`, s.id))
		said := func(w outbox.Write) string {
			w.StoreID = s.st.ID
			_, said := checked(t, g, w)
			return said
		}
		write := func(a outbox.Action, r storage.Resource, id int64, body string) outbox.Write {
			return outbox.Write{Action: a, Resource: r, RecordID: id, Body: json.RawMessage(body)}
		}
		line := func(total string) outbox.Write {
			return write(outbox.Create, storage.Orders, 0, fmt.Sprintf(
				`{"line_items":[{"product_id":%d,"quantity":1,"total":%q}]}`, s.id, total))
		}
		for _, total := range []string{"5", "5.5", "5.55", "5.5500"} {
			if m := said(line(total)); m != "" {
				t.Errorf("two decimals, %s: %s", total, m)
			}
		}
		if m := said(line("5.555")); !strings.Contains(m, "line_items[0].total: 5.555 has more decimals") {
			t.Errorf("two decimals: %q", m)
		}
		g.decimals(t, 0)
		for _, test := range []struct {
			path string
			w    outbox.Write
		}{
			{"line_items[0].total", line("5.5")},
			{"line_items[1].subtotal", write(outbox.Update, storage.Orders, order.ID, fmt.Sprintf(
				`{"line_items":[{"product_id":%d,"quantity":3,"total":"5"},{"product_id":%[1]d,"quantity":1,"subtotal":"0.1"}]}`,
				s.id))},
			{"fee_lines[0].total", write(outbox.Create, storage.Orders, 0,
				`{"fee_lines":[{"name":"Express","total":"-2.125"}]}`)},
			{"shipping_lines[1].total", write(outbox.Update, storage.Orders, order.ID,
				`{"shipping_lines":[{"method_id":"a","method_title":"a","total":"4"},`+
					`{"method_id":"a","method_title":"a","total":"4.125"}]}`)},
			{"regular_price", write(outbox.Update, storage.Products, s.id, `{"regular_price":"5.5"}`)},
			{"amount", write(outbox.Create, storage.Coupons, 0,
				`{"code":"five","discount_type":"fixed_cart","amount":"5.5"}`)},
			{"minimum_amount", write(outbox.Create, storage.Coupons, 0,
				`{"code":"five","discount_type":"percent","amount":"5.5","minimum_amount":"4.4"}`)},
		} {
			m := said(test.w)
			if !strings.Contains(m, test.path+": ") || !strings.Contains(m, "keeps no decimals") ||
				!strings.Contains(m, "--allow-unknown") {
				t.Errorf("%s: %q", test.w.Body, m)
			}
			path := test.path
			if m := said(insisting(test.w, path)); m != "" {
				t.Errorf("%s, insisted on: %q", test.w.Body, m)
			}
		}
		for _, w := range []outbox.Write{
			line("5.00"),
			write(outbox.Update, storage.Products, s.id, `{"weight":"1.255","dimensions":{"length":"0.5"}}`),
			write(outbox.Create, storage.Coupons, 0, `{"code":"five","discount_type":"percent","amount":"12.5"}`),
		} {
			if m := said(w); m != "" {
				t.Errorf("%s: %q", w.Body, m)
			}
		}
	})
}

// Where a shop names its prices with tax, a net amount has more decimals by nature.
func TestANetAmountThatItsTaxMakesRoundIsTaken(t *testing.T) {
	t.Parallel()
	inBubble(t, 46, func(t *testing.T, g ground) {
		s := newShelf(t, g, 3)
		s.calm(t, "POST", "taxes", `{"country":"","rate":"21.0000","name":"VAT"}`)
		for total, want := range map[string]bool{"8.2645": true, "8.264463": true, "8.2644": false, "8.265": false} {
			_, said := checked(t, g, outbox.Write{StoreID: s.st.ID, Action: outbox.Create, Resource: storage.Orders,
				Body: json.RawMessage(fmt.Sprintf(`{"line_items":[{"product_id":%d,"quantity":1,"total":%q}]}`,
					s.id, total))})
			if (said == "") != want {
				t.Errorf("%s: %q", total, said)
			}
		}
	})
}

// inParts describes quantities as a plugin does that lets a shop sell parts of a piece.
type inParts struct{ next http.RoundTripper }

func (p inParts) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := p.next.RoundTrip(r)
	if err != nil || r.Method != http.MethodOptions {
		return answer, err
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	body = bytes.ReplaceAll(body, []byte(`"type":"integer"`), []byte(`"type":"number"`))
	answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	answer.Header.Del("Content-Length")
	return answer, nil
}

func TestPartsOfAPieceAreTakenWhereTheStoreDescribesThem(t *testing.T) {
	t.Parallel()
	inBubble(t, 42, func(t *testing.T, g ground) {
		s := newShelf(t, g, 3)
		for _, w := range []outbox.Write{
			{Action: outbox.Update, Resource: storage.Products, RecordID: s.id,
				Body: json.RawMessage(`{"stock_quantity":1.5}`)},
			{Action: outbox.Update, Resource: storage.Products, RecordID: s.id,
				Body: json.RawMessage(`{"inventory_delta":1.5}`)},
			{Action: outbox.Create, Resource: storage.Orders,
				Body: json.RawMessage(`{"line_items":[{"product_id":1,"quantity":1.5}]}`)},
		} {
			w.StoreID = s.st.ID
			if _, said := checked(t, g, w); !strings.Contains(said, "1.5 is not whole") {
				t.Errorf("%s: %q", w.Body, said)
			}
			parts := g
			parts.shop = g.client(t, inParts{g.base})
			got, said := checked(t, parts, w)
			if strings.Contains(said, "whole") {
				t.Errorf("%s: %s", w.Body, said)
			} else if said == "" {
				if _, err := s.box.Accept(t.Context(), got); err != nil {
					t.Errorf("%s: %v", w.Body, err)
				}
			}
		}
	})
}
