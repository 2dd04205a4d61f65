package peopletest

import (
	"encoding/base32"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/people/internal/secret"
)

// Code is what a device shows at a time that was given the text of a set-up.
func Code(t testing.TB, seed string, at time.Time) string {
	t.Helper()
	plain, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(seed)
	if err != nil {
		t.Fatal(err)
	}
	return secret.Code(plain, secret.Step(at))
}
