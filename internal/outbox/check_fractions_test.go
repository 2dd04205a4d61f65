package outbox_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

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
