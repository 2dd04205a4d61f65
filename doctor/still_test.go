package doctor_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// newStillPatient is a healthy sandbox for a bubble of testing/synctest: it is asked over connections in memory, on a
// clock that stands still while anything works. So a busy machine changes nothing, and waiting costs nothing. What is
// in front of the store, if anything, is a handler; certificates and names are not part of it.
func newStillPatient(t *testing.T, front func(http.Handler) http.Handler, options ...sandbox.Option) *patient {
	t.Helper()
	const address = "https://shop.test:8443"
	shop := &sandbox.Server{URL: address, Store: sandbox.New(append([]sandbox.Option{sandbox.WithOrders(5),
		sandbox.WithHome(address), sandbox.WithTransport(nowhere{}),
		sandbox.WithReceivers(receiverHost)}, options...)...)}
	p := &patient{shop: shop, target: doctor.Target{URL: address, Scopes: doctor.DefaultScopes()}}
	p.login(t, "adm")
	shop.Key, shop.Secret = p.target.Key, p.target.Secret
	handler := http.Handler(shop.Store)
	if front != nil {
		handler = p.inFront(front)
	}
	ca := newAuthority(t)
	listener := &pipes{waiting: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{
		Handler: handler, TLSConfig: &tls.Config{Certificates: []tls.Certificate{ca.leaf(t,
			leafOptions{names: []string{"shop.test"}})}, MinVersion: tls.VersionTLS12},
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}, // HTTP/1.1, as sandbox.Serve speaks it
		// pipes are cut off when the doctor has seen enough
		ErrorLog: log.New(io.Discard, "", 0),
	}
	served := make(chan error, 1)
	go func() { served <- server.ServeTLS(listener, "", "") }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
		time.Sleep(time.Minute) // of the bubble: answers that nobody waits for are given up
	})
	p.options = []doctor.Option{doctor.WithRootCAs(ca.pool()), doctor.WithDial(listener.dial),
		doctor.WithResolver(fixedNames{"shop.test": {"192.0.2.1"}})}
	return p
}

// nowhere is the road of a store that reaches no receiver, and looks up no name.
type nowhere struct{}

func (nowhere) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("nobody is there")
}

// pipes is a listener whose connections never leave the process.
type pipes struct {
	waiting chan net.Conn
	closed  chan struct{}
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.waiting <- theirs:
		return ours, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.waiting:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.closed)
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 8443} }
