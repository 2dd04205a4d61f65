package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox"
)

// TestSlipsAreToldBeforeTheStoreIsAsked: a mistyped scope, check or cause gets the one that was meant, and a key in
// quotation marks is refused, all before the first request.
func TestSlipsAreToldBeforeTheStoreIsAsked(t *testing.T) {
	t.Parallel()
	const nowhere = "https://127.0.0.1:1"
	for _, one := range []struct {
		args string
		key  string
		says string
	}{
		{"doctor " + nowhere + " --for order:read", "ck_x", "Did you mean orders:read?"},
		{"connect " + nowhere + " --for orders:writ", "ck_x", "Did you mean orders:write?"},
		{"role --for customer:read", "ck_x", "Did you mean customers:read?"},
		{"doctor --explain auth-header-striped", "ck_x", "Did you mean auth-header-stripped?"},
		{"doctor " + nowhere + " --check tls-expird", "ck_x", "Did you mean tls-expired?"},
		{"doctor " + nowhere, `"ck_x"`, "quotation marks"},
		{"connect " + nowhere, "“ck_x”", "quotation marks"},
	} {
		var out, said bytes.Buffer
		a := newApp(strings.NewReader(""), &out, &said, []string{"HOME=" + t.TempDir(), "WAYBILL_DATA=" + t.TempDir(),
			"WAYBILL_KEY=" + one.key, "WAYBILL_SECRET=cs_x"})
		if status := a.execute(t.Context(), strings.Fields(one.args)); status != 2 ||
			!strings.Contains(said.String(), one.says) {
			t.Errorf("%s: exit status %d, and it says %s", one.args, status, &said)
		}
	}
}

// TestABlankAroundAKeyIsSaid: it is taken away, as WordPress does, and said, because another program may not do so.
func TestABlankAroundAKeyIsSaid(t *testing.T) {
	t.Parallel()
	shop, env := shopEnvironment(t, sandbox.WithPlainHTTP(), sandbox.WithOrders(2))
	env = append(slices.DeleteFunc(env, func(v string) bool { return strings.HasPrefix(v, "WAYBILL_KEY=") }),
		"WAYBILL_KEY="+shop.Key+" ")
	var out, said bytes.Buffer
	status := newApp(strings.NewReader(""), &out, &said, env).execute(t.Context(),
		[]string{"doctor", shop.URL, "--check", "key-unknown"})
	if status != 0 || !strings.Contains(said.String(), "has a blank or a line end around it") {
		t.Errorf("exit status %d\n%s%s", status, &out, &said)
	}
}

// TestAKeyIsCopiedAgainBeforeAnotherIsMade: what is quickest comes first, and the permission of a new key lets it
// write.
func TestAKeyIsCopiedAgainBeforeAnotherIsMade(t *testing.T) {
	t.Parallel()
	shop, env := shopEnvironment(t, sandbox.WithPlainHTTP(), sandbox.WithOrders(2))
	if err := shop.Break("key-unknown"); err != nil {
		t.Fatal(err)
	}
	var out, said bytes.Buffer
	status := newApp(strings.NewReader(""), &out, &said, env).execute(t.Context(),
		[]string{"doctor", shop.URL, "--for", "orders:read"})
	text := strings.Join(strings.Fields(out.String()), " ")
	again, made := strings.Index(text, "Copy key and secret again"), strings.Index(text, "Permissions: Read/Write")
	if status != 10 || again < 0 || made < again {
		t.Errorf("exit status %d\n%s", status, &out)
	}
}
