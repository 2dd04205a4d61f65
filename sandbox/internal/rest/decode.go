package rest

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is json_decode's default nesting limit.
const maxDepth = 512

// JSONError is why json_decode failed: PHP's code and its words.
type JSONError struct {
	Code    int
	Message string
}

func (e *JSONError) Error() string { return e.Message }

var (
	errDepth   = &JSONError{1, "Maximum stack depth exceeded"}
	errState   = &JSONError{2, "State mismatch (invalid or malformed JSON)"}
	errControl = &JSONError{3, "Control character error, possibly incorrectly encoded"}
	errSyntax  = &JSONError{4, "Syntax error"}
	errUTF8    = &JSONError{5, "Malformed UTF-8 characters, possibly incorrectly encoded"}
	errUTF16   = &JSONError{10, "Single unpaired UTF-16 surrogate in unicode escape"}
)

// DecodeJSON is PHP's json_decode($body, true). Objects become ordered arrays; of equal keys the last value wins.
// Integers beyond 64 bits become floats. More than 512 levels are refused. The error is a *JSONError.
func DecodeJSON(body []byte) (Value, error) {
	d := decoder{in: body}
	v, err := d.value(0)
	if err != nil {
		return nil, err
	}
	d.blanks()
	if d.at < len(d.in) {
		return nil, d.unexpected()
	}
	return v, nil
}

type decoder struct {
	in []byte
	at int
	// literal keeps objects as objects, whatever their keys.
	literal bool
}

// arrayOf is what PHP makes of an object: a list when its keys are 0, 1, 2, ….
func (d *decoder) arrayOf(o *Object) Value {
	if d.literal {
		return o
	}
	return o.listOrSelf()
}

func (d *decoder) blanks() {
	for d.at < len(d.in) {
		switch d.in[d.at] {
		case ' ', '\t', '\n', '\r':
			d.at++
		default:
			return
		}
	}
}

// unexpected names the fault of the current byte as PHP's scanner does. The scanner reads a whole token first, so the
// fault may be inside a string.
func (d *decoder) unexpected() *JSONError {
	if d.at >= len(d.in) {
		return errSyntax
	}
	c := d.in[d.at]
	switch {
	case c == '"':
		if _, err := d.text(); err != nil {
			return err
		}
	case c < ' ':
		return errControl
	case c >= utf8.RuneSelf:
		if r, size := utf8.DecodeRune(d.in[d.at:]); r == utf8.RuneError && size <= 1 {
			return errUTF8
		}
	}
	return errSyntax
}

func (d *decoder) value(depth int) (Value, *JSONError) {
	d.blanks()
	if d.at >= len(d.in) {
		return nil, errSyntax
	}
	switch c := d.in[d.at]; {
	case c == '{':
		return d.object(depth + 1)
	case c == '[':
		return d.array(depth + 1)
	case c == '"':
		return d.text()
	case c == '-' || c >= '0' && c <= '9':
		return d.number()
	case d.word("true"):
		return true, nil
	case d.word("false"):
		return false, nil
	case d.word("null"):
		return nil, nil
	}
	return nil, d.unexpected()
}

func (d *decoder) word(w string) bool {
	if !bytes.HasPrefix(d.in[d.at:], []byte(w)) {
		return false
	}
	d.at += len(w)
	return true
}

func (d *decoder) object(depth int) (Value, *JSONError) {
	if depth > maxDepth {
		return nil, errDepth
	}
	d.at++
	o := &Object{}
	d.blanks()
	if d.at < len(d.in) && (d.in[d.at] == '}' || d.in[d.at] == ']') {
		if d.in[d.at] == ']' {
			return nil, errState
		}
		d.at++
		return d.arrayOf(o), nil
	}
	for {
		d.blanks()
		if d.at >= len(d.in) || d.in[d.at] != '"' {
			return nil, d.unexpected()
		}
		key, err := d.text()
		if err != nil {
			return nil, err
		}
		d.blanks()
		if d.at >= len(d.in) || d.in[d.at] != ':' {
			return nil, d.unexpected()
		}
		d.at++
		v, err := d.value(depth)
		if err != nil {
			return nil, err
		}
		o.Set(key, v)
		d.blanks()
		if d.at >= len(d.in) {
			return nil, errSyntax
		}
		switch d.in[d.at] {
		case ',':
			d.at++
		case '}':
			d.at++
			return d.arrayOf(o), nil
		case ']':
			return nil, errState
		default:
			return nil, d.unexpected()
		}
	}
}

func (d *decoder) array(depth int) (Value, *JSONError) {
	if depth > maxDepth {
		return nil, errDepth
	}
	d.at++
	list := List{}
	d.blanks()
	if d.at < len(d.in) && (d.in[d.at] == ']' || d.in[d.at] == '}') {
		if d.in[d.at] == '}' {
			return nil, errState
		}
		d.at++
		return list, nil
	}
	for {
		v, err := d.value(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		d.blanks()
		if d.at >= len(d.in) {
			return nil, errSyntax
		}
		switch d.in[d.at] {
		case ',':
			d.at++
		case ']':
			d.at++
			return list, nil
		case '}':
			return nil, errState
		default:
			return nil, d.unexpected()
		}
	}
}

func (d *decoder) number() (Value, *JSONError) {
	start := d.at
	isInt := true
	if d.in[d.at] == '-' {
		d.at++
	}
	switch {
	case d.at < len(d.in) && d.in[d.at] == '0':
		d.at++
	case d.digits() == 0:
		return nil, errSyntax
	}
	if d.at+1 < len(d.in) && d.in[d.at] == '.' && isDigit(d.in[d.at+1]) {
		d.at++
		d.digits()
		isInt = false
	}
	if d.at < len(d.in) && d.in[d.at]|0x20 == 'e' {
		back := d.at
		d.at++
		if d.at < len(d.in) && (d.in[d.at] == '+' || d.in[d.at] == '-') {
			d.at++
		}
		if d.digits() == 0 {
			d.at = back
			return nil, errSyntax
		}
		isInt = false
	}
	text := string(d.in[start:d.at])
	if isInt {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n, nil
		}
	}
	f, _ := strconv.ParseFloat(text, 64) // out of range gives infinity, as in PHP
	return f, nil
}

func (d *decoder) digits() int {
	n := 0
	for d.at < len(d.in) && isDigit(d.in[d.at]) {
		d.at++
		n++
	}
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func (d *decoder) text() (string, *JSONError) {
	d.at++
	start := d.at
	for d.at < len(d.in) {
		switch c := d.in[d.at]; {
		case c == '"':
			s := string(d.in[start:d.at])
			d.at++
			return s, nil
		case c == '\\':
			return d.escapedText(start)
		case c < ' ':
			return "", errControl
		case c < utf8.RuneSelf:
			d.at++
		default:
			r, size := utf8.DecodeRune(d.in[d.at:])
			if r == utf8.RuneError && size <= 1 {
				return "", errUTF8
			}
			d.at += size
		}
	}
	return "", errControl // PHP meets the terminating NUL inside the string
}

func (d *decoder) escapedText(start int) (string, *JSONError) {
	b := append([]byte(nil), d.in[start:d.at]...)
	for d.at < len(d.in) {
		c := d.in[d.at]
		switch {
		case c == '"':
			d.at++
			return string(b), nil
		case c < ' ':
			return "", errControl
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRune(d.in[d.at:])
			if r == utf8.RuneError && size <= 1 {
				return "", errUTF8
			}
			b = append(b, d.in[d.at:d.at+size]...)
			d.at += size
		case c != '\\':
			b = append(b, c)
			d.at++
		default:
			d.at++
			if d.at >= len(d.in) {
				return "", errControl
			}
			escape := d.in[d.at]
			d.at++
			switch escape {
			case '"', '\\', '/':
				b = append(b, escape)
			case 'b':
				b = append(b, '\b')
			case 'f':
				b = append(b, '\f')
			case 'n':
				b = append(b, '\n')
			case 'r':
				b = append(b, '\r')
			case 't':
				b = append(b, '\t')
			case 'u':
				r, err := d.codePoint()
				if err != nil {
					return "", err
				}
				b = utf8.AppendRune(b, r)
			default:
				return "", errSyntax
			}
		}
	}
	return "", errControl
}

// codePoint reads the digits after \u and the second half of a pair.
func (d *decoder) codePoint() (rune, *JSONError) {
	r, ok := d.hex4()
	if !ok {
		return 0, errSyntax
	}
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	if r >= 0xDC00 || d.at+1 >= len(d.in) || d.in[d.at] != '\\' || d.in[d.at+1] != 'u' {
		return 0, errUTF16
	}
	d.at += 2
	low, ok := d.hex4()
	if !ok {
		return 0, errUTF16
	}
	pair := utf16.DecodeRune(r, low)
	if pair == utf8.RuneError {
		return 0, errUTF16
	}
	return pair, nil
}

func (d *decoder) hex4() (rune, bool) {
	if d.at+4 > len(d.in) {
		return 0, false
	}
	var r rune
	for _, c := range d.in[d.at : d.at+4] {
		if !isHex(c) {
			return 0, false
		}
		r = r<<4 | rune(unhex(c))
	}
	d.at += 4
	return r, true
}
