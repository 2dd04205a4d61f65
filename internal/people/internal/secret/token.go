package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"regexp"
)

// token is the form of what [Token] makes.
var token = regexp.MustCompile(`^[A-Z2-7]{52}$`)

// Token makes a text that nobody guesses: 260 random bits. It needs no escape in an address or a cookie.
func Token() string { return rand.Text() + rand.Text() }

// IsToken says whether a text can be one that [Token] made.
func IsToken(text string) bool { return token.MatchString(text) }

// Digest is what is kept of a token.
func Digest(token string) [sha256.Size]byte { return sha256.Sum256([]byte(token)) }

// Derived is another text that nobody guesses, made of a token for one use.
func Derived(token, use string) string {
	sum := sha256.Sum256([]byte(use + " " + token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
