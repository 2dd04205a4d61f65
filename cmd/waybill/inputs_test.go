package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/sandbox"
)

// TestBadInputsAreRefusedWithWhatToDo gives what people mistype to every place that reads it, with a store connected.
// Nothing panics, ends as if it had worked, leaves anything behind, or says less than what is wrong and what to do.
func TestBadInputsAreRefusedWithWhatToDo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := map[string]string{
		"empty.csv": "", "header.csv": "status\n", "nul.csv": "status\n\x00\n", "ragged.csv": "a,b\n1\n",
		"book.csv": "PK\x03\x04", "quote.csv": "status\n\"open\n", "latin.csv": "status\ncaf\xe9\n",
		"twice.csv": "status,status\n1,2\n", "web.csv": "<!DOCTYPE html>", "deep.csv": "a.b.c.d\n1\n",
		"empty.json": "", "cut.json": "[{", "text.json": "hello", "number.json": "5", "null.json": "null",
		"list.json": "[1,2]", "nested.json": strings.Repeat("[", 20000), "latin.json": "{\"a\":\"\xe9\"}",
		"map.json": "{\"columns\":5}", "good.csv": "status\npending\n",
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	good := filepath.Join(dir, "good.csv")
	words := []string{"", " ", "-1", "0x10", "1e9", "99999999999999999999", "\x00", "\xff\xfe", "../../etc/passwd", "ü",
		"2026-13-45", "NaN", "--", strings.Repeat("x", 10000), "'; DROP TABLE orders; --", "%s%n", "\u202e"}
	var lines [][]string
	for _, w := range words {
		for _, place := range [][]string{
			{"orders", "get", "@"}, {"orders", "list", "--created-from", "@"}, {"orders", "list", "--limit", "@"},
			{"orders", "status", "shop", "@", "@"}, {"orders", "status", "shop", "44", "@"},
			{"orders", "refund", "shop", "44", "--amount", "@"}, {"orders", "delete", "shop", "@"},
			{"orders", "update", "shop", "44", "--set", "billing.email=@x@"},
			{"orders", "update", "shop", "44", "--set", "customer_id=@"}, {"orders", "update", "shop", "44", "--set", "@=1"},
			{"orders", "create", "shop", "--file", "@"}, {"orders", "create", "shop", "--set", "@"},
			{"orders", "create", "shop", "--file", good, "--encoding", "@x"},
			{"orders", "create", "shop", "--file", good, "--delimiter", "@xx"},
			{"orders", "create", "shop", "--file", good, "--decimal", "@x"},
			{"orders", "create", "shop", "--file", good, "--dates", "@x"},
			{"products", "stock", "shop", "@"}, {"products", "stock", "shop", "WB-001=@"},
			{"export", "@"}, {"connect", "@", "--no-doctor"},
			{"stores", "pause", "@"}, {"restore", "@"}, {"restore", "--already", "@x"},
			{"outbox", "show", "@"}, {"outbox", "edit", "@", "--set", "status=completed"},
			{"tokens", "create", "erp", "--scope", "@"}, {"groups", "add-store", "@", "shop"}, {"changes", "--after", "@"},
			{"sync", "@", "--once"}, {"role", "--for", "@"}, {"@"},
		} {
			if w == "-1" && strings.HasSuffix(place[len(place)-1], "=@") && place[0] == "products" {
				continue // a stock may be below zero
			}
			line := make([]string, len(place))
			for i, part := range place {
				line[i] = strings.ReplaceAll(part, "@", w)
			}
			lines = append(lines, line)
		}
	}
	for name := range files {
		if name == "good.csv" {
			continue
		}
		lines = append(lines, []string{"orders", "create", "shop", "--file", filepath.Join(dir, name)},
			[]string{"orders", "create", "shop", "--file", filepath.Join(dir, name), "--map-file",
				filepath.Join(dir, "map.json")})
	}
	if len(lines) < 300 {
		t.Errorf("only %d inputs", len(lines))
	}
	shop, err := sandbox.Serve("127.0.0.1:0", sandbox.WithOrders(5), sandbox.WithPlainHTTP())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(shop.Close)
	env := []string{"WAYBILL_DATA=" + filepath.Join(dir, "data"), "WAYBILL_KEY=" + shop.Key,
		"WAYBILL_SECRET=" + shop.Secret, "HOME=" + dir}
	run := func(line ...string) (status int, said, refused string) {
		var out, errs bytes.Buffer
		a := newApp(strings.NewReader(""), &out, &errs, env)
		return a.execute(t.Context(), line), out.String(), errs.String()
	}
	for _, line := range [][]string{{"connect", shop.URL, "--name", "shop", "--no-doctor"}, {"sync", "--once"}} {
		if status, _, refused := run(line...); status != problem.ExitOK {
			t.Fatalf("%q: exit status %d: %s", line, status, refused)
		}
	}
	for _, line := range lines {
		status, _, refused := run(line...)
		helps := line[0] == "" || line[0] == "--" // no command: the help
		if status == problem.ExitOK && !helps || status == problem.ExitFailed {
			t.Errorf("%.80q: exit status %d: %.200s", line, status, refused)
		}
		if status == problem.ExitOK {
			continue
		}
		what, next, _ := strings.Cut(refused, "\n  -> ")
		advises := next != "" || strings.HasSuffix(what, "; nothing was accepted\n") // that names what to write
		if !strings.HasPrefix(what, "Error: ") || !advises || len(refused) > 2000 {
			t.Errorf("%.80q: %.200q is no error for people", line, refused)
		}
	}
	for _, list := range []string{"outbox", "tokens"} {
		if status, said, _ := run(list, "list", "--json"); status != problem.ExitOK || strings.Contains(said, `"id"`) {
			t.Errorf("%s: something was left behind: %s", list, said)
		}
	}
	status, said, _ := run("stores", "list", "--json")
	if status != problem.ExitOK || strings.Count(said, `"paused"`) != 1 || !strings.Contains(said, `"paused": false`) {
		t.Errorf("the one store is not as it was: %s", said)
	}
	if status, _, refused := run("verify"); status != problem.ExitOK {
		t.Errorf("the store was changed: exit status %d: %s", status, refused)
	}
}
