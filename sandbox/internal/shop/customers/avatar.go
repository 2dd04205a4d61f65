package customers

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// AvatarURL is the address of the picture Gravatar has for an e-mail address.
func AvatarURL(email string, size int) string {
	hash := ""
	if email = strings.ToLower(strings.TrimSpace(email)); email != "" {
		sum := sha256.Sum256([]byte(email))
		hash = hex.EncodeToString(sum[:])
	}
	return "https://secure.gravatar.com/avatar/" + hash + "?s=" + core.Itoa(int64(size)) + "&d=mm&r=g"
}
