package egress

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// Destination is an address for requests, with what each request needs.
type Destination struct {
	URL string
	// Header is sent with every request.
	Header http.Header
	// Certificate identifies Waybill to the receiver (mTLS); nil sends none. Authorities are trusted in place of the
	// system's; nil means the system's.
	Certificate *tls.Certificate
	Authorities *x509.CertPool
	// Proxy is a proxy that the receiver names; nil for none.
	Proxy *url.URL
}

// Limits bound a request. Zero values stand for those of [DefaultLimits].
type Limits struct {
	// Time bounds a request from the look-up of the name to the end of the answer.
	Time time.Duration
	// Answer is how many bytes of an answer's body are read.
	Answer int64
}

// DefaultLimits returns 15 seconds, which Standard Webhooks recommends, and 16 KiB of an answer, which is enough to
// show to a person.
func DefaultLimits() Limits { return Limits{Time: 15 * time.Second, Answer: 16 << 10} }

// Answer is the receiver's answer to a request.
type Answer struct {
	Status int
	Header http.Header
	// Body is the beginning of the answer's body, up to [Limits].Answer bytes.
	Body []byte
}

// Client sends to one destination. It is safe for concurrent use.
type Client struct {
	to     Destination
	limits Limits
	http   *http.Client
	close  func()
}

// ErrAddress says that a text is no address for requests. It does not repeat the text.
var ErrAddress = errors.New("no web address: it looks like https://erp.example.com/waybill")

// CheckAddress parses an address of HTTP or HTTPS. The error is [ErrAddress] for other text.
func CheckAddress(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, ErrAddress
	}
	return u, nil
}

// NewClient makes a client. The error is [ErrAddress].
func NewClient(guard *Guard, to Destination, limits Limits) (*Client, error) {
	if _, err := CheckAddress(to.URL); err != nil {
		return nil, err
	}
	standard := DefaultLimits()
	if limits.Time <= 0 {
		limits.Time = standard.Time
	}
	if limits.Answer <= 0 {
		limits.Answer = standard.Answer
	}
	transport := &http.Transport{
		DialContext:            guard.Dialer().DialContext,
		TLSHandshakeTimeout:    dialTimeout,
		ResponseHeaderTimeout:  limits.Time,
		MaxResponseHeaderBytes: 64 << 10,
		MaxIdleConnsPerHost:    32,
		IdleConnTimeout:        90 * time.Second,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // a small answer must not become a large one
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: to.Authorities},
	}
	if to.Certificate != nil {
		transport.TLSClientConfig.Certificates = []tls.Certificate{*to.Certificate}
	}
	if to.Proxy != nil {
		transport.Proxy = http.ProxyURL(to.Proxy)
	}
	return &Client{to: to, limits: limits, close: transport.CloseIdleConnections, http: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// Close closes idle connections.
func (c *Client) Close() { c.close() }

// Post sends a body. The error is why no answer came, and does not contain the address; see [Refused] and [TimedOut].
// After an error it is unknown whether the receiver got the body.
func (c *Client) Post(ctx context.Context, header http.Header, body []byte) (Answer, error) {
	return c.send(ctx, http.MethodPost, header, body)
}

// Get asks for what is at the destination. The error is as that of Post.
func (c *Client) Get(ctx context.Context) (Answer, error) {
	return c.send(ctx, http.MethodGet, nil, nil)
}

func (c *Client) send(ctx context.Context, method string, header http.Header, body []byte) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.limits.Time)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, c.to.URL, bytes.NewReader(body))
	if err != nil {
		return Answer{}, ErrAddress
	}
	for _, from := range []http.Header{c.to.Header, header} {
		for name, values := range from {
			req.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	res, err := c.http.Do(req)
	if err != nil {
		return Answer{}, withoutAddress(err)
	}
	defer res.Body.Close()
	begin, err := io.ReadAll(io.LimitReader(res.Body, c.limits.Answer))
	if err != nil {
		// The status has come and decides: a receiver whose answer breaks off has received the event all the same.
		begin = nil
	}
	return Answer{Status: res.StatusCode, Header: res.Header, Body: begin}, nil
}

// withoutAddress removes the address from the error of a request.
func withoutAddress(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}

// TimedOut says whether a request ended because its time was up.
func TimedOut(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	slow, ok := errors.AsType[net.Error](err)
	return ok && slow.Timeout()
}
