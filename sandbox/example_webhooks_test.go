package sandbox_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/waybillhq/waybill/sandbox"
)

// A receiver of webhooks is tested against a store that delivers when the test says so.
func ExampleStore_RunWebhooks() {
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if topic := r.Header.Get("X-WC-Webhook-Topic"); topic != "" {
			fmt.Println("received", topic)
			return
		}
		fmt.Println("received a ping")
	}))
	defer receiver.Close()

	shop, err := sandbox.Serve("127.0.0.1:0", sandbox.WithReceivers(), sandbox.WithManualWebhooks())
	if err != nil {
		panic(err)
	}
	defer shop.Close()
	post := func(path, body string) {
		request, err := http.NewRequest(http.MethodPost, shop.URL+"/wp-json/wc/v3"+path, strings.NewReader(body))
		if err != nil {
			panic(err)
		}
		request.SetBasicAuth(shop.Key, shop.Secret)
		request.Header.Set("Content-Type", "application/json")
		response, err := shop.Client().Do(request)
		if err != nil {
			panic(err)
		}
		_ = response.Body.Close()
		fmt.Println("created:", response.StatusCode)
	}
	post("/webhooks", `{"topic":"order.created","delivery_url":"`+receiver.URL+`","secret":"s3cret"}`)
	post("/orders", `{"fee_lines":[{"name":"Gift wrap","total":"5.00"}]}`)

	for _, action := range shop.RunWebhooks(context.Background()) {
		fmt.Println("webhook", action.WebhookID, "reported an order")
	}
	// Output:
	// received a ping
	// created: 201
	// created: 201
	// received order.created
	// webhook 1 reported an order
}
