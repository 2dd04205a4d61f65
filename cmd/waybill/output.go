package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// say prints one line of a result for people.
func (a *app) say(format string, args ...any) {
	fmt.Fprintf(a.stdout, format+"\n", args...)
}

// note prints one line that is not a result: progress, advice. With --json nobody reads it, so it is left out.
func (a *app) note(format string, args ...any) {
	if !a.global.json {
		fmt.Fprintf(a.stderr, format+"\n", args...)
	}
}

// printJSON prints a result as one indented JSON value.
func (a *app) printJSON(value any) error { return writeJSON(a.stdout, value) }

// printJSONLine prints one value of a stream on a line of its own.
func (a *app) printJSONLine(value any) error {
	text, err := compactJSON(value)
	if err != nil {
		return err
	}
	_, err = a.stdout.Write(append(text, '\n'))
	return err
}

func writeJSON(w io.Writer, value any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(value)
}

// compactJSON is a value on one line; a raw JSON text keeps its own spelling.
func compactJSON(value any) ([]byte, error) {
	if raw, ok := value.(json.RawMessage); ok && !bytes.ContainsAny(raw, "\n\r") {
		return raw, nil
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(value)
	return bytes.TrimRight(out.Bytes(), "\n"), err
}

// jsonList prints a JSON list element by element, one a line, so that a list of a million records needs no memory.
type jsonList struct {
	out io.Writer
	n   int
}

func (a *app) openJSONList() *jsonList { return &jsonList{out: a.stdout} }

func (l *jsonList) add(value any) error {
	text, err := compactJSON(value)
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

func (l *jsonList) close() error {
	end := "\n]\n"
	if l.n == 0 {
		end = "[]\n"
	}
	_, err := io.WriteString(l.out, end)
	return err
}

// orderedObject is a JSON object whose members keep their order.
type orderedObject struct {
	names  []string
	values []any
}

// MarshalJSON writes the members one after the other.
func (o orderedObject) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, name := range o.names {
		if i > 0 {
			out.WriteByte(',')
		}
		key, err := compactJSON(name)
		if err != nil {
			return nil, err
		}
		value, err := compactJSON(o.values[i])
		if err != nil {
			return nil, err
		}
		out.Write(key)
		out.WriteByte(':')
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}
