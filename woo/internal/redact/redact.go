package redact

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

const removed = "[removed]"

// Secrets are the texts that must never leave, in every form in which they can be echoed. The zero value hides nothing.
type Secrets struct{ texts []string }

// Of makes Secrets of texts. It leaves out texts of fewer than four bytes: each would blank out half of every message
// and protects nothing.
func Of(texts ...string) Secrets {
	var s Secrets
	for _, text := range texts {
		if len(text) < 4 {
			continue
		}
		s.texts = append(s.texts, text)
		if escaped := url.QueryEscape(text); escaped != text {
			s.texts = append(s.texts, escaped)
		}
	}
	return s
}

// Text gives a text without the secrets.
func (s Secrets) Text(text string) string {
	for _, secret := range s.texts {
		text = strings.ReplaceAll(text, secret, removed)
	}
	return text
}

// Error gives an error without the secrets, and without the address that net/http puts into its errors.
func (s Secrets) Error(err error) error {
	if err == nil {
		return nil
	}
	var withURL *url.Error
	if errors.As(err, &withURL) {
		err = withURL.Err
	}
	if clean := s.Text(err.Error()); clean != err.Error() {
		return errors.New(clean)
	}
	return err
}

// Header gives a copy of a header without the secrets.
func (s Secrets) Header(h http.Header) http.Header {
	clean := h.Clone()
	for name, values := range clean {
		for i, v := range values {
			clean[name][i] = s.Text(v)
		}
	}
	return clean
}

// Snippet is the beginning of a body as evidence, at most 600 bytes of valid text.
func (s Secrets) Snippet(raw []byte) string {
	const longest, window = 600, 2400
	text := s.Text(strings.ToValidUTF8(string(raw[:min(len(raw), window)]), "\uFFFD"))
	if len(raw) > window {
		// The window may have cut a secret in two, and removing others may have moved the half into view.
		text = text[:max(len(text)-s.longest(), 0)]
	}
	cut := min(len(text), longest)
	for cut > 0 && cut < len(text) && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return strings.ToValidUTF8(text[:cut], "")
}

func (s Secrets) longest() int {
	longest := 0
	for _, secret := range s.texts {
		longest = max(longest, len(secret))
	}
	return longest
}
