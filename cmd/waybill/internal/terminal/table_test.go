package terminal

import (
	"bytes"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestTableKeepsColumnsStraightInEveryScript(t *testing.T) {
	t.Parallel()

	var out bytes.Buffer
	WriteTable(&out, Terminal{}, []Column{{Title: "ORDER", Right: true}, {Title: "CUSTOMER"},
		{Title: "TOTAL", Right: true}}, [][]string{
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
	WriteTable(&out, Terminal{Width: 30}, []Column{{Title: "ID"}, {Title: "NAME", Elastic: true},
		{Title: "TOTAL", Right: true}}, [][]string{
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
	WriteTable(&out, Terminal{}, []Column{{Title: "NAME", Elastic: true}, {Title: "X"}}, [][]string{{name, "y"}})
	if !strings.Contains(out.String(), name) {
		t.Error("the name was cut")
	}
}
