package wptext

import "strings"

// StripSlashes is PHP's stripslashes. WordPress takes a backslash for an escape in most texts that it receives.
func StripSlashes(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			i++
			if i == len(s) {
				break
			}
			if s[i] == '0' {
				b.WriteByte(0)
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

var slashes = strings.NewReplacer(`\`, `\\`, `'`, `\'`, `"`, `\"`, "\x00", `\0`)

// AddSlashes is PHP's addslashes.
func AddSlashes(s string) string { return slashes.Replace(s) }

// FilterPostKses is WordPress's wp_filter_post_kses: KsesPost for a text whose quotes are escaped. Where the result is
// stored unchanged, backslashes appear before its quotes (measured on the reviews of 10.0.2).
func FilterPostKses(s string) string { return AddSlashes(KsesPost(StripSlashes(s))) }
