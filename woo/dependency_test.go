package woo

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestTheClientStandsAlone: woo is public and below everything else, so it may import the standard library, the decimal
// type of its money, and of this module only the room that walks JSON, which itself stands on nothing.
func TestTheClientStandsAlone(t *testing.T) {
	t.Parallel()
	allowed := map[string]bool{
		"github.com/shopspring/decimal": true, "github.com/waybillhq/waybill/internal/jsonvalue": true,
	}
	const rooms = "github.com/waybillhq/waybill/woo/internal/" // its own
	forTests := map[string]bool{"pgregory.net/rapid": true, "github.com/waybillhq/waybill/woo": true}
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		test := strings.HasSuffix(name, "_test.go")
		for _, spec := range file.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			standard := !strings.Contains(strings.Split(path, "/")[0], ".")
			if !standard && !allowed[path] && !strings.HasPrefix(path, rooms) && !(test && forTests[path]) {
				t.Errorf("%s imports %s", name, path)
			}
			if !test && (path == "testing" || path == "unsafe") {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
}
