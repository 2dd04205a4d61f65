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
	// EnvKey names the variable with the master key.
	EnvKey = "WAYBILL_MASTER_KEY"
	// EnvOlderKeys names the variable with keys that were in use before, separated by commas: they open, and everything
	// is sealed anew.
	EnvOlderKeys = "WAYBILL_MASTER_KEY_PREVIOUS"
	// FileName is the key file inside the data directory.
	FileName = "master.key"
)

// KeySize is the length of a master key in bytes.
const KeySize = 32

// Key is a master key. It prints as its id, never as itself.
type Key struct {
	bytes [KeySize]byte
	id    keyID
}

// keyID names a master key inside sealed bytes. It is derived one way, so it tells nothing about the key.
type keyID [8]byte

// NewKey makes a random master key.
func NewKey() Key {
	var raw [KeySize]byte
	// crypto/rand.Read never returns an error: it ends the process instead.
	_, _ = rand.Read(raw[:])
	return keyOf(raw)
}

// ParseKey reads a master key written in base64 or hex; blanks around it do not matter. The error never repeats the
// text.
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

// derive gives a key for one use; uses with different names are independent.
func (k Key) derive(use string, size int) []byte {
	derived, err := hkdf.Key(sha256.New, k.bytes[:], nil, use, size)
	if err != nil {
		// Only a size beyond 255 hashes can fail; ours are constants.
		panic(err)
	}
	return derived
}

// encode is the text form that ParseKey reads.
func (k Key) encode() string { return base64.StdEncoding.EncodeToString(k.bytes[:]) }

// String is the key's id: safe to print.
func (k Key) String() string { return "master key " + k.id.String() }

// GoString keeps %#v from printing the key.
func (k Key) GoString() string { return "vault.Key{" + k.id.String() + "}" }

func (id keyID) String() string { return hex.EncodeToString(id[:]) }
