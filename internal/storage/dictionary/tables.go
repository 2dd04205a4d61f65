package dictionary

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// Table is a table or view.
type Table struct {
	Name string `json:"name"`
	View bool   `json:"view"`
	// About is one sentence.
	About   string   `json:"about"`
	Columns []Column `json:"columns"`
}

// Column is a column of a table or view. A view's columns are members of the record and have no line of their own.
type Column struct {
	Name  string `json:"name"`
	About string `json:"about,omitempty"`
}

//go:embed tables.txt
var text string

// Tables lists views, which are what people ask, and then tables: what is asked most first, the others in the order of
// the documentation. What only serves other views is left out.
var Tables = sync.OnceValue(func() []Table {
	tables := slices.DeleteFunc(parse(text), func(t Table) bool { return strings.HasPrefix(t.Name, "order_parts") })
	slices.SortStableFunc(tables, func(a, b Table) int { return rank(a) - rank(b) })
	return tables
})

// askedMost are the views that people come for.
var askedMost = []string{"orders", "order_items", "order_meta", "products", "customers"}

func rank(t Table) int {
	if i := slices.Index(askedMost, t.Name); i >= 0 {
		return i
	}
	return len(askedMost)
}

// parse reads the generated file: a line "VIEW name<tab>about" or "TABLE …", and below it "<tab>column<tab>about".
func parse(text string) []Table {
	var views, tables []Table
	for block := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		head, rest, _ := strings.Cut(block, "\n")
		what, about, _ := strings.Cut(head, "\t")
		kind, name, _ := strings.Cut(what, " ")
		t := Table{Name: name, View: kind == "VIEW", About: about}
		for line := range strings.SplitSeq(rest, "\n") {
			column, about, _ := strings.Cut(strings.TrimPrefix(line, "\t"), "\t")
			t.Columns = append(t.Columns, Column{column, about})
		}
		if t.View {
			views = append(views, t)
		} else {
			tables = append(tables, t)
		}
	}
	return append(views, tables...)
}
