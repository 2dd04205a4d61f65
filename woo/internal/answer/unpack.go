package answer

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
)

// Unpack undoes the compression that net/http leaves alone: "x-gzip" is an old name of gzip (RFC 9110 section 8.4.1.3)
// that some servers still write and net/http does not know.
func Unpack(got *http.Response) {
	if got.Uncompressed || !strings.EqualFold(strings.TrimSpace(got.Header.Get("Content-Encoding")), "x-gzip") {
		return
	}
	got.Body = &unpacked{packed: got.Body}
	got.ContentLength, got.Uncompressed = -1, true
	got.Header.Del("Content-Encoding")
	got.Header.Del("Content-Length")
}

// unpacked reads the head of the compressed body at the first Read and not before: an answer to HEAD has no body.
type unpacked struct {
	packed io.ReadCloser
	plain  *gzip.Reader
	err    error
}

func (u *unpacked) Read(p []byte) (int, error) {
	if u.plain == nil && u.err == nil {
		u.plain, u.err = gzip.NewReader(u.packed)
	}
	if u.err != nil {
		return 0, u.err
	}
	return u.plain.Read(p)
}

func (u *unpacked) Close() error { return u.packed.Close() }
