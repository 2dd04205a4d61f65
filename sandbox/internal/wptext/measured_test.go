package wptext

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// The file holds what the functions of WordPress 6.8.2 made of each input.
func TestTextsComeOutAsWordPressMakesThem(t *testing.T) {
	t.Parallel()
	functions := map[string]func(string) any{
		"kses":       func(s string) any { return KsesPost(s) },
		"data":       func(s string) any { return KsesData(s) },
		"autop":      func(s string) any { return AutoP(s) },
		"texturize":  func(s string) any { return Texturize(s) },
		"title":      func(s string) any { return Title(s) },
		"slug":       func(s string) any { return SanitizeTitle(s) },
		"field":      func(s string) any { return SanitizeTextField(s) },
		"user":       func(s string) any { return SanitizeUser(s) },
		"userstrict": func(s string) any { return SanitizeUserStrict(s) },
		"email":      func(s string) any { return SanitizeEmail(s) },
		"isemail":    func(s string) any { return IsEmail(s) },
		"url":        func(s string) any { return SanitizeURL(s) },
		"html":       func(s string) any { return EscapeDisplay(s) },
	}
	file, err := os.Open("testdata/measured.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var row struct {
			Function string
			In       string
			Out      any
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		t.Run(row.Function+"/"+strings.ReplaceAll(row.In, "/", "_"), func(t *testing.T) {
			t.Parallel()
			if got := functions[row.Function](row.In); got != row.Out {
				t.Errorf("%s(%q)\n got %q\nwant %q", row.Function, row.In, got, row.Out)
			}
		})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}
