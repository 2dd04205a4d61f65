package postgres

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// PostgreSQL's text holds UTF-8 without the byte 0, and its functions on json refuse a whole document for an escape
// that stands for that byte or for half a surrogate pair. WooCommerce stores send such escapes: the names of private
// members in serialized PHP objects have them.

// clean is text that a column can hold: what it cannot is left out, or replaced by U+FFFD.
func clean(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, string(utf8.RuneError)), "\x00", "")
}

// readable is a record's JSON as PostgreSQL can read it, and the record's bytes where that is not the same text; nil
// where it is.
func readable(raw []byte) (text, exact []byte) {
	if !utf8.Valid(raw) {
		text = bytes.ToValidUTF8(raw, []byte(string(utf8.RuneError)))
	} else {
		text = raw
	}
	text = withoutBadEscapes(text)
	if !jsonvalue.Valid(text) {
		text = []byte("null")
	}
	if len(text) == len(raw) && bytes.Equal(text, raw) {
		return text, nil
	}
	return text, raw
}

// withoutBadEscapes puts \ufffd in the place of escapes that stand for no character of a text.
func withoutBadEscapes(text []byte) []byte {
	copied := false
	for i := 0; ; {
		at := bytes.IndexByte(text[i:], '\\')
		if at < 0 || i+at+2 > len(text) {
			return text
		}
		i += at
		unit, ok := escape(text[i:])
		if !ok {
			i += 2
			continue
		}
		width := 6
		if utf16.IsSurrogate(unit) {
			if low, ok := escape(text[i+width:]); ok && utf16.DecodeRune(unit, low) != utf8.RuneError {
				i += 2 * width
				continue
			}
		}
		if unit == 0 || utf16.IsSurrogate(unit) {
			if !copied {
				text, copied = slices.Clone(text), true
			}
			copy(text[i:], `\ufffd`)
		}
		i += width
	}
}

// escape reads \uXXXX at the beginning of a text.
func escape(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(unit), err == nil
}

// notText begins a value that is no text a column could hold, packed. JSON begins otherwise.
const notText = "base64:"

// pack is JSON of ours or of a caller as a column of text holds it, to the last byte.
func pack(raw []byte) string {
	if utf8.Valid(raw) && bytes.IndexByte(raw, 0) < 0 {
		return string(raw)
	}
	return notText + base64.StdEncoding.EncodeToString(raw)
}

// unpack gives back what pack was given; nil for nothing.
func unpack(text string) []byte {
	if packed, found := strings.CutPrefix(text, notText); found {
		if raw, err := base64.StdEncoding.DecodeString(packed); err == nil {
			return raw
		}
	}
	if text == "" {
		return nil
	}
	return []byte(text)
}
