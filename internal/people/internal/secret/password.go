package secret

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The work of a hash of a password: 19 MiB and two passes, which is what OWASP asks of Argon2id at least. A hash says
// with what it was made, so that others can follow.
const (
	memory = 19 << 10 // KiB
	passes = 2
	lanes  = 1
	size   = 32
)

// Hash makes a hash of a password with a salt of its own.
func Hash(password string) string {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // it never fails: the program ends when the system has no randomness
	sum := argon2.IDKey([]byte(password), salt, passes, memory, lanes, size)
	text := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, lanes,
		text.EncodeToString(salt), text.EncodeToString(sum))
}

// none is a hash that no password has: its work is done where there is nobody, so that the time of an answer does not
// tell who is there.
var none = fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, lanes,
	strings.Repeat("A", 22), strings.Repeat("A", 43))

// Matches says whether a password has a hash. An empty hash is matched by none, after the same work.
func Matches(hash, password string) bool {
	if hash == "" {
		hash = none
	}
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	var version, m, t, p uint32
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &m, &t, &p); err != nil ||
		version != argon2.Version || t == 0 || p == 0 || p > 255 || m > 1<<20 {
		return false
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	sum, sumErr := base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || sumErr != nil || len(sum) == 0 {
		return false
	}
	got := argon2.IDKey([]byte(password), salt, t, m, uint8(p), uint32(len(sum))) //nolint:gosec // bounded above
	return subtle.ConstantTimeCompare(got, sum) == 1 && hash != none
}
