package evidence

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// Target is what a person wants to know about: a store, a key, and what the integration should be able to do.
type Target struct {
	// URL of the store as it was given to the integration: a home address, or whatever was pasted in its place.
	// Without a scheme https is assumed. A user and password inside it ("https://user:pw@staging.example") are for a
	// password in front of the whole site.
	URL string
	// Key and Secret are the consumer key and secret; both empty asks what can be known without them.
	Key, Secret string
	// Scopes are what the integration should be able to do; nil means DefaultScopes.
	Scopes []Scope
	// DeliveryURL is the webhook receiver that should exist in the store; "" when none should.
	DeliveryURL string
}

// Site is a parsed target.
type Site struct {
	Scheme string
	Host   string // with the port, as in an address
	Name   string // without the port
	Port   string // "443" and "80" filled in
	Dir    string // "" or "/shop"
	Pasted Pasted
	Outer  *url.Userinfo
}

// Base is the home address of the shop as it was given, without a slash at its end.
func (s Site) Base() string { return s.Scheme + "://" + s.Host + s.Dir }

// IsIP reports an address in place of a name.
func (s Site) IsIP() bool { return net.ParseIP(s.Name) != nil }

var (
	errNoURL      = errors.New("doctor: no address of a store was given")
	legacyVersion = regexp.MustCompile(`(?i)^v[1-3]$`)
	apiVersion    = regexp.MustCompile(`(?i)^/?wc/(v\d+)`)
	hasScheme     = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://`)
	adminSuffixes = []string{"/wp-admin", "/wp-login.php", "/wp-content", "/wp-includes", "/xmlrpc.php", "/wp-cron.php",
		"/wc-auth"}
)

// ParseSite finds the shop's address in whatever was pasted. It errs on the side of taking away only what is certainly
// no part of a shop's home address: the REST API's own path, wp-admin, index.php, arguments. A directory stays, because
// a shop may live in one; whether it does is found out by asking.
func ParseSite(given string) (Site, error) {
	text := strings.TrimSpace(given)
	if text == "" {
		return Site{}, errNoURL
	}
	var s Site
	if !hasScheme.MatchString(text) {
		s.Pasted.NoScheme = true
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil {
		// url.Parse quotes its input in the error, and with it a password inside the address.
		return Site{}, fmt.Errorf("doctor: %q is not an address; write it like https://shop.example", Redact(given))
	}
	s.Scheme = strings.ToLower(u.Scheme)
	if s.Scheme != "http" && s.Scheme != "https" {
		return Site{}, fmt.Errorf("doctor: %q is not a web address; it must begin with https:// (or http://)",
			s.Scheme+"://…")
	}
	s.Name = strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if s.Name == "" {
		return Site{}, fmt.Errorf("doctor: %q has no host name; write it like https://shop.example", Redact(given))
	}
	if !couldBeHost(s.Name) {
		return Site{}, fmt.Errorf("doctor: %.80q is not an address; write it like https://shop.example", Redact(given))
	}
	s.setHost(u.Port())
	s.Outer = u.User
	s.readQuery(u.Query())
	s.readPath(u)
	return s, nil
}

// The longest name of a host, and the longest part of one between dots.
const longestHost, longestLabel = 253, 63

// couldBeHost says whether a host may have this name. Letters of any language may: such a name is written in others
// when it is looked up.
func couldBeHost(name string) bool {
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	if len(name) > longestHost {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > longestLabel || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return false
		}
		for _, r := range label {
			if r != '-' && r != '_' && !unicode.IsOneOf(lettersOfHosts, r) {
				return false
			}
		}
	}
	return true
}

var lettersOfHosts = []*unicode.RangeTable{unicode.Letter, unicode.Digit, unicode.Mark}

func (s *Site) setHost(port string) {
	usual := map[string]string{"http": "80", "https": "443"}[s.Scheme]
	if port == "" {
		port = usual
	}
	s.Port = port
	s.Host = s.Name
	if strings.Contains(s.Name, ":") {
		s.Host = "[" + s.Name + "]"
	}
	if port != usual {
		s.Host += ":" + port
	}
}

func (s *Site) readQuery(args url.Values) {
	for name, values := range args {
		switch strings.ToLower(name) {
		case "rest_route":
			s.Pasted.RestRoute = true
			s.readVersion(strings.Join(values, ""))
		case "wc-api":
			// ?wc-api=v3 is the old API where permalinks are plain; other values are the callbacks of payment gateways.
			if legacyVersion.MatchString(strings.Join(values, "")) {
				s.Pasted.Legacy = true
			}
		case "consumer_key", "consumer_secret":
			s.Pasted.KeyInURL = true
		}
	}
}

func (s *Site) readPath(u *url.URL) {
	escaped := u.EscapedPath()
	if strings.Contains(strings.ToLower(escaped), "%2f") {
		s.Pasted.Encoded = true
		escaped = strings.NewReplacer("%2f", "/", "%2F", "/").Replace(escaped)
	}
	if strings.Contains(escaped, "//") {
		s.Pasted.DoubleSlash = true
		for strings.Contains(escaped, "//") {
			escaped = strings.ReplaceAll(escaped, "//", "/")
		}
	}
	path := escaped
	lower := strings.ToLower(path)
	if at := segmentAt(lower, "/wc-api"); at >= 0 {
		s.Pasted.Legacy, s.Pasted.API = true, path[at:]
		path = path[:at]
	} else if at := segmentAt(lower, "/wp-json"); at >= 0 {
		s.Pasted.API = path[at:]
		below := path[at+len("/wp-json"):]
		s.readVersion(below)
		s.Pasted.UpperCase = path[at:at+len("/wp-json")] != "/wp-json" || strings.HasPrefix(below, "/WC")
		path = path[:at]
	}
	for _, suffix := range adminSuffixes {
		if at := segmentAt(strings.ToLower(path), suffix); at >= 0 {
			s.Pasted.Admin = true
			path = path[:at]
		}
	}
	if at := segmentAt(strings.ToLower(path), "/index.php"); at >= 0 {
		s.Pasted.IndexPHP = true
		path = path[:at]
	}
	s.Dir = strings.TrimRight(path, "/")
	s.Pasted.Path = s.Dir
}

func (s *Site) readVersion(route string) {
	if m := apiVersion.FindStringSubmatch(route); m != nil {
		s.Pasted.Version = strings.ToLower(m[1])
	}
}

// segmentAt finds a path segment: "/wp-json" in "/wp-json/wc", not in "/wp-jsonx".
func segmentAt(path, segment string) int {
	for from := 0; ; {
		at := strings.Index(path[from:], segment)
		if at < 0 {
			return -1
		}
		at += from
		end := at + len(segment)
		if end == len(path) || path[end] == '/' {
			return at
		}
		from = end
	}
}

var (
	keyShape      = regexp.MustCompile(`^ck_[0-9a-f]{40}$`)
	secretShape   = regexp.MustCompile(`^cs_[0-9a-f]{40}$`)
	appPassShape  = regexp.MustCompile(`^[A-Za-z0-9]{4}( [A-Za-z0-9]{4}){5}$|^[A-Za-z0-9]{24}$`)
	hexRun        = regexp.MustCompile(`(?i)[0-9a-f]{32}`) // most of a key, whatever became of its beginning
	last7Readable = regexp.MustCompile(`^[0-9a-fA-F]{7}$`)
)

const (
	quotes       = "'\"`“”„«»‘’"
	longestLogin = 60 // characters, wp_users.user_login; an e-mail address has up to 100 and an @
)

// ShapeOf says what can be said about a key without showing it.
func ShapeOf(key, secret string) KeyShape {
	trimmed := strings.TrimSpace(key)
	shape := KeyShape{
		KeyOK:        keyShape.MatchString(trimmed),
		SecretOK:     secretShape.MatchString(secret),
		KeyLength:    len(trimmed),
		SecretLength: len(secret),
		SecretBlanks: secret != strings.Join(strings.Fields(secret), ""),
		KeyBlanks:    strings.ContainsAny(trimmed, " \t\r\n"),
		KeyUpper:     !keyShape.MatchString(trimmed) && keyShape.MatchString(strings.ToLower(trimmed)),
		AppPassword:  appPassShape.MatchString(strings.TrimSpace(secret)),
	}
	keyIsSecret := strings.HasPrefix(trimmed, "cs_")
	shape.Swapped = keyIsSecret && !strings.HasPrefix(strings.TrimSpace(secret), "cs_") ||
		!strings.HasPrefix(trimmed, "ck_") && strings.HasPrefix(strings.TrimSpace(secret), "ck_")
	if keyIsSecret {
		shape.KeyPrefix = "cs_"
	}
	if keyIsSecret || shape.Swapped {
		// What stands in the key's place is the secret, and none of it is shown.
		return shape
	}
	if at := strings.IndexByte(trimmed, '_'); at > 0 && at <= 3 {
		shape.KeyPrefix = trimmed[:at+1]
	}
	if strings.HasPrefix(strings.ToLower(trimmed), "ck_") && len(trimmed) >= 20 {
		if tail := trimmed[len(trimmed)-7:]; last7Readable.MatchString(tail) {
			shape.Last7 = tail
		}
	}
	// A key with something around it is no login, and neither is what is longer than logins can be.
	shape.KeyQuoted = trimmed != strings.Trim(trimmed, quotes)
	shape.LooksLikeUser = trimmed != "" && (len(trimmed) <= longestLogin || strings.Contains(trimmed, "@")) &&
		!strings.Contains(strings.ToLower(trimmed), "ck_") &&
		!strings.Contains(trimmed, "…") && !strings.HasPrefix(trimmed, "...") && !last7Readable.MatchString(trimmed) &&
		!hexRun.MatchString(trimmed)
	return shape
}
