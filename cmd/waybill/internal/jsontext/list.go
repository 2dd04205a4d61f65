package jsontext

import "io"

// List prints a JSON list element by element, one a line, so that a list of a million records needs no memory.
type List struct {
	out io.Writer
	n   int
}

// NewList begins a list on out.
func NewList(out io.Writer) *List { return &List{out: out} }

// Add prints one more element.
func (l *List) Add(value any) error {
	text, err := compact(value)
	if err != nil {
		return err
	}
	before := ",\n"
	if l.n == 0 {
		before = "[\n"
	}
	l.n++
	_, err = io.WriteString(l.out, before+string(text))
	return err
}

// Close ends the list.
func (l *List) Close() error {
	end := "\n]\n"
	if l.n == 0 {
		end = "[]\n"
	}
	_, err := io.WriteString(l.out, end)
	return err
}
