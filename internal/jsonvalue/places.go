package jsonvalue

import (
	"slices"
	"strings"
)

// Place is a place where two readings of a record differ, in the notation of a [Mask].
type Place struct {
	Path string
	// Query names the differing arguments when both values are addresses that differ in arguments alone; nil otherwise.
	Query []string
	// Shape says that only one reading has a value at the place. No mask covers such a difference.
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
				note(Place{Path: path}) // a list of plain values is compared as one value
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

// differing lists the arguments in which two addresses differ; nil when the addresses differ elsewhere too.
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

// merge joins the places that have the same path.
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

// BothQueries joins the arguments of two places. The result is nil when one of them has no Query.
func BothQueries(a, b []string) []string {
	if a == nil || b == nil {
		return nil
	}
	joined := append(slices.Clone(a), b...)
	slices.Sort(joined)
	return slices.Compact(joined)
}

// Count returns how many values stand at a path of a [Mask]; null values are not counted.
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
