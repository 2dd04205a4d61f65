package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/problem"
)

// TestBadInputsAreRefusedWithWhatToDo gives what people mistype to every place that reads it. Nothing panics, ends as
// if it had worked, leaves anything behind, or says less than what is wrong.
func TestBadInputsAreRefusedWithWhatToDo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := map[string]string{
		"empty.csv": "", "header.csv": "status\n", "nul.csv": "status\n\x00\n", "ragged.csv": "a,b\n1\n",
		"book.csv": "PK\x03\x04", "quote.csv": "status\n\"open\n", "latin.csv": "status\ncaf\xe9\n",
		"twice.csv": "status,status\n1,2\n", "web.csv": "<!DOCTYPE html>", "deep.csv": "a.b.c.d\n1\n",
		"empty.json": "", "cut.json": "[{", "text.json": "hello", "number.json": "5", "null.json": "null",
		"list.json": "[1,2]", "nested.json": strings.Repeat("[", 20000), "latin.json": "{\"a\":\"\xe9\"}",
		"map.json": "{\"columns\":5}",
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	words := []string{"", " ", "-1", "0x10", "1e9", "99999999999999999999", "\x00", "\xff\xfe", "../../etc/passwd", "ü",
		"2026-13-45", "NaN", "--", strings.Repeat("x", 10000), "'; DROP TABLE orders; --", "%s%n", "\u202e"}
	var lines [][]string
	for _, w := range words {
		for _, place := range [][]string{
			{"orders", "get", "@"}, {"orders", "list", "--created-from", "@"}, {"orders", "list", "--limit", "@"},
			{"orders", "status", "shop", "@", "@"}, {"orders", "refund", "shop", "1", "--amount", "@"},
			{"orders", "create", "shop", "--file", "@"}, {"orders", "create", "shop", "--set", "@"},
			{"orders", "create", "shop", "--file", "empty.csv", "--encoding", "@x"},
			{"orders", "create", "shop", "--file", "empty.csv", "--delimiter", "@xx"},
			{"orders", "create", "shop", "--file", "empty.csv", "--decimal", "@x"},
			{"orders", "create", "shop", "--file", "empty.csv", "--dates", "@x"},
			{"products", "stock", "shop", "@"}, {"export", "@"}, {"connect", "@", "--no-doctor"},
			{"stores", "pause", "@"}, {"restore", "@"}, {"restore", "--already", "@x"},
			{"outbox", "show", "@"}, {"@"},
		} {
			line := make([]string, len(place))
			for i, part := range place {
				line[i] = strings.ReplaceAll(part, "@", w)
			}
			lines = append(lines, line)
		}
	}
	for name := range files {
		lines = append(lines, []string{"orders", "create", "shop", "--file", filepath.Join(dir, name)},
			[]string{"orders", "create", "shop", "--file", filepath.Join(dir, name), "--map-file",
				filepath.Join(dir, "map.json")})
	}
	if len(lines) < 300 {
		t.Errorf("only %d inputs", len(lines))
	}
	env := []string{"WAYBILL_DATA=" + filepath.Join(dir, "data"), "WAYBILL_KEY=ck_x", "WAYBILL_SECRET=cs_x", "HOME=" + dir}
	run := func(line ...string) (status int, said, refused string) {
		var out, errs bytes.Buffer
		a := newApp(strings.NewReader(""), &out, &errs, env)
		return a.execute(t.Context(), line), out.String(), errs.String()
	}
	for _, line := range lines {
		status, _, refused := run(line...)
		helps := line[0] == "" || line[0] == "--" // no command: the help
		if status == problem.ExitOK && !helps || status == problem.ExitFailed {
			t.Errorf("%.80q: exit status %d: %.200s", line, status, refused)
		}
		if status != problem.ExitOK && !strings.HasPrefix(refused, "Error: ") {
			t.Errorf("%.80q: %.200q is no error for people", line, refused)
		}
	}
	for _, list := range [][]string{{"stores", "list", "--json"}, {"outbox", "list", "--json"}} {
		if status, said, _ := run(list...); status == problem.ExitOK && strings.Contains(said, "{") {
			t.Errorf("something was left behind: %s", said)
		}
	}
}
