package jsonvalue

import (
	"net/url"
	"strings"
)

// Mask is a place in a record whose value is left out when two readings are compared. Whether the place has a value is
// still compared.
type Mask struct {
	// Path is the place as a JSON pointer with two kinds of patterns: "*" stands for every element of a list, and
	// "{key}" for the elements that have the text "key" under the name "key", as entries of meta data do. Examples are
	// /line_items/*/image/src and /meta_data/{_link}/value.
	Path string
	// Query limits the mask to these arguments of an address: scheme, host, path and all other arguments are compared.
	Query []string
}

// masked stands for a value that is left out. No JSON text decodes to this type.
type masked struct{}

// hide returns a value without the parts that the mask covers.
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

// address splits an address into the part before its arguments and the arguments. ok is false for other text.
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
