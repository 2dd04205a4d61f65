package evidence

import (
	"regexp"
	"strings"
)

var (
	keyLike  = regexp.MustCompile(`(?i)\bc([ks])_[0-9a-f]{20,}`)
	authLike = regexp.MustCompile(`(?i)\b(Basic|Bearer)\s+[A-Za-z0-9+/=._-]{8,}`)
	argLike  = regexp.MustCompile(
		`(?i)(consumer_key|consumer_secret|oauth_signature|oauth_nonce` +
			`|password|passwd|access_token|api_key)=[^&\s"'<>]*`)
	userinfoLike = regexp.MustCompile(`(?i)(https?://)[^/@\s"'<>]*:[^/@\s"'<>]*@`)
	cookieLike   = regexp.MustCompile(
		`(?i)(wordpress_logged_in_|wordpress_sec_|wp-settings-|PHPSESSID)[^=;\s]*=[^;\s]*`)
	jwtLike       = regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*`)
	emailLike     = regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`)
	redactedMails = "«e-mail»"
)

// Redact takes out of a text whatever looks like a credential or an e-mail address, also of other people's.
func Redact(s string) string {
	// Each pattern is looked for only where a text holds what no match is without: evidence is long, and most of it
	// holds nothing.
	at, assigns, blank := strings.Contains(s, "@"), strings.Contains(s, "="), strings.ContainsAny(s, " \t\n\f\r")
	if at {
		s = userinfoLike.ReplaceAllString(s, "$1«site password»@")
	}
	if strings.Contains(s, "_") {
		s = keyLike.ReplaceAllStringFunc(s, func(m string) string {
			if m[1] == 'k' || m[1] == 'K' {
				return "ck_…" + m[len(m)-7:]
			}
			return "«secret»"
		})
	}
	if blank {
		s = authLike.ReplaceAllString(s, "$1 «credentials»")
	}
	if assigns {
		s = argLike.ReplaceAllString(s, "$1=«hidden»")
	}
	if strings.Contains(s, "eyJ") {
		s = jwtLike.ReplaceAllString(s, "«token»")
	}
	if assigns {
		s = cookieLike.ReplaceAllString(s, "$1=«cookie»")
	}
	if at {
		s = emailLike.ReplaceAllString(s, redactedMails)
	}
	return s
}
