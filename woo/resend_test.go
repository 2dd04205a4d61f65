package woo

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// breaker is a server that speaks just enough HTTP/2 to take a request and break it off. It counts the requests.
type breaker struct {
	address string
	client  *http.Client
	taken   atomic.Int32
}

// The types of HTTP/2 frames and the errors used here (RFC 9113, sections 6 and 7).
const (
	frameHeaders, frameReset, frameSettings = 1, 3, 4
	flagAck                                 = 1
	protocolError, refusedStream            = 1, 7
)

// newBreaker makes a server that resets each request with an error of HTTP/2. With drop it closes the connection too.
func newBreaker(t *testing.T, code uint32, drop bool) *breaker {
	t.Helper()
	// A test server lends its certificate.
	lender := httptest.NewUnstartedServer(http.NotFoundHandler())
	lender.StartTLS()
	certificate := lender.TLS.Certificates[0]
	roots := x509.NewCertPool()
	roots.AddCert(lender.Certificate())
	lender.Close()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	b := &breaker{address: "https://" + listener.Addr().String()}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	b.client = &http.Client{Transport: transport}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go b.serve(conn, code, drop)
		}
	}()
	return b
}

func (b *breaker) serve(conn net.Conn, code uint32, drop bool) {
	defer conn.Close()
	preface := make([]byte, len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
	if _, err := io.ReadFull(conn, preface); err != nil {
		return
	}
	send := func(kind, flags byte, stream uint32, payload []byte) {
		frame := []byte{0, 0, byte(len(payload)), kind, flags}
		frame = binary.BigEndian.AppendUint32(frame, stream)
		_, _ = conn.Write(append(frame, payload...))
	}
	send(frameSettings, 0, 0, nil)
	for head := make([]byte, 9); ; {
		if _, err := io.ReadFull(conn, head); err != nil {
			return
		}
		if _, err := io.CopyN(io.Discard, conn, int64(head[0])<<16|int64(head[1])<<8|int64(head[2])); err != nil {
			return
		}
		switch {
		case head[3] == frameSettings && head[4]&flagAck == 0:
			send(frameSettings, flagAck, 0, nil)
		case head[3] == frameHeaders:
			b.taken.Add(1)
			if drop {
				return
			}
			send(frameReset, 0, binary.BigEndian.Uint32(head[5:]), binary.BigEndian.AppendUint32(nil, code))
		}
	}
}

// A proxy that resets a stream may have passed the request on. Go's transport would send it again.
func TestAWriteThatTheServerBreaksOffIsNotSentAgain(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]Request{
		"POST":   {Method: http.MethodPost, Path: "orders", Body: map[string]any{"status": "processing"}},
		"DELETE": {Method: http.MethodDelete, Path: "orders/7"},
	} {
		for reset, code := range map[string]uint32{"PROTOCOL_ERROR": protocolError, "REFUSED_STREAM": refusedStream} {
			t.Run(name+", "+reset, func(t *testing.T) {
				t.Parallel()
				b := newBreaker(t, code, false)
				e := b.ask(t, r)
				if n := b.taken.Load(); n != 1 {
					t.Errorf("the server got it %d times", n)
				}
				if e.Executed != MaybeExecuted || e.Kind != KindNetwork ||
					!strings.Contains(e.Error(), "not sent again") {
					t.Errorf("the error is %v (%s, %s)", e, e.Kind, e.Executed)
				}
			})
		}
	}
}

func TestAReadIsNotTriedOnConnectionsWithoutEnd(t *testing.T) {
	t.Parallel()
	for name, drop := range map[string]bool{"stream reset": false, "connection dropped": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBreaker(t, protocolError, drop)
			if e := b.ask(t, Request{Path: "orders"}); e.Executed != NotExecuted || e.Kind != KindNetwork {
				t.Errorf("the error is %v (%s, %s)", e, e.Kind, e.Executed)
			}
			if n := b.taken.Load(); n < 1 || n > 3 {
				t.Errorf("one attempt came %d times", n)
			}
		})
	}
}

func TestDiscoveryIsNotTriedOnConnectionsWithoutEnd(t *testing.T) {
	t.Parallel()
	b := newBreaker(t, protocolError, false)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := Discover(ctx, b.address, WithHTTPClient(b.client)); err == nil {
		t.Error("a server that answers nothing was taken for a shop")
	}
	if n := b.taken.Load(); n < 1 || n > 30 {
		t.Errorf("the server was asked %d times", n)
	}
}

func (b *breaker) ask(t *testing.T, r Request) *Error {
	t.Helper()
	client, err := New(b.address, Credentials{Key: "ck_x", Secret: "cs_x"}, WithHTTPClient(b.client), WithRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err = client.Do(ctx, r)
	e, ok := AsError(err)
	if !ok {
		t.Fatalf("Do = %v", err)
	}
	return e
}
