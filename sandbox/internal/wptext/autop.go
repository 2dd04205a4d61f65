package wptext

import (
	"regexp"
	"strconv"
	"strings"
)

// blockElements are the elements that wpautop does not wrap in paragraphs.
const blockElements = `(?:table|thead|tfoot|caption|col|colgroup|tbody|tr|td|th|div|dl|dd|dt|ul|ol|li|pre|form|map|area|` +
	`blockquote|address|style|p|h[1-6]|hr|fieldset|legend|section|article|aside|hgroup|header|footer|nav|figure|` +
	`figcaption|details|menu|summary)`

// A rewriting is one step of AutoP.
type rewriting struct {
	pattern *regexp.Regexp
	with    string
}

func rewrite(pattern, with string) rewriting { return rewriting{regexp.MustCompile(pattern), with} }

// beforeSplit prepares the text for being cut at empty lines.
var beforeSplit = []rewriting{
	rewrite(`<br\s*/?>\s*<br\s*/?>`, "\n\n"),
	rewrite(`(<`+blockElements+`[\s/>])`, "\n\n$1"),
	rewrite(`(</`+blockElements+`>)`, "$1\n\n"),
	rewrite(`(<hr\s*?/?>)`, "$1\n\n"),
	rewrite(`\r\n|\r`, "\n"),
}

// tightened are elements whose inner line breaks mean nothing.
var tightened = []rewriting{
	rewrite(`\s*<option`, "<option"),
	rewrite(`</option>\s*`, "</option>"),
	rewrite(`(<object[^>]*>)\s*`, "$1"),
	rewrite(`\s*</object>`, "</object>"),
	rewrite(`\s*(</?(?:param|embed)[^>]*>)\s*`, "$1"),
	rewrite(`\s*(<(?:source|track)[^>]*>)\s*`, "$1"),
	rewrite(`\s*(<figcaption[^>]*>)`, "$1"),
	rewrite(`</figcaption>\s*`, "</figcaption>"),
	rewrite(`\n\n+`, "\n\n"),
}

// unwrapped removes the paragraphs around block elements.
var unwrapped = []rewriting{
	rewrite(`<p>\s*</p>`, ""),
	rewrite(`<p>([^<]+)</(div|address|form)>`, "<p>$1</p></$2>"),
	rewrite(`<p>\s*(</?`+blockElements+`[^>]*>)\s*</p>`, "$1"),
	rewrite(`<p>(<li.+?)</p>`, "$1"),
	rewrite(`(?i)<p><blockquote([^>]*)>`, "<blockquote$1><p>"),
	rewrite(`</blockquote></p>`, "</p></blockquote>"),
	rewrite(`<p>\s*(</?`+blockElements+`[^>]*>)`, "$1"),
	rewrite(`(</?`+blockElements+`[^>]*>)\s*</p>`, "$1"),
}

// breaksRemoved removes the line breaks around block elements.
var breaksRemoved = []rewriting{
	rewrite(`(</?`+blockElements+`[^>]*>)\s*<br />`, "$1"),
	rewrite(`<br />(\s*</?(?:p|li|div|dl|dd|dt|th|pre|td|ul|ol)[^>]*>)`, "$1"),
	rewrite(`\n</p>$`, "</p>"),
}

var (
	emptyLine    = regexp.MustCompile(`\n\s*\n`)
	htmlTag      = regexp.MustCompile(`(?s)<!--.*?-->|<[^>]*>`)
	keptNewlines = regexp.MustCompile(`(?s)<script.*?</script>|<style.*?</style>|<svg.*?</svg>|<math.*?</math>`)
	lineEnd      = regexp.MustCompile(`\s*\n`)
)

const (
	newlineInTag  = " <!-- wpnl --> "
	newlineInCode = "<WPPreserveNewline />"
)

// AutoP is wpautop: empty lines make paragraphs, other line breaks <br />.
func AutoP(s string) string {
	if strings.Trim(s, phpTrim) == "" {
		return ""
	}
	s, preformatted := hidePreformatted(s + "\n")
	s = apply(s, beforeSplit)
	s = htmlTag.ReplaceAllStringFunc(s, func(tag string) string { return strings.ReplaceAll(tag, "\n", newlineInTag) })
	s = apply(s, tightened)

	var b strings.Builder
	for _, paragraph := range emptyLine.Split(s, -1) {
		if paragraph != "" {
			b.WriteString("<p>" + strings.Trim(paragraph, "\n") + "</p>\n")
		}
	}
	s = apply(b.String(), unwrapped)
	s = keptNewlines.ReplaceAllStringFunc(
		s, func(code string) string { return strings.ReplaceAll(code, "\n", newlineInCode) },
	)
	s = strings.NewReplacer("<br>", "<br />", "<br/>", "<br />").Replace(s)
	s = breakLines(s)
	s = strings.ReplaceAll(s, newlineInCode, "\n")
	s = apply(s, breaksRemoved)
	for placeholder, original := range preformatted {
		s = strings.ReplaceAll(s, placeholder, original)
	}
	return strings.NewReplacer(newlineInTag, "\n", "<!-- wpnl -->", "\n").Replace(s)
}

func apply(s string, steps []rewriting) string {
	for _, step := range steps {
		s = step.pattern.ReplaceAllString(s, step.with)
	}
	return s
}

// hidePreformatted replaces <pre> elements by placeholders.
func hidePreformatted(s string) (string, map[string]string) {
	if !strings.Contains(s, "<pre") {
		return s, nil
	}
	hidden := map[string]string{}
	parts := strings.Split(s, "</pre>")
	var b strings.Builder
	for _, part := range parts[:len(parts)-1] {
		start := strings.Index(part, "<pre")
		if start < 0 {
			b.WriteString(part)
			continue
		}
		placeholder := "<pre wp-pre-tag-" + strconv.Itoa(len(hidden)) + "></pre>"
		hidden[placeholder] = part[start:] + "</pre>"
		b.WriteString(part[:start] + placeholder)
	}
	b.WriteString(parts[len(parts)-1])
	return b.String(), hidden
}

// breakLines puts <br /> before every line break that has none.
func breakLines(s string) string {
	var b strings.Builder
	for {
		at := lineEnd.FindStringIndex(s)
		if at == nil {
			b.WriteString(s)
			return b.String()
		}
		before := s[:at[0]]
		b.WriteString(before)
		if strings.HasSuffix(before, "<br />") {
			// PHP's pattern cannot match here, but can one blank further on.
			blanks := s[at[0]:at[1]]
			if len(blanks) == 1 {
				b.WriteString("\n")
			} else {
				b.WriteString(blanks[:1] + "<br />\n")
			}
		} else {
			b.WriteString("<br />\n")
		}
		s = s[at[1]:]
	}
}
