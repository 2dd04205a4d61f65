package docs

import (
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// goFile is a file of Go as comments name it: in their own folder, or by its path from a folder above.
var goFile = regexp.MustCompile(`(^|[^\w./-])((?:[\w-]+/)*[\w-]+\.go)\b`)

// TestFilesNamedInCommentsExist: who moves a file finds the comments that point to it.
func TestFilesNamedInCommentsExist(t *testing.T) {
	t.Parallel()
	for _, file := range goFiles(t) {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, group := range parsed.Comments {
			for _, m := range goFile.FindAllStringSubmatch(group.Text(), -1) {
				if !foundFrom(path.Dir(filepath.ToSlash(file)), m[2]) {
					t.Errorf("a comment of %s names %s, which does not exist", strings.TrimPrefix(file, "../"), m[2])
				}
			}
		}
	}
}

// foundFrom looks for a file in a folder and in those above it, up to the root of the project.
func foundFrom(dir, name string) bool {
	for {
		if _, err := os.Stat(path.Join(dir, name)); err == nil {
			return true
		}
		if dir == ".." {
			return false
		}
		dir = path.Dir(dir)
	}
}

// goFiles are all files of Go, by their paths from here.
func goFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir("..", func(name string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".") && name != "..") {
			return filepath.SkipDir
		}
		if filepath.Ext(name) == ".go" {
			files = append(files, name)
		}
		return nil
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	return files
}
