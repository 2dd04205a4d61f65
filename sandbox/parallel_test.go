package sandbox_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/waybillhq/waybill/sandbox"
)

func TestParallelReadersAndWritersSeeWholeRequests(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t)
	const writers, readers, each = 4, 4, 15
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				r, body := ask(t, s, "POST", "/wp-json/wc/v3/orders", "sm",
					fmt.Sprintf(`{"customer_note":"%d-%d","fee_lines":[{"name":"f","total":"1.00"}]}`, w, i))
				if r.StatusCode != 201 {
					t.Errorf("creating: %d %s", r.StatusCode, body)
				}
			}
		})
	}
	for range readers {
		all.Go(func() {
			for range each {
				if r, body := ask(
					t, s, "GET", "/wp-json/wc/v3/orders?per_page=100&_fields=id,total", "adm", "",
				); r.StatusCode != 200 {
					t.Errorf("reading: %d %s", r.StatusCode, body)
				}
			}
		})
	}
	all.Wait()
	r, _ := ask(t, s, "GET", "/wp-json/wc/v3/orders", "sm", "")
	if got := r.Header.Get("X-WP-Total"); got != fmt.Sprint(writers*each) {
		t.Errorf("%s orders, want %d", got, writers*each)
	}
}
