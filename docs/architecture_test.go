package docs

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/waybillhq/waybill"

// layers says, for every room, which of our own rooms it may import. A room that is not listed may import none.
// The reasons stand in ARCHITECTURE.md and beside the lint rules.
var layers = map[string][]string{
	"woo":                     {},
	"capability":              {},
	"sandbox":                 {"capability", "sandbox"},
	"doctor":                  {"woo", "capability"},
	"internal/storage":        {"internal/problem"},
	"internal/storage/sqlite": {"internal/storage", "internal/mirror", "internal/outbox", "internal/problem"},
	"internal/mirror":         {"woo", "internal/storage", "internal/pagesize"},
	"internal/outbox":         {"woo", "internal/storage", "internal/pagesize", "internal/schema"},
	"internal/schema":         {},
	"internal/pagesize":       {"woo"},
	"internal/pace":           {},
	"internal/problem":        {},
	"internal/vault":          {"internal/problem"},
	"internal/config":         {"internal/problem", "internal/pace", "internal/mirror"},
	"internal/intake":         {"internal/outbox", "internal/storage", "internal/schema"},
	"internal/export":         {"internal/storage", "internal/problem"},
	"internal/engine":         {"internal/storage"},
	"internal/service":        {"*"},
	"cmd":                     {"*"},
	"bench":                   {"*"},
	"docs":                    {},
}

// drivers are the dependencies that belong in one place only.
var drivers = map[string][]string{
	"github.com/riverqueue/river": {"internal/engine"},
	"modernc.org/sqlite":          {"internal/storage/sqlite", "internal/engine"},
	"github.com/jackc/pgx":        {"internal/storage/postgres", "internal/engine"},
}

type listed struct {
	ImportPath string
	Dir        string
	Imports    []string
	GoFiles    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Dir,Imports,GoFiles", "./...")
	cmd.Dir = ".."
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var all []listed
	dec := json.NewDecoder(out)
	for {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	return all
}

// room finds the longest listed room that holds the package.
func room(importPath string) string {
	path := strings.TrimPrefix(strings.TrimPrefix(importPath, module), "/")
	best := ""
	for name := range layers {
		if (path == name || strings.HasPrefix(path, strings.TrimSuffix(name, "/")+"/")) && len(name) > len(best) {
			best = name
		}
	}
	return best
}

func TestEveryPackageImportsOnlyWhatItsLayerMayKnow(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		own := room(p.ImportPath)
		if own == "" {
			t.Errorf("%s is in no room of the house: add it to ARCHITECTURE.md and to the layers of this test", p.ImportPath)
			continue
		}
		for _, imported := range p.Imports {
			for prefix, allowed := range drivers {
				if strings.HasPrefix(imported, prefix) && !slices.Contains(allowed, own) {
					t.Errorf("%s imports %s, which belongs in %v only", p.ImportPath, imported, allowed)
				}
			}
			if !strings.HasPrefix(imported, module) {
				continue
			}
			target := room(imported)
			allowed := layers[own]
			if target != own && !slices.Contains(allowed, "*") && !slices.Contains(allowed, target) {
				t.Errorf("%s imports %s: %s may know %v only", p.ImportPath, imported, own, allowed)
			}
		}
	}
}

func TestEveryPackageExplainsItself(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if len(p.GoFiles) == 0 || strings.HasPrefix(p.ImportPath, module+"/cmd/") || strings.HasPrefix(p.ImportPath, module+"/bench/") {
			continue
		}
		if !slices.Contains(p.GoFiles, "doc.go") {
			t.Errorf("%s has no doc.go", p.ImportPath)
		}
	}
}

func TestNoFileHoldsAThousandLines(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		files, err := filepath.Glob(filepath.Join(p.Dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if n := countLines(t, file); n >= 1000 {
				t.Errorf("%s has %d lines: which two ideas does it hold?", file, n)
			}
		}
	}
}

func countLines(t *testing.T, file string) int {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	for s := bufio.NewScanner(f); s.Scan(); {
		n++
	}
	return n
}

var link = regexp.MustCompile(`\]\(([^)#\s]+)(#[^)]*)?\)`)

func TestLinksOfTheDocumentationLeadSomewhere(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	deeper, err := filepath.Glob("*/*.md")
	if err != nil {
		t.Fatal(err)
	}
	pages = append(pages, deeper...)
	for _, top := range []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md"} {
		pages = append(pages, filepath.Join("..", top))
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s links to %s, which does not exist", page, m[1])
			}
		}
	}
}
