package evidence

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// SameHost reports that two addresses name one host and port.
func SameHost(a, b string) bool {
	ua, errA := url.Parse(a)
	ub, errB := url.Parse(b)
	return errA == nil && errB == nil && strings.EqualFold(ua.Host, ub.Host)
}

// Capitalise begins a sentence.
func Capitalise(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-32) + s[1:]
}

// ShortURL is path and arguments of an address, cut to the length of a line.
func ShortURL(address string) string { return Clip(RequestURI(address), 120) }

// RequestURI is path and arguments of an address, without the key.
func RequestURI(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	q := u.Query()
	for name := range q {
		if strings.HasPrefix(name, "oauth_") || strings.HasPrefix(name, "consumer_") {
			q.Del(name)
		}
	}
	u.RawQuery = readably.Replace(q.Encode())
	return u.RequestURI()
}

// readably undoes what needs no escape in an argument.
var readably = strings.NewReplacer("%2C", ",", "%3A", ":", "%2F", "/")

// Plural writes a number with its word: "1 order", "3 orders".
func Plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// NonNil is an empty list for none, because JSON tells them apart.
func NonNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// AppendNew adds what is not there yet.
func AppendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// StatusText is a status with its name.
func StatusText(status int) string {
	if status == 0 {
		return "no answer"
	}
	if text := http.StatusText(status); text != "" {
		return strconv.Itoa(status) + " " + text
	}
	return strconv.Itoa(status)
}

// WithoutArgs is an address without its arguments.
func WithoutArgs(address string) string {
	before, _, _ := strings.Cut(address, "?")
	return before
}

// PathOf is the path of an address; a single slash counts as none.
func PathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimRight(u.Path, "/") +
		strings.Repeat("/", BoolToInt(strings.HasSuffix(u.Path, "/") && u.Path != "/"))
}

// BoolToInt is 1 for true.
func BoolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// FirstOf is the first text that is not empty.
func FirstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// Clip cuts a text after n bytes, at a whole character.
func Clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// Squeeze makes one blank of each run of blanks.
func Squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }
