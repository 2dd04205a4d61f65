package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"
)

// shellWord is one word of a command line: bare, or in quotes.
var shellWord = regexp.MustCompile(`'[^']*'|"[^"]*"|\S+`)

func TestTheReadmeShowsCommandsThatExist(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"../../README.md", "../../docs/roles.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(text), "\n") {
			line = strings.TrimPrefix(strings.TrimSpace(line), "$ ")
			if !strings.HasPrefix(line, "waybill ") {
				continue
			}
			line, _, _ = strings.Cut(line, " #")
			line, _, _ = strings.Cut(line, " > ")
			line, _, _ = strings.Cut(line, " | ")
			var args []string
			for _, word := range shellWord.FindAllString(line, -1)[1:] {
				args = append(args, strings.Trim(word, `'"`))
			}
			var out bytes.Buffer
			a := newApp(strings.NewReader(""), &out, &out, nil)
			cmd, rest, err := newRootCommand(a).Find(args)
			if err == nil && len(args) == 1 && args[0] == "--version" {
				continue // the only thing that waybill does without a command
			}
			if err != nil || !cmd.HasParent() {
				t.Errorf("%s: %q names no command: %v", page, line, err)
				continue
			}
			if err := cmd.ParseFlags(rest); err != nil {
				t.Errorf("%s: %q: %v", page, line, err)
				continue
			}
			if err := cmd.ValidateArgs(cmd.Flags().Args()); err != nil {
				t.Errorf("%s: %q: %v", page, line, err)
			}
		}
	}
}
