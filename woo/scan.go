package woo

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

// This file walks JSON that is already known to be valid, without copying it. On broken input it stops with an error
// and never reads past the end.

var errBrokenJSON = errors.New("woo: broken JSON")

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// skipString returns the position after the string that begins at i, or -1.
func skipString(b []byte, i int) int {
	for j := i + 1; j < len(b); {
		n := bytes.IndexByte(b[j:], '"')
		if n < 0 {
			return -1
		}
		j += n + 1
		slashes := 0
		for k := j - 2; k > i && b[k] == '\\'; k-- {
			slashes++
		}
		if slashes%2 == 0 {
			return j
		}
	}
	return -1
}

// skipValue returns the position after the value that begins at i, or -1.
func skipValue(b []byte, i int) int {
	if i >= len(b) {
		return -1
	}
	switch b[i] {
	case '"':
		return skipString(b, i)
	case '{', '[':
		return skipNested(b, i)
	}
	start := i
	for i < len(b) && !endsLiteral(b[i]) {
		i++
	}
	if i == start {
		return -1
	}
	return i
}

func endsLiteral(c byte) bool {
	return c == ',' || c == '}' || c == ']' || c == ' ' || c == '\n' || c == '\t' || c == '\r'
}

func skipNested(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			if i = skipString(b, i); i < 0 {
				return -1
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			if depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return -1
}

// reader steps through the members of one object or the elements of one array.
type reader struct {
	b      []byte
	i      int
	close  byte
	begun  bool
	broken bool
}

// open starts reading b, which must begin with the opening bracket.
func open(b []byte) reader {
	r := reader{b: b, i: 1, close: ']'}
	switch {
	case len(b) == 0 || b[0] != '{' && b[0] != '[':
		r.broken = true
	case b[0] == '{':
		r.close = '}'
	}
	return r
}

// next gives the following value, with its name when b is an object. ok is false at the end and on broken input.
func (r *reader) next() (name string, value []byte, ok bool) {
	if r.broken {
		return "", nil, false
	}
	i := skipSpace(r.b, r.i)
	if i < len(r.b) && r.b[i] == r.close {
		return "", nil, false
	}
	if r.begun {
		if i >= len(r.b) || r.b[i] != ',' {
			r.broken = true
			return "", nil, false
		}
		i = skipSpace(r.b, i+1)
	}
	r.begun = true
	if r.close == '}' {
		if name, i = r.name(i); r.broken {
			return "", nil, false
		}
	}
	end := skipValue(r.b, i)
	if end < 0 {
		r.broken = true
		return "", nil, false
	}
	r.i = end
	return name, r.b[i:end:end], true
}

func (r *reader) name(i int) (string, int) {
	end := -1
	if i < len(r.b) && r.b[i] == '"' {
		end = skipString(r.b, i)
	}
	if end < 0 {
		r.broken = true
		return "", i
	}
	name, _ := unquote(r.b[i:end])
	i = skipSpace(r.b, end)
	if i >= len(r.b) || r.b[i] != ':' {
		r.broken = true
		return "", i
	}
	return name, skipSpace(r.b, i+1)
}

// err is set when the walk did not end at the closing bracket.
func (r *reader) err() error {
	if r.broken {
		return errBrokenJSON
	}
	return nil
}

// unquote reads a JSON string and tells whether a Go string holds it without loss; half a surrogate pair does not.
func unquote(b []byte) (string, bool) {
	if len(b) < 2 {
		return "", false
	}
	inner := b[1 : len(b)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return string(inner), utf8.Valid(inner)
	}
	var s string
	if json.Unmarshal(b, &s) != nil {
		return "", false
	}
	lost := strings.ContainsRune(s, utf8.RuneError) &&
		!bytes.Contains(inner, []byte("\uFFFD")) && !bytes.Contains(bytes.ToLower(inner), []byte(`\ufffd`))
	return s, !lost
}

// quote writes a JSON string, without the HTML escapes of encoding/json.
func quote(s string) string { return string(appendQuoted(nil, s)) }

const hexDigits = "0123456789abcdef"

func appendQuoted(out []byte, s string) []byte {
	out = append(out, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				out = append(append(out, s[start:i]...), "\uFFFD"...)
				start = i + 1
			}
			i += size
			continue
		}
		out = append(out, s[start:i]...)
		switch c {
		case '"', '\\':
			out = append(out, '\\', c)
		case '\n':
			out = append(out, '\\', 'n')
		default:
			out = append(out, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	return append(append(out, s[start:]...), '"')
}
