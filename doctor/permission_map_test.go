package doctor_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/waybillhq/waybill/doctor"
)

// TestPermissionsShowWhatTheKeyMayDoNotItsOwner: the store lists what the owner's role allows, also to a key that may
// only read (measured: OPTIONS is always let through, docs/woocommerce/authentication.md#safe-probes).
func TestPermissionsShowWhatTheKeyMayDoNotItsOwner(t *testing.T) {
	t.Parallel()
	methods := func(login string) map[string][]string {
		report := newPatient(t).login(t, login).wanting(doctor.OrdersRead, doctor.ProductsRead).examine(t)
		found := map[string][]string{}
		for _, p := range report.Permissions {
			found[p.Endpoint] = append(found[p.Endpoint], p.Methods...)
		}
		var text bytes.Buffer
		if err := report.WriteText(&text, doctor.TextOptions{Permissions: true}); err != nil {
			t.Fatal(err)
		}
		if login == "smread" && bytes.Contains(text.Bytes(), []byte("POST")) {
			t.Errorf("a key for reading is said to write:\n%s", text.String())
		}
		return found
	}
	full, reading := methods("sm"), methods("smread")
	if !slices.Contains(full["/orders"], "POST") {
		t.Errorf("a Shop Manager's key may create orders, the map says %v", full["/orders"])
	}
	if !slices.Equal(reading["/orders"], []string{"GET"}) {
		t.Errorf("a key for reading may GET orders and nothing else, the map says %v", reading["/orders"])
	}
	for endpoint, allowed := range reading {
		for _, method := range allowed {
			if method != "GET" && method != "HEAD" && method != "OPTIONS" {
				t.Errorf("a key for reading is said to be let %s %s", method, endpoint)
			}
		}
	}
}
