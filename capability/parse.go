package capability

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

var (
	// phpGrants matches an array of nothing but names and yes or no. Other arrays of a snippet are not capabilities.
	phpGrants = regexp.MustCompile(
		`(?i)(?:array\s*\(|\[)((?:\s*['"][a-z][a-z0-9_]*['"]\s*=>\s*(?:true|false|1|0)\s*,?)+)\s*[)\]]`)
	phpGrant = regexp.MustCompile(`(?i)['"]([a-z][a-z0-9_]*)['"]\s*=>\s*(true|false|1|0)`)
	printed  = regexp.MustCompile(`\[([a-z][a-z0-9_]*)\]\s*=>\s*1\b`)
	phpCap   = regexp.MustCompile(`(?:add_cap|remove_cap)\(\s*['"]([a-z][a-z0-9_]*)['"]`)
	wpCap    = regexp.MustCompile(`(?m)^\s*wp\s+cap\s+add\s+\S+\s+(.+)$`)
	plainCap = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)
)

// ParseCapabilities reads a list of capabilities in any of the forms in which people have one: the name of a published
// list or of a stock role, words separated by commas, blanks or lines (the output of "wp cap list"), a JSON array, a
// JSON object of name to true or false (a role as the database stores it), the JSON that waybill role prints, a PHP
// snippet with add_role or add_cap, what print_r or var_export of a role shows, or a script of "wp cap add". Lines that
// begin with # or // are left out.
func ParseCapabilities(text string) (Role, error) {
	trimmed := strings.TrimSpace(text)
	if list, ok := PublishedList(trimmed); ok {
		return list, nil
	}
	if role, ok := StockRole(strings.ToLower(trimmed), Measured); ok {
		return role, nil
	}
	caps, err := parseCaps(trimmed)
	if err != nil {
		return Role{}, err
	}
	if len(caps) == 0 {
		return Role{}, fmt.Errorf("capability: no capability found in the list")
	}
	return Role{Caps: caps}, nil
}

func parseCaps(text string) (Set, error) {
	switch {
	case strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{"):
		return parseJSONCaps(text)
	case strings.Contains(text, "=>") || strings.Contains(text, "add_cap"):
		return parsePHPCaps(text), nil
	}
	if lines := wpCap.FindAllStringSubmatch(withoutComments(text), -1); lines != nil {
		caps := Set{}
		for _, line := range lines {
			caps.Add(strings.Fields(line[1])...)
		}
		return caps, nil
	}
	caps := Set{}
	for _, word := range strings.FieldsFunc(withoutComments(text),
		func(r rune) bool { return strings.ContainsRune(", ;\t\r\n", r) }) {
		word = strings.Trim(word, `"'`)
		if !plainCap.MatchString(word) {
			return nil, fmt.Errorf("capability: %.40q is not the name of a capability", word)
		}
		caps.Add(word)
	}
	return caps, nil
}

func parseJSONCaps(text string) (Set, error) {
	var names []string
	if json.Unmarshal([]byte(text), &names) == nil {
		return NewSet(names...), nil
	}
	var report struct {
		Capabilities json.RawMessage `json:"capabilities"`
	}
	if err := json.Unmarshal([]byte(text), &report); err != nil {
		return nil, fmt.Errorf("capability: the list is not valid JSON: %w", err)
	}
	if report.Capabilities != nil {
		var detailed []struct {
			Name string `json:"name"`
		}
		if json.Unmarshal(report.Capabilities, &detailed) == nil {
			caps := Set{}
			for _, item := range detailed {
				caps.Add(item.Name)
			}
			return caps, nil
		}
		return parseJSONCaps(string(report.Capabilities))
	}
	var granted map[string]bool
	if err := json.Unmarshal([]byte(text), &granted); err != nil {
		return nil, fmt.Errorf("capability: the JSON is neither a list of names nor an object of names with true or "+
			"false: %w", err)
	}
	caps := Set{}
	for name, yes := range granted {
		if yes {
			caps.Add(name)
		}
	}
	return caps, nil
}

// parsePHPCaps takes what a snippet grants. A capability that the snippet sets to false or removes is not granted.
func parsePHPCaps(text string) Set {
	caps := Set{}
	text = withoutComments(text)
	for _, array := range phpGrants.FindAllStringSubmatch(text, -1) {
		for _, match := range phpGrant.FindAllStringSubmatch(array[1], -1) {
			if strings.EqualFold(match[2], "true") || match[2] == "1" {
				caps.Add(match[1])
			}
		}
	}
	for _, match := range printed.FindAllStringSubmatch(text, -1) {
		caps.Add(match[1])
	}
	for _, match := range phpCap.FindAllStringSubmatch(text, -1) {
		if strings.HasPrefix(match[0], "add_cap") {
			caps.Add(match[1])
		}
	}
	return caps
}

// withoutComments drops whole lines that are comments, and the rest of a line of PHP after //.
func withoutComments(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		if strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, "*") || strings.HasPrefix(trimmed, "/*") {
			continue
		}
		before, _, _ := strings.Cut(line, "//")
		kept = append(kept, strings.TrimRight(before, "\r\n"))
	}
	return strings.Join(kept, "\n")
}
