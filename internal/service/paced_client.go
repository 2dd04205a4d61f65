package service

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/pace"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// pacedClient is a connected store as this process talks to it: a client under the store's one pacer. It is the
// woo.Doer that mirror and outbox get.
type pacedClient struct {
	client *woo.Client
	pacer  *pace.Pacer
	// madeFor is what the client was made from: another process may have given the store another key or address since.
	madeFor reached
}

// reached is all that decides how a store is reached.
type reached struct {
	home, root, signedHome, environment string
	auth                                storage.AuthMode
	override                            bool
	sealed                              string
}

func reachedBy(st storage.Store) reached {
	return reached{home: st.HomeURL, root: st.RESTRoot, signedHome: st.Facts.SignedHome, auth: st.Auth,
		environment: st.Credentials.Environment, override: st.Facts.MethodOverride,
		sealed: string(st.Credentials.Sealed)}
}

// Do waits for the store's pace, sends one request and tells the pace how it went. It never repeats a request: a wait
// belongs before the next attempt, not inside this one, and only the caller knows whether there should be one.
func (p *pacedClient) Do(ctx context.Context, r woo.Request) (*woo.Response, error) {
	kind := pace.Write
	if isRead(r.Method) {
		kind = pace.Read
	}
	permit, err := p.pacer.Acquire(ctx, kind)
	if err != nil {
		return nil, err
	}
	res, err := p.client.Do(ctx, r)
	permit.Done(outcome(ctx, r, res, err))
	return res, err
}

// Slots is how many reads the pace lets through at a time now, so that the mirror keeps few more waiting.
func (p *pacedClient) Slots() int { return p.pacer.State().ReadSlots }

// Arrive lets requests wait in the order in which they were planned.
func (p *pacedClient) Arrive(ctx context.Context) context.Context { return pace.Arrive(ctx) }

func isRead(method string) bool {
	return method == "" || method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// outcome is what an answer says about the load of a store.
func outcome(ctx context.Context, r woo.Request, res *woo.Response, err error) pace.Outcome {
	o := pace.Outcome{Class: costClass(r)}
	if res != nil {
		o.Bytes = len(res.Body)
	}
	e, failed := woo.AsError(err)
	if !failed {
		return o
	}
	o.RetryAfter = e.RetryAfter
	switch e.Kind {
	case woo.KindCanceled, woo.KindUsage, woo.KindInsecure, woo.KindGuarded, woo.KindTLS:
		o.Verdict = pace.Abandoned
	case woo.KindTimeout:
		o.Verdict = pace.Failed
		if ctx.Err() != nil {
			o.Verdict = pace.Abandoned
		}
	case woo.KindStrayOutput, woo.KindRedirect, woo.KindTooLarge, woo.KindShape, woo.KindInvalidJSON, woo.KindEncoding:
		// Wrong, but not for load.
	case woo.KindAPI:
		if e.Passes() {
			o.Verdict = pace.Failed
		}
	default:
		o.Verdict = pace.Failed
	}
	if e.Status == http.StatusTooManyRequests || e.RetryAfter > 0 {
		o.Verdict = pace.Overloaded
	}
	return o
}

// costClass groups requests of like cost: numbers in the path do not matter,
// asking for few fields does.
func costClass(r woo.Request) string {
	parts := strings.Split(r.Path, "/")
	for i, part := range parts {
		if strings.Trim(part, "0123456789") == "" {
			parts[i] = "#"
		}
	}
	class := r.Method + " " + strings.Join(parts, "/")
	if r.Query.Has("_fields") {
		class += " fields"
	}
	return class
}

// clientOf gives the one client of a store in this process.
func (s *Service) clientOf(st storage.Store) (*pacedClient, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, by := s.clients[st.ID], reachedBy(st)
	if known != nil && known.madeFor == by {
		return known, nil
	}
	sec, err := s.secretsOf(st)
	if err != nil {
		return nil, err
	}
	opts, err := s.clientOptions()
	if err != nil {
		return nil, err
	}
	// No repetition inside the client: it would hide every 429 from the pace.
	opts = append(opts, woo.WithRoot(st.RESTRoot), woo.WithAuth(woo.AuthMethod(st.Auth)), woo.WithRetries(0))
	if st.Facts.SignedHome != "" {
		opts = append(opts, woo.WithSignedHome(st.Facts.SignedHome))
	}
	if sec.SiteUser != "" {
		opts = append(opts, woo.WithSitePassword(sec.SiteUser, sec.SitePassword))
	}
	if st.Facts.MethodOverride {
		opts = append(opts, woo.WithMethodOverride())
	}
	client, err := woo.New(st.HomeURL, sec.woo(), opts...)
	if err != nil {
		return nil, Explain(err)
	}
	mode, err := pace.ParseMode(s.opts.Config.Pace.Mode)
	if err != nil {
		return nil, problem.Wrap(problem.ConfigInvalid, err, "%v", err)
	}
	paced := &pacedClient{client: client, pacer: pace.New(mode, s.opts.Config.Pace.Ceiling()), madeFor: by}
	if known != nil {
		known.client.CloseIdleConnections() // requests under way end with the old one
		paced.pacer = known.pacer
	}
	s.clients[st.ID] = paced
	return paced, nil
}

// forget drops a store's client, after its key changed or it was removed.
func (s *Service) forget(storeID int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.clients[storeID]; known != nil {
		known.client.CloseIdleConnections()
		delete(s.clients, storeID)
	}
}

// clientOptions are the options of every client: they say how to reach stores, not which.
func (s *Service) clientOptions() ([]woo.Option, error) {
	transport, err := newTransport(s.opts)
	if err != nil {
		return nil, err
	}
	opts := []woo.Option{
		woo.WithTransport(transport),
		woo.WithTimeout(s.opts.Config.HTTP.Timeout),
		woo.WithAcceptStrayOutput(),
		woo.WithObserver(s.logExchange),
	}
	if ua := s.opts.Config.HTTP.UserAgent; ua != "" {
		opts = append(opts, woo.WithUserAgent(ua))
	}
	return opts, nil
}

func (s *Service) logExchange(ctx context.Context, x woo.Exchange) {
	if m := s.works.metrics.Load(); m != nil {
		m.Request(x.Method, x.Status, x.Elapsed)
	}
	attrs := []any{"method", x.Method, "url", x.URL, "status", x.Status, "took", x.Elapsed.Round(time.Millisecond),
		"bytes", x.Bytes}
	if x.Err != nil {
		attrs = append(attrs, "error", x.Err)
	}
	s.opts.Logger.DebugContext(ctx, "request", attrs...)
}

// newTransport keeps as many connections to a store as the pace may use, so that none is opened twice.
func newTransport(opts Options) (*http.Transport, error) {
	t := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:   30 * time.Second,
		ExpectContinueTimeout: time.Second,
		MaxIdleConnsPerHost:   32,
		IdleConnTimeout:       90 * time.Second,
		ForceAttemptHTTP2:     true,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
	}
	pool, err := authorities(opts)
	if err != nil {
		return nil, err
	}
	t.TLSClientConfig.RootCAs = pool
	return t, nil
}

// authorities are those of the system; SSL_CERT_FILE is honoured everywhere,
// also where Go itself does not look at it. Nil means the system's alone.
func authorities(opts Options) (*x509.CertPool, error) {
	file := ""
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		file = opts.Getenv("SSL_CERT_FILE")
	}
	if file == "" {
		return opts.Authorities, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	pem, err := os.ReadFile(file)
	if err != nil || !pool.AppendCertsFromPEM(pem) {
		return nil, problem.Wrap(problem.ConfigInvalid, err,
			"SSL_CERT_FILE names %s, which holds no certificate that can be read", file)
	}
	return pool, nil
}
