package shop

import (
	"strconv"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// members collects the members of a JSON object: as a tree, out of which a
// request picks what it wants, or as text, which is several times faster and
// what is kept of records that are shown whole. Names are written as they are,
// so they have to be plain.
type members struct {
	tree *rest.Object // nil: text
	text []byte       // begins with the brace of the object at hand
}

// newTree returns members that become an *rest.Object.
func newTree() *members { return &members{tree: &rest.Object{}} }

// value is the object.
func (m *members) value() rest.Value {
	if m.tree != nil {
		return m.tree
	}
	return rest.Raw(append(m.text, '}'))
}

func (m *members) name(name string) {
	if m.text[len(m.text)-1] != '{' {
		m.text = append(m.text, ',')
	}
	m.text = append(m.text, '"')
	m.text = append(m.text, name...)
	m.text = append(m.text, '"', ':')
}

// set adds any value.
func (m *members) set(name string, value rest.Value) {
	if m.tree != nil {
		m.tree.Set(name, value)
		return
	}
	m.name(name)
	m.text = rest.AppendJSON(m.text, value)
}

// str adds a text.
func (m *members) str(name, value string) {
	if m.tree != nil {
		m.tree.Set(name, value)
		return
	}
	m.name(name)
	m.text = rest.AppendString(m.text, value)
}

// number adds a whole number.
func (m *members) number(name string, value int64) {
	if m.tree != nil {
		m.tree.Set(name, value)
		return
	}
	m.name(name)
	m.text = strconv.AppendInt(m.text, value, 10)
}

// truth adds a boolean.
func (m *members) truth(name string, value bool) {
	if m.tree != nil {
		m.tree.Set(name, value)
		return
	}
	m.name(name)
	m.text = strconv.AppendBool(m.text, value)
}

// object adds an object with the members fill adds.
func (m *members) object(name string, fill func(*members)) {
	if m.tree != nil {
		inner := newTree()
		fill(inner)
		m.tree.Set(name, inner.tree)
		return
	}
	m.name(name)
	m.text = append(m.text, '{')
	fill(m)
	m.text = append(m.text, '}')
}

// objects adds a list of objects, one for each of the values.
func objects[T any](m *members, name string, values []T, fill func(*members, T)) {
	if m.tree != nil {
		list := make(rest.List, len(values))
		for i, value := range values {
			inner := newTree()
			fill(inner, value)
			list[i] = inner.tree
		}
		m.tree.Set(name, list)
		return
	}
	m.name(name)
	m.text = append(m.text, '[')
	for i, value := range values {
		if i > 0 {
			m.text = append(m.text, ',')
		}
		m.text = append(m.text, '{')
		fill(m, value)
		m.text = append(m.text, '}')
	}
	m.text = append(m.text, ']')
}
