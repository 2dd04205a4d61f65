package hint

import (
	"regexp"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/spelling"
	"github.com/waybillhq/waybill/internal/storage/dictionary"
)

// TableNames are the tables and views that can be asked.
func TableNames() []string {
	var names []string
	for _, t := range dictionary.Tables() {
		names = append(names, t.Name)
	}
	return names
}

// Table is the table or view of a name, or says which one was meant.
func Table(name string) (dictionary.Table, error) {
	for _, t := range dictionary.Tables() {
		if t.Name == name {
			return t, nil
		}
	}
	p := problem.New(problem.Usage, "there is no table or view %q", name)
	if meant := spelling.Nearest(name, TableNames()); meant != "" {
		return dictionary.Table{}, p.Next("Did you mean: %s", meant)
	}
	return dictionary.Table{}, p.Next("All of them: waybill sql --tables")
}

// unknownName is how the databases speak of a name that there is not: SQLite's words, then PostgreSQL's.
var unknownName = regexp.MustCompile(`no such (column|table): "?(?:\w+\.)?(\w+)|(column|relation) "?(?:\w+\.)?(\w+)"? does not`)

// SQL says of a column or table that a statement names, and that there is not, which one was meant.
func SQL(err error, statement string) error {
	p := problem.From(err)
	if p.Code != problem.QueryRefused {
		return err
	}
	found := unknownName.FindStringSubmatch(p.Message)
	if found == nil {
		return err
	}
	what, name, words := found[1]+found[3], found[2]+found[4], TableNames()
	if what == "column" {
		words = nil
		for _, t := range dictionary.Tables() {
			for _, c := range t.Columns {
				words = append(words, c.Name)
			}
		}
	}
	said := problem.Wrap(problem.QueryRefused, err, "%s", p.Message)
	if next := inAsked(what, name, statement); next != "" {
		return said.Next("%s", next)
	}
	meant := spelling.Nearest(name, words)
	switch {
	case meant == "":
		return said.Next("Tables and views: waybill sql --tables. The columns of one: waybill sql --tables orders")
	case what == "column":
		return said.Next("Did you mean: %s? It is a column of %s", meant,
			strings.Join(tablesWith(meant, statement), ", "))
	}
	return said.Next("Did you mean: %s", meant)
}

// dateLike are names that people give to moments.
var dateLike = regexp.MustCompile(`(?i)date|time|created|modified|updated|(?:_at|_on)$`)

// inAsked says which column of the tables that a statement names was meant by a moment: the databases of other programs
// call them created_at. Empty where it is no moment, or those tables have none.
func inAsked(what, name, statement string) string {
	if what != "column" || !dateLike.MatchString(name) {
		return ""
	}
	asked := anyWord.FindAllString(strings.ToLower(statement), -1)
	for _, t := range dictionary.Tables() {
		if !slices.Contains(asked, t.Name) {
			continue
		}
		var dates []string
		for _, c := range t.Columns {
			if strings.HasPrefix(c.Name, "date_") {
				dates = append(dates, c.Name)
			}
		}
		if meant := spelling.Nearest(name, dates); meant != "" {
			dates = []string{meant}
		}
		if len(dates) > 0 {
			return "Did you mean: " + strings.Join(dates, ", ") + "? Dates of " + t.Name + "; all of its columns: " +
				"waybill sql --tables " + t.Name
		}
	}
	return ""
}

// tablesWith are some tables and views that have a column, those that the statement names first.
func tablesWith(column, statement string) []string {
	asked := anyWord.FindAllString(statement, -1)
	var named, others []string
	for _, t := range dictionary.Tables() {
		if !slices.ContainsFunc(t.Columns, func(c dictionary.Column) bool { return c.Name == column }) {
			continue
		}
		if slices.Contains(asked, t.Name) {
			named = append(named, t.Name)
		} else {
			others = append(others, t.Name)
		}
	}
	all := slices.Concat(named, others)
	return all[:min(len(all), 4)]
}

// AsksMirrors says whether a statement names a view, or a table of what was copied: before the first copy "none" would
// not be true of it. What it asks of stores and writes is true at any time.
func AsksMirrors(statement string) bool {
	asked := anyWord.FindAllString(strings.ToLower(statement), -1)
	return slices.ContainsFunc(dictionary.Tables(), func(t dictionary.Table) bool {
		return (t.View || t.Name == "records" || t.Name == "changes") && slices.Contains(asked, t.Name)
	})
}

// anyWord is whatever could name a table in a statement.
var anyWord = regexp.MustCompile(`\w+`)
