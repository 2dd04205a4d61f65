package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestTableKeepsColumnsStraightInEveryScript(t *testing.T) {
	t.Parallel()

	var out bytes.Buffer
	writeTable(&out, terminal{}, []column{{title: "ORDER", right: true}, {title: "CUSTOMER"}, {title: "TOTAL", right: true}}, [][]string{
		{"1", "李小龙", "1,234.50 €"},
		{"22", "Zoë Müller", "7.00 €"},
		{"333", "محمد علي", "¥99"},
		{"4444", "नमस्ते", "0.00 €"},
		{"5", "👩‍👩‍👧 family", "12.00 €"},
	})
	lines := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
	want := ansi.StringWidth(lines[0])
	for _, line := range lines {
		if got := ansi.StringWidth(line); got != want {
			t.Errorf("%q is %d cells wide, want %d", line, got, want)
		}
	}
}

func TestTableCutsOnlyElasticColumnsToTheTerminal(t *testing.T) {
	t.Parallel()

	var out bytes.Buffer
	writeTable(&out, terminal{width: 30}, []column{{title: "ID"}, {title: "NAME", elastic: true}, {title: "TOTAL", right: true}}, [][]string{
		{"1234567890", strings.Repeat("long name ", 10), "1,234,567.89"},
	})
	for line := range strings.Lines(out.String()) {
		line = strings.TrimSuffix(line, "\n")
		if got := ansi.StringWidth(line); got > 34 { // 10 + 2 + minElastic + 2 + 12
			t.Errorf("%q is %d cells wide", line, got)
		}
	}
	for _, whole := range []string{"1234567890", "1,234,567.89", "…"} {
		if !strings.Contains(out.String(), whole) {
			t.Errorf("%q is missing in %q", whole, out.String())
		}
	}
}

func TestTableIsNeverCutWhenPiped(t *testing.T) {
	t.Parallel()

	name := strings.Repeat("long name ", 50) + "end"
	var out bytes.Buffer
	writeTable(&out, terminal{}, []column{{title: "NAME", elastic: true}, {title: "X"}}, [][]string{{name, "y"}})
	if !strings.Contains(out.String(), name) {
		t.Error("the name was cut")
	}
}

func TestTextFromAStoreCannotControlTheTerminal(t *testing.T) {
	t.Parallel()

	got := oneLine("a\x1b[31mred\x1b[0m\nb\u202ec\x07d\u009b2Je")
	if got != "a[31mred[0m bcd2Je" {
		t.Errorf("got %q", got)
	}
}
