package wptext

import (
	"regexp"
	"strings"
)

var (
	emailLocal  = regexp.MustCompile("^[a-zA-Z0-9!#$%&'*+/=?^_`{|}~.-]+$")
	emailDomain = regexp.MustCompile(`^[a-z0-9-]+$`)
)

// IsEmail is is_email: WordPress's idea of an e-mail address, which knows neither quotes nor international domains.
func IsEmail(s string) bool {
	if len(s) < 6 {
		return false
	}
	at := strings.Index(s[1:], "@")
	if at < 0 {
		return false
	}
	local, domain, _ := strings.Cut(s, "@")
	if !emailLocal.MatchString(local) || strings.Contains(domain, "..") ||
		strings.Trim(domain, " \t\n\r\x00\x0B.") != domain {
		return false
	}
	parts := strings.Split(domain, ".")
	if len(parts) < 2 {
		return false
	}
	for _, part := range parts {
		if strings.Trim(part, " \t\n\r\x00\x0B-") != part || !emailDomain.MatchString(strings.ToLower(part)) {
			return false
		}
	}
	return true
}
