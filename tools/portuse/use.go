package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/tools/house"
)

const (
	port  = house.Module + "/internal/storage"
	suite = port + "/storagetest"
)

// use is who calls what of the port.
type use struct {
	methods          int
	untested, unused []string
}

// pkg is a package as go list shows it.
type pkg struct {
	ImportPath, Dir, Export string
	Standard                bool
	GoFiles, Imports        []string
}

// read looks through the packages of the module that has the folder.
func read(ctx context.Context, dir string) (use, error) {
	all, err := list(ctx, dir)
	if err != nil {
		return use{}, err
	}
	fset := token.NewFileSet()
	compiled := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(all[path].Export)
	})
	storage, err := compiled.Import(port)
	if err != nil {
		return use{}, err
	}
	methods := methodsOf(storage, "Database", "Tx")
	tested, needed := map[string]bool{}, map[string]bool{}
	for path, p := range all {
		if p.Standard || !reaches(p) {
			continue
		}
		called, err := calls(fset, compiled, p, methods)
		if err != nil {
			return use{}, fmt.Errorf("%s: %w", path, err)
		}
		into := needed
		if path == suite {
			into = tested
		}
		for name := range called {
			into[name] = true
		}
	}
	u := use{methods: len(methods)}
	for name := range methods {
		if !tested[name] {
			u.untested = append(u.untested, name)
		}
		if !needed[name] {
			u.unused = append(u.unused, name)
		}
	}
	slices.Sort(u.untested)
	slices.Sort(u.unused)
	return u, nil
}

// reaches says whether what a package calls counts: it is the suite, or product code that is no database itself.
func reaches(p pkg) bool {
	room := house.Room(p.ImportPath)
	if p.ImportPath == suite {
		return true
	}
	return strings.HasPrefix(room, "internal/") && !strings.HasSuffix(room, "test") &&
		!strings.HasPrefix(room, "internal/storage/") || strings.HasPrefix(room, "cmd/")
}

// list is go list with what the compiler left of each package.
func list(ctx context.Context, dir string) (map[string]pkg, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-export", "-deps",
		"-json=ImportPath,Dir,Export,Standard,GoFiles,Imports", "./internal/...", "./cmd/...")
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	all := map[string]pkg{}
	for dec := json.NewDecoder(out); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		all[p.ImportPath] = p
	}
	return all, cmd.Wait()
}

// methodsOf are the methods of interfaces, by name. No two of the port share a name without being the same.
func methodsOf(p *types.Package, names ...string) map[string]*types.Signature {
	methods := map[string]*types.Signature{}
	for _, name := range names {
		of := p.Scope().Lookup(name).Type().Underlying().(*types.Interface)
		for m := range of.Methods() {
			methods[m.Name()] = m.Signature()
		}
	}
	return methods
}

// calls are the methods that a package names. Rooms declare small interfaces of their own, so a method counts when it
// has the name and the signature.
func calls(
	fset *token.FileSet, compiled types.Importer, p pkg, methods map[string]*types.Signature,
) (map[string]bool, error) {
	var files []*ast.File
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	info := types.Info{Selections: map[*ast.SelectorExpr]*types.Selection{}}
	if _, err := (&types.Config{Importer: compiled}).Check(p.ImportPath, fset, files, &info); err != nil {
		return nil, err
	}
	called := map[string]bool{}
	for _, selection := range info.Selections {
		method, is := selection.Obj().(*types.Func)
		if !is {
			continue
		}
		if of := methods[method.Name()]; of != nil && types.Identical(bare(of), bare(method.Signature())) {
			called[method.Name()] = true
		}
	}
	return called, nil
}

// bare is a signature without its receiver.
func bare(s *types.Signature) *types.Signature {
	return types.NewSignatureType(nil, nil, nil, s.Params(), s.Results(), s.Variadic())
}
