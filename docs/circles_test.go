package docs

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/tools/house"
)

// largeRoom is the number of files from which on a room is held to one direction: what a file needs of another one lies
// beneath it, all the way, so that the room can be read from the top down.
const largeRoom = 25

// suite is a room of tests, which are not counted: its list names a test of every file, and each leans on its bundle.
const suite = "internal/storage/storagetest"

func TestFilesOfARoomDoNotReferInCircles(t *testing.T) {
	t.Parallel()
	all, _ := theHouse(t)
	for _, p := range all {
		if len(p.GoFiles) < largeRoom || p.Room() == suite {
			continue
		}
		t.Run(p.Room(), func(t *testing.T) {
			t.Parallel()
			for _, circle := range circlesAmong(namesUsed(t, p)) {
				t.Error(circle)
			}
		})
	}
}

// circlesAmong says of each reference that closes a circle what it is and which way leads back.
func circlesAmong(names map[string]map[string]string) (circles []string) {
	for from, used := range names {
		for to, name := range used {
			if way := wayBetween(names, to, from); way != nil {
				circles = append(circles, fmt.Sprintf(
					"%s uses %s of %s, which needs %s itself (%s): move what both need beneath them",
					from, name, to, from, strings.Join(way, ", ")))
			}
		}
	}
	return circles
}

// namesUsed says of each file of a room which others it refers to, with a name for which it does.
func namesUsed(t *testing.T, room house.Package) map[string]map[string]string {
	t.Helper()
	files := token.NewFileSet()
	parsed := make([]*ast.File, len(room.GoFiles))
	for i, name := range room.GoFiles {
		var err error
		parsed[i], err = parser.ParseFile(files, filepath.Join(room.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
	}
	// Only names of the room itself matter, so its imports stay empty and what they do not have is no mistake.
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: empty{}, Error: func(error) {}}
	pkg, _ := config.Check(room.Room(), files, parsed, info)
	used := map[string]map[string]string{}
	refers := func(name *ast.Ident, object types.Object) {
		if object == nil || object.Pkg() != pkg || !object.Pos().IsValid() {
			return
		}
		from := filepath.Base(files.Position(name.Pos()).Filename)
		to := filepath.Base(files.Position(object.Pos()).Filename)
		if from == to {
			return
		}
		if used[from] == nil {
			used[from] = map[string]string{}
		}
		used[from][to] = object.Name()
	}
	for name, object := range info.Uses {
		refers(name, object)
	}
	// The checker passes over what stands in the brackets of an imported generic type, which it does not know.
	for _, file := range parsed {
		ast.Inspect(file, func(node ast.Node) bool {
			if generic, ok := node.(*ast.IndexExpr); ok {
				ast.Inspect(generic.Index, func(node ast.Node) bool {
					if name, ok := node.(*ast.Ident); ok && info.Uses[name] == nil {
						refers(name, pkg.Scope().Lookup(name.Name))
					}
					return true
				})
			}
			return true
		})
	}
	if len(used) == 0 {
		t.Fatalf("no file of %s refers to another: it was not read", room.Room())
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
