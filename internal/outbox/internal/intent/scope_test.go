package intent

import (
	"testing"

	"github.com/waybillhq/waybill/internal/storage"
)

func TestEveryWriteHasAScope(t *testing.T) {
	t.Parallel()
	known := map[string]bool{"orders:write": true, "orders:delete": true, "products:write": true,
		"products:delete": true, "customers:write": true,
		"customers:delete": true, "coupons:write": true, "terms:write": true, "webhooks": true}
	for _, r := range Writable() {
		for _, a := range []Action{Create, Update, Delete} {
			if scope := Scope(Write{Resource: r, Action: a}); !known[scope] {
				t.Errorf("%s %s: %q is no scope", a, r, scope)
			}
		}
	}
	if got := Scope(Write{Resource: storage.Variations, Action: Update}); got != "products:write" {
		t.Errorf("got %q", got)
	}
}
