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
	// Hold keeps the sealing keys from being replaced until release is called.
	Hold(ctx context.Context) (release func(), err error)
	SealHook(st storage.Store, plain []byte) ([]byte, error)
	OpenHook(st storage.Store) ([]byte, error)
}

// secrets are what a store signs with: the secret in use, and the one before it while both count.
type secrets struct {
	Current  string `json:"current"`
	Previous string `json:"previous,omitempty"`
}

// newSecret is 260 bits of chance in letters and digits, which WooCommerce keeps as they are. Other characters it
// stores encoded, and then signs with another form of the secret (docs/woocommerce/webhooks.md#webhook-signature).
func newSecret() string { return rand.Text() + rand.Text() }

// newPath is the last part of an address, which nobody guesses.
func newPath() string { return rand.Text() }

// secretsOf opens the secrets of a store; none where it has none.
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

// signed says whether a body was signed with one of the secrets. Its time depends neither on which one it was nor on
// the signature.
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
