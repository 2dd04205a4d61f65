package docs

import (
	"go/ast"
	"go/parser"
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

// TestCommentsFillTheirLines: comments have one width. A paragraph of three lines and more of which every line leaves
// room for the word that comes next was written for narrower ones. Code, tables and what examples print are lines of
// their own.
func TestCommentsFillTheirLines(t *testing.T) {
	t.Parallel()
	for _, name := range goFiles(t) {
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, group := range parsed.Comments {
			margin := perTab * (files.Position(group.Pos()).Column - 1)
			for _, paragraph := range paragraphs(group) {
				if narrow(paragraph, margin) {
					t.Errorf("%s:%d begins a comment of narrow lines (%s…): fill them to %d columns",
						strings.TrimPrefix(name, "../"), files.Position(group.Pos()).Line, paragraph[0], mostColumns)
				}
			}
		}
	}
}

// paragraphs are the texts of a comment, each as its lines; an item of a list is one.
func paragraphs(group *ast.CommentGroup) (all [][]string) {
	var text []string
	end := func() {
		all, text = append(all, text), nil
	}
	for _, comment := range group.List {
		line, ok := strings.CutPrefix(comment.Text, "// ")
		if line == "Output:" || line == "Unordered output:" {
			break
		}
		inside := len(text) > 0 && strings.HasPrefix(text[0], "  - ") && strings.HasPrefix(line, "    ")
		if !ok || !inside && (strings.HasPrefix(line, " ") || len(text) > 0 && strings.HasPrefix(text[0], " ")) {
			end()
		}
		if ok && !strings.HasPrefix(line, "|") {
			text = append(text, line)
		}
	}
	end()
	return all
}

// narrow tells whether each line but the last would have taken the word that comes next with a good part of a line to
// spare.
func narrow(lines []string, margin int) bool {
	if len(lines) < 3 {
		return false
	}
	const spare = 25
	for i, line := range lines[:len(lines)-1] {
		next, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " ")
		with := margin + utf8.RuneCountInString("// "+line+" "+next)
		if with > mostColumns-spare || strings.HasSuffix(line, ":") {
			return false
		}
	}
	return true
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
