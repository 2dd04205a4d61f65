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

// PostgreSQL's text holds UTF-8 without the byte 0. Its functions on json refuse a whole document because of one escape
// for that byte or for half a surrogate pair. WooCommerce stores send such escapes, for example in the names of private
// members of serialized PHP objects.

// clean is a text that a column can hold. The byte 0 is left out, and invalid UTF-8 becomes U+FFFD.
func clean(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, string(utf8.RuneError)), "\x00", "")
}

// readable is a record's JSON in a form that PostgreSQL can read. exact are the record's bytes where that form differs,
// else nil.
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

// withoutBadEscapes replaces escapes that stand for no character by \ufffd.
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

// escape reads \uXXXX at the beginning of a text; false for anything else.
func escape(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(unit), err == nil
}

// notText is the prefix of a packed value, which a text column could not hold as it is. No JSON begins with it.
const notText = "base64:"

// pack writes JSON into a column of text so that every byte survives.
func pack(raw []byte) string {
	if utf8.Valid(raw) && bytes.IndexByte(raw, 0) < 0 {
		return string(raw)
	}
	return notText + base64.StdEncoding.EncodeToString(raw)
}

// unpack reads a value that pack wrote; nil for an empty text.
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
