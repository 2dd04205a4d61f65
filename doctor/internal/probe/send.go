package probe

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

func (p *prober) send(ctx context.Context, pr probe) *evidence.Exchange {
	x := &evidence.Exchange{ID: string(pr.id), Purpose: pr.purpose}
	req, err := p.build(ctx, pr, x)
	if err != nil {
		x.Fault = &evidence.Fault{Class: "refused-here", Err: p.clean.Clean(err.Error())}
		return x
	}
	p.slots <- struct{}{}
	defer func() { <-p.slots }()
	if !p.take() {
		x.Fault = &evidence.Fault{Class: "budget", Err: errBudget.Error()}
		return x
	}
	if err := p.wait(ctx); err != nil {
		x.Fault = &evidence.Fault{Class: "stopped", Err: err.Error()}
		return x
	}
	if p.started != nil {
		p.started(pr.purpose)
		defer p.ended(pr.purpose)
	}
	timeout := pr.timeout
	if timeout == 0 {
		timeout = p.budget.Request
	}
	one, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	p.exchange(req.WithContext(one), pr, x)
	if x.Fault != nil && x.Fault.Class == "timeout" && ctx.Err() != nil {
		x.Fault.Class = "stopped" // the run's own time was over: that says nothing about this request
	}
	return x
}

// build makes the request and decides whether it may be sent at all.
func (p *prober) build(ctx context.Context, pr probe, x *evidence.Exchange) (*http.Request, error) {
	method := pr.method
	if method == "" {
		method = http.MethodGet
	}
	target, err := url.Parse(pr.url)
	if err != nil {
		return nil, err
	}
	x.Request = evidence.RequestFacts{Method: method, URL: p.clean.Clean(addArgs(target, pr.args).String()),
		Auth: pr.auth}
	if x.Request.Auth == "" {
		x.Request.Auth = evidence.AuthNone
	}
	if err := guard(pr.id, takenFor(method, pr.header), pr.route, pr.body, argsOf(target, pr.args)); err != nil {
		return nil, err
	}
	args := url.Values{}
	for name, values := range pr.args {
		args[name] = values
	}
	key, secret := strings.TrimSpace(p.target.Key), p.target.Secret
	switch pr.auth {
	case evidence.AuthQuery:
		args.Set("consumer_key", key)
		args.Set("consumer_secret", secret)
	case evidence.AuthQueryWrong:
		args.Set("consumer_key", key)
		args.Set("consumer_secret", evidence.WrongSecret)
	}
	full := addArgs(target, args)
	if carriesSecret(pr.auth) && !p.maySend(full) {
		return nil, errors.New("the key is not sent there: only over verified TLS to the address that was given")
	}
	req, err := http.NewRequestWithContext(ctx, method, full.String(), body(pr.body))
	if err != nil {
		return nil, err
	}
	p.setHeaders(req, pr, x)
	switch pr.auth {
	case evidence.AuthHeader:
		req.SetBasicAuth(key, secret)
	case evidence.AuthHeaderWrong:
		req.SetBasicAuth(key, evidence.WrongSecret)
	}
	if p.site.Outer != nil && p.maySend(full) && !strings.HasPrefix(pr.auth, evidence.AuthHeader) {
		password, _ := p.site.Outer.Password()
		req.SetBasicAuth(p.site.Outer.Username(), password)
	}
	return req, nil
}

// methodOverride names the header by which WordPress takes a request for one of another method.
const methodOverride = "X-HTTP-Method-Override"

// takenFor is the method that WordPress takes a request for, as the guard must see it.
func takenFor(method string, header map[string]string) string {
	if other := header[methodOverride]; other != "" && method == http.MethodGet {
		return other
	}
	return method
}

// argsOf are the arguments of a request, those that stand in its address already (a signed one) among them.
func argsOf(target *url.URL, args url.Values) url.Values {
	return mergeArgs(target.Query(), args)
}

func body(text string) io.Reader {
	if text == "" {
		return nil
	}
	return bytes.NewReader([]byte(text))
}

// carriesSecret says whether a way of presenting the key puts it on the wire. A wrong secret goes as the right one
// does, since the key itself travels with it.
func carriesSecret(auth string) bool {
	switch auth {
	case evidence.AuthHeader, evidence.AuthHeaderWrong, evidence.AuthQuery, evidence.AuthQueryWrong:
		return true
	}
	return false
}

// maySend allows credentials only to the address that was given, over TLS whose certificate was verified.
func (p *prober) maySend(u *url.URL) bool {
	return p.trusted && u.Scheme == "https" && strings.EqualFold(u.Host, p.site.Host)
}

func addArgs(u *url.URL, args url.Values) *url.URL {
	full := *u
	if encoded := encodeArgs(args); encoded != "" {
		if full.RawQuery != "" {
			full.RawQuery += "&"
		}
		full.RawQuery += encoded
	}
	return &full
}

// encodeArgs leaves commas and colons as people write them: evidence is read by people, and both are allowed there.
func encodeArgs(args url.Values) string {
	return asWritten.Replace(args.Encode())
}

var asWritten = strings.NewReplacer("%2C", ",", "%3A", ":")

func (p *prober) setHeaders(req *http.Request, pr probe, x *evidence.Exchange) {
	req.Header.Set("User-Agent", p.userAgent)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Accept-Encoding", "gzip")
	if pr.body != "" {
		req.Header.Set("Content-Type", "application/json")
		x.Request.Body = pr.body
		if pr.bodyIs != "" {
			x.Request.Body = pr.bodyIs
		}
	}
	for name, value := range pr.header {
		if x.Request.Header == nil {
			x.Request.Header = map[string]string{}
		}
		x.Request.Header[name] = value
		if value == "" {
			// Go adds its own User-Agent unless the header is there and empty.
			req.Header[http.CanonicalHeaderKey(name)] = nil
			if strings.EqualFold(name, "User-Agent") {
				req.Header["User-Agent"] = []string{""}
			}
			continue
		}
		req.Header.Set(name, value)
	}
}

func mergeArgs(a, b url.Values) url.Values {
	merged := url.Values{}
	for _, args := range []url.Values{a, b} {
		for name, values := range args {
			merged[name] = values
		}
	}
	return merged
}

// take counts a request against the budget and reports whether there is one left.
func (p *prober) take() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ev.Spent >= p.budget.Requests || p.lost >= 3 {
		return false
	}
	p.ev.Spent++
	return true
}

// wait keeps the distance between the starts of two requests.
func (p *prober) wait(ctx context.Context) error {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	p.mu.Lock()
	spacing := p.spacing
	p.mu.Unlock()
	if pause := spacing - time.Since(p.last); pause > 0 && !p.last.IsZero() {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	p.last = time.Now()
	return ctx.Err()
}

var errBudget = errors.New("the budget of requests is spent")
