package core

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

var percentCode = regexp.MustCompile(`(?i)%[a-f0-9]{2}`)

// DisplayText is what WooCommerce shows of a meta value of an order line. The markup that posts allow is completed, and
// then stripped.
func DisplayText(value string) string {
	if PlainWord(value) {
		return value
	}
	return wptext.SanitizeTextField(wptext.AutoP(wptext.KsesPost(value)))
}

// PlainWord says that no character of a text has a meaning to WordPress.
func PlainWord(text string) bool {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', c == '-', c == '.':
		default:
			return false
		}
	}
	return true
}

// RawURLDecode is PHP's rawurldecode. Malformed escapes stay as they are.
func RawURLDecode(text string) string {
	if strings.IndexByte(text, '%') < 0 {
		return text
	}
	return percentCode.ReplaceAllStringFunc(text, func(code string) string {
		decoded, err := url.PathUnescape(code)
		if err != nil {
			return code
		}
		return decoded
	})
}

// FirstRunes cuts a text to at most n characters.
func FirstRunes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}

// TrimPHP is PHP's trim.
func TrimPHP(s string) string { return strings.Trim(s, " \t\n\r\x00\x0b") }
