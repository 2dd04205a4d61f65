package jsontext

import (
	"bytes"
	"encoding/json"
	"io"
)

// Write prints a value as one indented JSON value.
func Write(w io.Writer, value any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(value)
}

// WriteLine prints a value on a line of its own, as one of a stream.
func WriteLine(w io.Writer, value any) error {
	text, err := compact(value)
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// compact is a value on one line; a raw JSON text keeps its own spelling.
func compact(value any) ([]byte, error) {
	if raw, ok := value.(json.RawMessage); ok && !bytes.ContainsAny(raw, "\n\r") {
		return raw, nil
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(value)
	return bytes.TrimRight(out.Bytes(), "\n"), err
}
