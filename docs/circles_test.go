package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// straight are the large rooms whose files can be read from the top down: what a file needs of another one lies
// beneath it, all the way.
var straight = []string{
	"capability", "cmd/waybill", "doctor/internal/catalogue", "doctor/internal/verdict", "internal/mirror",
	"internal/pace", "internal/storage", "internal/stores", "woo",
}

func TestFilesOfARoomDoNotReferInCircles(t *testing.T) {
	t.Parallel()
	for _, room := range straight {
		t.Run(room, func(t *testing.T) {
			t.Parallel()
			names := namesUsed(t, room)
			for from, used := range names {
				for to, name := range used {
					if way := wayBetween(names, to, from); way != nil {
						t.Errorf("%s uses %s of %s, which needs %s itself (%s): move what both need beneath them",
							from, name, to, from, strings.Join(way, ", "))
					}
				}
			}
		})
	}
}

// namesUsed says of each file of a room which others it refers to, with a name for which it does.
func namesUsed(t *testing.T, room string) map[string]map[string]string {
	t.Helper()
	files := token.NewFileSet()
	found, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(room), "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	found = slices.DeleteFunc(found, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
	parsed := make([]*ast.File, len(found))
	for i, name := range found {
		if parsed[i], err = parser.ParseFile(files, name, nil, parser.SkipObjectResolution); err != nil {
			t.Fatal(err)
		}
	}
	// Only names of the room itself matter, so its imports stay empty and what they do not have is no mistake.
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: empty{}, Error: func(error) {}}
	pkg, _ := config.Check(room, files, parsed, info)
	used := map[string]map[string]string{}
	for name, object := range info.Uses {
		if object.Pkg() != pkg || !object.Pos().IsValid() {
			continue
		}
		from := filepath.Base(files.Position(name.Pos()).Filename)
		to := filepath.Base(files.Position(object.Pos()).Filename)
		if from == to {
			continue
		}
		if used[from] == nil {
			used[from] = map[string]string{}
		}
		used[from][to] = object.Name()
	}
	if len(used) == 0 {
		t.Fatalf("no file of %s refers to another: it was not read", room)
	}
	return used
}

// empty gives packages with nothing in them.
type empty struct{}

func (empty) Import(name string) (*types.Package, error) {
	pkg := types.NewPackage(name, path.Base(name))
	pkg.MarkComplete()
	return pkg, nil
}

// wayBetween is a way from one file to another along what files refer to; nil when there is none.
func wayBetween(used map[string]map[string]string, from, to string) []string {
	cameFrom := map[string]string{from: ""}
	for next := []string{from}; len(next) > 0; next = next[1:] {
		if next[0] == to {
			var way []string
			for at := to; at != ""; at = cameFrom[at] {
				way = append([]string{at}, way...)
			}
			return way
		}
		for file := range used[next[0]] {
			if _, seen := cameFrom[file]; !seen {
				cameFrom[file] = next[0]
				next = append(next, file)
			}
		}
	}
	return nil
}
