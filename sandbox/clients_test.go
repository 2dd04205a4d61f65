package sandbox_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox"
)

// need skips a test whose programs are not installed; with WAYBILL_TEST_ALL
// they have to be.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err == nil {
			continue
		}
		if os.Getenv("WAYBILL_TEST_ALL") != "" {
			t.Fatalf("%s is not installed", program)
		}
		t.Skipf("%s is not installed", program)
	}
}

// run runs a program in a directory and returns what it prints.
func run(t *testing.T, dir string, environment []string, program string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, args...)
	command.Dir = dir
	command.Env = append(os.Environ(), environment...)
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, output)
	}
	return string(output)
}

func TestTheOfficialJavaScriptClientWorksUnchangedOverTLS(t *testing.T) {
	t.Parallel()
	if testing.Short() || os.Getenv("WAYBILL_TEST_ALL") == "" {
		t.Skip("installs packages: set WAYBILL_TEST_ALL")
	}
	need(t, "node", "npm")
	dir := t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json", "official.mjs"} {
		raw, err := os.ReadFile(filepath.Join("testdata", "clients", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run(t, dir, nil, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	s, plain := sandbox.Start(t), sandbox.Start(t, sandbox.WithPlainHTTP())
	authority := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(authority, s.CertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	got := run(t, dir, []string{
		"NODE_EXTRA_CA_CERTS=" + authority, "NODE_NO_WARNINGS=1",
		"STORE_URL=" + s.URL, "STORE_KEY=" + s.Key, "STORE_SECRET=" + s.Secret, "PLAIN_URL=" + plain.URL,
	}, "node", "official.mjs")
	const want = `created 201 Premium Quality 21.99
list 200 1 1
changed 200 11.90 true
order 201 processing 23.80
batch 200 1 true
options 200 wc/v3
missing 404 woocommerce_rest_shop_order_invalid_id
refused 401 woocommerce_rest_authentication_error
query 200 1
signed 200 0
`
	if got != want {
		t.Errorf("the client prints\n%s\nwant\n%s", got, want)
	}
}
