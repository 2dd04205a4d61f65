package inmemory

import (
	"bytes"
	"net/http"
)

// Answer is an http.ResponseWriter that keeps what is written.
type Answer struct {
	status int
	header http.Header
	body   bytes.Buffer
}

// Ask lets a handler answer a request, and gives the answer.
func Ask(handler http.Handler, r *http.Request) *Answer {
	a := &Answer{header: http.Header{}}
	handler.ServeHTTP(a, r)
	return a
}

// Status is what was answered; 200 where the handler named none.
func (a *Answer) Status() int {
	if a.status == 0 {
		return http.StatusOK
	}
	return a.status
}

// Header is the answer's header.
func (a *Answer) Header() http.Header { return a.header }

// Body is the answer's body.
func (a *Answer) Body() []byte { return a.body.Bytes() }

// WriteHeader keeps the first status.
func (a *Answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *Answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}
