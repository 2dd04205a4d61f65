package signature

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
)

// The headers of Standard Webhooks.
const (
	HeaderID        = "Webhook-Id"
	HeaderTimestamp = "Webhook-Timestamp"
	HeaderSignature = "Webhook-Signature"
)

// prefix marks a secret for people and for programs that look for leaked ones.
const prefix = "whsec_"

// The sizes of a secret in bytes that Standard Webhooks allows, and that of ours.
const (
	leastSize, mostSize = 24, 64
	ownSize             = 32
)

// NewSecret makes a secret.
func NewSecret() string {
	secret := make([]byte, ownSize)
	_, _ = rand.Read(secret) // it never fails
	return prefix + base64.StdEncoding.EncodeToString(secret)
}

// CheckSecret refuses what cannot be a secret. The error is a problem of code input_invalid, and does not repeat it.
func CheckSecret(secret string) error {
	if _, ok := keyOf(secret); ok {
		return nil
	}
	return problem.New(problem.InputInvalid, "the secret is none of Standard Webhooks").
		Next("It is whsec_ with 24 to 64 bytes in base64 behind it. Leave it out to have one made").
		Detail("secret", "is not valid")
}

func keyOf(secret string) (key []byte, ok bool) {
	text, found := strings.CutPrefix(secret, prefix)
	if !found {
		return nil, false
	}
	key, err := base64.StdEncoding.DecodeString(text)
	return key, err == nil && len(key) >= leastSize && len(key) <= mostSize
}

// Set sets the headers of a message that is sent at a time, signed with every one of the secrets.
func Set(header http.Header, id string, at time.Time, body []byte, secrets ...string) {
	seconds := strconv.FormatInt(at.Unix(), 10)
	var signatures []string
	for _, secret := range secrets {
		key, ok := keyOf(secret)
		if !ok {
			continue
		}
		mac := hmac.New(sha256.New, key)
		_, _ = mac.Write([]byte(id + "." + seconds + "."))
		_, _ = mac.Write(body)
		signatures = append(signatures, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	header.Set(HeaderID, id)
	header.Set(HeaderTimestamp, seconds)
	if len(signatures) > 0 {
		header.Set(HeaderSignature, strings.Join(signatures, " "))
	}
}
