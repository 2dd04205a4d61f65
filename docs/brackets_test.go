package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// linked finds the names that a comment puts in brackets, as [Name], [Type.Member] or [room.Name].
var linked = regexp.MustCompile(`(?:^|[\s(])\[\*?((?:[a-z]\w*\.)?[A-Z]\w*(?:\.\w+)?)\]`)

// names are what a room declares: its own names, and those of members behind their type and a point.
type names map[string]bool

// TestNamesInBracketsExist: a comment that points to a name points to one that is there.
func TestNamesInBracketsExist(t *testing.T) {
	t.Parallel()
	all, _ := theHouse(t)
	const module = "github.com/waybillhq/waybill"
	rooms := map[string]names{}
	files := map[string][]*ast.File{}
	for _, p := range all {
		room := strings.TrimPrefix(p.ImportPath, module+"/")
		rooms[room] = names{}
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", room, name), nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			rooms[room].declare(file)
			files[room] = append(files[room], file)
		}
	}
	for room, parsed := range files {
		for _, file := range parsed {
			known := map[string]names{"": rooms[room]}
			for _, i := range file.Imports {
				path := strings.TrimPrefix(strings.Trim(i.Path.Value, `"`), module+"/")
				known[filepath.Base(path)] = rooms[path]
			}
			for _, comment := range file.Comments {
				for _, found := range linked.FindAllStringSubmatch(comment.Text(), -1) {
					placeholder := strings.ToUpper(found[1]) == found[1]
					if !placeholder && !reaches(found[1], known, rooms) {
						t.Errorf("%s: a comment names [%s], which is not there", room, found[1])
					}
				}
			}
		}
	}
}

// reaches says whether a name leads to something that is declared. What lies outside of the house is not looked at.
func reaches(name string, known, rooms map[string]names) bool {
	of, within, qualified := strings.Cut(name, ".")
	if !qualified || ast.IsExported(of) {
		return known[""][name] || known[""][of+".*"] // members that come by embedding are not listed
	}
	if declared, imported := known[of]; imported {
		return declared == nil || declared[within] || declared[strings.SplitN(within, ".", 2)[0]+".*"]
	}
	for room, declared := range rooms {
		if filepath.Base(room) == of {
			return declared[within] || declared[strings.SplitN(within, ".", 2)[0]+".*"]
		}
	}
	return true
}

// declare adds what a file declares. A type that another one stands behind, or that embeds one, may have any member.
func (n names) declare(file *ast.File) {
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			n[strings.Join(append(receiver(d), d.Name.Name), ".")] = true
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						n[name.Name] = true
					}
				case *ast.TypeSpec:
					n[spec.Name.Name] = true
					n.members(spec)
				}
			}
		}
	}
}

func (n names) members(spec *ast.TypeSpec) {
	var fields *ast.FieldList
	switch t := spec.Type.(type) {
	case *ast.StructType:
		fields = t.Fields
	case *ast.InterfaceType:
		fields = t.Methods
	default:
		n[spec.Name.Name+".*"] = spec.Assign.IsValid()
		return
	}
	for _, f := range fields.List {
		if len(f.Names) == 0 {
			n[spec.Name.Name+".*"] = true
		}
		for _, name := range f.Names {
			n[spec.Name.Name+"."+name.Name] = true
		}
	}
}

// receiver is the name of the type that a method belongs to; empty for a function.
func receiver(d *ast.FuncDecl) []string {
	if d.Recv == nil {
		return nil
	}
	var name []string
	ast.Inspect(d.Recv.List[0].Type, func(node ast.Node) bool {
		if id, ok := node.(*ast.Ident); ok && len(name) == 0 {
			name = append(name, id.Name)
		}
		return true
	})
	return slices.Clip(name)
}
