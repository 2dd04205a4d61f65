package woo

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
)

// unpack undoes the compression that net/http leaves alone: "x-gzip" is an old name of gzip (RFC 9110 section 8.4.1.3), which
// some servers still write and which net/http does not know.
func unpack(answer *http.Response) {
	if answer.Uncompressed || !strings.EqualFold(strings.TrimSpace(answer.Header.Get("Content-Encoding")), "x-gzip") {
		return
	}
	answer.Body = &unpacked{packed: answer.Body}
	answer.ContentLength, answer.Uncompressed = -1, true
	answer.Header.Del("Content-Encoding")
	answer.Header.Del("Content-Length")
}

// unpacked begins to read when it is asked to, because an answer to HEAD has no body.
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
