package docs

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/waybillhq/waybill/tools/house"
	"github.com/waybillhq/waybill/tools/house/picture"
)

const (
	mostFiles = 45
	mostLines = 8000
	mostInOne = 500
)

var packages = sync.OnceValues(func() ([]house.Package, error) { return house.Packages(context.Background(), "..") })

// theHouse is what go list and .golangci.yml say.
func theHouse(t *testing.T) ([]house.Package, []house.Rule) {
	t.Helper()
	all, err := packages()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := house.Rules("..")
	if err != nil {
		t.Fatal(err)
	}
	return all, rules
}

// importsOf are the imports of the package's files that the rule covers.
func importsOf(p house.Package, covers func(file string) bool) []string {
	var imports []string
	for _, part := range []struct{ files, imports []string }{
		{p.GoFiles, p.Imports}, {p.TestGoFiles, p.TestImports}, {p.XTestGoFiles, p.XTestImports},
	} {
		if slices.ContainsFunc(part.files, func(file string) bool { return covers(path.Join(p.Room(), file)) }) {
			imports = append(imports, part.imports...)
		}
	}
	return imports
}

func TestNoImportGoesThroughAWall(t *testing.T) {
	t.Parallel()
	all, rules := theHouse(t)
	for _, p := range all {
		for _, rule := range rules {
			for _, imported := range importsOf(p, rule.Covers) {
				if why, forbidden := rule.Forbids(imported); forbidden {
					t.Errorf("%s imports %s, but %s (rule %s of .golangci.yml)", p.Room(), imported, why, rule.Name)
				}
			}
		}
	}
}

func TestEveryRoomHasOneRule(t *testing.T) {
	t.Parallel()
	all, rules := theHouse(t)
	rooms := map[string]bool{}
	for _, p := range all {
		var own []string
		for _, rule := range rules {
			if rule.ForRoom() && slices.ContainsFunc(slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles),
				func(file string) bool { return rule.Covers(path.Join(p.Room(), file)) }) {
				own = append(own, rule.Name)
			}
		}
		if len(own) != 1 || !strings.HasPrefix(p.Room(), own[0]) {
			t.Errorf("%s needs one rule of its name in .golangci.yml, with the reason for its walls; it has %q",
				p.Room(), own)
			continue
		}
		rooms[own[0]] = true
	}
	for _, rule := range rules {
		for _, denied := range rule.Deny {
			if strings.TrimSpace(denied.Desc) == "" {
				t.Errorf("rule %s of .golangci.yml forbids %s without a reason", rule.Name, denied.Pkg)
			}
		}
		if rule.ForRoom() && !rooms[rule.Name] {
			t.Errorf("rule %s of .golangci.yml is about no room of the house: has it moved?", rule.Name)
		}
	}
}

func TestEveryAllowanceIsUsed(t *testing.T) {
	t.Parallel()
	all, rules := theHouse(t)
	for _, rule := range rules {
		var imports []string
		for _, p := range all {
			imports = append(imports, importsOf(p, rule.Covers)...)
		}
		for _, allowed := range rule.Allow {
			exact, only := strings.CutSuffix(allowed, "$")
			if !only {
				t.Errorf("rule %s of .golangci.yml allows %s and all below it: put a $ behind the path", rule.Name,
					allowed)
			}
			if !slices.Contains(imports, exact) {
				t.Errorf("rule %s of .golangci.yml allows %s, which nobody imports there: take it out", rule.Name,
					exact)
			}
		}
	}
}

func TestEveryRoomExplainsItself(t *testing.T) {
	t.Parallel()
	all, _ := theHouse(t)
	for _, p := range all {
		if !slices.Contains(p.GoFiles, "doc.go") && !strings.HasPrefix(p.Room(), "bench/") {
			t.Errorf("%s has no doc.go", p.Room())
		}
		if p.Doc == "" {
			t.Errorf("%s has no package comment", p.Room())
		}
	}
}

func TestNoRoomIsTooBig(t *testing.T) {
	t.Parallel()
	all, _ := theHouse(t)
	for _, p := range all {
		lines := 0
		for _, file := range p.GoFiles {
			lines += countLines(t, filepath.Join(p.Dir, file))
		}
		if len(p.GoFiles) > mostFiles || lines > mostLines {
			t.Errorf("%s has %d files and %d lines, more than %d and %d: which rooms are in it?",
				p.Room(), len(p.GoFiles), lines, mostFiles, mostLines)
		}
	}
}

func TestNoFileHoldsMoreThanFiveHundredLines(t *testing.T) {
	t.Parallel()
	all, _ := theHouse(t)
	for _, p := range all {
		for _, file := range slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles) {
			if n := countLines(t, filepath.Join(p.Dir, file)); n > mostInOne {
				t.Errorf("%s/%s has %d lines: which two ideas does it hold?", p.Room(), file, n)
			}
		}
	}
}

func countLines(t *testing.T, file string) int {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(text), "\n")
}

func TestTheDrawnHouseIsCurrent(t *testing.T) {
	t.Parallel()
	all, _ := theHouse(t)
	page, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := house.Between(string(page), house.Table(all))
	if err != nil {
		t.Fatal(err)
	}
	if drawn != string(page) {
		t.Error("the table of rooms in ARCHITECTURE.md is not what is built: go generate ./docs")
	}
	svg, err := os.ReadFile("images/house.svg")
	if err != nil || string(svg) != picture.SVG(picture.Plan(all)) {
		t.Errorf("images/house.svg is not what is built (%v): go generate ./docs", err)
	}
}
