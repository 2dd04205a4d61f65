package httpapi_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

func TestALargeLossCanBeAcceptedOverTheAPI(t *testing.T) {
	t.Parallel()
	b := setup(t, nil, sandbox.WithOrders(30))
	b.connect("shop")
	client, err := woo.New(b.shop.URL, woo.Credentials{Key: b.shop.Key, Secret: b.shop.Secret},
		woo.WithHTTPClient(b.shop.Client()))
	b.ok(err)
	var page struct{ Records []struct{ ID int64 } }
	b.want(200, http.MethodGet, "/v1/stores/shop/records/orders?limit=20", "").into(b.T, &page)
	for _, order := range page.Records {
		_, err := client.Do(t.Context(), woo.Request{Method: http.MethodDelete, Path: fmt.Sprintf("orders/%d", order.ID),
			Query: url.Values{"force": {"true"}}})
		b.ok(err)
	}
	const sync = "/v1/stores/shop/sync"
	if a := b.call(b.root, http.MethodPost, sync, "", "Prefer", "wait=50"); a.code() != "records_vanished" {
		t.Fatalf("the loss of %d orders ends a sync with %d %s", len(page.Records), a.status, a.text)
	}
	if a := b.call(b.root, http.MethodPost, sync+"?accept_loss=true", ""); a.status != 422 && a.status != 400 {
		t.Errorf("a loss accepted by a sync that nobody waits for: %d %s", a.status, a.text)
	}
	b.want(200, http.MethodPost, sync+"?accept_loss=true", "", "Prefer", "wait=50")
	b.want(200, http.MethodPost, sync, "", "Prefer", "wait=50")
}
