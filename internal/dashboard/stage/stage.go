package stage

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/sandbox"
)

// Options are what a stage is opened with. Dir and Gate are needed.
type Options struct {
	Dir  string
	Gate frame.Gate
	// Settings are of the configuration, beside those of a quick service.
	Settings map[string]string
}

// Stage is a running service with its shops and a receiver.
type Stage struct {
	Service *service.Service
	// Shops are the shops by the names that they were connected under.
	Shops map[string]*sandbox.Server

	receiver *httptest.Server
	answer   atomic.Int64
	text     atomic.Value
	mu       sync.Mutex
	trust    *x509.CertPool
}

// Open starts a service without shops.
func Open(ctx context.Context, o Options) (*Stage, error) {
	s := &Stage{Shops: map[string]*sandbox.Server{}, trust: x509.NewCertPool()}
	s.answer.Store(http.StatusOK)
	s.receiver = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(int(s.answer.Load()))
		text, _ := s.text.Load().(string)
		_, _ = w.Write([]byte(text)) // who asked has gone when this fails
	}))
	flags := map[string]string{"data": o.Dir, "pace.mode": "full", "sync.poll_min": "1s", "sync.round": "1s",
		"subscriptions.private_networks": "127.0.0.0/8"}
	for name, value := range o.Settings {
		flags[name] = value
	}
	cfg, err := config.Load(config.Sources{Env: []string{"HOME=" + o.Dir}, Flags: flags})
	if err != nil {
		s.receiver.Close()
		return nil, err
	}
	s.Service, err = service.Open(ctx, service.Options{Config: cfg, Authorities: s.trust,
		Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		s.receiver.Close()
		return nil, err
	}
	err = s.Service.Start(ctx, service.Process{Role: "all", API: true, Listen: "127.0.0.1:0", Version: "1.0.0",
		Gate: o.Gate})
	if err != nil {
		return nil, errors.Join(err, s.Close(ctx))
	}
	return s, nil
}

// URL is where the dashboard is.
func (s *Stage) URL() string { return "http://" + s.Service.Listening() }

// Receiver is the address of the receiver.
func (s *Stage) Receiver() string { return s.receiver.URL }

// Answers lets the receiver answer with a status from now on.
func (s *Stage) Answers(status int) { s.answer.Store(int64(status)) }

// Says lets the receiver answer with a status and a text from now on.
func (s *Stage) Says(status int, text string) {
	s.text.Store(text)
	s.Answers(status)
}

// Connect makes a shop, connects it under a name and waits until it is copied.
func (s *Stage) Connect(ctx context.Context, name string, options ...sandbox.Option) (storage.Store, error) {
	shop, err := sandbox.Serve("127.0.0.1:0", options...)
	if err != nil {
		return storage.Store{}, err
	}
	s.mu.Lock()
	s.trust.AddCert(shop.CertificateAuthority)
	s.Shops[name] = shop
	s.mu.Unlock()
	connected, err := s.Service.Connect(ctx, stores.Connection{URL: shop.URL, Key: shop.Key, Secret: shop.Secret,
		Name: name})
	if err != nil {
		return storage.Store{}, err
	}
	_, err = s.Service.SyncOnce(ctx, connected.Store, nil)
	return connected.Store, err
}

// Close stops everything.
func (s *Stage) Close(ctx context.Context) error {
	err := errors.Join(s.Service.Stop(ctx), s.Service.Close())
	s.receiver.Close()
	for _, shop := range s.Shops {
		shop.Close()
	}
	return err
}
