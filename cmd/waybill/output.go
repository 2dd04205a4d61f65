package main

import (
	"encoding/json"
	"fmt"
	"io"
)

// say prints one line of a result for people.
func (a *app) say(format string, args ...any) {
	fmt.Fprintf(a.stdout, format+"\n", args...)
}

// note prints one line that is not a result: progress, advice.
func (a *app) note(format string, args ...any) {
	fmt.Fprintf(a.stderr, format+"\n", args...)
}

// printJSON prints a result as one indented JSON value.
func (a *app) printJSON(value any) error { return writeJSON(a.stdout, value) }

// printJSONLine prints one value of a stream on a line of its own.
func (a *app) printJSONLine(value any) error {
	enc := json.NewEncoder(a.stdout)
	enc.SetEscapeHTML(false)
	return enc.Encode(value)
}

func writeJSON(w io.Writer, value any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(value)
}
