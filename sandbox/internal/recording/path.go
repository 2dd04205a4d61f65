package recording

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// decode parses JSON with numbers as they are written.
func decode(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, fmt.Errorf("something follows the JSON value")
	}
	return v, nil
}

// keyOrder returns the keys of a JSON object as they stand in the text.
func keyOrder(object []byte) []string {
	d := json.NewDecoder(bytes.NewReader(object))
	var keys []string
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return keys
		}
		keys = append(keys, fmt.Sprint(t))
		var skip json.RawMessage
		if d.Decode(&skip) != nil {
			return keys
		}
	}
	return keys
}

// Lookup resolves a path such as $.line_items[0].meta_data[key=size].id in a JSON value.
func Lookup(data []byte, path string) (any, error) {
	v, err := decode(data)
	if err != nil {
		return nil, err
	}
	for _, step := range pathSteps(path) {
		switch at := v.(type) {
		case map[string]any:
			found, ok := at[step]
			if !ok {
				return nil, fmt.Errorf("no %q on the way along %s", step, path)
			}
			v = found
		case []any:
			found := -1
			if key, want, ok := strings.Cut(step, "="); ok {
				for i, e := range at {
					if o, isObject := e.(map[string]any); isObject && fmt.Sprint(o[key]) == want {
						found = i
						break
					}
				}
			} else if i, err := strconv.Atoi(step); err == nil && i < len(at) {
				found = i
			}
			if found < 0 {
				return nil, fmt.Errorf("no element [%s] on the way along %s", step, path)
			}
			v = at[found]
		default:
			return nil, fmt.Errorf("nothing below a plain value on the way along %s", path)
		}
	}
	return v, nil
}

// pathSteps cuts "$.a[0].b" into "a", "0", "b".
func pathSteps(path string) []string {
	path = strings.TrimPrefix(path, "$")
	var steps []string
	for path != "" {
		switch path[0] {
		case '.':
			end := strings.IndexAny(path[1:], ".[")
			if end < 0 {
				end = len(path) - 1
			}
			steps = append(steps, path[1:1+end])
			path = path[1+end:]
		case '[':
			end := strings.IndexByte(path, ']')
			if end < 0 {
				return append(steps, path[1:])
			}
			steps = append(steps, path[1:end])
			path = path[end+1:]
		default:
			return append(steps, path)
		}
	}
	return steps
}

// volatileSet names the values that are compared by type and shape only.
type volatileSet struct {
	all  bool
	here map[string]*volatileSet
}

func newVolatileSet(paths []string) *volatileSet {
	root := &volatileSet{}
	for _, path := range paths {
		at := root
		for _, step := range pathSteps(path) {
			if at.here == nil {
				at.here = map[string]*volatileSet{}
			}
			if at.here[step] == nil {
				at.here[step] = &volatileSet{}
			}
			at = at.here[step]
		}
		at.all = true
	}
	return root
}

func (v *volatileSet) below(step string) *volatileSet {
	switch {
	case v == nil:
		return nil
	case v.all:
		return v
	}
	return v.here[step].with(v.here["*"])
}

// with is the union of two sets.
func (v *volatileSet) with(other *volatileSet) *volatileSet {
	switch {
	case v == nil || other != nil && other.all:
		return other
	case other == nil || v.all:
		return v
	}
	both := &volatileSet{here: map[string]*volatileSet{}}
	for _, set := range []*volatileSet{v, other} {
		for step, below := range set.here {
			both.here[step] = both.here[step].with(below)
		}
	}
	return both
}

func (v *volatileSet) isAll() bool { return v != nil && v.all }
