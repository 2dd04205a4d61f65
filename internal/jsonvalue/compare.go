package jsonvalue

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Rules say which parts of two values are left out of a comparison.
type Rules struct {
	// Ignore names members of the outermost objects that are left out.
	Ignore []string
	// Unordered names members, at any depth, that hold lists of objects in no particular order. Their elements are
	// matched by the number under "id".
	Unordered []string
	// Masks are the places whose values are left out.
	Masks []Mask
}

// Equal says whether two texts stand for the same JSON value. The members of the outermost objects that ignore names
// are left out. Texts of which one is not JSON are equal only byte for byte.
func Equal(a, b []byte, ignore ...string) bool { return Rules{Ignore: ignore}.Equal(a, b) }

// Equal says whether two texts stand for the same JSON value by the rules.
func (r Rules) Equal(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	va, errA := r.decode(a)
	vb, errB := r.decode(b)
	return errA == nil && errB == nil && equal(va, vb)
}

// Difference is one place where two values differ.
type Difference struct {
	// Path is the place as a JSON pointer, such as /line_items/0/total.
	Path string `json:"path"`
	// A and B are the two values at the place, shortened; empty on a side without such a member.
	A string `json:"a"`
	B string `json:"b"`
}

// Differences lists up to limit places where two texts differ as JSON values. The members of the outermost objects that
// ignore names are left out. The list is empty exactly when [Equal] says true.
func Differences(a, b []byte, limit int, ignore ...string) []Difference {
	return Rules{Ignore: ignore}.Differences(a, b, limit)
}

// Differences lists up to limit places where two texts differ by the rules. The index of a place in an unordered list
// counts the elements by their ids.
func (r Rules) Differences(a, b []byte, limit int) []Difference {
	va, errA := r.decode(a)
	vb, errB := r.decode(b)
	if errA != nil || errB != nil {
		if bytes.Equal(a, b) {
			return nil
		}
		return []Difference{{A: shorten(string(a)), B: shorten(string(b))}}
	}
	d := differ{limit: limit}
	d.compare("", va, vb)
	return d.found
}

func (r Rules) decode(text []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber() // float64 would make 0.1 and its neighbours, and big numbers, look alike
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, ErrSyntax
	}
	if object, ok := v.(map[string]any); ok {
		for _, name := range r.Ignore {
			delete(object, name)
		}
	}
	if len(r.Unordered) > 0 {
		r.arrange(v)
	}
	for _, m := range r.Masks {
		v = m.hide(v)
	}
	return v, nil
}

// arrange sorts every unordered list in a value by the ids of its elements.
func (r Rules) arrange(v any) {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			r.arrange(element)
		}
	case map[string]any:
		for name, member := range v {
			if list, ok := member.([]any); ok && slices.Contains(r.Unordered, name) {
				slices.SortStableFunc(list, func(a, b any) int { return cmp.Compare(idOf(a), idOf(b)) })
				continue // no deeper: a list inside an element, such as a person's meta data, keeps its order
			}
			r.arrange(member)
		}
	}
}

func idOf(v any) int64 {
	object, _ := v.(map[string]any)
	id, _ := object["id"].(json.Number)
	n, _ := id.Int64()
	return n
}

func equal(a, b any) bool {
	d := differ{limit: 1}
	d.compare("", a, b)
	return len(d.found) == 0
}

type differ struct {
	limit int
	found []Difference
}

func (d *differ) full() bool { return len(d.found) >= d.limit }

func (d *differ) compare(path string, a, b any) {
	if d.full() {
		return
	}
	switch a := a.(type) {
	case map[string]any:
		if b, ok := b.(map[string]any); ok {
			d.objects(path, a, b)
			return
		}
	case []any:
		if b, ok := b.([]any); ok {
			d.arrays(path, a, b)
			return
		}
	default: // null, boolean, string, number: comparable whatever b holds
		if a != b {
			d.note(path, show(a), show(b))
		}
		return
	}
	d.note(path, show(a), show(b))
}

func (d *differ) objects(path string, a, b map[string]any) {
	names := make([]string, 0, len(a)+1)
	for name := range a {
		names = append(names, name)
	}
	for name := range b {
		if _, both := a[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		va, inA := a[name]
		vb, inB := b[name]
		below := path + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
		switch {
		case d.full():
			return
		case !inA:
			d.note(below, "", show(vb))
		case !inB:
			d.note(below, show(va), "")
		default:
			d.compare(below, va, vb)
		}
	}
}

func (d *differ) arrays(path string, a, b []any) {
	for i := range max(len(a), len(b)) {
		below := path + "/" + strconv.Itoa(i)
		switch {
		case d.full():
			return
		case i >= len(a):
			d.note(below, "", show(b[i]))
		case i >= len(b):
			d.note(below, show(a[i]), "")
		default:
			d.compare(below, a[i], b[i])
		}
	}
}

func (d *differ) note(path, a, b string) {
	if !d.full() {
		d.found = append(d.found, Difference{Path: path, A: a, B: b})
	}
}

func show(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return shorten(string(text))
}

const shownLength = 120

func shorten(s string) string {
	if len(s) <= shownLength {
		return s
	}
	return strings.ToValidUTF8(s[:shownLength], "") + "…"
}
