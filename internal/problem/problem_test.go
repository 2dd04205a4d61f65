package problem_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"testing"

	"github.com/waybillhq/waybill/internal/problem"
)

func TestEveryDeclaredCodeIsInTheCatalogueOnce(t *testing.T) {
	t.Parallel()

	file, err := parser.ParseFile(token.NewFileSet(), "code.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); ok && name.Name == "Code" {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			declared[value] = true
		}
		return true
	})

	seen := map[string]bool{}
	shape := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	for _, entry := range problem.Catalogue() {
		code := string(entry.Code)
		if seen[code] {
			t.Errorf("%s is listed twice", code)
		}
		seen[code] = true
		if !declared[code] {
			t.Errorf("%s is listed but not declared", code)
		}
		if !shape.MatchString(code) {
			t.Errorf("%q is not lower case with underscores", code)
		}
		if entry.Meaning == "" || entry.Next == "" {
			t.Errorf("%s lacks a meaning or a remedy", code)
		}
		if entry.Exit == problem.ExitOK || entry.Exit == problem.ExitDifferent || entry.Exit == problem.ExitWarnings {
			t.Errorf("%s exits with %d, which is not a failure", code, entry.Exit)
		}
	}
	for code := range declared {
		if !seen[code] {
			t.Errorf("%s is declared but not in the catalogue", code)
		}
	}
}

func TestFromFindsTheProblemUnderWrapping(t *testing.T) {
	t.Parallel()

	inner := problem.New(problem.StoreNotFound, "no store is called %q here", "shop")
	got := problem.From(fmt.Errorf("syncing: %w", inner))
	if got != inner {
		t.Fatalf("From = %v, want the wrapped problem", got)
	}
	if got.ExitStatus() != problem.ExitNotFound {
		t.Errorf("exit status = %d", got.ExitStatus())
	}
}

func TestFromMapsForeignErrors(t *testing.T) {
	t.Parallel()

	if got := problem.From(nil); got != nil {
		t.Errorf("From(nil) = %v", got)
	}
	if got := problem.From(fmt.Errorf("reading: %w", context.Canceled)); got.ExitStatus() != problem.ExitInterrupted {
		t.Errorf("a cancelled context exits with %d", got.ExitStatus())
	}
	if got := problem.From(errors.New("odd")); got.ExitStatus() != problem.ExitFailed {
		t.Errorf("an unknown error exits with %d", got.ExitStatus())
	}
	if got := problem.Code("never_declared").ExitStatus(); got != problem.ExitFailed {
		t.Errorf("an unknown code exits with %d", got)
	}
}
