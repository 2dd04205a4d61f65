package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/waybillhq/waybill/internal/problem"
)

//go:generate go test -run "TestGeneratedReferencesAreCurrent|TestEveryCommandSaysWhatItsJSONLooksLike" -update .

var update = flag.Bool("update", false, "write the generated references anew")

func TestGeneratedReferencesAreCurrent(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"cli.md": commandReference(), "errors.md": errorReference()} {
		path := filepath.Join("..", "..", "docs", name)
		if *update {
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("docs/%s is stale; run: go generate ./cmd/waybill", name)
		}
	}
}

// commandReference is docs/cli.md: every command with its flags and examples.
func commandReference() string {
	root := newRootCommand(newApp(strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{}, nil))
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	var b strings.Builder
	b.WriteString(`# Command line

<!-- Generated from the commands; change them and run: go generate ./cmd/waybill -->

Every command has ` + "`--help`" + ` with examples, and ` + "`--json`" + `: results on standard output and errors on standard error are JSON then.
Progress and advice go to standard error; nothing is coloured where no terminal is or ` + "`NO_COLOR`" + ` is set. Exit statuses and
error codes: [errors.md](errors.md). What is printed: [json.md](json.md). Settings: [configuration.md](configuration.md).

`)
	var list func(cmd *cobra.Command, depth int)
	list = func(cmd *cobra.Command, depth int) {
		for _, sub := range cmd.Commands() {
			if sub.Hidden || sub.Name() == "help" {
				continue
			}
			fmt.Fprintf(&b, "%s- [`%s`](#%s): %s\n", strings.Repeat("  ", depth), sub.CommandPath(), anchor(sub),
				sub.Short)
			list(sub, depth+1)
		}
	}
	list(root, 0)
	b.WriteString("\n## Flags of every command\n\n")
	flagTable(&b, root.PersistentFlags())
	var describe func(cmd *cobra.Command)
	describe = func(cmd *cobra.Command) {
		for _, sub := range cmd.Commands() {
			if sub.Hidden || sub.Name() == "help" {
				continue
			}
			describeCommand(&b, sub)
			describe(sub)
		}
	}
	describe(root)
	return b.String()
}

func describeCommand(b *strings.Builder, cmd *cobra.Command) {
	fmt.Fprintf(b, "\n## %s\n\n", cmd.CommandPath())
	text := cmd.Long
	if text == "" {
		text = cmd.Short + "."
	}
	if cmd.Parent().Name() == "completion" || cmd.Name() == "completion" {
		// Written by the command library, for a terminal.
		text = cmd.Short + "."
	}
	fmt.Fprintf(b, "%s\n\n```\n%s\n```\n", text, cmd.UseLine())
	if cmd.Example != "" {
		fmt.Fprintf(b, "\n```sh\n%s\n```\n", unindent(cmd.Example))
	}
	if cmd.LocalNonPersistentFlags().HasAvailableFlags() {
		b.WriteString("\n")
		flagTable(b, cmd.LocalNonPersistentFlags())
	}
}

func flagTable(b *strings.Builder, flags *pflag.FlagSet) {
	b.WriteString("| flag | meaning |\n|---|---|\n")
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if value != "" {
			name += " " + value
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" && f.DefValue != "[]" &&
			!strings.Contains(usage, "default") {
			usage += fmt.Sprintf(" (default %s)", f.DefValue)
		}
		fmt.Fprintf(b, "| `%s` | %s |\n", strings.ReplaceAll(name, "|", "\\|"), strings.ReplaceAll(usage, "|", "\\|"))
	})
}

func anchor(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

func unindent(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "  ")
	}
	return strings.Join(lines, "\n")
}

// errorReference is docs/errors.md: exit statuses and error codes.
func errorReference() string {
	var b strings.Builder
	b.WriteString(`# Exit statuses and error codes

<!-- Generated from internal/problem; change it there and run: go generate ./cmd/waybill -->

Both are an interface: they keep their meaning. With ` + "`--json`" + ` an error is printed on standard error as

` + "```json" + `
{"error": {"code": "store_not_found", "message": "…", "hint": "…", "details": {}, "exit_status": 3}}
` + "```" + `

` + "`message` and `hint`" + ` are for people and may change; ` + "`details`" + ` holds facts such as the address and the store's own error code.

| exit status | meaning |
|---|---|
`)
	for _, s := range exitStatuses {
		fmt.Fprintf(&b, "| %d | %s |\n", s.status, s.meaning)
	}
	b.WriteString("\n| code | exit status | HTTP status | meaning | what to do |\n|---|---|---|---|---|\n")
	for _, e := range problem.Catalogue() {
		fmt.Fprintf(&b, "| `%s` | %d | %d | %s | %s |\n", e.Code, e.Exit, e.Code.HTTPStatus(), e.Meaning, e.Next)
	}
	return b.String()
}

var exitStatuses = []struct {
	status  int
	meaning string
}{
	{problem.ExitOK, "Done, and nothing to complain about: equal, healthy, up to date."},
	{problem.ExitFailed, "Waybill could not do its work for a reason of its own."},
	{problem.ExitUsage, "The command line, the configuration or the input is wrong; nothing was done."},
	{problem.ExitNotFound, "The store or record named does not exist here."},
	{problem.ExitLocal, "The data directory or its key cannot be used."},
	{problem.ExitStore, "The store cannot be reached, refuses, or answers what it must not."},
	{problem.ExitDelivery, "The receiver of changes (`changes --forward-to`, `--exec`) does not take one."},
	{problem.ExitDifferent, "The command worked and found differences (`verify`, `sandbox replay`) or problems " +
		"(`doctor`), or a copy is late (`status`)."},
	{problem.ExitWarnings, "The command worked and found warnings only (`doctor`), or something waits for a person " +
		"(`status`)."},
	{12, "Nothing wrong was seen, and there was no room to ask everything (`doctor`)."},
	{problem.ExitInterrupted, "Interrupted. Following (`sync`, `changes --follow`) ends with 0 instead: it is meant " +
		"to end so."},
}

func TestEveryExitStatusOfTheCatalogueIsDocumented(t *testing.T) {
	t.Parallel()
	documented := map[int]bool{}
	for _, s := range exitStatuses {
		documented[s.status] = true
	}
	for _, e := range problem.Catalogue() {
		if !documented[e.Exit] {
			t.Errorf("%s exits with %d, which is not documented", e.Code, e.Exit)
		}
	}
}
