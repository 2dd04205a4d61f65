package dictionary

import (
	_ "embed"
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

// Tables lists views, which are what people ask, and then tables, each in the order of the documentation.
var Tables = sync.OnceValue(func() []Table { return parse(text) })

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
