package woo

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

var errTooLarge = errors.New("the body is longer than allowed")

var bodyBuffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// readBody reads at most limit bytes and gives back a slice of exactly the body's size, because pages are kept.
func readBody(answer *http.Response, limit int64) ([]byte, error) {
	if n := answer.ContentLength; n > limit {
		return nil, errTooLarge
	} else if n > 0 {
		raw := make([]byte, n)
		read, err := io.ReadFull(answer.Body, raw)
		return raw[:read], err
	}
	buf := bodyBuffers.Get().(*bytes.Buffer)
	buf.Reset()
	defer func() {
		if buf.Cap() <= 8<<20 { // a rare giant must not stay in memory
			bodyBuffers.Put(buf)
		}
	}()
	_, err := buf.ReadFrom(io.LimitReader(answer.Body, limit+1))
	if int64(buf.Len()) > limit {
		return nil, errTooLarge
	}
	return bytes.Clone(buf.Bytes()), err
}

// readError explains a body that could not be read to its end.
func (c *Client) readError(ctx context.Context, p *prepared, answer *http.Response, raw []byte, err error) *Error {
	e := c.answerError(p, KindNetwork, answer)
	switch {
	case errors.Is(err, errTooLarge):
		e.Kind = KindTooLarge
		e.Message = "longer than " + strconv.FormatInt(c.maxBody, 10) + " bytes"
		err = nil
	case ctx.Err() != nil:
		e.Kind = kindOfContext(ctx.Err())
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, gzip.ErrChecksum):
		e.Kind = KindTruncated
	case errors.Is(err, gzip.ErrHeader):
		e.Kind = KindEncoding
	}
	e.Err = c.scrubError(err)
	e.Snippet = c.snippet(raw)
	e.Executed = executedByStatus(p, e, false)
	return e
}

// answerError starts an error about an answer.
func (c *Client) answerError(p *prepared, kind Kind, answer *http.Response) *Error {
	e := c.fail(p, kind, MaybeExecuted, nil)
	e.Status = answer.StatusCode
	e.ContentType = answer.Header.Get("Content-Type")
	e.RetryAfter = retryAfter(answer.Header, c.now())
	e.Header = c.scrubHeader(answer.Header)
	return e
}

// interpret turns a complete answer into a Response or an Error, or both when good JSON came with noise.
func (c *Client) interpret(p *prepared, answer *http.Response, raw []byte) (*Response, *Error) {
	if answer.StatusCode >= 300 && answer.StatusCode < 400 {
		return nil, c.redirectError(p, answer, raw)
	}
	ok := answer.StatusCode >= 200 && answer.StatusCode < 300
	if bodiless(p.method, answer) {
		if ok {
			return newResponse(answer, nil, nil), nil
		}
		e := c.answerError(p, KindAPI, answer)
		e.Message = http.StatusText(answer.StatusCode)
		e.Executed = executedByStatus(p, e, false)
		return nil, e
	}
	found := findJSON(raw)
	if found.state == jsonFound {
		return c.interpretJSON(p, answer, found, ok)
	}
	return nil, c.notJSON(p, answer, raw, found.state)
}

func bodiless(method string, answer *http.Response) bool {
	return method == http.MethodHead || answer.StatusCode == http.StatusNoContent
}

func (c *Client) interpretJSON(p *prepared, answer *http.Response, found foundJSON, ok bool) (*Response, *Error) {
	fault, isFault := readFault(found.json)
	if !ok || isFault {
		if clean := c.scrub(string(found.json)); clean != string(found.json) {
			found.json = json.RawMessage(clean)
			fault, _ = readFault(found.json)
		}
		e := c.answerError(p, KindAPI, answer)
		e.StoreStatus, e.Code, e.Data, e.Params = fault.status, fault.code, fault.data, fault.params
		e.Message = fault.message
		e.Body = found.json
		e.Fingerprint = fingerprint(answer.StatusCode, answer.Header, found.json)
		e.Executed = executedByStatus(p, e, isFault)
		return nil, e
	}
	res := newResponse(answer, found.json, found.stray)
	if len(bytes.TrimSpace(found.stray)) == 0 || c.acceptStray {
		// Blank lines are JSON white space; they are reported in Stray and hurt nobody.
		return res, nil
	}
	e := c.answerError(p, KindStrayOutput, answer)
	e.Body = found.json
	e.Snippet = c.snippet(found.stray)
	// The store finished its work: what it printed around the answer does not undo it.
	e.Executed = WasExecuted
	return res, e
}

func (c *Client) notJSON(p *prepared, answer *http.Response, raw []byte, state jsonState) *Error {
	e := c.answerError(p, KindInvalidJSON, answer)
	e.Snippet = c.snippet(raw)
	e.Fingerprint = fingerprint(answer.StatusCode, answer.Header, raw)
	switch {
	case len(bytes.TrimSpace(raw)) == 0:
		e.Kind = KindEmpty
	case state == jsonCut:
		e.Kind = KindTruncated
	case bytes.HasPrefix(raw, []byte{0x1f, 0x8b}):
		e.Kind = KindEncoding
	case isPage(answer, raw):
		e.Kind = KindHTML
		e.Title = c.scrub(htmlTitle(raw))
	}
	e.Executed = executedByStatus(p, e, false)
	return e
}

func (c *Client) redirectError(p *prepared, answer *http.Response, raw []byte) *Error {
	e := c.answerError(p, KindRedirect, answer)
	if to, err := p.target.Parse(answer.Header.Get("Location")); err == nil && answer.Header.Get("Location") != "" {
		e.Location = c.scrub(withoutSecretArgs(to).String())
	}
	e.Fingerprint = fingerprint(answer.StatusCode, answer.Header, raw)
	e.Executed = executedByStatus(p, e, false)
	return e
}

func newResponse(answer *http.Response, body json.RawMessage, stray []byte) *Response {
	return &Response{
		Status: answer.StatusCode, Header: answer.Header, Body: body, Stray: stray,
		Total: headerInt(answer.Header, "X-WP-Total"), TotalPages: headerInt(answer.Header, "X-WP-TotalPages"),
		Allow: allowOf(answer.Header),
	}
}

func headerInt(h http.Header, name string) int {
	n, err := strconv.Atoi(strings.TrimSpace(h.Get(name)))
	if err != nil || n < 0 {
		return -1
	}
	return n
}

func allowOf(h http.Header) []string {
	var methods []string
	for _, line := range h.Values("Allow") {
		for m := range strings.SplitSeq(line, ",") {
			if m = strings.TrimSpace(m); m != "" {
				methods = append(methods, m)
			}
		}
	}
	return methods
}

// retryAfter reads seconds or an HTTP date.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.Atoi(value); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}

// withoutSecretArgs drops what may carry a key from an address that is shown.
func withoutSecretArgs(u *url.URL) *url.URL {
	shown := *u
	shown.User = nil
	q := shown.Query()
	changed := false
	for name := range q {
		if name == "consumer_key" || name == "consumer_secret" || strings.HasPrefix(name, "oauth_") {
			q.Del(name)
			changed = true
		}
	}
	if changed {
		shown.RawQuery = q.Encode()
	}
	return &shown
}
