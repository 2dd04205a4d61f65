package wptext

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

var (
	urlBytes  = regexp.MustCompile("^[a-zA-Z0-9$_.+!*'(),{}|\\\\^~\\[\\]`<>#%\";/?:@&=-]*$")
	urlScheme = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9+.-]*$`)
	hostLabel = regexp.MustCompile(`^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$`)
	userinfo  = regexp.MustCompile(`^([a-zA-Z0-9._~!$&'()*+,;=:-]|%[0-9a-fA-F]{2})*$`)
)

// IsURL is PHP's FILTER_VALIDATE_URL: a scheme and a host. The host's name is checked only for http and https (measured
// on PHP 8.2).
func IsURL(s string) bool {
	scheme, rest, found := strings.Cut(s, ":")
	if !found || !urlScheme.MatchString(scheme) || !urlBytes.MatchString(s) {
		return false
	}
	scheme = strings.ToLower(scheme)
	authority, found := strings.CutPrefix(rest, "//")
	if !found {
		return scheme == "mailto" || scheme == "news" || scheme == "file"
	}
	if end := strings.IndexAny(authority, "/?#"); end >= 0 {
		authority = authority[:end]
	}
	host := authority
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		if !userinfo.MatchString(authority[:at]) {
			return false
		}
		host = authority[at+1:]
	}
	if strings.HasPrefix(host, "[") {
		end := strings.IndexByte(host, ']')
		if end < 0 || !isPort(host[end+1:]) {
			return false
		}
		address, err := netip.ParseAddr(host[1:end])
		return err == nil && address.Is6()
	}
	name, port, found := strings.Cut(host, ":")
	if found && !isPort(":"+port) {
		return false
	}
	if scheme == "http" || scheme == "https" {
		return isHostname(name)
	}
	return name != "" || scheme == "file"
}

// isPort accepts nothing, a colon, and a colon with a number behind it.
func isPort(suffix string) bool {
	if suffix == "" || suffix == ":" {
		return true
	}
	number, found := strings.CutPrefix(suffix, ":")
	_, err := strconv.ParseUint(number, 10, 16)
	return found && err == nil
}

// isHostname wants labels of letters, digits and inner hyphens. One dot may end the name.
func isHostname(name string) bool {
	name = strings.TrimSuffix(name, ".")
	if name == "" || len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if !hostLabel.MatchString(label) {
			return false
		}
	}
	return true
}
