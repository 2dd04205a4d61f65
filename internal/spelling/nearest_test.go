package spelling_test

import (
	"testing"

	"github.com/waybillhq/waybill/internal/spelling"
)

func TestTheWordThatWasMeantIsFound(t *testing.T) {
	t.Parallel()
	words := []string{"orders", "outbox", "stores", "sync", "sql", "verify"}
	for given, want := range map[string]string{
		"ordres": "orders", "Order": "orders", "otbox": "outbox", "verfy": "verify", "snyc": "sync", "sqll": "sql",
		"store": "stores", "ver": "verify", "ou": "", "customers": "", "x": "", "": "",
	} {
		if got := spelling.Nearest(given, words); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}
