package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox"
)

// TestDoctorAsksWhatWritesWaitFor: a rule refuses every change of products, which the doctor is not asked about. As
// soon as a write of a product waits it is, and the store is healthy no more.
func TestDoctorAsksWhatWritesWaitFor(t *testing.T) {
	t.Parallel()
	shop, env := shopEnvironment(t, sandbox.WithPlainHTTP(), sandbox.WithOrders(2))
	run := func(want int, args ...string) string {
		t.Helper()
		var out bytes.Buffer
		a := newApp(strings.NewReader(""), &out, &out, env)
		if status := a.execute(t.Context(), args); status != want {
			t.Fatalf("waybill %q exits with %d, want %d\n%s", args, status, want, &out)
		}
		return out.String()
	}
	run(0, "connect", shop.URL, "--name", "my-shop", "--no-doctor")
	if _, err := shop.AddFault(sandbox.Fault{
		Match: sandbox.Match{Methods: []string{"POST", "PUT"}, Path: `/wc/v3/products`},
		Answer: &sandbox.Answer{Status: 403, Header: map[string]string{"Content-Type": "text/html"},
			Body: "<html><head><title>403 Forbidden</title></head><body>Forbidden</body></html>"},
	}); err != nil {
		t.Fatal(err)
	}
	run(0, "doctor", "my-shop")
	run(0, "products", "create", "my-shop", "--set", "name=Tea")
	said := run(10, "doctor", "my-shop")
	if !strings.Contains(said, "asked for as well: products:write") ||
		!strings.Contains(said, "products:write does not work") {
		t.Errorf("it says\n%s", said)
	}
	if said = run(10, "doctor", "my-shop", "--for", "orders:read"); !strings.Contains(said, "products:write") {
		t.Errorf("with scopes of its own it says\n%s", said)
	}
}
