package main

import (
	"regexp"
	"strings"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/spelling"
	"github.com/waybillhq/waybill/internal/storage/dictionary"
)

// runTables lists what can be asked with SQL: all tables and views, or those named with their columns.
func runTables(a *app, names []string) error {
	tables := dictionary.Tables()
	if len(names) > 0 {
		named := make([]dictionary.Table, 0, len(names))
		for _, name := range names {
			table, err := tableNamed(name)
			if err != nil {
				return err
			}
			named = append(named, table)
		}
		tables = named
	}
	if a.global.json {
		return a.printJSON(tables)
	}
	if len(names) == 0 {
		rows := make([][]string, len(tables))
		for i, t := range tables {
			rows[i] = []string{t.Name, kindOf(t), t.About}
		}
		a.table([]terminal.Column{{Title: "NAME"}, {Title: "KIND"}, {Title: "WHAT", Elastic: true}}, rows)
		a.note("The columns of one: waybill sql --tables orders")
		return nil
	}
	for i, t := range tables {
		if i > 0 {
			a.say("")
		}
		a.say("%s (%s): %s", a.out.Strong(t.Name), kindOf(t), t.About)
		rows := make([][]string, len(t.Columns))
		for j, c := range t.Columns {
			rows[j] = []string{"  " + c.Name, c.About}
		}
		a.table([]terminal.Column{{Title: "  COLUMN"}, {Title: "WHAT", Elastic: true}}, rows)
	}
	return nil
}

func kindOf(t dictionary.Table) string {
	if t.View {
		return "view"
	}
	return "table"
}

func tableNames() []string {
	var names []string
	for _, t := range dictionary.Tables() {
		names = append(names, t.Name)
	}
	return names
}

func tableNamed(name string) (dictionary.Table, error) {
	for _, t := range dictionary.Tables() {
		if t.Name == name {
			return t, nil
		}
	}
	p := problem.New(problem.Usage, "there is no table or view %q", name)
	if meant := spelling.Nearest(name, tableNames()); meant != "" {
		return dictionary.Table{}, p.Next("Did you mean: %s", meant)
	}
	return dictionary.Table{}, p.Next("All of them: waybill sql --tables")
}

// unknownName is how the databases speak of a name that there is not: SQLite's words, then PostgreSQL's.
var unknownName = regexp.MustCompile(`no such (column|table): "?(?:\w+\.)?(\w+)|(column|relation) "?(?:\w+\.)?(\w+)"? does not`)

// meantName says of a column or table that there is not which one was meant.
func meantName(err error) error {
	p := problem.From(err)
	if p.Code != problem.QueryRefused {
		return err
	}
	found := unknownName.FindStringSubmatch(p.Message)
	if found == nil {
		return err
	}
	what, name, words := found[1]+found[3], found[2]+found[4], tableNames()
	if what == "column" {
		words = nil
		for _, t := range dictionary.Tables() {
			for _, c := range t.Columns {
				words = append(words, c.Name)
			}
		}
	}
	said := problem.Wrap(problem.QueryRefused, err, "%s", p.Message)
	meant := spelling.Nearest(name, words)
	switch {
	case meant == "":
		return said.Next("Tables and views: waybill sql --tables. The columns of one: waybill sql --tables orders")
	case what == "column":
		return said.Next("Did you mean: %s? It is a column of %s", meant, strings.Join(tablesWith(meant), ", "))
	}
	return said.Next("Did you mean: %s", meant)
}

// tablesWith are the first tables and views that have a column.
func tablesWith(column string) []string {
	var names []string
	for _, t := range dictionary.Tables() {
		for _, c := range t.Columns {
			if c.Name == column && len(names) < 4 {
				names = append(names, t.Name)
			}
		}
	}
	return names
}
