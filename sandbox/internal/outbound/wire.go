package outbound

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"strings"
)

// Wire is an http.RoundTripper that writes a request as cURL does: the lines of [Lines] in their order, one request a
// connection. A request without such lines is written as net/http writes it.
type Wire struct {
	// TLS is used for https; nil trusts what the machine trusts.
	TLS *tls.Config
}

// RoundTrip sends the request and returns the answer; closing its body closes the connection.
func (w *Wire) RoundTrip(r *http.Request) (*http.Response, error) {
	connection, err := w.dial(r.Context(), r)
	if err != nil {
		return nil, err
	}
	// The connection ends with the context, whatever is being sent or read.
	stop := context.AfterFunc(r.Context(), func() { _ = connection.Close() })
	fail := func(err error) (*http.Response, error) {
		stop()
		_ = connection.Close()
		if cause := r.Context().Err(); cause != nil {
			return nil, cause
		}
		return nil, err
	}
	if err := writeRequest(connection, r); err != nil {
		return fail(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(connection), r)
	if err != nil {
		return fail(err)
	}
	response.Body = &answerBody{response.Body, connection, stop}
	return response, nil
}

func (w *Wire) dial(ctx context.Context, r *http.Request) (net.Conn, error) {
	port := r.URL.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[r.URL.Scheme]
	}
	address := net.JoinHostPort(r.URL.Hostname(), port)
	if r.URL.Scheme != "https" {
		return new(net.Dialer).DialContext(ctx, "tcp", address)
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if w.TLS != nil {
		config = w.TLS.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = r.URL.Hostname()
	}
	return (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", address)
}

func writeRequest(to io.Writer, r *http.Request) error {
	lines := Lines(r)
	if lines == nil {
		return r.Write(to)
	}
	out := bufio.NewWriter(to)
	clean := strings.NewReplacer("\r", "", "\n", "")
	_, _ = out.WriteString(r.Method + " " + r.URL.RequestURI() + " HTTP/1.1\r\n")
	for _, line := range lines {
		_, _ = out.WriteString(line.Name + ": " + textproto.TrimString(clean.Replace(line.Value)) + "\r\n")
	}
	_, _ = out.WriteString("\r\n")
	if r.Body != nil {
		if _, err := io.Copy(out, r.Body); err != nil {
			return err
		}
	}
	return out.Flush() // reports the first error of all writes
}

// answerBody closes the connection together with the body.
type answerBody struct {
	io.ReadCloser
	connection net.Conn
	stop       func() bool
}

func (b *answerBody) Close() error {
	b.stop()
	_ = b.ReadCloser.Close()
	return b.connection.Close()
}
