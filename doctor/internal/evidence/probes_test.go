package evidence

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestEveryProbeIsDeclared: a name that is no trait's is a request that nobody would send, and an answer that nobody
// would find.
func TestEveryProbeIsDeclared(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "probes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	names := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Probe" && kind.Name != "Family" {
			return true
		}
		name, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		names++
		if _, ok := traitOf(name); !ok && name != "cache" && name != "limited" && name != "cut" && name != "flaky" &&
			name != "parted" {
			t.Errorf("%s (%s) has no trait: say what kind of request it is", spec.Names[0].Name, name)
		}
		return true
	})
	if names < 100 {
		t.Errorf("only %d names were found in probes.go", names)
	}
	for _, one := range traits {
		if one.kind == 0 || one.stands && one.answer == nil {
			t.Errorf("%s has no kind, or stands for something and is answered by anything", one.name)
		}
	}
	if _, ok := traitOf("listen.orders"); ok {
		t.Error("a name that only begins alike is taken for a declared one")
	}
}

// TestNoProbeIsNamedByAString: who writes a name out anew writes it wrong once.
func TestNoProbeIsNamedByAString(t *testing.T) {
	t.Parallel()
	written := regexp.MustCompile(`\b(Get|get|With)\("[a-z]+(\.[a-z_-]+)*"\)|\.ID [!=]= "[a-z]+\.|\bid: +"`)
	files, err := filepath.Glob("../*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(raw), "\n") {
			ofAnAddress := strings.Contains(line, "args.Get(") || strings.Contains(line, "Query().Get(")
			if !strings.HasSuffix(name, "_test.go") && written.MatchString(line) && !ofAnAddress {
				t.Errorf("%s:%d names a probe by a string: %s", name, i+1, strings.TrimSpace(line))
			}
		}
	}
	if len(files) < 80 {
		t.Errorf("only %d files were looked through", len(files))
	}
}

// TestTheLongestNameDecides: what a probe is goes by the longest declared name that its own begins with.
func TestTheLongestNameDecides(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]Family{
		"door.orders.post": "door.orders.post", "door.orders.put": "door", "door.products.post.2": "door.products.post",
		"index": "index", "index.hop": "index.hop", "index.hop3": "index.hop", "home.hop12": "home.hop",
		"blog/shop.two": "blog", "list.orders": "list", "list.refunds": "list.refunds", "limited.list.refunds": Limited,
		"body.whole": "body.whole", "verb.override": "verb.override", "verb.put": "verb",
	} {
		if found, ok := traitOf(id); !ok || found.name != want {
			t.Errorf("%s is taken for %q, want %q", id, found.name, want)
		}
	}
	for _, id := range []string{"", "indexes", "listen.orders", "blogs", "orders.list"} {
		if found, ok := traitOf(id); ok {
			t.Errorf("%q is taken for %q", id, found.name)
		}
	}
}
