package core

import (
	"strconv"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// Members collects the members of a JSON object, as a tree or as text. A request can pick members out of a tree. Text
// is several times faster, and is what the cache keeps of records that are shown whole. Names are written unescaped, so
// they must be plain.
type Members struct {
	tree *rest.Object // nil: text
	Text []byte       // begins with the brace of the current object
}

// NewTree returns members that become an *rest.Object.
func NewTree() *Members { return &Members{tree: &rest.Object{}} }

// Value is the object.
func (m *Members) Value() rest.Value {
	if m.tree != nil {
		return m.tree
	}
	return rest.Raw(append(m.Text, '}'))
}

func (m *Members) name(name string) {
	if m.Text[len(m.Text)-1] != '{' {
		m.Text = append(m.Text, ',')
	}
	m.Text = append(m.Text, '"')
	m.Text = append(m.Text, name...)
	m.Text = append(m.Text, '"', ':')
}

// Set adds any value.
func (m *Members) Set(name string, value rest.Value) {
	if m.tree != nil {
		m.tree.Set(name, value)
		return
	}
	m.name(name)
	m.Text = rest.AppendJSON(m.Text, value)
}

// Str adds a text.
func (m *Members) Str(name, value string) {
	if m.tree != nil {
		m.tree.Set(name, value)
		return
	}
	m.name(name)
	m.Text = rest.AppendString(m.Text, value)
}

// Number adds a whole number.
func (m *Members) Number(name string, value int64) {
	if m.tree != nil {
		m.tree.Set(name, value)
		return
	}
	m.name(name)
	m.Text = strconv.AppendInt(m.Text, value, 10)
}

// Truth adds a boolean.
func (m *Members) Truth(name string, value bool) {
	if m.tree != nil {
		m.tree.Set(name, value)
		return
	}
	m.name(name)
	m.Text = strconv.AppendBool(m.Text, value)
}

// Object adds an object with the members that fill adds.
func (m *Members) Object(name string, fill func(*Members)) {
	if m.tree != nil {
		inner := NewTree()
		fill(inner)
		m.tree.Set(name, inner.tree)
		return
	}
	m.name(name)
	m.Text = append(m.Text, '{')
	fill(m)
	m.Text = append(m.Text, '}')
}

// Objects adds a list of objects, one for each of the values.
func Objects[T any](m *Members, name string, values []T, fill func(*Members, T)) {
	if m.tree != nil {
		list := make(rest.List, len(values))
		for i, value := range values {
			inner := NewTree()
			fill(inner, value)
			list[i] = inner.tree
		}
		m.tree.Set(name, list)
		return
	}
	m.name(name)
	m.Text = append(m.Text, '[')
	for i, value := range values {
		if i > 0 {
			m.Text = append(m.Text, ',')
		}
		m.Text = append(m.Text, '{')
		fill(m, value)
		m.Text = append(m.Text, '}')
	}
	m.Text = append(m.Text, ']')
}
