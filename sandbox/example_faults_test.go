package sandbox_test

import (
	"fmt"
	"net/http"

	"github.com/waybillhq/waybill/sandbox"
)

// The answer to one order gets lost after the store has made it: what a client has to survive without making the order
// twice.
func ExampleStore_AddFault() {
	shop, err := sandbox.Serve("127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer shop.Close()
	if _, err := shop.AddFault(sandbox.Fault{
		Match: sandbox.Match{Methods: []string{"POST"}, Path: `/orders$`, Times: 1},
		Drop:  sandbox.AfterCommit,
	}); err != nil {
		fmt.Println(err)
		return
	}
	order, err := http.NewRequest(http.MethodPost, shop.URL+"/wp-json/wc/v3/orders", nil) //nolint:noctx // an example
	if err != nil {
		fmt.Println(err)
		return
	}
	order.SetBasicAuth(shop.Key, shop.Secret)
	if response, err := shop.Client().Do(order); err != nil {
		fmt.Println("no answer")
	} else {
		response.Body.Close()
	}
	fmt.Println("orders:", shop.State().Counts["orders"])
	// Output:
	// no answer
	// orders: 1
}

// A store is broken by name, as docs/checks names it.
func ExampleStore_Break() {
	shop := sandbox.New()
	for _, id := range []string{"key-read-only", "rate-limit"} {
		if err := shop.Break(id); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(shop.Broken())
	shop.Mend("rate-limit")
	fmt.Println(shop.Broken())
	// Output:
	// [key-read-only rate-limit]
	// [key-read-only]
}
