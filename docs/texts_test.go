package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sentences is the file of a room that holds all that it tells people and programs in problems.
const sentences = "texts.go"

// TestARoomTellsItsProblemsInOnePlace: in a room with a file of sentences the words of its problems stand there and
// nowhere else, so that they can be read, and mended, together.
func TestARoomTellsItsProblemsInOnePlace(t *testing.T) {
	t.Parallel()
	var rooms []string
	err := fs.WalkDir(os.DirFS(".."), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Name() == sentences {
			rooms = append(rooms, filepath.Join("..", path))
		}
		return err
	})
	if err != nil || len(rooms) == 0 {
		t.Fatalf("rooms with %s: %v, %v", sentences, rooms, err)
	}
	for _, room := range rooms {
		files, err := filepath.Glob(filepath.Join(filepath.Dir(room), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if filepath.Base(name) == sentences || strings.HasSuffix(name, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, func(node ast.Node) bool {
				if words := wordsOfProblem(node); words != "" {
					t.Errorf("%s tells a problem (%s): its words belong into %s", strings.TrimPrefix(name, "../"),
						words, sentences)
				}
				return true
			})
		}
	}
}

// wordsOfProblem is the first text with a word in it that a call makes a problem of; empty for every other node.
func wordsOfProblem(node ast.Node) (words string) {
	call, ok := node.(*ast.CallExpr)
	if !ok {
		return ""
	}
	maker, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || maker.Sel.Name != "New" && maker.Sel.Name != "Wrap" {
		return ""
	}
	if pkg, ok := maker.X.(*ast.Ident); !ok || pkg.Name != "problem" {
		return ""
	}
	for _, argument := range call.Args {
		ast.Inspect(argument, func(node ast.Node) bool {
			if text, ok := node.(*ast.BasicLit); ok && text.Kind == token.STRING && strings.Contains(text.Value, " ") {
				words = text.Value
			}
			return words == ""
		})
	}
	return words
}
