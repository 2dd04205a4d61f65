package woo

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/waybillhq/waybill/woo/internal/answer"
)

// reader is how one client reads answers.
type reader struct {
	maxBody     int64 // bytes of one decoded body
	acceptStray bool  // text around good JSON is no error
	now         func() time.Time
}

// read takes a whole answer. The number is the size of the decoded body in bytes. Good JSON with noise around it gives
// both a Response and an Error.
func (d *reader) read(ctx context.Context, p *prepared, got *http.Response) (*Response, int64, *Error) {
	answer.Unpack(got)
	defer got.Body.Close()
	raw, err := readBody(got, d.maxBody)
	if err != nil {
		return nil, int64(len(raw)), d.readError(ctx, p, got, raw, err)
	}
	res, fail := d.interpret(p, got, raw)
	return res, int64(len(raw)), fail
}

var errTooLarge = errors.New("the body is longer than allowed")

var bodyBuffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// readBody reads at most limit bytes. The slice is exactly as long as the body, because callers keep pages in memory.
func readBody(got *http.Response, limit int64) ([]byte, error) {
	if n := got.ContentLength; n > limit {
		return nil, errTooLarge
	} else if n > 0 {
		raw := make([]byte, n)
		read, err := io.ReadFull(got.Body, raw)
		return raw[:read], err
	}
	buf := bodyBuffers.Get().(*bytes.Buffer)
	buf.Reset()
	defer func() {
		if buf.Cap() <= 8<<20 { // a rare giant must not stay in memory
			bodyBuffers.Put(buf)
		}
	}()
	_, err := buf.ReadFrom(io.LimitReader(got.Body, limit+1))
	if int64(buf.Len()) > limit {
		return nil, errTooLarge
	}
	return bytes.Clone(buf.Bytes()), err
}

// readError explains a body that could not be read to its end.
func (d *reader) readError(ctx context.Context, p *prepared, got *http.Response, raw []byte, err error) *Error {
	e := d.answerError(p, KindNetwork, got)
	switch {
	case errors.Is(err, errTooLarge):
		e.Kind = KindTooLarge
		e.Message = "longer than " + strconv.FormatInt(d.maxBody, 10) + " bytes"
		err = nil
	case ctx.Err() != nil:
		e.Kind = kindOfContext(ctx.Err())
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, gzip.ErrChecksum):
		e.Kind = KindTruncated
	case errors.Is(err, gzip.ErrHeader):
		e.Kind = KindEncoding
	}
	e.Err = p.secrets.Error(err)
	e.Snippet = p.secrets.Snippet(raw)
	e.Executed = executedByStatus(e, false)
	return e
}

// answerError starts an error about an answer.
func (d *reader) answerError(p *prepared, kind Kind, got *http.Response) *Error {
	e := p.fail(kind, MaybeExecuted, nil)
	e.Status = got.StatusCode
	e.ContentType = got.Header.Get("Content-Type")
	e.RetryAfter = retryAfter(got.Header, d.now())
	e.Header = p.secrets.Header(got.Header)
	return e
}

// interpret turns a complete answer into a Response or an Error, or both when good JSON came with noise.
func (d *reader) interpret(p *prepared, got *http.Response, raw []byte) (*Response, *Error) {
	if got.StatusCode >= 300 && got.StatusCode < 400 {
		return nil, d.redirectError(p, got, raw)
	}
	ok := got.StatusCode >= 200 && got.StatusCode < 300
	if bodiless(p.method, got) {
		if ok {
			return newResponse(got, nil, nil), nil
		}
		e := d.answerError(p, KindAPI, got)
		e.Message = http.StatusText(got.StatusCode)
		e.Executed = executedByStatus(e, false)
		return nil, e
	}
	found := answer.FindJSON(raw)
	if found.State == answer.Found {
		return d.interpretJSON(p, got, found, ok)
	}
	return nil, d.notJSON(p, got, raw, found.State)
}

func bodiless(method string, got *http.Response) bool {
	return method == http.MethodHead || got.StatusCode == http.StatusNoContent
}

func (d *reader) interpretJSON(p *prepared, got *http.Response, found answer.JSON, ok bool) (*Response, *Error) {
	fault, isFault := answer.ReadFault(found.Value)
	if !ok || isFault {
		if clean := p.secrets.Text(string(found.Value)); clean != string(found.Value) {
			found.Value = json.RawMessage(clean)
			fault, _ = answer.ReadFault(found.Value)
		}
		e := d.answerError(p, KindAPI, got)
		e.StoreStatus, e.Code, e.Data, e.Params = fault.Status, fault.Code, fault.Data, fault.Params
		e.Message = fault.Message
		e.Body = found.Value
		e.Fingerprint = answer.Fingerprint(got.StatusCode, got.Header, found.Value)
		e.Executed = executedByStatus(e, isFault)
		return nil, e
	}
	res := newResponse(got, found.Value, found.Stray)
	if len(bytes.TrimSpace(found.Stray)) == 0 || d.acceptStray {
		// Blank lines are JSON white space; they are reported in Stray and hurt nobody.
		return res, nil
	}
	e := d.answerError(p, KindStrayOutput, got)
	e.Body = found.Value
	e.Snippet = p.secrets.Snippet(found.Stray)
	// The store finished its work: what it printed around the answer does not undo it.
	e.Executed = WasExecuted
	return res, e
}

func (d *reader) notJSON(p *prepared, got *http.Response, raw []byte, state answer.State) *Error {
	e := d.answerError(p, KindInvalidJSON, got)
	e.Snippet = p.secrets.Snippet(raw)
	e.Fingerprint = answer.Fingerprint(got.StatusCode, got.Header, raw)
	switch {
	case len(bytes.TrimSpace(raw)) == 0:
		e.Kind = KindEmpty
	case state == answer.Cut:
		e.Kind = KindTruncated
	case bytes.HasPrefix(raw, []byte{0x1f, 0x8b}):
		e.Kind = KindEncoding
	case answer.IsPage(got, raw):
		e.Kind = KindHTML
		e.Title = p.secrets.Text(answer.Title(raw))
	}
	e.Executed = executedByStatus(e, false)
	return e
}

func (d *reader) redirectError(p *prepared, got *http.Response, raw []byte) *Error {
	e := d.answerError(p, KindRedirect, got)
	if to, err := p.target.Parse(got.Header.Get("Location")); err == nil && got.Header.Get("Location") != "" {
		e.Location = p.secrets.Text(withoutSecretArgs(to).String())
	}
	e.Fingerprint = answer.Fingerprint(got.StatusCode, got.Header, raw)
	e.Executed = executedByStatus(e, false)
	return e
}

func newResponse(got *http.Response, body json.RawMessage, stray []byte) *Response {
	return &Response{
		Status: got.StatusCode, Header: got.Header, Body: body, Stray: stray,
		Total: headerInt(got.Header, "X-WP-Total"), TotalPages: headerInt(got.Header, "X-WP-TotalPages"),
		Allow: allowOf(got.Header),
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

// SplitJSON finds the one JSON value of a body and what stood around it: notices, a byte order mark, blank lines. ok is
// false when there is no complete value.
func SplitJSON(raw []byte) (value json.RawMessage, stray []byte, ok bool) {
	found := answer.FindJSON(raw)
	return found.Value, found.Stray, found.State == answer.Found
}

// Fingerprint names who answered in place of the store, as an id of docs/checks such as "cf-challenge"; it is empty
// when nothing known did.
func Fingerprint(status int, header http.Header, raw []byte) string {
	return answer.Fingerprint(status, header, raw)
}
