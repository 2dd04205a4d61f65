package probe

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// probe is one request to be sent.
type probe struct {
	id      evidence.Probe
	purpose string
	method  string // GET when empty
	url     string
	route   string // the REST route, for the guard; "" for addresses outside of the API
	auth    string // none when empty; see the auth constants
	args    url.Values
	header  map[string]string // an empty value takes a header away
	body    string
	bodyIs  string   // what to write down in place of a large body
	fields  []string // of the answer's JSON that are kept
	limit   int64    // of the body, bytes
	timeout time.Duration
}

// prober sends probes within the budget and writes down what comes back.
type prober struct {
	settings
	target  evidence.Target
	site    evidence.Site
	clean   *evidence.Cleaner
	client  *http.Client
	began   time.Time
	trusted bool // the certificate was verified: secrets may travel

	slots chan struct{}
	turn  chan struct{} // serialises the spacing; who holds its one place may start
	last  time.Time

	mu      sync.Mutex
	ev      *evidence.Evidence
	spacing time.Duration
	repeats int             // reads that were cut off
	limited int             // answers that asked to slow down
	reached int             // answers of any kind
	lost    int             // connections that ended without an answer in a row, to methods that were answered before
	methods map[string]bool // which were answered
	asked   map[evidence.Probe]probe
}

var errBudget = errors.New("the budget of requests is spent")

func newProber(t evidence.Target, s evidence.Site, set settings) *prober {
	p := &prober{
		settings: set, target: t, site: s, clean: evidence.NewCleaner(t, s.Outer),
		slots: make(chan struct{}, max(1, set.budget.Concurrency)), spacing: set.budget.Spacing,
		turn: make(chan struct{}, 1),
	}
	p.began, p.asked = set.now(), map[evidence.Probe]probe{}
	p.ev = &evidence.Evidence{
		Version: evidence.EvidenceVersion, StartedAt: p.began.UTC(),
		Local: evidence.LocalFacts{UserAgent: set.userAgent},
	}
	return p
}

// connect makes the HTTP client. With verify the certificate must be good; without, only anonymous probes are sent, to
// see what else is wrong behind a bad certificate.
func (p *prober) connect(verify bool) {
	p.trusted = verify && p.site.Scheme == "https"
	config := &tls.Config{RootCAs: p.roots, MinVersion: tls.VersionTLS12}
	if !verify {
		config.InsecureSkipVerify, config.MinVersion = true, tls.VersionTLS10 //nolint:gosec // anonymous, see above
	}
	transport := &http.Transport{
		DialContext:           p.dialRecorded,
		TLSClientConfig:       config,
		ForceAttemptHTTP2:     true,
		DisableCompression:    true, // compression is undone by hand, because a wrong one is a finding
		MaxIdleConnsPerHost:   8,
		ResponseHeaderTimeout: 0,
		Proxy:                 http.ProxyFromEnvironment,
	}
	p.client = &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (p *prober) close() {
	if p.client != nil {
		p.client.CloseIdleConnections()
	}
}

// all sends probes side by side, those that take long before the others, and returns when every one has its answer.
func (p *prober) all(ctx context.Context, probes ...probe) {
	waiting := make(chan probe, len(probes))
	for _, first := range []bool{true, false} {
		for _, pr := range probes {
			if pr.takesLong() == first {
				waiting <- pr
			}
		}
	}
	close(waiting)
	var wg sync.WaitGroup
	for range min(len(probes), cap(p.slots)) {
		wg.Go(func() {
			for pr := range waiting {
				p.one(ctx, pr)
			}
		})
	}
	wg.Wait()
}

// takesLong: whole pages, and what lets the store ask others. Asked last, the run would end with waiting for them
// alone.
func (pr probe) takesLong() bool {
	return pr.args.Get("per_page") == fmt.Sprint(evidence.PageSize) || pr.id == evidence.EgressTest
}

func (p *prober) keepExchange(x *evidence.Exchange) *evidence.Exchange {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ev.Exchanges = append(p.ev.Exchanges, *x)
	if p.progress != nil {
		p.progress(*x)
	}
	return x
}

// spread sets the distance of the requests that are still to come, so that they fill the time a run may take instead of
// arriving as one burst. A store that asked to slow down has set its own.
func (p *prober) spread(left int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.limited > 0 || left <= 0 {
		return
	}
	p.spacing = max(p.budget.Spacing, (p.budget.Calm-p.now().Sub(p.began))/time.Duration(left))
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
	if err := guard(pr.id, method, pr.route, pr.body, argsOf(target, pr.args)); err != nil {
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

// carriesSecret: a wrong secret goes the same way as the right one, since the key itself travels with it.
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
