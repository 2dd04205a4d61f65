package woo

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

const redacted = "[removed]"

// secretsOf lists the texts that must never leave, in every form they can be echoed in. The consumer key is one of
// them: with OAuth shops it is half of what a thief needs.
func secretsOf(cred Credentials, gate *url.Userinfo) []string {
	var secrets []string
	add := func(s string) {
		// A text of a few letters would blank out half of every message and protects nothing.
		if len(s) < 4 {
			return
		}
		secrets = append(secrets, s)
		if escaped := url.QueryEscape(s); escaped != s {
			secrets = append(secrets, escaped)
		}
	}
	add(cred.Secret)
	add(cred.Key)
	if gate != nil {
		password, _ := gate.Password()
		add(password)
	}
	return secrets
}

func (c *Client) scrub(s string) string {
	for _, secret := range c.secrets {
		s = strings.ReplaceAll(s, secret, redacted)
	}
	return s
}

// scrubError removes the address that net/http repeats in its errors, and with it the key.
func (c *Client) scrubError(err error) error {
	if err == nil {
		return nil
	}
	var withURL *url.Error
	if errors.As(err, &withURL) {
		err = withURL.Err
	}
	if clean := c.scrub(err.Error()); clean != err.Error() {
		return errors.New(clean)
	}
	return err
}

func (c *Client) scrubHeader(h http.Header) http.Header {
	clean := h.Clone()
	for name, values := range clean {
		for i, v := range values {
			clean[name][i] = c.scrub(v)
		}
	}
	return clean
}

// snippet is the beginning of a body as evidence, at most 600 bytes of valid text.
func (c *Client) snippet(raw []byte) string {
	const longest, window = 600, 2400
	s := c.scrub(strings.ToValidUTF8(string(raw[:min(len(raw), window)]), "\uFFFD"))
	if len(raw) > window {
		// The window may have cut a secret in two, and removing others may have moved the half into view.
		s = s[:max(len(s)-c.longestSecret(), 0)]
	}
	cut := min(len(s), longest)
	for cut > 0 && cut < len(s) && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strings.ToValidUTF8(s[:cut], "")
}

func (c *Client) longestSecret() int {
	longest := 0
	for _, secret := range c.secrets {
		longest = max(longest, len(secret))
	}
	return longest
}
