package reconcile

import (
	"strings"

	"github.com/waybillhq/waybill/internal/problem"
)

// What people and programs are told of lists that cannot be compared, every sentence of it.

func emptyList() error {
	return problem.New(problem.InputInvalid, "the list is empty").
		Next("Give a CSV with a column of order numbers, a JSON list, or one number a line")
}

func unreadable(err error) error {
	return problem.Wrap(problem.InputInvalid, err, "the list cannot be read: %s", problem.Reason(err)).
		Next("Give a CSV with a column of order numbers, a JSON list, or one number a line")
}

func notWords() error {
	return problem.New(problem.InputInvalid, "the list holds something else than numbers and texts").
		Next(`Write it as [4711, "A-4712"]`)
}

func noColumn(name string, header []string) error {
	return problem.New(problem.InputInvalid, "the list has no column %q", name).
		Next("It has: %s", strings.Join(header, ", ")).Detail("column", "is not there")
}

func whichColumn(header []string) error {
	return problem.New(problem.InputInvalid, "nothing says which column names the orders").
		Next("Name it (--column, or column); there are: %s", strings.Join(header, ", ")).Detail("column", "is needed")
}

func destroyed(row int, err error) error {
	return problem.Wrap(problem.InputInvalid, err, "row %d of the list: %v", row, err).
		Next("Have the list written anew: a spreadsheet has changed it")
}

func tooLong() error {
	return problem.New(problem.InputInvalid, "the list has more than %d orders", largest).
		Next("Compare it in parts: --since, or since")
}

func notFetched(why string) error {
	return problem.New(problem.InputInvalid, "the list could not be fetched: %s", why).
		Next("Try the address yourself, or send the list itself").Detail("url", "gives no list")
}
