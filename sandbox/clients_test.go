package sandbox_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox"
)

// need skips a test whose programs are not installed; with WAYBILL_TEST_ALL they have to be.
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

// copyClient copies a file of testdata/clients into dir.
func copyClient(t *testing.T, name, dir string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "clients", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

// writeAuthority writes the certificate that clients have to trust.
func writeAuthority(t *testing.T, s *sandbox.Server, dir string) string {
	t.Helper()
	name := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(name, s.CertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestTheOfficialJavaScriptClientWorksUnchangedOverTLS(t *testing.T) {
	t.Parallel()
	if testing.Short() || os.Getenv("WAYBILL_TEST_ALL") == "" {
		t.Skip("installs packages: set WAYBILL_TEST_ALL")
	}
	need(t, "node", "npm")
	dir := t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json", "official.mjs"} {
		copyClient(t, name, dir)
	}
	run(t, dir, nil, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	s, plain := sandbox.Start(t), sandbox.Start(t, sandbox.WithPlainHTTP())
	authority := writeAuthority(t, s, dir)
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

// debianPython is the interpreter that sees the libraries Debian packages; another one may come first in PATH.
const debianPython = "/usr/bin/python3"

func TestPythonsRequestsWorksUnchangedOverTLSAndSigned(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs another program for seconds")
	}
	probe := exec.CommandContext(t.Context(), debianPython, "-c", "import requests, requests_oauthlib")
	if output, err := probe.CombinedOutput(); err != nil {
		if os.Getenv("WAYBILL_TEST_ALL") != "" {
			t.Fatalf("python3-requests and python3-requests-oauthlib are not installed: %v %s", err, output)
		}
		t.Skip("python3-requests and python3-requests-oauthlib are not installed")
	}
	secure, plain := sandbox.Start(t), sandbox.Start(t, sandbox.WithPlainHTTP())
	got := run(t, t.TempDir(), []string{
		"CA_FILE=" + writeAuthority(t, secure, t.TempDir()),
		"STORE_URL=" + secure.URL, "STORE_KEY=" + secure.Key, "STORE_SECRET=" + secure.Secret,
		"PLAIN_URL=" + plain.URL, "PLAIN_KEY=" + plain.Key, "PLAIN_SECRET=" + plain.Secret,
	}, debianPython, absolute(t, filepath.Join("testdata", "clients", "requests_client.py")))
	const want = `basic create, list, page, update, note, refund, batch, delete, errors
query create, list, page, update, note, refund, batch, delete, errors
HMAC-SHA1 create, list, page, update, note, refund, batch, delete, errors
HMAC-SHA256 create, list, page, update, note, refund, batch, delete, errors
refused no key, wrong secret, wrong signature; certificate checked
`
	if got != want {
		t.Errorf("the client prints\n%s\nwant\n%s", got, want)
	}
}

func absolute(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
