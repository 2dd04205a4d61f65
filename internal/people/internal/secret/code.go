package secret

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RFC 6238 as every app speaks it
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"time"
)

// period is how long a code is shown, digits how long it is.
const (
	period = 30 * time.Second
	digits = 6
)

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewSeed makes what codes are made of.
func NewSeed() []byte {
	seed := make([]byte, 20)
	_, _ = rand.Read(seed) // it never fails, see Hash
	return seed
}

// SeedText is a seed as people type it into an app.
func SeedText(seed []byte) string { return encoding.EncodeToString(seed) }

// SeedURL is a seed as apps read it from a picture.
func SeedURL(seed []byte, issuer, account string) string {
	q := url.Values{"secret": {SeedText(seed)}, "issuer": {issuer}}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+account) + "?" + q.Encode()
}

// Step is the period that a time lies in.
func Step(at time.Time) int64 { return at.Unix() / int64(period/time.Second) }

// Code is the code of a period (RFC 6238).
func Code(seed []byte, step int64) string {
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step)) //nolint:gosec // times are after 1970
	mac := hmac.New(sha1.New, seed)
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	number := binary.BigEndian.Uint32(sum[at:at+4]) & 0x7fffffff
	return fmt.Sprintf("%0*d", digits, number%1_000_000)
}

// CodeStep is the period whose code was given: the one that a time lies in, or one beside it, since clocks differ. It
// is 0 where the code is none of these, or of a period that is not behind used.
func CodeStep(seed []byte, code string, at time.Time, used int64) int64 {
	now, found := Step(at), int64(0)
	for _, step := range []int64{now - 1, now, now + 1} {
		if subtle.ConstantTimeCompare([]byte(Code(seed, step)), []byte(code)) == 1 && step > used {
			found = step
		}
	}
	return found
}
