package house

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Rule is one rule of depguard in .golangci.yml.
type Rule struct {
	Name     string   `yaml:"-"`
	ListMode string   `yaml:"list-mode"`
	Files    []string `yaml:"files"`
	Allow    []string `yaml:"allow"`
	Deny     []Denied `yaml:"deny"`
}

// Denied is what a rule forbids, and why.
type Denied struct {
	Pkg  string `yaml:"pkg"`
	Desc string `yaml:"desc"`
}

// Rules reads the rules of the house in the folder root, in the order of their names.
func Rules(root string) ([]Rule, error) {
	text, err := os.ReadFile(filepath.Join(root, ".golangci.yml"))
	if err != nil {
		return nil, err
	}
	var file struct {
		Linters struct {
			Settings struct {
				Depguard struct {
					Rules map[string]Rule `yaml:"rules"`
				} `yaml:"depguard"`
			} `yaml:"settings"`
		} `yaml:"linters"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf(".golangci.yml: %w", err)
	}
	var rules []Rule
	for name, rule := range file.Linters.Settings.Depguard.Rules {
		rule.Name = name
		rules = append(rules, rule)
	}
	slices.SortFunc(rules, func(a, b Rule) int { return strings.Compare(a.Name, b.Name) })
	return rules, nil
}

// ForRoom says whether the rule is the one of a room: it forbids every package of ours but those it allows.
func (r Rule) ForRoom() bool {
	return len(r.Deny) == 1 && r.Deny[0].Pkg == Module
}

// Covers says whether the rule is about the file, given by its path in the repository.
func (r Rule) Covers(file string) bool {
	covered := false
	for _, glob := range r.Files {
		glob, not := strings.CutPrefix(glob, "!")
		if !matches(glob, file) {
			continue
		}
		if not {
			return false
		}
		covered = true
	}
	return covered
}

// Forbids says why the rule forbids the import, and whether it does. What is allowed by a longer path than it is
// forbidden by is allowed (depguard's mode "lax"); the path of a package with a $ behind it stands for that package
// alone.
func (r Rule) Forbids(imported string) (why string, forbidden bool) {
	longest := -1
	for _, denied := range r.Deny {
		if covers(denied.Pkg, imported) && len(denied.Pkg) > longest {
			longest, why = len(denied.Pkg), denied.Desc
		}
	}
	if longest < 0 {
		return "", false
	}
	for _, allowed := range r.Allow {
		if covers(allowed, imported) && len(allowed) > longest {
			return "", false
		}
	}
	return why, true
}

func covers(pkg, imported string) bool {
	if exact, only := strings.CutSuffix(pkg, "$"); only {
		return imported == exact
	}
	return strings.HasPrefix(imported, pkg)
}

// matches understands what the rules use of depguard's patterns: $all, $test, ${base-path}, * and **.
func matches(glob, file string) bool {
	switch glob {
	case "$all":
		return true
	case "$test":
		return strings.HasSuffix(file, "_test.go")
	}
	glob = strings.TrimPrefix(strings.TrimPrefix(glob, "${base-path}/"), "**/")
	pattern := strings.NewReplacer(`\*\*`, `.*`, `\*`, `[^/]*`).Replace(regexp.QuoteMeta(glob))
	return regexp.MustCompile("^" + pattern + "$").MatchString(file)
}
