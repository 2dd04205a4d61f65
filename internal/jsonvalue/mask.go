package jsonvalue

import (
	"net/url"
	"slices"
	"strings"
)

// Mask is a place in a record whose value does not count when two readings are
// compared. That something stands there still counts.
type Mask struct {
	// Path leads there as a JSON pointer in which "*" stands for every element
	// of a list and "{key}" for those elements that have this text under "key",
	// as the entries of meta data do: /line_items/*/image/src,
	// /meta_data/{_link}/value.
	Path string
	// Query limits it to these arguments of an address: scheme, host, path and
	// all other arguments count.
	Query []string
}

// masked stands for a value that does not count. No JSON text decodes to it.
type masked struct{}

// hide takes out of a value what a mask covers.
func (m Mask) hide(v any) any { return m.below(v, segments(m.Path)) }

func (m Mask) below(v any, path []string) any {
	if v == nil {
		return v
	}
	if len(path) == 0 {
		return m.value(v)
	}
	switch v := v.(type) {
	case map[string]any:
		if member, ok := v[path[0]]; ok {
			v[path[0]] = m.below(member, path[1:])
		}
	case []any:
		key, keyed := keyOf(path[0])
		for i, element := range v {
			if path[0] == "*" || keyed && keyUnder(element) == key {
				v[i] = m.below(element, path[1:])
			}
		}
	}
	return v
}

func (m Mask) value(v any) any {
	if len(m.Query) == 0 {
		return masked{}
	}
	text, _ := v.(string)
	base, args, ok := address(text)
	if !ok {
		return v
	}
	for _, name := range m.Query {
		if args.Has(name) {
			args.Set(name, "")
		}
	}
	return base + "?" + args.Encode()
}

// address takes a text apart that is an address with arguments.
func address(text string) (base string, args url.Values, ok bool) {
	base, query, found := strings.Cut(text, "?")
	if !found ||
		!strings.HasPrefix(base, "http://") && !strings.HasPrefix(base, "https://") && !strings.HasPrefix(base, "/") {
		return "", nil, false
	}
	args, err := url.ParseQuery(strings.ReplaceAll(query, "&amp;", "&"))
	return base, args, err == nil
}

func segments(path string) []string {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i, part := range parts {
		parts[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
	}
	return parts
}

func segment(name string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }

func keyOf(part string) (string, bool) {
	if strings.HasPrefix(part, "{") && strings.HasSuffix(part, "}") {
		return part[1 : len(part)-1], true
	}
	return "", false
}

func keyUnder(v any) string {
	object, _ := v.(map[string]any)
	text, _ := object["key"].(string)
	return text
}

// Place is where two readings of a record differ, in the words of a [Mask].
type Place struct {
	Path string
	// Query are the arguments that differ when both values are the same address
	// but for those; nil otherwise.
	Query []string
	// Shape says that something stands on one side only: no mask covers that.
	Shape bool
}

// Places lists where two readings differ by the rules, each path once.
func (r Rules) Places(a, b []byte) []Place {
	va, errA := r.decode(a)
	vb, errB := r.decode(b)
	if errA != nil || errB != nil {
		return []Place{{Shape: true}}
	}
	var found []Place
	places("", va, vb, &found)
	return merge(found)
}

func places(path string, a, b any, found *[]Place) {
	note := func(p Place) { *found = append(*found, p) }
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok {
			note(Place{Path: path, Shape: true})
			return
		}
		for name, va := range a {
			if vb, both := b[name]; both {
				places(path+"/"+segment(name), va, vb, found)
			} else {
				note(Place{Path: path + "/" + segment(name), Shape: true})
			}
		}
		for name := range b {
			if _, both := a[name]; !both {
				note(Place{Path: path + "/" + segment(name), Shape: true})
			}
		}
	case []any:
		b, ok := b.([]any)
		switch {
		case !ok:
			note(Place{Path: path, Shape: true})
		case !objects(a) || !objects(b):
			if !equal(a, b) {
				note(Place{Path: path}) // a list of plain values is one value
			}
		case len(a) != len(b):
			note(Place{Path: path, Shape: true})
		default:
			for i := range a {
				part := "*"
				if key := keyUnder(a[i]); key != "" && key == keyUnder(b[i]) {
					part = "{" + segment(key) + "}"
				}
				places(path+"/"+part, a[i], b[i], found)
			}
		}
	default:
		if a == b {
			return
		}
		if a == nil || b == nil {
			note(Place{Path: path, Shape: true})
			return
		}
		if _, object := b.(map[string]any); object {
			note(Place{Path: path, Shape: true})
			return
		}
		if _, list := b.([]any); list {
			note(Place{Path: path, Shape: true})
			return
		}
		note(Place{Path: path, Query: differing(a, b)})
	}
}

func objects(list []any) bool {
	for _, element := range list {
		if _, ok := element.(map[string]any); !ok {
			return false
		}
	}
	return true
}

// differing are the arguments in which two addresses differ that are the same
// otherwise.
func differing(a, b any) []string {
	textA, _ := a.(string)
	textB, _ := b.(string)
	baseA, argsA, okA := address(textA)
	baseB, argsB, okB := address(textB)
	if !okA || !okB || baseA != baseB || len(argsA) != len(argsB) {
		return nil
	}
	var names []string
	for name, values := range argsA {
		if !argsB.Has(name) {
			return nil
		}
		if !slices.Equal(values, argsB[name]) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// merge makes one of the places with the same path.
func merge(found []Place) []Place {
	at := map[string]int{}
	var merged []Place
	for _, p := range found {
		i, known := at[p.Path]
		if !known {
			at[p.Path] = len(merged)
			merged = append(merged, p)
			continue
		}
		m := &merged[i]
		m.Shape = m.Shape || p.Shape
		m.Query = BothQueries(m.Query, p.Query)
	}
	slices.SortFunc(merged, func(a, b Place) int { return strings.Compare(a.Path, b.Path) })
	return merged
}

// BothQueries joins the arguments of two places; none when one of them is no
// address that differs in arguments alone.
func BothQueries(a, b []string) []string {
	if a == nil || b == nil {
		return nil
	}
	joined := append(slices.Clone(a), b...)
	slices.Sort(joined)
	return slices.Compact(joined)
}

// Count is how many values stand at a path; those that are null do not count.
func Count(raw []byte, path string) int {
	v, err := Rules{}.decode(raw)
	if err != nil {
		return 0
	}
	return count(v, segments(path))
}

func count(v any, path []string) (n int) {
	switch {
	case v == nil:
		return 0
	case len(path) == 0:
		return 1
	}
	switch v := v.(type) {
	case map[string]any:
		return count(v[path[0]], path[1:])
	case []any:
		key, keyed := keyOf(path[0])
		for _, element := range v {
			if path[0] == "*" || keyed && keyUnder(element) == key {
				n += count(element, path[1:])
			}
		}
	}
	return n
}
