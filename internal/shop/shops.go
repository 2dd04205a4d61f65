package shop

import (
	"context"
	"crypto/x509"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/pace"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Options say how stores are reached. All but Authorities and Observe are needed.
type Options struct {
	Config config.Config
	// Getenv reads a variable of the environment.
	Getenv func(string) string
	// Authorities are trusted besides the system's; nil adds none.
	Authorities *x509.CertPool
	Logger      *slog.Logger
	// Observe is told of every request; nil is told nothing.
	Observe func(context.Context, woo.Exchange)
}

// Shops is the stores that this process talks to. It is safe for concurrent use.
type Shops struct {
	opts Options
	keys *Keys

	mu      sync.Mutex
	clients map[int64]*Client
	places  places
}

// New makes Shops that talk to nobody yet.
func New(opts Options, keys *Keys) *Shops {
	return &Shops{opts: opts, keys: keys, clients: make(map[int64]*Client)}
}

// Of gives the one client of a store in this process.
func (s *Shops) Of(st storage.Store) (*Client, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, by := s.clients[st.ID], reachedBy(st)
	if known != nil && known.madeFor == by {
		return known, nil
	}
	sec, err := s.keys.Of(st)
	if err != nil {
		return nil, err
	}
	opts, err := s.ClientOptions(st.GroupID)
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
	client, err := woo.New(st.HomeURL, sec.Woo(), opts...)
	if err != nil {
		return nil, Explain(err)
	}
	mode, err := pace.ParseMode(s.opts.Config.Pace.Mode)
	if err != nil {
		return nil, problem.Wrap(problem.ConfigInvalid, err, "%v", err)
	}
	made := &Client{client: client, pacer: pace.New(mode, s.opts.Config.Pace.Ceiling()), madeFor: by,
		configured: s.opts.Config.Pace.Mode}
	if known != nil {
		known.client.CloseIdleConnections() // requests under way end with the old one
		made.pacer = known.pacer
	}
	s.clients[st.ID] = made
	return made, nil
}

// Forget drops a store's client, after its key changed or it was removed.
func (s *Shops) Forget(storeID int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.clients[storeID]; known != nil {
		known.client.CloseIdleConnections()
		delete(s.clients, storeID)
	}
}

// Close closes connections to stores. Closing twice is safe.
func (s *Shops) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, known := range s.clients {
		known.client.CloseIdleConnections()
		delete(s.clients, id)
	}
}

// Keys are the keys of stores.
func (s *Shops) Keys() *Keys { return s.keys }

// Transport asks pages of the shops of a group, of none for 0, in the way in which everything else here reaches them.
// It keeps no connections.
func (s *Shops) Transport(groupID int64) (*http.Transport, error) {
	t, err := newTransport(s.opts, groupID)
	if err == nil {
		t.DisableKeepAlives = true
	}
	return t, err
}

// ClientOptions are the options of every client for the stores of a group, of none for 0: they say how to reach them,
// not which.
func (s *Shops) ClientOptions(groupID int64) ([]woo.Option, error) {
	transport, err := newTransport(s.opts, groupID)
	if err != nil {
		return nil, err
	}
	transport.DialContext = s.places.noting(transport.DialContext)
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

func (s *Shops) logExchange(ctx context.Context, x woo.Exchange) {
	if s.opts.Observe != nil {
		s.opts.Observe(ctx, x)
	}
	attrs := []any{"method", x.Method, "url", x.URL, "status", x.Status, "took", x.Elapsed.Round(time.Millisecond),
		"bytes", x.Bytes}
	if x.Err != nil {
		attrs = append(attrs, "error", x.Err)
	}
	s.opts.Logger.DebugContext(ctx, "request", attrs...)
}
