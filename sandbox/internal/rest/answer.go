package rest

import (
	"net/http"
	"strconv"
	"sync"
)

// answer is an HTTP answer under construction.
type answer struct {
	header      http.Header
	status      int
	contentType string
	callback    string // of JSONP
	body        []byte
}

// bodies are the buffers that answers are rendered into. A page of a hundred orders takes some 300 kilobytes, and
// growing a new buffer to that size for each page costs three times as much.
var bodies = sync.Pool{New: func() any { return new(make([]byte, 0, 4096)) }}

// largestKeptBody is the capacity up to which buffers are used again.
const largestKeptBody = 2 << 20

// borrow gives the answer a buffer. release takes the buffer back after the answer was written. By the contract of
// io.Writer no writer keeps what it is given.
func (a *answer) borrow() (release func()) {
	buffer := bodies.Get().(*[]byte)
	a.body = (*buffer)[:0]
	return func() {
		if cap(a.body) <= largestKeptBody {
			*buffer = a.body[:0]
		}
		bodies.Put(buffer)
	}
}

func (a *answer) write(w http.ResponseWriter, h *http.Request, withBody bool) {
	a.header["Content-Type"] = []string{a.contentType}
	if a.callback != "" {
		a.body = append(append([]byte("/**/"+a.callback+"("), a.body...), ')')
	}
	if h.Method == http.MethodHead || !withBody {
		a.spellHeaders(h)
		w.WriteHeader(a.status)
		return
	}
	a.header["Content-Length"] = []string{strconv.Itoa(len(a.body))}
	a.spellHeaders(h)
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a client that went away is no fault of the store
}

// spellHeaders gives headers WordPress's own spelling on the way to a network. HTTP ignores case, but some clients look
// into a plain map, as the documentation of WooCommerce's PHP client shows. For handlers that are called directly Go's
// spelling stays, which http.Header.Get needs.
func (a *answer) spellHeaders(h *http.Request) {
	if h.Context().Value(http.ServerContextKey) == nil {
		return
	}
	for _, name := range []string{"X-WP-Total", "X-WP-TotalPages"} {
		if values, ok := a.header[http.CanonicalHeaderKey(name)]; ok {
			a.header.Del(name)
			a.header[name] = values
		}
	}
}

func validCallback(name string) bool {
	for i := 0; i < len(name); i++ {
		c := name[i]
		if !isDigit(c) && c != '_' && c != '.' && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}
