package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/jsontext"
	"github.com/waybillhq/waybill/cmd/waybill/internal/progress"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// say prints one line of a result for people. It may hold text of a store, which cannot control the terminal.
func (a *app) say(format string, args ...any) {
	fmt.Fprintln(a.stdout, a.out.Safe(fmt.Sprintf(format, args...)))
}

// note prints one line that is not a result: progress, advice. With --json nobody reads it, so it is left out.
func (a *app) note(format string, args ...any) {
	if !a.global.json {
		fmt.Fprintln(a.stderr, a.err.Safe(fmt.Sprintf(format, args...)))
	}
}

// printJSON prints a result as one indented JSON value.
func (a *app) printJSON(value any) error { return jsontext.Write(a.stdout, value) }

// printJSONLine prints one value of a stream on a line of its own.
func (a *app) printJSONLine(value any) error { return jsontext.WriteLine(a.stdout, value) }

// table prints rows under a header.
func (a *app) table(columns []terminal.Column, rows [][]string) {
	terminal.WriteTable(a.stdout, a.out, columns, rows)
}

// facts prints pairs of a word and a value, leaving out empty ones.
func (a *app) facts(pairs ...[2]string) { terminal.WriteFacts(a.stdout, a.out, pairs...) }

// display shows how long work goes on: on standard error, and not at all with --json.
func (a *app) display() progress.Display {
	return progress.Display{Out: a.stderr, Terminal: a.err, Silent: a.global.json}
}

const (
	formatTable = "table"
	formatJSON  = "json"
	formatCSV   = "csv"
	formatJSONL = "jsonl"
)

// choices joins words for the usage of a flag.
func choices(words ...string) string { return strings.Join(words, "|") }

// addFormat adds --format with its choices.
func addFormat(cmd *cobra.Command, into *string, preset string, words ...string) {
	cmd.Flags().StringVar(into, "format", preset, "`"+choices(words...)+"`")
	must(cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)))
}

// pickFormat checks --format; --json means the JSON one.
func (a *app) pickFormat(given, jsonFormat string, words ...string) (string, error) {
	if a.global.json {
		return jsonFormat, nil
	}
	for _, word := range words {
		if given == word {
			return given, nil
		}
	}
	return "", problem.New(problem.Usage, "--format is %q; it can be %s", given, strings.Join(words, ", "))
}

// paintKind colours what happened to a record, in a column of its own.
func paintKind(t terminal.Terminal, kind storage.Kind) string {
	text := terminal.PadRight(string(kind), len(storage.Restored))
	switch kind {
	case storage.Created, storage.Restored:
		return t.Good(text)
	case storage.Trashed, storage.Deleted:
		return t.Bad(text)
	}
	return t.Accent(text)
}
