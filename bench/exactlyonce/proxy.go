package main

import (
	"bytes"
	"context"
	"encoding/pem"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"time"
)

// faultProxy passes requests to a store and lets something happen to a share of them.
type faultProxy struct {
	*httptest.Server
	target *url.URL
	share  float64

	mu     sync.Mutex
	chance *rand.Rand
	tally  map[string]int
}

var faultKinds = []string{"lost on the way there", "answer lost", "answer cut", "502 in place of the answer",
	"502 in place of the store", "goes through after the client has left"}

func startProxy(target string, share float64, seed uint64) (*faultProxy, error) {
	u, err := url.Parse(target)
	if err != nil {
		return nil, err
	}
	p := &faultProxy{target: u, share: share, chance: rand.New(rand.NewPCG(seed, 0)), tally: map[string]int{}}
	p.Server = httptest.NewTLSServer(p)
	return p, nil
}

// authority is the certificate by which the proxy is trusted.
func (p *faultProxy) authority() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.Certificate().Raw})
}

// lateBy is how long after the client has left the store gets a request that goes through late.
const lateBy = 3 * time.Second

func (p *faultProxy) counts() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return fmt.Sprint(p.tally)
}

// draw decides what happens to the next request; empty for nothing.
func (p *faultProxy) draw() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	kind := ""
	if p.chance.Float64() < p.share {
		kind = faultKinds[p.chance.IntN(len(faultKinds))]
	}
	if kind == "" {
		p.tally["passed"]++
	} else {
		p.tally[kind]++
	}
	return kind
}

func (p *faultProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind := p.draw()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	switch kind {
	case "lost on the way there":
		panic(http.ErrAbortHandler)
	case "502 in place of the store":
		badGateway(w)
		return
	case "goes through after the client has left":
		// The store gets the request when the client has long been told that the connection broke.
		late := r.Clone(context.WithoutCancel(r.Context()))
		go func() {
			time.Sleep(lateBy)
			if answer, err := p.pass(late, body); err == nil {
				_, _ = io.Copy(io.Discard, answer.Body)
				answer.Body.Close()
			}
		}()
		panic(http.ErrAbortHandler)
	}
	answer, err := p.pass(r.Clone(context.WithoutCancel(r.Context())), body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	whole, err := io.ReadAll(answer.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	switch kind {
	case "answer lost":
		panic(http.ErrAbortHandler)
	case "502 in place of the answer":
		badGateway(w)
		return
	}
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(whole)))
	w.WriteHeader(answer.StatusCode)
	if kind == "answer cut" {
		_, _ = w.Write(whole[:len(whole)/2])
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(whole)
}

// pass sends the request to the store, as a host of its own: the store builds its links from the Host header.
func (p *faultProxy) pass(r *http.Request, body []byte) (*http.Response, error) {
	out := r
	out.URL.Scheme, out.URL.Host, out.Host, out.RequestURI = p.target.Scheme, p.target.Host, p.target.Host, ""
	out.Body = io.NopCloser(bytes.NewReader(body))
	out.Header.Set("Accept-Encoding", "identity")
	return http.DefaultTransport.RoundTrip(out)
}

func badGateway(w http.ResponseWriter) {
	http.Error(w, "<html><title>502 Bad Gateway</title></html>", http.StatusBadGateway)
}
