package docs

import (
	"go/scanner"
	"go/token"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

const (
	mostColumns = 120
	perTab      = 4
)

// TestLinesKeepToTheirWidth: 120 columns, a tab counts as four. What cannot be broken may be longer: text between
// backquotes, with the tags of fields, a word without a blank (an address), a table drawn in a comment, and what an
// example prints.
func TestLinesKeepToTheirWidth(t *testing.T) {
	t.Parallel()
	for _, file := range goFiles(t) {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		excused := unbreakable(source)
		number := 0
		for line := range strings.Lines(string(source)) {
			number++
			width := utf8.RuneCountInString(strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\t",
				strings.Repeat(" ", perTab)))
			if width > mostColumns && !excused[number] {
				t.Errorf("%s:%d has %d columns", strings.TrimPrefix(file, "../"), number, width)
			}
		}
	}
}

// unbreakable are the lines that may be longer.
func unbreakable(source []byte) map[int]bool {
	lines := map[int]bool{}
	files := token.NewFileSet()
	file := files.AddFile("", -1, len(source))
	var s scanner.Scanner
	s.Init(file, source, nil, scanner.ScanComments)
	output := false
	for {
		at, kind, text := s.Scan()
		line := file.Line(at)
		switch {
		case kind == token.EOF:
			return lines
		case kind == token.STRING && text[0] == '`':
			for i := range strings.Count(text, "\n") + 1 {
				lines[line+i] = true
			}
		case kind == token.STRING && !strings.Contains(text, " "):
			lines[line] = true
		case kind == token.COMMENT:
			words := strings.TrimSpace(strings.TrimPrefix(text, "//"))
			output = output || words == "Output:" || words == "Unordered output:"
			lines[line] = lines[line] || output || !strings.Contains(words, " ") ||
				strings.HasPrefix(text, "//go:") || strings.HasPrefix(text, "//\t")
		case kind != token.SEMICOLON:
			output = false
		}
	}
}
