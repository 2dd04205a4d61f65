package rest

import (
	"net/http"
	"strconv"
)

// answer is an HTTP answer under construction.
type answer struct {
	header      http.Header
	status      int
	contentType string
	callback    string // of JSONP
	body        []byte
}

func (a *answer) write(w http.ResponseWriter, h *http.Request, withBody bool) {
	a.header["Content-Type"] = []string{a.contentType}
	if a.callback != "" {
		a.body = append(append([]byte("/**/"+a.callback+"("), a.body...), ')')
	}
	if h.Method == http.MethodHead || !withBody {
		w.WriteHeader(a.status)
		return
	}
	a.header["Content-Length"] = []string{strconv.Itoa(len(a.body))}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a client that went away is no fault of the store
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
