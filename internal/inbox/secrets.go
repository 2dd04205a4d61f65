package inbox

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"

	"github.com/waybillhq/waybill/internal/storage"
)

// Keys seals and opens the secrets that stores sign their webhooks with.
type Keys interface {
	// Hold keeps the master key from being replaced until release is called.
	Hold(ctx context.Context) (release func(), err error)
	SealHook(st storage.Store, plain []byte) ([]byte, error)
	OpenHook(st storage.Store) ([]byte, error)
}

// secrets are the secrets with which a store signs: the present one, and the one before while both are valid.
type secrets struct {
	Current  string `json:"current"`
	Previous string `json:"previous,omitempty"`
}

// newSecret returns 260 random bits in letters and digits, which WooCommerce keeps unchanged. It stores other
// characters encoded, and then signs with another form of the secret (docs/woocommerce/webhooks.md#webhook-signature).
func newSecret() string { return rand.Text() + rand.Text() }

// newPath returns the last part of an address, which cannot be guessed.
func newPath() string { return rand.Text() }

// secretsOf returns the secrets of a store; none when the store has none.
func secretsOf(keys Keys, st storage.Store) (s secrets, err error) {
	if len(st.Credentials.Hook) == 0 {
		return s, nil
	}
	plain, err := keys.OpenHook(st)
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(plain, &s)
}

// signed says whether a body was signed with one of the secrets. Its time depends neither on the secret nor on the
// signature.
func (s secrets) signed(body []byte, signature string) bool {
	given, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		given = nil
	}
	good := false
	for _, secret := range []string{s.Current, s.Previous} {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		same := hmac.Equal(mac.Sum(nil), given)
		good = good || same && secret != ""
	}
	return good
}
