package wptext

import (
	"regexp"
	"strings"
)

var (
	notInLocal  = regexp.MustCompile("[^a-zA-Z0-9!#$%&'*+/=?^_`{|}~.-]")
	notInDomain = regexp.MustCompile(`[^a-zA-Z0-9-]+`)
	manyDots    = regexp.MustCompile(`\.{2,}`)
	notInLogin  = regexp.MustCompile(`(?i)[^a-z0-9 _.\-@]`)
)

// SanitizeEmail is sanitize_email: it drops the characters that cannot stand in an e-mail address. It gives "" when no
// address is left.
func SanitizeEmail(s string) string {
	if len(s) < 6 || !strings.Contains(s[1:], "@") {
		return ""
	}
	local, domain, _ := strings.Cut(s, "@")
	local = notInLocal.ReplaceAllString(local, "")
	if local == "" {
		return ""
	}
	domain = strings.Trim(manyDots.ReplaceAllString(domain, ""), phpTrim+".")
	var parts []string
	for _, part := range strings.Split(domain, ".") {
		part = notInDomain.ReplaceAllString(strings.Trim(part, phpTrim+"-"), "")
		if part != "" {
			parts = append(parts, part)
		}
	}
	if strings.Count(domain, ".") == 0 || len(parts) < 2 {
		return ""
	}
	return local + "@" + strings.Join(parts, ".")
}

// SanitizeUserStrict is sanitize_user in strict mode: ASCII only.
func SanitizeUserStrict(s string) string {
	s = notInLogin.ReplaceAllString(SanitizeUser(s), "")
	return blanksInSlug.ReplaceAllString(strings.Trim(s, phpTrim), " ")
}
