package shop

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// avatarURL is the address of the picture Gravatar has for an e-mail address.
func avatarURL(email string, size int) string {
	hash := ""
	if email = strings.ToLower(strings.TrimSpace(email)); email != "" {
		sum := sha256.Sum256([]byte(email))
		hash = hex.EncodeToString(sum[:])
	}
	return "https://secure.gravatar.com/avatar/" + hash + "?s=" + itoa(int64(size)) + "&d=mm&r=g"
}
