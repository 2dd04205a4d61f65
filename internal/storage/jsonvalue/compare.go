package jsonvalue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Equal says whether two texts stand for the same JSON value, the named
// members of the outermost objects aside. Text that is not JSON equals only
// the same bytes.
func Equal(a, b []byte, ignore ...string) bool {
	if bytes.Equal(a, b) {
		return true
	}
	va, errA := decode(a, ignore)
	vb, errB := decode(b, ignore)
	return errA == nil && errB == nil && equal(va, vb)
}

// Difference is one place where two values differ.
type Difference struct {
	// Path leads to the place, as a JSON pointer: /line_items/0/total.
	Path string `json:"path"`
	// A and B are the two values there, shortened; empty where a side has
	// no such member.
	A string `json:"a"`
	B string `json:"b"`
}

// Differences lists up to limit places where two texts differ as JSON values,
// the named members of the outermost objects aside. It is empty exactly when
// Equal says true.
func Differences(a, b []byte, limit int, ignore ...string) []Difference {
	va, errA := decode(a, ignore)
	vb, errB := decode(b, ignore)
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

func decode(text []byte, ignore []string) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber() // a float64 would make 0.1 and big numbers look alike
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, ErrSyntax
	}
	if object, ok := v.(map[string]any); ok {
		for _, name := range ignore {
			delete(object, name)
		}
	}
	return v, nil
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
