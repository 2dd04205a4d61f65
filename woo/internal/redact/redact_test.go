package redact

import (
	"strings"
	"testing"
)

func TestNoHalfOfASecretShowsInASnippet(t *testing.T) {
	t.Parallel()
	const secret = "cs_0123456789abcdef0123456789abcdef01234567"
	secrets := Of(secret)
	for shift := range 60 {
		snippet := secrets.Snippet([]byte(strings.Repeat("x", shift) + strings.Repeat(secret, 100)))
		if strings.Contains(snippet, secret[:6]) || len(snippet) > 600 || snippet == "" {
			t.Fatalf("shift %d: %s", shift, snippet)
		}
	}
}
