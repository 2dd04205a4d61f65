package rest

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// AppendJSON appends a value in the notation of PHP's json_encode: "/" and everything beyond ASCII escaped, floats with
// the shortest digits. Items are rendered without their links, which need a request (see Response).
func AppendJSON(dst []byte, v Value) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case bool:
		return strconv.AppendBool(dst, v)
	case int:
		return strconv.AppendInt(dst, int64(v), 10)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case float64:
		return appendFloat(dst, v)
	case string:
		return AppendString(dst, v)
	case Raw:
		return append(dst, v...)
	case Item:
		return AppendJSON(dst, v.Data)
	case List:
		return appendList(dst, v, AppendJSON)
	case []string:
		return appendList(dst, v, AppendString)
	case *Object:
		return appendObject(dst, v, AppendJSON)
	}
	panic("rest: a value that PHP has no JSON for")
}

// appendList appends a list whose elements are written by each.
func appendList[T any](dst []byte, list []T, each func([]byte, T) []byte) []byte {
	dst = append(dst, '[')
	for i, e := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = each(dst, e)
	}
	return append(dst, ']')
}

// appendObject appends an object whose values are written by each.
func appendObject(dst []byte, o *Object, each func([]byte, Value) []byte) []byte {
	dst = append(dst, '{')
	for i, key := range o.keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendString(dst, key)
		dst = append(dst, ':')
		dst = each(dst, o.values[i])
	}
	return append(dst, '}')
}

// appendFloat writes a float as json_encode does. JSON has no infinity: a real store answers 500 rest_encode_error.
// Nothing in the sandbox produces one, so it is written as 0.
func appendFloat(dst []byte, f float64) []byte {
	switch text := FormatFloat(f); text {
	case "INF", "-INF", "NAN":
		return append(dst, '0')
	case "-0":
		return append(dst, "-0.0"...)
	default:
		return append(dst, text...)
	}
}

// safe marks the ASCII characters that stand for themselves in a JSON string.
var safe = func() (table [utf8.RuneSelf]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		table[c] = c != '"' && c != '\\' && c != '/'
	}
	return table
}()

const hexDigits = "0123456789abcdef"

// AppendString appends a JSON string in PHP's notation. Bytes that are no UTF-8 become U+FFFD, because WordPress
// repairs strings before it encodes them.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf && safe[c] {
			i++
			continue
		}
		dst = append(dst, s[start:i]...)
		if c < utf8.RuneSelf {
			dst = appendEscape(dst, c)
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r > 0xFFFF {
			high, low := utf16.EncodeRune(r)
			dst = appendUnicode(appendUnicode(dst, high), low)
		} else {
			dst = appendUnicode(dst, r)
		}
		i += size
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\', '/':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return appendUnicode(dst, rune(c))
}

func appendUnicode(dst []byte, r rune) []byte {
	return append(dst, '\\', 'u', hexDigits[r>>12&0xF], hexDigits[r>>8&0xF], hexDigits[r>>4&0xF], hexDigits[r&0xF])
}

// AppendPretty appends JSON text indented as JSON_PRETTY_PRINT does: four spaces, empty arrays closed up. in must be
// valid JSON without blanks.
func AppendPretty(dst, in []byte) []byte {
	depth := 0
	newline := func() {
		dst = append(dst, '\n')
		for range depth {
			dst = append(dst, "    "...)
		}
	}
	for i := 0; i < len(in); i++ {
		switch c := in[i]; c {
		case '"':
			end := i + stringLength(in[i:])
			dst = append(dst, in[i:end]...)
			i = end - 1
		case '{', '[':
			dst = append(dst, c)
			if i+1 < len(in) && in[i+1] == c+2 { // "}" and "]" follow their partners in ASCII
				dst = append(dst, in[i+1])
				i++
				continue
			}
			depth++
			newline()
		case '}', ']':
			depth--
			newline()
			dst = append(dst, c)
		case ',':
			dst = append(dst, c)
			newline()
		case ':':
			dst = append(dst, ": "...)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// stringLength is the length of the JSON string that in starts with, quotes included.
func stringLength(in []byte) int {
	for i := 1; i < len(in); i++ {
		switch in[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(in)
}
