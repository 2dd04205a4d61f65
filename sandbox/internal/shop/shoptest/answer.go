package shoptest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// Answer is what the store answered.
type Answer struct {
	t      *testing.T
	Status int
	Header http.Header
	Body   any // decoded JSON
}

// At returns the value at a path such as "line_items.0.total", shown as text.
func (a Answer) At(path string) string {
	v := a.Body
	for step := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			found, ok := at[step]
			if !ok {
				return "(absent)"
			}
			v = found
		case []any:
			i := 0
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(at) {
				return "(absent)"
			}
			v = at[i]
		default:
			return "(absent)"
		}
	}
	if list, ok := v.([]any); ok {
		return fmt.Sprintf("%d elements", len(list))
	}
	return fmt.Sprint(v)
}

// ID is the id of the record in the answer.
func (a Answer) ID() int64 {
	object, _ := a.Body.(map[string]any)
	id, _ := object["id"].(float64)
	return int64(id)
}

// Shows checks values by path: "total=10.00 line_items.0.quantity=2"; a plus stands for a blank.
func (a Answer) Shows(expected string) {
	a.t.Helper()
	for pair := range strings.SplitSeq(expected, " ") {
		path, want, _ := strings.Cut(pair, "=")
		if got := a.At(path); got != strings.ReplaceAll(want, "+", " ") {
			a.t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}

// Refused checks that a request was refused with a status and a code.
func (a Answer) Refused(status int, code string) {
	a.t.Helper()
	if a.Status != status || a.At("code") != code {
		a.t.Errorf("answered %d %s, want %d %s: %v", a.Status, a.At("code"), status, code, a.Body)
	}
}

// Each returns the values of one member of all elements of a list.
func (a Answer) Each(member string) string {
	var all []string
	list, _ := a.Body.([]any)
	for _, e := range list {
		all = append(all, fmt.Sprint(e.(map[string]any)[member]))
	}
	return strings.Join(all, " ")
}
