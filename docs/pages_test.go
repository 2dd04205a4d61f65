package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/tools/house/picture"
)

// named is a path as ARCHITECTURE names it: with a slash in it, in backquotes.
var named = regexp.MustCompile("`([a-zA-Z0-9_.-]+(?:/[a-zA-Z0-9_.…-]*)+)`")

// notPaths are words with a slash that name no place of this repository.
var notPaths = map[string]bool{"/batch": true}

// TestNamedPlacesExist: the map leads to files that are there. A name with … stands for the files it fits.
func TestNamedPlacesExist(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	prose, _, _ := strings.Cut(string(text), "<!-- rooms")
	places := named.FindAllStringSubmatch(prose, -1)
	if len(places) < 50 {
		t.Errorf("%d places are named: the pattern of this test is wrong", len(places))
	}
	for _, m := range places {
		if notPaths[m[1]] || strings.Contains(m[1], "TOPIC") {
			continue
		}
		found, err := filepath.Glob(filepath.Join("..", strings.ReplaceAll(m[1], "…", "*")))
		if err != nil || len(found) == 0 {
			t.Errorf("ARCHITECTURE.md names %s, which does not exist", m[1])
		}
	}
}

func TestEveryRoomOfThePictureHasItsParagraph(t *testing.T) {
	t.Parallel()
	all, _ := theHouse(t)
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, box := range picture.Plan(all) {
		if !strings.Contains(string(text), "\n**`"+box.Name+"`** ") {
			t.Errorf("ARCHITECTURE.md has no paragraph that begins with **`%s`**", box.Name)
		}
	}
	for _, m := range regexp.MustCompile("(?m)^\\*\\*`([^`]+)`\\*\\*").FindAllStringSubmatch(string(text), -1) {
		if _, err := os.Stat(filepath.Join("..", m[1])); err != nil {
			t.Errorf("ARCHITECTURE.md has a paragraph about %s, which does not exist", m[1])
		}
	}
}

func TestTheMapKeepsToItsWidth(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		if line = strings.TrimSuffix(line, "\n"); len([]rune(line)) > 120 && !strings.HasPrefix(line, "|") {
			t.Errorf("line %d of ARCHITECTURE.md has %d columns", n, len([]rune(line)))
		}
	}
}
