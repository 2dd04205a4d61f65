package docs

import (
	"go/scanner"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const (
	mostColumns = 120
	perTab      = 4
)

// tooWide are the folders that held longer lines when the limit was set. The list only gets shorter.
var tooWide = []string{}

// TestLinesKeepToTheirWidth: 120 columns, a tab counts as four. What cannot be broken may be longer: text between
// backquotes, with the tags of fields, a word without a blank (an address), a table drawn in a comment, and what an
// example prints.
func TestLinesKeepToTheirWidth(t *testing.T) {
	t.Parallel()
	wide := map[string]bool{}
	for _, file := range goFiles(t) {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		excused := unbreakable(source)
		folder := strings.TrimPrefix(path.Dir(filepath.ToSlash(file)), "../")
		number := 0
		for line := range strings.Lines(string(source)) {
			number++
			width := utf8.RuneCountInString(strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\t",
				strings.Repeat(" ", perTab)))
			if width <= mostColumns || excused[number] {
				continue
			}
			wide[folder] = true
			if !slices.Contains(tooWide, folder) {
				t.Errorf("%s:%d has %d columns", strings.TrimPrefix(file, "../"), number, width)
			}
		}
	}
	for _, folder := range tooWide {
		if !wide[folder] {
			t.Errorf("%s keeps to the width now: take it off the list of this test", folder)
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
