package jsonvalue

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Text returns the string that a JSON string stands for; "" for any other value.
func Text(value json.RawMessage) string {
	if len(value) < 2 || value[0] != '"' {
		return ""
	}
	s, _ := Unquote(value)
	return s
}

// Unquote returns the string that a JSON string stands for. exact is false when a Go string cannot hold it without
// loss, as with half a surrogate pair.
func Unquote(quoted []byte) (s string, exact bool) {
	if len(quoted) < 2 {
		return "", false
	}
	inner := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return string(inner), utf8.Valid(inner)
	}
	if json.Unmarshal(quoted, &s) != nil {
		return "", false
	}
	lost := strings.ContainsRune(s, utf8.RuneError) &&
		!bytes.Contains(inner, []byte("\uFFFD")) && !bytes.Contains(bytes.ToLower(inner), []byte(`\ufffd`))
	return s, !lost
}

// Int returns the whole number that a JSON number or a numeric string stands for, and whether the value is one.
// WooCommerce writes some identifiers as strings.
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

// Quote writes a JSON string, without the HTML escapes of encoding/json.
func Quote(s string) string { return string(AppendQuoted(nil, s)) }

const hexDigits = "0123456789abcdef"

// AppendQuoted appends a string as JSON, as [Quote] does.
func AppendQuoted(out []byte, s string) []byte {
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
