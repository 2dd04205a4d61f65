package wptext

import (
	"regexp"
	"strings"
)

// The characters that Texturize inserts, as entities. The flags stand for an opening quote or an apostrophe until the
// closing quotes are found.
const (
	openDouble, closeDouble = "&#8220;", "&#8221;"
	openSingle, closeSingle = "&#8216;", "&#8217;"
	apostrophe              = "&#8217;"
	prime, doublePrime      = "&#8242;", "&#8243;"
	enDash, emDash          = "&#8211;", "&#8212;"

	openDoubleFlag = "\x01"
	openSingleFlag = "\x02"
	apostropheFlag = "\x03"
)

// untouchedElements hold text that Texturize leaves alone.
var untouchedElements = regexp.MustCompile(`^<(/?)(pre|code|kbd|style|script|tt)\b`)

var (
	bareAmpersand = regexp.MustCompile(`&(#(?:\d+|x[a-fA-F0-9]+);|[a-zA-Z1-4]{1,8};)?`)
	fixedWords    = strings.NewReplacer("...", "&#8230;", "``", openDouble, "''", closeDouble, " (tm)", " &#8482;",
		"'tain't", apostrophe+"tain"+apostrophe+"t", "'twere", apostrophe+"twere", "'twas", apostrophe+"twas",
		"'tis", apostrophe+"tis", "'twill", apostrophe+"twill", "'til", apostrophe+"til", "'bout", apostrophe+"bout",
		"'nuff", apostrophe+"nuff", "'round", apostrophe+"round", "'cause", apostrophe+"cause", "'em", apostrophe+"em")
	times = regexp.MustCompile(`\b(0[\d.,]+|[1-9][\d.,]*)x(\d[\d.,]*)\b`)
)

// Texturize is wptexturize: typographic quotes, dashes, dots and crosses, all as entities. WordPress applies it to
// titles (get_the_title) and short descriptions.
func Texturize(s string) string {
	if !strings.ContainsAny(s, "'\"-.`&x(") {
		return s
	}
	var b strings.Builder
	untouched := 0
	last := 0
	text := func(chunk string) {
		if untouched == 0 && strings.Trim(chunk, phpTrim) != "" {
			chunk = texturizeText(chunk)
		}
		b.WriteString(chunk)
	}
	for _, at := range htmlTag.FindAllStringIndex(s, -1) {
		text(s[last:at[0]])
		tag := s[at[0]:at[1]]
		if !strings.HasPrefix(tag, "<!--") {
			tag = escapeAmpersands(tag)
			if m := untouchedElements.FindStringSubmatch(tag); m != nil {
				if m[1] == "" {
					untouched++
				} else if untouched > 0 {
					untouched--
				}
			}
		}
		b.WriteString(tag)
		last = at[1]
	}
	text(s[last:])
	return b.String()
}

// Title is what get_the_title makes of a title.
func Title(s string) string { return strings.Trim(escapeAmpersands(Texturize(s)), phpTrim) }

// escapeAmpersands writes "&" as &#038; unless it begins an entity.
func escapeAmpersands(s string) string {
	return bareAmpersand.ReplaceAllStringFunc(s, func(m string) string {
		if m == "&" {
			return "&#038;"
		}
		return m
	})
}

func texturizeText(s string) string {
	s = fixedWords.Replace(s)
	if strings.Contains(s, "'") {
		s = singleQuotes(s)
		s = closeQuotes(s, '\'', prime, openSingleFlag, closeSingle)
		s = strings.NewReplacer(apostropheFlag, apostrophe, openSingleFlag, openSingle).Replace(s)
	}
	if strings.Contains(s, `"`) {
		s = doubleQuotes(s)
		s = closeQuotes(s, '"', doublePrime, openDoubleFlag, closeDouble)
		s = strings.ReplaceAll(s, openDoubleFlag, openDouble)
	}
	if strings.Contains(s, "-") {
		s = dashes(s)
	}
	s = times.ReplaceAllString(s, "$1&#215;$2")
	return escapeAmpersands(s)
}

var (
	shortYear    = regexp.MustCompile(`^'(\d\d)(['"])`)
	quotedNumber = regexp.MustCompile(`^'(\d[.,\d]*)'`)
	twoDigits    = regexp.MustCompile(`^'\d\d`)
)

// singleQuotes marks apostrophes and opening single quotes.
func singleQuotes(s string) string {
	s = eachByte(s, '\'', func(i int) (int, string) {
		m := shortYear.FindStringSubmatch(s[i:])
		if m == nil || !endsPhrase(s[i+len(m[0]):]) {
			return 0, ""
		}
		if m[2] == "'" {
			return len(m[0]), apostropheFlag + m[1] + closeSingle
		}
		return len(m[0]), apostropheFlag + m[1] + closeDouble
	})
	s = eachByte(s, '\'', func(i int) (int, string) {
		if !twoDigits.MatchString(s[i:]) {
			return 0, ""
		}
		rest := s[i+3:]
		if rest != "" && (rest[0] == '%' || isDigit(rest[0])) ||
			len(rest) > 1 && (rest[0] == '.' || rest[0] == ',') && isDigit(rest[1]) {
			return 0, ""
		}
		return 1, apostropheFlag
	})
	s = eachByte(s, '\'', func(i int) (int, string) {
		m := quotedNumber.FindStringSubmatch(s[i:])
		if m == nil || i > 0 && !endsWithSpace(s[:i]) {
			return 0, ""
		}
		return len(m[0]), openSingleFlag + m[1] + closeSingle
	})
	s = eachByte(s, '\'', func(i int) (int, string) {
		if i == 0 || strings.IndexByte(`([{"-`, s[i-1]) >= 0 || strings.HasSuffix(s[:i], "&lt;") || endsWithSpace(s[:i]) {
			return 1, openSingleFlag
		}
		return 0, ""
	})
	return eachByte(s, '\'', func(i int) (int, string) {
		rest := s[i+1:]
		if endsWithSpace(s[:i]) || rest == "" || strings.IndexByte(`.,:;!?"'(){}[]-`, rest[0]) >= 0 ||
			strings.HasPrefix(rest, "&lt;") || strings.HasPrefix(rest, "&gt;") || startsWithSpace(rest) {
			return 0, ""
		}
		return 1, apostropheFlag
	})
}

var quotedNumberDouble = regexp.MustCompile(`^"(\d[.,\d]*)"`)

// doubleQuotes marks opening double quotes.
func doubleQuotes(s string) string {
	s = eachByte(s, '"', func(i int) (int, string) {
		m := quotedNumberDouble.FindStringSubmatch(s[i:])
		if m == nil || i > 0 && !endsWithSpace(s[:i]) {
			return 0, ""
		}
		return len(m[0]), openDoubleFlag + m[1] + closeDouble
	})
	return eachByte(s, '"', func(i int) (int, string) {
		opens := i == 0 || strings.IndexByte(`([{-`, s[i-1]) >= 0 || strings.HasSuffix(s[:i], "&lt;") || endsWithSpace(s[:i])
		if !opens || startsWithSpace(s[i+1:]) {
			return 0, ""
		}
		return 1, openDoubleFlag
	})
}

// closeQuotes turns the remaining quote characters into closing quotes and primes, sentence by sentence
// (wptexturize_primes).
func closeQuotes(s string, quote byte, primeSign, openFlag, closing string) string {
	sentences := strings.Split(s, openFlag)
	for k, sentence := range sentences {
		if strings.IndexByte(sentence, quote) < 0 {
			continue
		}
		quoteFirst := false
		if k != 0 && !strings.Contains(sentence, closing) {
			candidates := 0
			eachByte(sentence, quote, func(i int) (int, string) {
				if endsPhrase(sentence[i+1:]) {
					candidates++
				}
				return 0, ""
			})
			// One candidate for the closing quote beats the prime.
			quoteFirst = candidates == 1
		}
		toPrime := func() {
			sentence = eachByte(sentence, quote, func(i int) (int, string) {
				if i > 0 && isDigit(sentence[i-1]) {
					return 1, primeSign
				}
				return 0, ""
			})
		}
		toQuote := func() {
			sentence = eachByte(sentence, quote, func(i int) (int, string) {
				if endsPhrase(sentence[i+1:]) {
					return 1, closing
				}
				return 0, ""
			})
		}
		if quoteFirst {
			toQuote()
			toPrime()
		} else {
			toPrime()
			toQuote()
		}
		if quote == '"' {
			sentence = strings.ReplaceAll(sentence, `"`, closing)
		}
		sentences[k] = sentence
	}
	return strings.Join(sentences, openFlag)
}

// dashes turns hyphens into dashes.
func dashes(s string) string {
	s = strings.ReplaceAll(s, "---", emDash)
	s = eachByte(s, '-', func(i int) (int, string) {
		if !strings.HasPrefix(s[i:], "--") {
			return 0, ""
		}
		if (i == 0 || endsWithSpace(s[:i])) && (i+2 == len(s) || startsWithSpace(s[i+2:])) {
			return 2, emDash
		}
		if strings.HasSuffix(s[:i], "xn") {
			return 0, ""
		}
		return 2, enDash
	})
	return eachByte(s, '-', func(i int) (int, string) {
		if (i == 0 || endsWithSpace(s[:i])) && (i+1 == len(s) || startsWithSpace(s[i+1:])) {
			return 1, enDash
		}
		return 0, ""
	})
}

// eachByte calls replace for every occurrence of c. replace returns how many bytes to replace, 0 for none, and with
// what.
func eachByte(s string, c byte, replace func(i int) (int, string)) string {
	var b strings.Builder
	last := 0
	for i := 0; i < len(s); i++ {
		if s[i] != c {
			continue
		}
		if n, with := replace(i); n > 0 {
			b.WriteString(s[last:i] + with)
			i += n - 1
			last = i + 1
		}
	}
	if last == 0 {
		return s
	}
	return b.String() + s[last:]
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func endsWithSpace(s string) bool {
	return s != "" && strings.IndexByte("\r\n\t ", s[len(s)-1]) >= 0 || strings.HasSuffix(s, "\u00a0") || strings.HasSuffix(s, "&nbsp;")
}

func startsWithSpace(s string) bool {
	return s != "" && strings.IndexByte("\r\n\t ", s[0]) >= 0 || strings.HasPrefix(s, "\u00a0") || strings.HasPrefix(s, "&nbsp;")
}

// endsPhrase tells whether a closing quote may stand before s.
func endsPhrase(s string) bool {
	return s == "" || strings.IndexByte(".,:;!?)}-]", s[0]) >= 0 || strings.HasPrefix(s, "&gt;") || startsWithSpace(s)
}
