package sandbox_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox"
)

// The store's own cache keeps more from version to version (docs/woocommerce/answers.md#rest-cache).
func TestTheRESTCacheKeepsWhatItsVersionKeeps(t *testing.T) {
	t.Parallel()
	products := []string{"products", "products/{product}", "products/{product}/variations"}
	more := []string{"taxes", "data/currencies", "data/countries"}
	never := []string{"orders", "products/categories", "taxes/classes", "data", "coupons", "customers"}
	for version, kept := range map[string][]string{"10.5.3": products, "10.6.2": slices.Concat(more, products)} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			shop := sandbox.Start(t, sandbox.WithVersion(version))
			asked := func(path string) *http.Response {
				response, _ := ask(t, shop, "GET", "/wp-json/wc/v3/"+path, "sm", "")
				return response
			}
			_, made := ask(t, shop, "POST", "/wp-json/wc/v3/products", "sm", `{"name":"n","type":"variable"}`)
			product := itoa(id(t, made))
			if err := shop.Break("cache-rest:woocommerce"); err != nil {
				t.Fatal(err)
			}
			keeps := map[string]bool{}
			for _, path := range kept {
				keeps[path] = true
			}
			for _, path := range slices.Concat(never, more, products) {
				var last *http.Response
				for range 2 {
					last = asked(strings.ReplaceAll(path, "{product}", product))
				}
				if hit := last.Header.Get("X-WC-Cache") == "HIT"; hit != keeps[path] {
					t.Errorf("%s: kept %v, want %v", path, hit, keeps[path])
				}
			}
			shop.Mend("cache-rest:woocommerce")
			if again := asked("taxes"); again.Header.Get("X-WC-Cache") != "" {
				t.Error("a mended store still keeps taxes")
			}
		})
	}
}
