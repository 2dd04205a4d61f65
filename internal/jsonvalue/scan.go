package jsonvalue

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
)

// ErrSyntax says that a text is not the kind of JSON that was expected.
var ErrSyntax = errors.New("jsonvalue: not valid JSON")

// Elements yields the elements of an array one by one, as parts of text. A text that is no array yields one ErrSyntax.
func Elements(text []byte) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		for m, err := range parts(text, '[') {
			if !yield(m.Value, err) {
				return
			}
		}
	}
}

// Members yields the members of an object in the order of the text: the name without quotes, and the value as a part of
// text. A text that is no object yields one ErrSyntax.
func Members(text []byte) iter.Seq2[Member, error] { return parts(text, '{') }

func parts(text []byte, bracket byte) iter.Seq2[Member, error] {
	return func(yield func(Member, error) bool) {
		w := Walk(text)
		if w.bracket() != bracket {
			yield(Member{}, ErrSyntax)
			return
		}
		for w.Next() {
			if !yield(w.Member, nil) {
				return
			}
		}
		if err := w.Err(); err != nil {
			yield(Member{}, err)
		}
	}
}

// Member is one name and value of an object.
type Member struct {
	Name  []byte // nil for an element of an array
	Value json.RawMessage
}

// Walker steps through the members of an object or the elements of an array, in the order of the text.
type Walker struct {
	Member // the present member

	text    []byte
	at      int
	closing byte
	begun   bool
	broken  bool
}

// Walk begins a walk through an object or an array. Readers that, like PHP, do not tell the two apart use it.
//
//	for w := jsonvalue.Walk(text); w.Next(); {
//		use(w.Name, w.Value)
//	}
func Walk(text []byte) Walker {
	w := Walker{text: text, at: skipSpace(text, 0)}
	switch {
	case w.at >= len(text) || text[w.at] != '{' && text[w.at] != '[':
		w.broken = true
	default:
		w.closing = text[w.at] + 2 // '}' after '{', ']' after '['
		w.at++
	}
	return w
}

func (w *Walker) bracket() byte { return w.closing - 2 }

// Next moves to the following member. It returns false at the end, and where the text is broken.
func (w *Walker) Next() bool {
	if w.broken {
		return false
	}
	i := skipSpace(w.text, w.at)
	if i < len(w.text) && w.text[i] == w.closing {
		w.at = i
		return false
	}
	if w.begun {
		if i >= len(w.text) || w.text[i] != ',' {
			return w.fail()
		}
		i = skipSpace(w.text, i+1)
	}
	w.begun = true
	if w.closing == '}' {
		if i = w.name(i); i < 0 {
			return w.fail()
		}
	}
	end := valueEnd(w.text, i)
	if end < 0 {
		return w.fail()
	}
	w.Value, w.at = w.text[i:end:end], end
	return true
}

// Err returns ErrSyntax when the walk did not reach the closing bracket; nil otherwise.
func (w *Walker) Err() error {
	if w.broken {
		return ErrSyntax
	}
	return nil
}

func (w *Walker) fail() bool {
	w.broken = true
	return false
}

// name reads the name at i and returns the index of its value, or -1 when the text is broken.
func (w *Walker) name(i int) int {
	if i >= len(w.text) || w.text[i] != '"' {
		return -1
	}
	end := stringEnd(w.text, i)
	if end < 0 {
		return -1
	}
	w.Name = w.text[i+1 : end-1]
	if bytes.IndexByte(w.Name, '\\') >= 0 {
		name, _ := Unquote(w.text[i:end])
		w.Name = []byte(name)
	}
	i = skipSpace(w.text, end)
	if i >= len(w.text) || w.text[i] != ':' {
		return -1
	}
	return skipSpace(w.text, i+1)
}

// Kind returns the first byte of a value, which tells its type: '{', '[', '"', 't' or 'f', 'n', '-' or a digit. It
// returns 0 for an empty text.
func Kind(value json.RawMessage) byte {
	if i := skipSpace(value, 0); i < len(value) {
		return value[i]
	}
	return 0
}

// Get returns the value of a member of an object; nil when the object has no such member. Of two members with one name
// the last counts, as in encoding/json.
func Get(object []byte, name string) json.RawMessage {
	var value json.RawMessage
	if Kind(object) != '{' {
		return nil
	}
	for w := Walk(object); w.Next(); {
		if string(w.Name) == name {
			value = w.Value
		}
	}
	return value
}

func skipSpace(text []byte, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r') {
		i++
	}
	return i
}

// valueEnd returns the index after the value that begins at i, or -1 when the text is broken.
func valueEnd(text []byte, i int) int {
	if i >= len(text) {
		return -1
	}
	switch text[i] {
	case '"':
		return stringEnd(text, i)
	case '{', '[':
		return nestedEnd(text, i)
	default:
		return scalarEnd(text, i)
	}
}

// stringEnd returns the index after the closing quote of the string at i, or -1 when there is none.
func stringEnd(text []byte, i int) int {
	for i++; i < len(text); i++ {
		next := bytes.IndexByte(text[i:], '"')
		if next < 0 {
			return -1
		}
		i += next
		slashes := 0
		for text[i-1-slashes] == '\\' {
			slashes++ // the loop ends at the opening quote at the latest
		}
		if slashes%2 == 0 {
			return i + 1
		}
	}
	return -1
}

// nestedEnd returns the index after the object or array at i, or -1. It counts brackets outside strings.
func nestedEnd(text []byte, i int) int {
	depth := 0
	for i < len(text) {
		switch text[i] {
		case '"':
			if i = stringEnd(text, i); i < 0 {
				return -1
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return -1
}

func scalarEnd(text []byte, i int) int {
	start := i
	for i < len(text) {
		switch text[i] {
		case ',', '}', ']', ' ', '\n', '\t', '\r':
			if i == start {
				return -1
			}
			return i
		}
		i++
	}
	if i == start {
		return -1
	}
	return i
}
