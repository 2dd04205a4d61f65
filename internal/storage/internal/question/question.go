package question

import (
	"strings"

	"github.com/waybillhq/waybill/internal/problem"
)

// OnlyReading returns the single statement of a question, without its semicolon and the comments before it. It refuses
// a text that does not begin like a statement that reads. The database itself stops writes, but a statement that
// changes settings could switch that off, and so could a second statement in the text. The error is a *problem.Problem
// of code query_refused.
func OnlyReading(question string) (string, error) {
	statement := strings.TrimSpace(withoutComments(question))
	for strings.HasSuffix(statement, ";") {
		statement = strings.TrimSpace(strings.TrimSuffix(statement, ";"))
	}
	word, _, _ := strings.Cut(strings.ToUpper(strings.Join(strings.Fields(statement), " ")), " ")
	word, _, _ = strings.Cut(word, "(")
	switch {
	case statement == "":
		return "", problem.New(problem.QueryRefused, "there is no SQL statement to run").
			Next(`Give one, for example: SELECT id, status, total FROM orders ORDER BY id DESC LIMIT 10`)
	case word != "SELECT" && word != "WITH" && word != "VALUES" && word != "EXPLAIN":
		return "", problem.New(problem.QueryRefused, "%s is refused: the mirror is only read here", word).
			Next("Use a SELECT; docs/schema.md lists tables and views.")
	case hasSecondStatement(statement):
		return "", problem.New(problem.QueryRefused, "more than one SQL statement was given").
			Next("Give one at a time.")
	}
	return statement, nil
}

// withoutComments removes the comments before the statement, which would hide its first word.
func withoutComments(question string) string {
	for {
		question = strings.TrimSpace(question)
		switch {
		case strings.HasPrefix(question, "--"):
			_, rest, _ := strings.Cut(question, "\n")
			question = rest
		case strings.HasPrefix(question, "/*"):
			_, rest, found := strings.Cut(question, "*/")
			if !found {
				return ""
			}
			question = rest
		default:
			return question
		}
	}
}

// hasSecondStatement finds a semicolon outside quotes and comments.
func hasSecondStatement(statement string) bool {
	for i := 0; i < len(statement); i++ {
		switch c := statement[i]; {
		case c == ';':
			return true
		case c == '\'' || c == '"' || c == '`':
			i = skipTo(statement, i+1, string(c))
		case c == '[':
			i = skipTo(statement, i+1, "]")
		case strings.HasPrefix(statement[i:], "--"):
			i = skipTo(statement, i, "\n")
		case strings.HasPrefix(statement[i:], "/*"):
			i = skipTo(statement, i+2, "*/")
		}
	}
	return false
}

// skipTo is the index of the last byte of the next mark, or the length of the statement.
func skipTo(statement string, from int, mark string) int {
	next := strings.Index(statement[from:], mark)
	if next < 0 {
		return len(statement)
	}
	return from + next + len(mark) - 1
}
