package spelling_test

import (
	"fmt"
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

func TestWordsThatAreMadeOfWhatWasGivenAreMeant(t *testing.T) {
	t.Parallel()
	words := []string{"changes:read", "orders:read", "orders:write"}
	for given, want := range map[string]string{
		"read": "[changes:read orders:read]", "WRITE": "[orders:write]", "order:read": "[orders:read]", "re": "[]", "x": "[]",
	} {
		if got := fmt.Sprint(spelling.Meant(given, words)); got != want {
			t.Errorf("%q: got %s, want %s", given, got, want)
		}
	}
}
