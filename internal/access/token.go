package access

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"regexp"
	"strings"

	"github.com/waybillhq/waybill/internal/storage"
)

// A token is wbt_, then a prefix of eight characters by which the token is found, then a secret of 43 characters, which
// is a little more than 256 random bits. All characters are base62, so that a double click selects the whole.
const (
	marker       = "wbt_"
	prefixLength = 8
	secretLength = 43
	alphabet     = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// mint makes the text of a new token.
func mint() (prefix, secret string) {
	prefix = random(prefixLength)
	return prefix, marker + prefix + random(secretLength)
}

// random returns a text of characters that are equally likely.
func random(length int) string {
	text := make([]byte, 0, length)
	for buffer := make([]byte, length); len(text) < length; {
		_, _ = rand.Read(buffer) // never fails: the program ends when the system has no randomness
		for _, b := range buffer {
			// 248 is the largest multiple of 62 that a byte holds: a remainder would prefer some characters.
			if b < 248 && len(text) < length {
				text = append(text, alphabet[b%62])
			}
		}
	}
	return string(text)
}

// prefixOf returns the part of a token by which it is found; empty when the text cannot be a token.
func prefixOf(secret string) string {
	rest, found := strings.CutPrefix(secret, marker)
	if !found || len(rest) != prefixLength+secretLength || strings.Trim(rest, alphabet) != "" {
		return ""
	}
	return rest[:prefixLength]
}

var inText = regexp.MustCompile(marker + `[0-9A-Za-z]+`)

// Redact removes tokens from a text of another program, and leaves the prefix of each.
func Redact(text string) string {
	return inText.ReplaceAllStringFunc(text, func(token string) string {
		return token[:min(len(token), len(marker)+prefixLength)]
	})
}

func hash(secret string) [storage.TokenHashSize]byte { return sha256.Sum256([]byte(secret)) }

// matches says, in the same time for every secret, whether a token is the kept one.
func matches(kept storage.Token, secret string) bool {
	sum := hash(secret)
	return subtle.ConstantTimeCompare(kept.Hash[:], sum[:]) == 1
}
