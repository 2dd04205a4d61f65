package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"strconv"
)

// Vault seals and opens secrets. It is safe for concurrent use.
type Vault struct {
	// keys holds the current key first, then the older keys, which only open.
	keys []Key
}

// New makes a Vault that seals with current, and opens with current and the older keys.
func New(current Key, older ...Key) *Vault {
	return &Vault{keys: append([]Key{current}, older...)}
}

// The layout of sealed bytes: format, key id, nonce, ciphertext with its tag.
const (
	format     = 1
	nonceSize  = 12
	headerSize = 1 + len(keyID{})
)

// Seal encrypts a secret for its owner and purpose. The owner is what the secret must stay tied to, such as the only
// address to which it may be sent.
func (v *Vault) Seal(owner, purpose string, secret []byte) ([]byte, error) {
	key := v.keys[0]
	box, err := box(key, owner, purpose)
	if err != nil {
		return nil, err
	}
	sealed := append([]byte{format}, key.id[:]...)
	nonce := make([]byte, nonceSize)
	_, _ = rand.Read(nonce) // never fails, see NewKey
	header := sealed[:headerSize:headerSize]
	sealed = append(sealed, nonce...)
	return box.Seal(sealed, nonce, secret, header), nil
}

// Open decrypts what Seal made for the same owner and purpose. The error is a problem with code credentials_unreadable.
func (v *Vault) Open(owner, purpose string, sealed []byte) ([]byte, error) {
	if len(sealed) < headerSize+nonceSize || sealed[0] != format {
		return nil, unreadable("they are damaged, or were written by a newer Waybill")
	}
	id := keyID(sealed[1:headerSize])
	key, ok := v.find(id)
	if !ok {
		return nil, unreadable("they were stored with master key "+id.String()+
			", and the key in use is "+v.keys[0].id.String()).
			Detail("stored_with", id.String()).Detail("key_in_use", v.keys[0].id.String())
	}
	box, err := box(key, owner, purpose)
	if err != nil {
		return nil, err
	}
	nonce := sealed[headerSize : headerSize+nonceSize]
	secret, err := box.Open(nil, nonce, sealed[headerSize+nonceSize:], sealed[:headerSize])
	if err != nil {
		// GCM compares its tag in constant time and does not say what differs.
		return nil, unreadable("they are damaged, or the address of their store was changed in the database")
	}
	return secret, nil
}

// Rewrap seals a secret with the current key when an older key sealed it. changed says whether it did; otherwise
// rewrapped is sealed, unchanged. The error is a problem with code credentials_unreadable.
func (v *Vault) Rewrap(owner, purpose string, sealed []byte) (rewrapped []byte, changed bool, err error) {
	if len(sealed) >= headerSize && keyID(sealed[1:headerSize]) == v.keys[0].id {
		return sealed, false, nil
	}
	secret, err := v.Open(owner, purpose, sealed)
	if err != nil {
		return nil, false, err
	}
	rewrapped, err = v.Seal(owner, purpose, secret)
	return rewrapped, err == nil, err
}

// Current returns the id of the key that seals.
func (v *Vault) Current() string { return v.keys[0].id.String() }

func (v *Vault) find(id keyID) (Key, bool) {
	for _, key := range v.keys {
		if key.id == id {
			return key, true
		}
	}
	return Key{}, false
}

func box(key Key, owner, purpose string) (cipher.AEAD, error) {
	// The lengths keep "a"+"bc" and "ab"+"c" apart.
	use := "waybill vault v1 " + strconv.Itoa(len(purpose)) + " " + purpose + " " + strconv.Itoa(len(owner)) + " " +
		owner
	block, err := aes.NewCipher(key.derive(use, KeySize))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
