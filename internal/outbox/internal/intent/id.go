package intent

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"
)

// KeyTrace returns the text that the id of every write shows that was accepted for a store under a key.
func KeyTrace(storeID int64, key string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d\x00%s", storeID, key))
	return hex.EncodeToString(sum[:traceSize])
}

const traceSize = 8

var idEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID returns an id of 26 letters and digits that sorts by time: 48 bits of milliseconds, 16 random bits, and 64 bits
// that stand for the store and the caller's key. Without a key these 64 bits are random too.
func NewID(now time.Time, storeID int64, key string) string {
	var raw [16]byte
	var stamp [8]byte
	binary.BigEndian.PutUint64(stamp[:], uint64(now.UnixMilli()))
	copy(raw[:6], stamp[2:])
	_, _ = rand.Read(raw[6:]) // never fails (crypto/rand)
	if key != "" {
		sum := sha256.Sum256(fmt.Appendf(nil, "%d\x00%s", storeID, key))
		copy(raw[16-traceSize:], sum[:traceSize])
	}
	return idEncoding.EncodeToString(raw[:])
}

// TraceIn returns the trace in an id; empty for any other text.
func TraceIn(id string) string {
	raw, err := idEncoding.DecodeString(id)
	if err != nil || len(raw) != 16 {
		return ""
	}
	return hex.EncodeToString(raw[16-traceSize:])
}
