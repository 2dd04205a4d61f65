package outbound

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Header is one header line, spelled as it is sent.
type Header struct{ Name, Value string }

// Request is a POST the store makes.
type Request struct {
	URL       string
	UserAgent string
	// Header are the lines that the sender adds. Without a Content-Type among them cURL adds that of a form, as the
	// last line.
	Header []Header
	Body   []byte
	// Redirects is how many redirects are followed. With 0 a redirect is the answer.
	Redirects int
	// Home is the address of the store itself, which it may always call.
	Home string
	// Timeout ends the whole exchange; zero means WordPress's five seconds.
	Timeout time.Duration
}

// Response is the answer, after redirects.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Client sends requests. It is safe for parallel use.
type Client struct {
	// Transport carries the requests; nil means [Wire], which keeps the order of the headers.
	Transport http.RoundTripper
	Rules     Rules
}

// ErrUnsafe refuses an address, before a request or on a redirect.
var ErrUnsafe = errors.New("A valid URL was not provided.") //nolint:staticcheck,revive // WordPress's own words

var errTooManyRedirects = errors.New("Too many redirects") //nolint:staticcheck,revive // WordPress's own words

// answerLimit is how many bytes of an answer are read. No caller looks at more.
const answerLimit = 1 << 20

const defaultTimeout = 5 * time.Second

// Send makes the request. The error is what WordPress reports for a request that got no answer: an unsafe address, no
// connection, too many redirects.
func (c *Client) Send(ctx context.Context, q Request) (*Response, error) {
	timeout := q.Timeout
	if timeout == 0 {
		timeout = defaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	method, address := http.MethodPost, q.URL
	for followed := 0; ; followed++ {
		response, err := c.once(ctx, method, address, q)
		if err != nil {
			return nil, err
		}
		location := response.Header.Get("Location")
		if q.Redirects == 0 || location == "" || !redirects(response.Status) {
			return response, nil
		}
		if followed >= q.Redirects {
			return nil, errTooManyRedirects
		}
		// 302 and 303 become a GET. The GET keeps the body, since the request was made as a POST (recordings:
		// wca-callback-302-granted).
		if response.Status == http.StatusFound || response.Status == http.StatusSeeOther {
			method = http.MethodGet
		}
		if address, err = absolute(address, location); err != nil {
			return nil, ErrUnsafe
		}
	}
}

func redirects(status int) bool {
	switch status {
	case 300, 301, 302, 303, 307:
		return true
	}
	return status > 307 && status < 400
}

func absolute(from, location string) (string, error) {
	base, err := url.Parse(from)
	if err != nil {
		return "", err
	}
	to, err := base.Parse(location)
	if err != nil {
		return "", err
	}
	return to.String(), nil
}

// once makes one request, without redirects.
func (c *Client) once(ctx context.Context, method, address string, q Request) (*Response, error) {
	target, err := c.Rules.Check(ctx, address, q.Home)
	if err != nil {
		return nil, err
	}
	lines := headerLines(target, q)
	r, err := http.NewRequestWithContext(
		context.WithValue(ctx, linesKey{}, lines), method, target.String(), bytes.NewReader(q.Body),
	)
	if err != nil {
		return nil, ErrUnsafe
	}
	r.Close = true
	for _, line := range lines {
		switch line.Name {
		case "Host", "Content-Length", "Connection":
		default:
			r.Header[line.Name] = []string{line.Value} // spelled as it is
		}
	}
	transport := c.Transport
	if transport == nil {
		transport = &Wire{}
	}
	answer, err := transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	// An answer may break off after its status: callers look at nothing but the status.
	body, _ := io.ReadAll(io.LimitReader(answer.Body, answerLimit))
	return &Response{Status: answer.StatusCode, Header: answer.Header, Body: body}, nil
}

type linesKey struct{}

// Lines are the header lines of a request in the order and spelling in which a receiver sees them, for transports that
// can keep both. It is nil for requests that no [Client] made.
func Lines(r *http.Request) []Header {
	lines, _ := r.Context().Value(linesKey{}).([]Header)
	return lines
}

// headerLines are the lines of cURL as WordPress uses it. The lines that the sender adds come between Accept-Encoding
// and Connection.
func headerLines(target *url.URL, q Request) []Header {
	lines := append([]Header{
		{"Host", target.Host}, {"User-Agent", q.UserAgent}, {"Accept", "*/*"}, {"Accept-Encoding", "deflate, gzip, br, zstd"},
	}, q.Header...)
	lines = append(lines, Header{"Connection", "close"}, Header{"Content-Length", strconv.Itoa(len(q.Body))})
	for _, line := range q.Header {
		if line.Name == "Content-Type" {
			return lines
		}
	}
	return append(lines, Header{"Content-Type", "application/x-www-form-urlencoded"})
}
