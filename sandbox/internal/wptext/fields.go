package wptext

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	anyBlanks     = regexp.MustCompile(`[\r\n\t ]+`)
	percentOctet  = regexp.MustCompile(`(?i)%[a-f0-9]{2}`)
	severalSpaces = regexp.MustCompile(` +`)
	scriptOrStyle = regexp.MustCompile(`(?is)<(script|style)[^>]*?>.*?</(script|style)>`)
)

// phpTrim are the characters that PHP's trim removes.
const phpTrim = " \t\n\r\x00\x0b"

// SanitizeTextField is WordPress's sanitize_text_field: one line of plain text.
func SanitizeTextField(s string) string { return sanitizeField(s, false) }

// SanitizeTextareaField is WordPress's sanitize_textarea_field: plain text with its line breaks.
func SanitizeTextareaField(s string) string { return sanitizeField(s, true) }

func sanitizeField(s string, keepNewlines bool) string {
	if plain(s) {
		return s
	}
	if !utf8.ValidString(s) {
		return ""
	}
	if strings.IndexByte(s, '<') >= 0 {
		s = escapeOpenTags(s)
		s = StripAllTags(s)
		s = strings.ReplaceAll(s, "<\n", "&lt;\n")
	}
	if !keepNewlines {
		s = anyBlanks.ReplaceAllString(s, " ")
	}
	s = strings.Trim(s, phpTrim)
	found := false
	for percentOctet.MatchString(s) {
		found = true
		s = percentOctet.ReplaceAllLiteralString(s, "")
	}
	if found {
		s = strings.Trim(severalSpaces.ReplaceAllString(s, " "), phpTrim)
	}
	return s
}

// plain recognises the common text that needs no change.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c < ' ', c == '<', c == '%', c >= utf8.RuneSelf:
			return false
		case c == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' '):
			return false
		}
	}
	return true
}

// escapeOpenTags is wp_pre_kses_less_than: a "<" without its ">" is text.
func escapeOpenTags(s string) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(s, '<')
		if open < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:open])
		s = s[open:]
		end := strings.IndexAny(s[1:], "<>")
		switch {
		case end < 0:
			b.WriteString(EscapeDisplay(s))
			return b.String()
		case s[1+end] == '>':
			b.WriteString(s[:end+2])
			s = s[end+2:]
		default:
			b.WriteString(EscapeDisplay(s[:end+1]))
			s = s[end+1:]
		}
	}
}

// StripAllTags is wp_strip_all_tags without removing line breaks.
func StripAllTags(s string) string {
	if strings.IndexByte(s, '<') >= 0 {
		s = scriptOrStyle.ReplaceAllLiteralString(s, "")
		s = StripTags(s)
	}
	return strings.Trim(s, phpTrim)
}

// StripTags is PHP's strip_tags without exceptions: "<" followed by a blank is text, quotes inside a tag may hold ">",
// comments vanish.
func StripTags(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '<' || i+1 == len(s) || strings.IndexByte(" \t\n\r", s[i+1]) >= 0 {
			b.WriteByte(s[i])
			i++
			continue
		}
		if strings.HasPrefix(s[i:], "<!--") {
			end := strings.Index(s[i+4:], "-->")
			if end < 0 {
				break
			}
			i += 4 + end + 3
			continue
		}
		quote := byte(0)
		j := i + 1
		for ; j < len(s); j++ {
			c := s[j]
			if quote != 0 {
				if c == quote {
					quote = 0
				}
				continue
			}
			if c == '"' || c == '\'' {
				quote = c
			}
			if c == '>' {
				break
			}
		}
		i = j + 1
	}
	return b.String()
}

// EscapeHTML is esc_html for text without entities of its own.
func EscapeHTML(s string) string {
	return htmlEntities.Replace(s)
}

// A replacer builds tables of some kilobytes, so those that every request needs are built once.
var (
	htmlEntities    = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#039;")
	displayEntities = strings.NewReplacer("<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#039;")
)

// SanitizeKey is sanitize_key: lower case letters, digits, "_" and "-".
func SanitizeKey(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '_', r == '-':
			return r
		}
		return -1
	}, s)
}

// ParseList is wp_parse_list for a string: parts between commas and blanks.
func ParseList(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool {
		return r == ',' || r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' || r == '\v'
	})
}
