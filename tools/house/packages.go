package house

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// Module is the path under which the project's own packages are imported.
const Module = "github.com/waybillhq/waybill"

// Package is one Go package of the project, as go list shows it.
type Package struct {
	ImportPath string
	Dir        string
	Name       string
	Doc        string   // the first sentence of the package comment
	Imports    []string // of the product code, not of tests

	GoFiles     []string
	TestGoFiles []string

	TestImports  []string
	XTestGoFiles []string
	XTestImports []string
}

// Room is the package's folder as people say it: internal/storage/sqlite.
func (p Package) Room() string {
	return Room(p.ImportPath)
}

// Room is the folder of a package of ours, and "" for any other.
func Room(importPath string) string {
	if room, ours := strings.CutPrefix(importPath, Module+"/"); ours {
		return room
	}
	return ""
}

// Knows lists the rooms that the package's product code imports, in the order of their names.
func (p Package) Knows() []string {
	var rooms []string
	for _, imported := range p.Imports {
		if room := Room(imported); room != "" {
			rooms = append(rooms, room)
		}
	}
	return rooms
}

// linked is a name in the brackets that make a link of it in a doc comment.
var linked = regexp.MustCompile(`\[\*?((?:[a-z]\w*\.)?[A-Z][\w.]*)\]`)

// For says what the room is for: the first sentence of its package comment without "Package NAME".
func (p Package) For() string {
	words := strings.TrimPrefix(strings.TrimPrefix(p.Doc, "Package "+p.Name+" "), "Command "+filepath.Base(p.Dir)+" ")
	return linked.ReplaceAllString(words, "$1")
}

// Packages lists all packages of the module in the folder root, in the order of their paths.
func Packages(ctx context.Context, root string) ([]Package, error) {
	fields := "ImportPath,Dir,Name,Doc,Imports,GoFiles,TestGoFiles,TestImports,XTestGoFiles,XTestImports"
	list := exec.CommandContext(ctx, "go", "list", "-json="+fields, "./...")
	list.Dir = root
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var all []Package
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p Package
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		all = append(all, p)
	}
}
