package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// citation is a fact of docs/woocommerce as comments name it: docs/woocommerce/TOPIC.md#ID. Without an ID the page is
// meant.
var citation = regexp.MustCompile(`docs/woocommerce/([a-z]+\.md)(?:#([a-z0-9-]+))?`)

// TestCitedFactsExist: a comment that names a fact names a heading of a page.
func TestCitedFactsExist(t *testing.T) {
	headings := map[string]bool{}
	pages, err := filepath.Glob("woocommerce/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("pages of facts: %v, %v", pages, err)
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(page)
		headings[name] = true
		for line := range strings.Lines(string(text)) {
			if id, ok := strings.CutPrefix(line, "## "); ok {
				headings[name+"#"+strings.TrimSpace(id)] = true
			}
		}
	}
	cited := 0
	err = filepath.WalkDir("..", func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range citation.FindAllStringSubmatch(string(text), -1) {
			cited++
			fact := m[1]
			if m[2] != "" {
				fact += "#" + m[2]
			}
			if !headings[fact] {
				t.Errorf("%s cites docs/woocommerce/%s, which is no heading there", path, fact)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if cited == 0 {
		t.Error("no comment cites a fact: the pattern of this test is wrong")
	}
}

// TestNothingOutsideTheProjectIsCited: what a comment leans on can be read by whoever has the project.
func TestNothingOutsideTheProjectIsCited(t *testing.T) {
	t.Parallel()
	for _, file := range goFiles(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, outside := range []string{"failure-" + "taxonomy", "failure " + "taxonomy", "knowledge" + "/"} {
			if strings.Contains(string(text), outside) {
				t.Errorf("%s cites %q, which is not in the project: write the fact down in docs/woocommerce", file,
					outside)
			}
		}
	}
}
