package wptext

import (
	"regexp"
	"strings"
)

var (
	notInURL        = regexp.MustCompile(`(?i)[^a-z0-9-~+_.?#=!&;,/:%@$|*'()\[\]\\\x80-\xff]`)
	absoluteScheme  = regexp.MustCompile(`(?i)^[a-z0-9.+-]+:`)
	phpFile         = regexp.MustCompile(`(?i)^[a-z0-9-]+?\.php`)
	allowedProtocol = map[string]bool{
		"http": true, "https": true, "ftp": true, "ftps": true, "mailto": true, "news": true, "irc": true,
		"irc6": true, "ircs": true, "gopher": true, "nntp": true, "feed": true, "telnet": true, "mms": true,
		"rtsp": true, "sms": true, "svn": true, "tel": true, "fax": true, "xmpp": true, "webcal": true, "urn": true,
	}
)

// SanitizeURL is sanitize_url (esc_url_raw). It removes what cannot stand in an address and adds http:// where the
// scheme is missing. It gives "" for a scheme that WordPress does not allow.
func SanitizeURL(s string) string {
	if s == "" {
		return s
	}
	s = strings.ReplaceAll(strings.TrimLeft(s, phpTrim), " ", "%20")
	s = removeNotInURL(s)
	if s == "" {
		return s
	}
	if !hasPrefixFold(s, "mailto:") {
		for again := true; again; {
			again = false
			for _, hidden := range []string{"%0d", "%0a", "%0D", "%0A"} {
				if strings.Contains(s, hidden) {
					s, again = strings.ReplaceAll(s, hidden, ""), true
				}
			}
		}
	}
	s = strings.ReplaceAll(s, ";//", "://")
	if strings.IndexByte(s, ':') < 0 && strings.IndexByte("/#?", s[0]) < 0 && !phpFile.MatchString(s) {
		s = "http://" + s
	}
	s = escapeBrackets(s)
	if s[0] != '/' {
		if scheme := strings.ToLower(absoluteScheme.FindString(s)); scheme != "" {
			if !allowedProtocol[strings.TrimSuffix(scheme, ":")] {
				return ""
			}
			s = scheme + s[len(scheme):]
		}
	}
	return s
}

// escapeBrackets escapes the brackets behind the host. The host may be an IPv6 address in brackets.
func escapeBrackets(s string) string {
	front := 0
	if i := strings.Index(s, "//"); i >= 0 {
		front = i + 2
		if j := strings.IndexByte(s[front:], '/'); j >= 0 {
			front += j
		} else {
			front = len(s)
		}
	}
	return s[:front] + strings.NewReplacer("[", "%5B", "]", "%5D").Replace(s[front:])
}

// removeNotInURL works on bytes: everything beyond ASCII is allowed.
func removeNotInURL(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x80 || !notInURL.MatchString(string(rune(c))) {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
