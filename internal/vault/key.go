package vault

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// Where master keys come from.
const (
	// EnvKey names the environment variable with the master key.
	EnvKey = "WAYBILL_MASTER_KEY"
	// EnvOlderKeys names the environment variable with former master keys, separated by commas. They only open; sealing
	// uses the key in [EnvKey].
	EnvOlderKeys = "WAYBILL_MASTER_KEY_PREVIOUS"
	// FileName is the key file inside the data directory.
	FileName = "master.key"
)

// KeySize is the length of a master key in bytes.
const KeySize = 32

// Key is a master key. Printing a Key shows only its id.
type Key struct {
	bytes [KeySize]byte
	id    keyID
}

// keyID names a master key inside sealed bytes. It is a one-way hash that does not reveal the key.
type keyID [8]byte

// NewKey makes a random master key.
func NewKey() Key {
	var raw [KeySize]byte
	// crypto/rand.Read never returns an error: it ends the process instead.
	_, _ = rand.Read(raw[:])
	return keyOf(raw)
}

// ParseKey reads a master key written in base64 or hex; blanks around the text do not matter. The error never repeats
// the text.
func ParseKey(text string) (Key, error) {
	text = strings.TrimSpace(text)
	raw, err := decodeKey(text)
	if err != nil || len(raw) != KeySize {
		return Key{}, keyOfWrongSize(text, raw)
	}
	if bytes.Equal(raw, make([]byte, KeySize)) {
		return Key{}, keyOfZeros()
	}
	return keyOf([KeySize]byte(raw)), nil
}

func decodeKey(text string) ([]byte, error) {
	if len(text) == hex.EncodedLen(KeySize) {
		if raw, err := hex.DecodeString(text); err == nil {
			return raw, nil
		}
	}
	plain := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(text, "="))
	return base64.RawStdEncoding.DecodeString(plain)
}

func keyOf(raw [KeySize]byte) Key {
	k := Key{bytes: raw}
	copy(k.id[:], k.derive("waybill vault key id", len(k.id)))
	return k
}

// derive returns a key of size bytes for one use. The keys for different uses are independent.
func (k Key) derive(use string, size int) []byte {
	derived, err := hkdf.Key(sha256.New, k.bytes[:], nil, use, size)
	if err != nil {
		// hkdf.Key fails only for a size beyond 255 hashes. All sizes here are constants below that.
		panic(err)
	}
	return derived
}

// encode returns the text form that ParseKey reads.
func (k Key) encode() string { return base64.StdEncoding.EncodeToString(k.bytes[:]) }

// String returns the key's id, which is safe to print.
func (k Key) String() string { return "master key " + k.id.String() }

// GoString keeps %#v from printing the key.
func (k Key) GoString() string { return "vault.Key{" + k.id.String() + "}" }

func (id keyID) String() string { return hex.EncodeToString(id[:]) }
