package jsonvalue

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
)

// ErrSyntax says that a text is not the JSON it was taken for.
var ErrSyntax = errors.New("jsonvalue: not valid JSON")

// Elements gives the elements of an array one by one, as parts of text. A
// text that is no array gives one ErrSyntax.
func Elements(text []byte) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		i := skipSpace(text, 0)
		if i >= len(text) || text[i] != '[' {
			yield(nil, ErrSyntax)
			return
		}
		i = skipSpace(text, i+1)
		if i < len(text) && text[i] == ']' {
			return
		}
		for {
			end := valueEnd(text, i)
			if end < 0 {
				yield(nil, ErrSyntax)
				return
			}
			if !yield(text[i:end:end], nil) {
				return
			}
			i = skipSpace(text, end)
			if i < len(text) && text[i] == ']' {
				return
			}
			if i >= len(text) || text[i] != ',' {
				yield(nil, ErrSyntax)
				return
			}
			i = skipSpace(text, i+1)
		}
	}
}

// Members gives the members of an object in the order of the text: the name
// without quotes, and the value as a part of text. A text that is no object
// gives one ErrSyntax.
func Members(text []byte) iter.Seq2[Member, error] {
	return func(yield func(Member, error) bool) {
		i := skipSpace(text, 0)
		if i >= len(text) || text[i] != '{' {
			yield(Member{}, ErrSyntax)
			return
		}
		i = skipSpace(text, i+1)
		if i < len(text) && text[i] == '}' {
			return
		}
		for {
			m, end := memberAt(text, i)
			if end < 0 {
				yield(Member{}, ErrSyntax)
				return
			}
			if !yield(m, nil) {
				return
			}
			i = skipSpace(text, end)
			if i < len(text) && text[i] == '}' {
				return
			}
			if i >= len(text) || text[i] != ',' {
				yield(Member{}, ErrSyntax)
				return
			}
			i = skipSpace(text, i+1)
		}
	}
}

// Member is one name and value of an object.
type Member struct {
	Name  []byte
	Value json.RawMessage
}

func memberAt(text []byte, i int) (Member, int) {
	if i >= len(text) || text[i] != '"' {
		return Member{}, -1
	}
	end := stringEnd(text, i)
	if end < 0 {
		return Member{}, -1
	}
	name := text[i+1 : end-1]
	if bytes.IndexByte(name, '\\') >= 0 {
		name = []byte(unquote(text[i:end]))
	}
	i = skipSpace(text, end)
	if i >= len(text) || text[i] != ':' {
		return Member{}, -1
	}
	i = skipSpace(text, i+1)
	if end = valueEnd(text, i); end < 0 {
		return Member{}, -1
	}
	return Member{Name: name, Value: text[i:end:end]}, end
}

// Text is the string a JSON string stands for; anything else gives "".
func Text(value json.RawMessage) string {
	if len(value) < 2 || value[0] != '"' {
		return ""
	}
	if inner := value[1 : len(value)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return string(inner)
	}
	return unquote(value)
}

func unquote(quoted []byte) string {
	var s string
	if json.Unmarshal(quoted, &s) != nil {
		return ""
	}
	return s
}

// Int is the whole number a JSON number or numeric string stands for, and
// whether it is one: WooCommerce writes some identifiers as strings.
func Int(value json.RawMessage) (int64, bool) {
	digits := []byte(value)
	if len(digits) >= 2 && digits[0] == '"' {
		digits = digits[1 : len(digits)-1]
	}
	negative := len(digits) > 1 && digits[0] == '-'
	if negative {
		digits = digits[1:]
	}
	if len(digits) == 0 || len(digits) > 18 {
		return 0, false
	}
	var n int64
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	if negative {
		n = -n
	}
	return n, true
}

func skipSpace(text []byte, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r') {
		i++
	}
	return i
}

// valueEnd is the index after the value that begins at i, or -1.
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

// stringEnd is the index after the closing quote of the string at i, or -1.
func stringEnd(text []byte, i int) int {
	for i++; i < len(text); i++ {
		next := bytes.IndexByte(text[i:], '"')
		if next < 0 {
			return -1
		}
		i += next
		slashes := 0
		for text[i-1-slashes] == '\\' {
			slashes++ // ends at the opening quote at the latest
		}
		if slashes%2 == 0 {
			return i + 1
		}
	}
	return -1
}

// nestedEnd skips an object or array by counting brackets outside strings.
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
