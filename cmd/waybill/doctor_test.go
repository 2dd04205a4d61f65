package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox"
)

// shopEnvironment is a store and the environment in which commands find it.
func shopEnvironment(t *testing.T, options ...sandbox.Option) (*sandbox.Server, []string) {
	t.Helper()
	shop := sandbox.Start(t, options...)
	dir := t.TempDir()
	return shop, []string{"HOME=" + dir, "WAYBILL_DATA=" + filepath.Join(dir, "data"), "WAYBILL_KEY=" + shop.Key,
		"WAYBILL_SECRET=" + shop.Secret}
}

// TestWatchEndsWhenTheStoreIsMended: it waits while the store is broken, says so when it is not any more, and exits 0.
func TestWatchEndsWhenTheStoreIsMended(t *testing.T) {
	t.Parallel()
	shop, env := shopEnvironment(t, sandbox.WithPlainHTTP(), sandbox.WithOrders(2))
	if err := shop.Break("key-unknown"); err != nil {
		t.Fatal(err)
	}
	out, in := io.Pipe()
	var said bytes.Buffer
	status := make(chan int, 1)
	go func() {
		a := newApp(strings.NewReader(""), in, &said, env)
		status <- a.execute(t.Context(), []string{"doctor", shop.URL, "--watch", "--every", "1s", "--for",
			"orders:read"})
		in.Close()
	}()
	var text strings.Builder
	for lines := bufio.NewScanner(out); lines.Scan(); {
		text.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "nothing was changed on the store") { // the last line of a report
			shop.Mend("key-unknown")
		}
	}
	if got := <-status; got != 11 && got != 0 {
		t.Errorf("exit status %d\n%s%s", got, &text, &said)
	}
	for _, hidden := range []string{shop.Key, shop.Secret} {
		if strings.Contains(text.String()+said.String(), hidden) {
			t.Error("watching shows the key or the secret")
		}
	}
	if !strings.Contains(said.String(), "Fixed") || !strings.Contains(text.String(), "key-unknown") {
		t.Errorf("%s%s", &text, &said)
	}
}

// TestDoctorShowsNoSecret searches every byte that the command writes, of all its forms and of its mistakes.
func TestDoctorShowsNoSecret(t *testing.T) {
	t.Parallel()
	shop, env := shopEnvironment(t, sandbox.WithPlainHTTP())
	const secret, password = "cs_5ec4e7d00d5ec4e7d00d5ec4e7d00d5ec4e7d00d", "un1que-s1te-passw0rd"
	const key = "ck_0123456789abcdef0123456789abcdef0badcafe"
	saved := filepath.Join(t.TempDir(), "evidence.json")
	withPassword := strings.Replace(shop.URL, "http://", "https://user:"+password+"@", 1)
	for _, args := range [][]string{
		{shop.URL, "--save", saved, "--verbose", "--checklist", "--permissions", "--skipped"},
		{"--replay", saved, "--json"}, {"--replay", saved, "--markdown"}, {"--replay", saved, "--junit"},
		{shop.URL, "--curl"},
		{withPassword, "--curl"}, {withPassword, "--json"}, {withPassword, "--adopt"},
		{"https://user:" + password + "@exa mple/", "--json"}, {"ftp://user:" + password + "@example.test"},
		{"https://user:" + password + "@"},
		{"--replay", "/no/such/" + "file"}, {withPassword, "--check", "no-such-check"}, {withPassword, "--for",
			"no:scope"},
		{withPassword, "--save", "/no/such/directory/x"},
	} {
		for _, flags := range []bool{true, false} {
			line, environment := append([]string{"doctor"}, args...), env[:2]
			if flags {
				line = append(line, "--key", key, "--secret", secret)
			} else {
				environment = append(environment[:2:2], "WAYBILL_KEY="+key, "WAYBILL_SECRET="+secret)
			}
			var out bytes.Buffer
			a := newApp(strings.NewReader(""), &out, &out, environment)
			a.execute(t.Context(), line)
			for _, hidden := range []string{secret, secret[3:30], key, password} {
				if strings.Contains(out.String(), hidden) {
					t.Errorf("waybill %q shows %q:\n%s", args, hidden, &out)
				}
			}
		}
	}
	evidence, err := os.ReadFile(saved)
	if err != nil || bytes.Contains(evidence, []byte(secret[3:30])) || bytes.Contains(evidence, []byte(key)) {
		t.Errorf("the saved evidence shows a secret, or is missing: %v", err)
	}
}
