package woo

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/waybillhq/waybill/woo/internal/answer"
	"github.com/waybillhq/waybill/woo/internal/sendtrace"
)

// fetcher makes the anonymous reads of discovery. It follows redirects, and remembers every one.
type fetcher struct {
	http     *http.Client
	settings settings
	hops     []Hop
}

func newFetcher(opts []Option) (*fetcher, error) {
	set := defaultSettings()
	for _, opt := range opts {
		opt(&set)
	}
	client, err := set.httpClient()
	if err != nil {
		return nil, err
	}
	return &fetcher{http: client, settings: set}, nil
}

// fetched is an answer after all redirects.
type fetched struct {
	url    *url.URL
	status int
	header http.Header
	body   []byte
}

// Hop is one redirect that was met.
type Hop struct {
	Status   int
	From, To string
}

const maxHops = 10

func (f *fetcher) follow(ctx context.Context, method string, u *url.URL) (*fetched, error) {
	for range maxHops {
		page, to, err := f.once(ctx, method, u)
		if err != nil || to == nil {
			return page, err
		}
		to.User = gateFor(to, u)
		hop := Hop{Status: page.status, From: withoutSecretArgs(u).String(), To: withoutSecretArgs(to).String()}
		f.hops = append(f.hops, hop)
		u = to
	}
	e := f.error(KindRedirect, method, u, nil)
	e.Message = "more than ten redirects in a row; the site sends visitors in a circle"
	e.Location = withoutSecretArgs(u).String()
	return nil, e
}

// gateFor is the site's user and password for an address; nil for another host and for plain HTTP.
func gateFor(to, given *url.URL) *url.Userinfo {
	if to.Scheme != "https" || !strings.EqualFold(to.Host, given.Host) {
		return nil
	}
	return given.User
}

func (f *fetcher) once(ctx context.Context, method string, u *url.URL) (*fetched, *url.URL, error) {
	attempt, cancel := context.WithTimeout(ctx, f.settings.timeout)
	defer cancel()
	var trace sendtrace.Trace
	traced, stop := trace.Attach(attempt, true)
	defer stop()
	req, err := http.NewRequestWithContext(traced, method, u.String(), nil)
	if err != nil {
		return nil, nil, f.error(KindUsage, method, u, err)
	}
	req.Header.Set("Accept", "application/json, text/html;q=0.9, */*;q=0.1")
	req.Header.Set("User-Agent", f.settings.userAgent)
	for name, values := range f.settings.header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	got, err := f.http.Do(req)
	if err != nil {
		return nil, nil, f.error(kindOfSendError(attempt, err), method, u, trace.Why(traced, err))
	}
	answer.Unpack(got)
	defer got.Body.Close()
	// Of a page only the head is looked at, and the index is asked for few fields. A longer body is cut, not refused: a
	// server that drops the query sends its whole index of a megabyte and more.
	body, err := io.ReadAll(io.LimitReader(got.Body, min(f.settings.maxBody, 4<<20)))
	if err != nil && method != http.MethodHead && len(body) == 0 {
		return nil, nil, f.error(kindOfSendError(attempt, err), method, u, err)
	}
	page := &fetched{url: u, status: got.StatusCode, header: got.Header, body: body}
	location := got.Header.Get("Location")
	if got.StatusCode < 300 || got.StatusCode >= 400 || location == "" {
		return page, nil, nil
	}
	to, err := u.Parse(location)
	if err != nil || to.Scheme != "https" && to.Scheme != "http" {
		return page, nil, nil
	}
	return page, to, nil
}

func (f *fetcher) error(kind Kind, method string, u *url.URL, cause error) *Error {
	var withURL *url.Error
	if errors.As(cause, &withURL) {
		cause = withURL.Err
	}
	return &Error{Kind: kind, Method: method, URL: withoutSecretArgs(u).String(), Executed: NotExecuted, Err: cause}
}

func (f *fetcher) contextError(ctx context.Context, u *url.URL) *Error {
	return f.error(kindOfContext(ctx.Err()), http.MethodGet, u, ctx.Err())
}

var (
	linkHeader  = regexp.MustCompile(`<([^>]*)>\s*;[^,<]*\brel="?https://api\.w\.org/"?`)
	linkTag     = regexp.MustCompile(`(?i)<link\b[^>]*\brel=["']?https://api\.w\.org/["']?[^>]*>`)
	linkTagHref = regexp.MustCompile(`(?i)\bhref=["']?([^"'\s>]+)`)
)

// apiLink is the REST root that a WordPress page names in its Link header or in its head.
func (p *fetched) apiLink() *url.URL {
	for _, line := range p.header.Values("Link") {
		if m := linkHeader.FindStringSubmatch(line); m != nil {
			return p.apiRoot(m[1])
		}
	}
	if tag := linkTag.Find(p.body); tag != nil {
		if m := linkTagHref.FindSubmatch(tag); m != nil {
			return p.apiRoot(strings.ReplaceAll(string(m[1]), "&amp;", "&"))
		}
	}
	return nil
}

func (p *fetched) apiRoot(href string) *url.URL {
	to, err := p.url.Parse(href)
	if err != nil || to.Scheme != "https" && to.Scheme != "http" {
		return nil
	}
	root, _, err := resolveRoot(to, to.String())
	if err != nil {
		return nil
	}
	return root
}
