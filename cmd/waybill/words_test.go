package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/waybillhq/waybill/internal/problem"
)

// rawWords are those of libraries, which say nothing to who uses the program.
var rawWords = regexp.MustCompile(`arg\(s\)|flags in the group|required flag|shorthand|bad flag syntax|json: |` +
	`unmarshal|Go value|strconv|parsing "|parse "|dial tcp|listen tcp|missing port in address|no such host|invalid character|` +
	`unexpected end of JSON|unexpected EOF|yaml: |x509: | tls: |deadline exceeded|map\[|sql: |SQLITE|net/http|` +
	`recipient block|did not match any|must be formatted|invalid syntax|regexp|&\{|<nil>|%!`)

// TestNoErrorSpeaksInTheWordsOfALibrary goes over all commands with wrong arguments, and over everything that is read
// with what cannot be read.
func TestNoErrorSpeaksInTheWordsOfALibrary(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	lines := [][]string{
		{"orders", "create", "shop", "--set", "=5"}, {"orders", "create", "shop", "--set", "a..b=5"},
		{"orders", "create", "shop", "--set", "a"}, {"serve", "--listen", "1"}, {"serve", "--listen", "a b:x"},
		{"serve", "--listen", "127.0.0.1:999999"}, {"serve", "--listen", "203.0.113.9:80"},
		{"connect", "https://"}, {"connect", "http://[::1"}, {"connect", "https://shop .example"},
		{"connect", "https://%zz"},
		{"connect", "https://shop.example:port", "--no-doctor"}, {"connect", "https://127.0.0.1:1", "--no-doctor"},
		{"connect", "https://no-such-host.invalid", "--no-doctor"},
		{"doctor", "https://%zz"}, {"doctor", "https://127.0.0.1:1"},
		{"changes", "--forward-to", "::"}, {"changes", "--forward-to", "ftp://x"},
		{"sandbox", "--addr", "1"}, {"sandbox", "--addr", "x:y:z"},
		{"sandbox", "fault", "list", "--url", "https://127.0.0.1:1"},
		{"sandbox", "fault", "list", "--url", "::"},
		{"sandbox", "fault", "add", "--file", write("fault.json", "{")},
		{"stores", "--config", write("bad.yaml", "a: [")}, {"stores", "--config", write("list.yaml", "- 1")},
		{"stores", "--config", filepath.Join(dir, "none.yaml")},
		{"stores", "--database-url", "postgres://%zz"}, {"stores", "--database-url", "postgres://127.0.0.1:1/x"},
		{"stores", "--database-url", "postgres://u:p@no-such-host.invalid/x"},
		{"stores", "--database-url", "mysql://x"}, {"migrate", "--to", "postgres://127.0.0.1:1/x"},
		{"migrate", "--to", "x"},
		{"backup", filepath.Join(dir, "none", "x.age")}, {"restore", filepath.Join(dir, "none.age")},
		{"restore", write("text.age", "hello")}, {"restore", "--already", "soon"},
		{"role", "--for", "orders"}, {"role", "--output", filepath.Join(dir, "none", "x")},
		{"tokens", "create", "x", "--scopes", "bananas"}, {"tokens", "create", "x", "--networks", "1.2.3"},
		{"tokens", "create", "x", "--expires", "soon"}, {"sandbox", "replay", filepath.Join(dir, "none")},
		{"sandbox", "replay", dir}, {"outbox", "edit", "x", "--set", "=1"},
	}
	for name, text := range map[string]string{"text.json": `"text"`, "number.json": "5", "open.json": `{"a":`,
		"many.json": `[{"a":1},5]`, "lines.jsonl": "{\"a\":1}\n{", "bad.json": "{a:1}",
		"deep.json": strings.Repeat("[", 20000), "big.json": `{"a":1e999}`} {
		path := write(name, text)
		lines = append(lines, []string{"orders", "create", "shop", "--file", path},
			[]string{"products", "stock", "shop", "--file", path}, []string{"orders", "create", "shop", "--file", path,
				"--map-file", path})
	}
	everyCommand(t, func(_ *testing.T, cmd *cobra.Command) {
		path := strings.Fields(cmd.CommandPath())[1:]
		add := func(words ...string) { lines = append(lines, append(append([]string{}, path...), words...)) }
		if cmd.Name() != "help" && cmd.Parent() != nil && cmd.Parent().Name() != "completion" {
			if cmd.Args != nil && cmd.Args(cmd, nil) != nil { // else it might do what it is for
				add()
			}
			add("one", "two", "three", "four", "five", "six", "seven")
			add("--no-such-flag")
			add("-Z")
			add("--=x")
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			switch f.Value.Type() {
			case "string", "stringSlice", "stringArray": // any text is one
				return
			}
			if f.Name == "help" {
				return
			}
			add("--" + f.Name + "=a\x00b")
			if f.NoOptDefVal == "" {
				add("--" + f.Name)
			}
		})
	})
	digits := strings.Repeat("0123456789", 4)
	env := []string{"WAYBILL_DATA=" + filepath.Join(dir, "data"), "WAYBILL_KEY=ck_" + digits,
		"WAYBILL_SECRET=cs_" + digits, "HOME=" + dir, "WAYBILL_BACKUP_PASSPHRASE=x"}
	for _, line := range lines {
		var out, errs bytes.Buffer
		a := newApp(strings.NewReader(""), &out, &errs, env)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		status := a.execute(ctx, line)
		if cancel(); status == problem.ExitInterrupted {
			t.Errorf("%.120q was taken, and went on", line)
		}
		if said := rawWords.FindString(errs.String()); said != "" {
			t.Errorf("%.120q speaks of %q: %.300s", line, said, errs.String())
		}
		if status == problem.ExitFailed {
			t.Errorf("%.120q ends as a fault of Waybill's: %.300s", line, errs.String())
		}
	}
}
