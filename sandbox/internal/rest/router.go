package rest

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

var parameter = regexp.MustCompile(`^\(\?P<(\w+)>(.*)\)$`)

// cutPattern is a pattern that was cut into segments, or one that cannot be.
type cutPattern struct {
	segments []segment
	whole    *regexp.Regexp
}

// cutPatterns are the patterns that were cut into segments before. All stores of the process share them, and they never
// change.
var cutPatterns sync.Map

// compilePattern cuts a pattern into segments. WordPress matches patterns case-insensitively and whole.
func (rt *route) compilePattern() {
	if known, ok := cutPatterns.Load(rt.Pattern); ok {
		cut := known.(cutPattern)
		rt.segments, rt.whole = cut.segments, cut.whole
		return
	}
	rt.cutPattern()
	cutPatterns.Store(rt.Pattern, cutPattern{rt.segments, rt.whole})
}

func (rt *route) cutPattern() {
	for _, part := range splitPattern(strings.TrimPrefix(rt.Pattern, "/")) {
		m := parameter.FindStringSubmatch(part)
		switch {
		case m != nil && !strings.Contains(m[2], "/") && !strings.Contains(m[2], "(?P"):
			rt.segments = append(rt.segments, segment{name: m[1], matches: matcher(m[2])})
		case m == nil && !strings.ContainsAny(part, `()[]\*+?|^$`):
			rt.segments = append(rt.segments, segment{literal: lower(part)})
		default:
			rt.segments = nil
			// A pattern Go cannot express never matches; none of WooCommerce's is of that kind.
			rt.whole, _ = regexp.Compile("(?i)^" + rt.Pattern + "$")
			return
		}
	}
}

// splitPattern splits at the slashes outside of parentheses and brackets.
func splitPattern(pattern string) []string {
	var parts []string
	depth, start := 0, 0
	for i := 0; i < len(pattern); i++ {
		switch pattern[i] {
		case '\\':
			i++
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case '/':
			if depth == 0 {
				parts = append(parts, pattern[start:i])
				start = i + 1
			}
		}
	}
	return append(parts, pattern[start:])
}

// matcher returns a test for the expression of one parameter. The usual expressions have tests of their own, because
// every link of a page is matched.
func matcher(expression string) func(string) bool {
	all := func(ok func(c byte) bool) func(string) bool {
		return func(s string) bool {
			for i := 0; i < len(s); i++ {
				if !ok(s[i]) {
					return false
				}
			}
			return s != ""
		}
	}
	word := func(c byte) bool {
		return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_'
	}
	switch expression {
	case `[\d]+`, `\d+`:
		return all(isDigit)
	case `[\w-]+`:
		return all(func(c byte) bool { return word(c) || c == '-' })
	case `[\w]+`, `\w+`:
		return all(word)
	}
	re, err := regexp.Compile("(?i)^(?:" + expression + ")$")
	if err != nil {
		return func(string) bool { return false }
	}
	return re.MatchString
}

// match tells whether a path is this route's, and returns the parameters of the URL. path has no leading slash; parts
// is path cut at the slashes.
func (rt *route) match(path string, parts []string) (*Object, bool) {
	if rt.whole != nil {
		m := rt.whole.FindStringSubmatch(path)
		if m == nil {
			return nil, false
		}
		params := &Object{}
		for i, name := range rt.whole.SubexpNames() {
			if name != "" {
				params.Set(name, m[i])
			}
		}
		return params, true
	}
	if len(parts) != len(rt.segments) {
		return nil, false
	}
	for i, s := range rt.segments {
		if s.name == "" {
			if !strings.EqualFold(parts[i], s.literal) {
				return nil, false
			}
		} else if !s.matches(parts[i]) {
			return nil, false
		}
	}
	params := &Object{}
	for i, s := range rt.segments {
		if s.name != "" {
			params.Set(s.name, parts[i])
		}
	}
	return params, true
}

func (t *table) add(rt *route) {
	if rt.whole != nil {
		t.whole = insertRoute(t.whole, rt)
		return
	}
	if t.byShape == nil {
		t.byShape = map[shape][]*route{}
	}
	key := shape{segments: len(rt.segments)}
	if len(rt.segments) > 2 {
		key.resource = rt.segments[2].literal
	}
	t.byShape[key] = insertRoute(t.byShape[key], rt)
}

func insertRoute(routes []*route, rt *route) []*route {
	i, _ := slices.BinarySearchFunc(routes, rt.position, func(r *route, position int) int {
		if r.position <= position {
			return -1
		}
		return 1
	})
	return slices.Insert(routes, i, rt)
}

// find calls try for every route that matches path, until it returns true.
func (t *table) find(path string, try func(*route, *Object) bool) {
	path = strings.TrimPrefix(path, "/")
	parts := strings.Split(path, "/")
	keys := [2]shape{{segments: len(parts)}}
	n := 1
	if len(parts) > 2 {
		keys[0].resource = lower(parts[2])
		keys[1] = shape{segments: len(parts)} // a parameter as third segment
		n = 2
	}
	for _, key := range keys[:n] {
		for _, rt := range t.byShape[key] {
			if params, ok := rt.match(path, parts); ok && rt.available() && try(rt, params) {
				return
			}
		}
	}
	for _, rt := range t.whole {
		if params, ok := rt.match(path, nil); ok && rt.available() && try(rt, params) {
			return
		}
	}
}

func (rt *route) available() bool { return rt.Available == nil || rt.Available() }

// allows tells whether the endpoint serves a method. GET serves HEAD.
func (e *endpoint) allows(method string) bool {
	if method == "HEAD" {
		method = "GET"
	}
	return slices.Contains(e.Methods, method)
}
