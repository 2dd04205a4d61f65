package woo_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/waybillhq/waybill/woo"
)

// exampleShop stands for a store: one order, and an API that works as WooCommerce's does.
func exampleShop() *httptest.Server {
	mux := http.NewServeMux()
	reply := func(w http.ResponseWriter, status int, body string) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-WP-Total", "1")
		w.Header().Set("X-WP-TotalPages", "1")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
	order := `{"id":12,"number":"12","status":"processing","total":"19.90","currency":"EUR","date_created_gmt":"2026-07-01T10:00:00",
		"meta_data":[{"id":1,"key":"_pickup","value":{"shelf":"B7"}}],"loyalty_points":40}`
	mux.HandleFunc("GET /wp-json/{$}", func(w http.ResponseWriter, r *http.Request) {
		reply(w, 200, `{"name":"Example Shop","home":"https://`+r.Host+`","namespaces":["wc/v3"]}`)
	})
	mux.HandleFunc(
		"GET /wp-json/wc/v3/orders", func(w http.ResponseWriter, r *http.Request) { reply(w, 200, "["+order+"]") },
	)
	mux.HandleFunc(
		"GET /wp-json/wc/v3/orders/12", func(w http.ResponseWriter, r *http.Request) { reply(w, 200, order) },
	)
	mux.HandleFunc("PUT /wp-json/wc/v3/orders/12", func(w http.ResponseWriter, r *http.Request) {
		var sent json.RawMessage
		_ = json.NewDecoder(r.Body).Decode(&sent)
		fmt.Println("sent:", string(sent))
		reply(w, 200, order)
	})
	mux.HandleFunc("/wp-json/wc/v3/orders/13", func(w http.ResponseWriter, r *http.Request) {
		reply(
			w, 404, `{"code":"woocommerce_rest_shop_order_invalid_id","message":"Ungültige ID.","data":{"status":404}}`,
		)
	})
	return httptest.NewTLSServer(mux)
}

var key = woo.Credentials{Key: "ck_…", Secret: "cs_…"}

func ExampleNew() {
	shop := exampleShop()
	defer shop.Close()

	client, err := woo.New(shop.URL, key, woo.WithHTTPClient(shop.Client()), woo.WithTimeout(30*time.Second))
	if err != nil {
		log.Fatal(err)
	}
	order, err := client.Orders().Get(context.Background(), 12)
	if err != nil {
		log.Fatal(err)
	}
	created, _ := order.DateCreatedGMT.Time()
	points, _ := order.Raw("loyalty_points")
	fmt.Println(order.Number, order.Status, order.Total, order.Currency, created.Format(time.RFC3339))
	fmt.Println("a field of an extension:", string(points))
	// Output:
	// 12 processing 19.90 EUR 2026-07-01T10:00:00Z
	// a field of an extension: 40
}

func ExampleNew_plainHTTP() {
	_, err := woo.New("http://shop.example", key)
	fmt.Println(err)
	// Output:
	// woo: http://shop.example/wp-json/: insecure: the API key would cross the network in clear, and WooCommerce ignores keys sent that way; use the shop's https:// address, or, if it has none, sign requests with WithAuth(AuthOAuth1)
}

func ExampleConnect() {
	shop := exampleShop()
	defer shop.Close()

	connection, err := woo.Connect(
		context.Background(), shop.URL+"/wp-admin/admin.php?page=wc-orders", key, woo.WithHTTPClient(shop.Client()),
	)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(connection.Discovery.Name, connection.Client.Base() == shop.URL)
	fmt.Println(connection.Choice.Auth+":", connection.Choice.Reason)
	// Output:
	// Example Shop true
	// basic: the shop accepts the key in the Authorization header over HTTPS
}

func ExampleOrders_All() {
	shop := exampleShop()
	defer shop.Close()
	client, err := woo.New(shop.URL, key, woo.WithHTTPClient(shop.Client()))
	if err != nil {
		log.Fatal(err)
	}

	yesterday := time.Now().AddDate(0, 0, -1)
	for order, err := range client.Orders().All(context.Background(), woo.OrderOptions{
		ListOptions: woo.ListOptions{OrderBy: "id", Order: woo.Ascending},
		DateRange:   woo.DateRange{ModifiedAfter: yesterday},
		Status:      []string{"processing", "on-hold"},
	}) {
		if err != nil {
			log.Fatal(err)
		}
		pickup, _ := order.MetaData.Get("_pickup")
		fmt.Println(order.ID, order.Total, string(pickup))
	}
	// Output:
	// 12 19.90 {"shelf":"B7"}
}

func ExampleOrders_Change() {
	shop := exampleShop()
	defer shop.Close()
	client, err := woo.New(shop.URL, key, woo.WithHTTPClient(shop.Client()))
	if err != nil {
		log.Fatal(err)
	}

	order, err := client.Orders().Get(context.Background(), 12)
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Orders().Change(context.Background(), 12, order, func(o *woo.Order) {
		o.Status = "completed"
		o.MetaData = append(o.MetaData, woo.TextMeta("_tracking", "00340434161094042557"))
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// sent: {"status":"completed","meta_data":[{"key":"_tracking","value":"00340434161094042557"}]}
}

func ExampleError() {
	shop := exampleShop()
	defer shop.Close()
	client, err := woo.New(shop.URL, key, woo.WithHTTPClient(shop.Client()))
	if err != nil {
		log.Fatal(err)
	}

	_, err = client.Orders().Delete(context.Background(), 13)
	var failure *woo.Error
	if errors.As(err, &failure) {
		fmt.Println(failure.Kind, failure.Status, failure.Code, "—", failure.Executed)
	}
	fmt.Println("gone already:", woo.IsNotFound(err))
	// Output:
	// api 404 woocommerce_rest_shop_order_invalid_id — not executed
	// gone already: true
}

func ExampleMoney() {
	var product woo.Product
	_ = json.Unmarshal([]byte(`{"regular_price":"20.00","sale_price":"","price":20}`), &product)

	price, err := product.RegularPrice.Decimal()
	fmt.Println(price, err)
	_, err = product.SalePrice.Decimal()
	fmt.Println(err, product.SalePrice.IsEmpty())
	fmt.Println(product.RegularPrice.Equal(product.Price), product.RegularPrice == product.Price)
	// Output:
	// 20 <nil>
	// woo: no number true
	// true false
}

func ExampleGuardPrivate() {
	client, err := woo.New("https://127.0.0.1", key, woo.WithDialControl(woo.GuardPrivate()))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Orders().Get(context.Background(), 1)
	fmt.Println(err)
	// Output:
	// woo: GET https://127.0.0.1/wp-json/wc/v3/orders/1: guarded: dial tcp 127.0.0.1:443: connecting to 127.0.0.1:443 is not allowed: this machine
}
