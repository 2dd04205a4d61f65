package document

import (
	"bytes"
	"encoding/json"
	"html"
	"regexp"
	"strings"
)

// Absent says whether a value asks for no value: null, or an empty text.
func Absent(raw json.RawMessage) bool {
	text, _ := Scalar(raw)
	return text != nil && *text == ""
}

// Unmarshal parses JSON and keeps numbers as they are written.
func Unmarshal(raw []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	return dec.Decode(into)
}

var (
	// Tag matches anything that looks like an HTML tag.
	Tag = regexp.MustCompile(`<[^>]*>`)
	// PlainTag matches a tag that order notes may contain.
	PlainTag = regexp.MustCompile(
		`^</?(a|abbr|b|blockquote|br|code|del|div|em|h[1-6]|hr|i|img|li|ol|p|pre|q|s|small|span|strong|sub|sup|table|tbody|td|th|tr|u|ul)(\s[^<>]*|\s*/)?>$`)
)

// Alike says whether a sent value and what the store made of it are the same. Entities, tags and blanks that the store
// rewrites do not count, nor does the case of an e-mail address.
func Alike(sent, stored json.RawMessage) bool {
	if Same(sent, stored) {
		return true
	}
	a, _ := Scalar(sent)
	b, _ := Scalar(stored)
	if a == nil || b == nil {
		return false
	}
	return PlainText(*a) == PlainText(*b)
}

// PlainText returns what remains of a text after any version of the store has cleaned it: tags, entities, blanks and
// case do not count. Order notes pass through wp_kses_post since WooCommerce 10.6: "&" becomes "&amp;", and in "a < b
// && c > d" the part that looks like a tag is lost.
func PlainText(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(html.UnescapeString(Tag.ReplaceAllString(s, ""))), " "))
}

// Words splits a list that is written as one text.
func Words(text string) []string { return strings.Fields(text) }
