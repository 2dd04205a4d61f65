package wptext

import (
	"regexp"
	"strconv"
	"strings"
)

// KsesPost is wp_kses_post: it removes the HTML that WordPress does not allow in the body of a post. The text inside a
// forbidden element stays.
func KsesPost(s string) string { return kses(s, postTags) }

// KsesData is wp_filter_kses. It keeps the few elements that WordPress allows in short fields such as a title, when the
// author may not post unfiltered HTML.
func KsesData(s string) string { return kses(s, dataTags) }

// kses filters s down to allowed elements, attributes and addresses.
func kses(s string, allowed tagSet) string {
	if !strings.ContainsAny(s, "<>&\x00") {
		return s
	}
	s = strings.ReplaceAll(s, "\x00", "")
	s = escapeOpenTags(NormalizeEntities(s))
	return ksesToken.ReplaceAllStringFunc(s, func(token string) string { return ksesTag(token, allowed) })
}

// ksesToken finds comments, tags and lone ">".
var ksesToken = regexp.MustCompile(`(?s)<!--.*?(?:-->|$)|</[^a-zA-Z][^>]*>|<![^>]*>|<[^>]*(?:>|$)|>`)

var (
	bogusComment = regexp.MustCompile(`^(?:</[^a-zA-Z][^>]*>|<![a-z][^>]*>)$`)
	tagParts     = regexp.MustCompile(`^<\s*(/\s*)?([a-zA-Z0-9-]+)([^>]*)>?$`)
	closingSlash = regexp.MustCompile(`\s*/\s*$`)
	manyDashes   = regexp.MustCompile(`--+`)
)

func ksesTag(token string, allowed tagSet) string {
	if token[0] != '<' {
		return "&gt;"
	}
	if bogusComment.MatchString(token) {
		return "<" + token[1:2] + ksesFixpoint(token[2:len(token)-1], allowed) + ">"
	}
	if strings.HasPrefix(token, "<!--") {
		inner := strings.NewReplacer("<!--", "", "-->", "").Replace(token)
		inner = ksesFixpoint(inner, allowed)
		if inner == "" {
			return ""
		}
		inner = strings.TrimSuffix(manyDashes.ReplaceAllString(inner, "-"), "-")
		return "<!--" + inner + "-->"
	}
	parts := tagParts.FindStringSubmatch(token)
	if parts == nil {
		return ""
	}
	element, attributes := parts[2], parts[3]
	own, known := allowed.elements[strings.ToLower(element)]
	switch {
	case !known:
		return ""
	case strings.TrimSpace(parts[1]) != "":
		return "</" + element + ">"
	}
	slash := ""
	if closingSlash.MatchString(attributes) {
		slash = " /"
	}
	var kept strings.Builder
	for _, a := range parseAttributes(attributes) {
		if allowed.permits(own, &a) {
			kept.WriteString(" " + strings.NewReplacer("<", "", ">", "").Replace(a.whole()))
		}
	}
	return "<" + element + kept.String() + slash + ">"
}

// ksesFixpoint filters until nothing changes any more.
func ksesFixpoint(s string, allowed tagSet) string {
	for {
		next := kses(s, allowed)
		if next == s {
			return s
		}
		s = next
	}
}

// attribute is one attribute of a tag as it was written.
type attribute struct {
	name, value string
	quote       string // `"`, `'`, or "" for an attribute without a value
}

func (a attribute) whole() string {
	if a.quote == "" {
		return a.name
	}
	return a.name + "=" + a.quote + a.value + a.quote
}

var (
	attributeName  = regexp.MustCompile(`^[_a-zA-Z][-_a-zA-Z0-9:.]*`)
	attributeEqual = regexp.MustCompile(`^\s*=\s*`)
	attributeValue = regexp.MustCompile(`^(?:"([^"]*)"|'([^']*)'|([^\s"']+))(?:\s+|/?$)`)
	attributeSkip  = regexp.MustCompile(`^(?:"[^"]*(?:"|$)|'[^']*(?:'|$)|\S)*\s*`)
	leadingBlanks  = regexp.MustCompile(`^\s+`)
)

// parseAttributes reads a list of attributes. The first of equal names counts. Malformed parts are skipped.
func parseAttributes(s string) []attribute {
	var list []attribute
	add := func(a attribute) {
		for _, seen := range list {
			if seen.name == a.name {
				return
			}
		}
		list = append(list, a)
	}
	s = strings.TrimLeft(s, " \t\r\n\f\v")
	for s != "" {
		name := attributeName.FindString(s)
		if name == "" {
			skipped := attributeSkip.FindString(s)
			if skipped == "" {
				return list
			}
			s = s[len(skipped):]
			continue
		}
		s = s[len(name):]
		if equal := attributeEqual.FindString(s); equal != "" {
			s = s[len(equal):]
			m := attributeValue.FindStringSubmatch(s)
			if m == nil {
				s = s[len(attributeSkip.FindString(s)):]
				continue
			}
			s = s[len(m[0]):]
			a := attribute{name: name, value: m[1] + m[2] + m[3], quote: `"`}
			if m[2] != "" {
				a.quote = "'"
			}
			if addressAttributes[strings.ToLower(name)] {
				a.value = removeBadProtocol(a.value)
			}
			add(a)
			continue
		}
		blanks := leadingBlanks.FindString(s)
		if blanks == "" && s != "" {
			// Neither "=" nor a blank follows the name: WordPress drops the attribute.
			s = s[len(attributeSkip.FindString(s)):]
			continue
		}
		add(attribute{name: name})
		s = s[len(blanks):]
	}
	return list
}

var badProtocolSplit = regexp.MustCompile(`(?i):|&#0*58;|&#x0*3a;|&colon;`)

// removeBadProtocol strips schemes that WordPress does not allow from the start of an address.
func removeBadProtocol(s string) string {
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return s
	}
	for range 6 {
		at := badProtocolSplit.FindStringIndex(s)
		if at == nil || strings.Contains(s[:at[0]], "/?") {
			return s
		}
		scheme := strings.ToLower(strings.Join(strings.Fields(s[:at[0]]), ""))
		if allowedProtocol[scheme] {
			return scheme + ":" + strings.TrimSpace(s[at[1]:])
		}
		s = strings.TrimSpace(s[at[1]:])
	}
	return ""
}

var (
	namedEntity   = regexp.MustCompile(`&amp;([A-Za-z]{2,8}[0-9]{0,2});`)
	decimalEntity = regexp.MustCompile(`&amp;#(0*[0-9]{1,7});`)
	hexEntity     = regexp.MustCompile(`&amp;#[Xx](0*[0-9A-Fa-f]{1,6});`)
)

// NormalizeEntities is wp_kses_normalize_entities. An "&" that begins no known entity becomes "&amp;". Numbers get at
// least three digits.
func NormalizeEntities(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	s = strings.ReplaceAll(s, "&", "&amp;")
	s = namedEntity.ReplaceAllStringFunc(s, func(e string) string {
		if name := e[5 : len(e)-1]; entityNames[name] {
			return "&" + name + ";"
		}
		return e
	})
	s = decimalEntity.ReplaceAllStringFunc(s, func(e string) string {
		digits := strings.TrimLeft(e[6:len(e)-1], "0")
		n, err := strconv.Atoi(digits)
		if err != nil || !validRune(n) {
			return e
		}
		return "&#" + strings.Repeat("0", max(0, 3-len(digits))) + digits + ";"
	})
	return hexEntity.ReplaceAllStringFunc(s, func(e string) string {
		digits := e[7 : len(e)-1]
		n, err := strconv.ParseInt(digits, 16, 32)
		if err != nil || !validRune(int(n)) {
			return "&amp;#x" + digits + ";"
		}
		return "&#x" + strings.TrimLeft(digits, "0") + ";"
	})
}

// validRune tells whether XML allows a character.
func validRune(n int) bool {
	return n == 0x9 || n == 0xa || n == 0xd || n >= 0x20 && n <= 0xd7ff || n >= 0xe000 && n <= 0xfffd ||
		n >= 0x10000 && n <= 0x10ffff
}

// EscapeDisplay is esc_html: special characters become entities. Entities in the text stay.
func EscapeDisplay(s string) string {
	s = NormalizeEntities(s)
	return displayEntities.Replace(s)
}
