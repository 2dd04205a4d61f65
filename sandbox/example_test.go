package sandbox_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/sandbox"
)

// A store answers like a real one: a Shop Manager may create orders, a customer may not read them.
func ExampleServe() {
	shop, err := sandbox.Serve("127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer shop.Close()

	as := func(login, method, path, body string) string {
		credentials, err := shop.Credentials(login)
		if err != nil {
			return err.Error()
		}
		r, err := http.NewRequest(method, shop.URL+path, strings.NewReader(body)) //nolint:noctx // an example
		if err != nil {
			return err.Error()
		}
		r.SetBasicAuth(credentials.Key, credentials.Secret)
		r.Header.Set("Content-Type", "application/json")
		response, err := shop.Client().Do(r)
		if err != nil {
			return err.Error()
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			return err.Error()
		}
		return response.Status + " " + string(text)
	}
	created := as("sm", "POST", "/wp-json/wc/v3/orders?_fields=total",
		`{"fee_lines":[{"name":"Packing","total":"3.50"}]}`)
	fmt.Println(created[:len(`201 Created {"total":"3.50"`)])
	refused := as("cust", "GET", "/wp-json/wc/v3/orders", "")
	fmt.Println(refused[:len(`403 Forbidden {"code":"woocommerce_rest_cannot_view"`)])
	for _, request := range shop.Requests() {
		fmt.Println(request.User, request.Method, request.Route, request.Status)
	}
	// Output:
	// 201 Created {"total":"3.50"
	// 403 Forbidden {"code":"woocommerce_rest_cannot_view"
	// sm POST /wc/v3/orders 201
	// cust GET /wc/v3/orders 403
}

// A snapshot brings a prepared store back before each test.
func ExampleStore_Snapshot() {
	shop := sandbox.New()
	prepared := shop.Snapshot()
	before := shop.Hash()
	// … requests that change the store …
	shop.Restore(prepared)
	fmt.Println(shop.Hash() == before)
	// Output: true
}
