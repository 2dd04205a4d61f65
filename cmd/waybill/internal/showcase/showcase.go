package showcase

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/sandbox"
)

// Show is a demo.
type Show struct {
	// Open runs work with a service that leaves nothing behind and trusts an authority.
	Open    func(ctx context.Context, authorities *x509.CertPool, work func(*service.Service) error) error
	Version string
	// Orders are those that the shop begins with, Rate what happens on it in a second, Seed repeats the same shop.
	Orders int
	Rate   float64
	Seed   uint64
	// Quiet is how long all is well before the fault appears, Broken how long it stays after it was explained.
	Quiet, Broken time.Duration
	// Say tells how the demo goes on, Ready the address of the dashboard.
	Say   func(format string, args ...any)
	Ready func(address string)
}

// Run shows the demo until the context ends, which is no error.
func (s Show) Run(ctx context.Context) error {
	shop, err := sandbox.Serve("127.0.0.1:0", sandbox.WithName("Demo Shop"), sandbox.WithSeed(s.Seed),
		sandbox.WithOrders(s.Orders))
	if err != nil {
		return err
	}
	defer shop.Close()
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	}))
	defer receiver.Close()
	authorities := x509.NewCertPool()
	authorities.AddCert(shop.CertificateAuthority)
	return s.Open(ctx, authorities, func(running *service.Service) error {
		err := s.run(ctx, running, shop, receiver.URL)
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		return errors.Join(err, running.Stop(last))
	})
}

// stopWithin is how long what is under way may take to end.
const stopWithin = 20 * time.Second

func (s Show) run(ctx context.Context, running *service.Service, shop *sandbox.Server, receiver string) error {
	you := frame.Session{Caller: access.Local("demo"), Name: "You", Role: "demo"}
	err := running.Start(ctx, service.Process{Role: "demo", API: true, Listen: "127.0.0.1:0", Version: s.Version,
		Gate: frame.Open{Session: you}})
	if err != nil {
		return err
	}
	s.Ready("http://" + running.Listening())
	living, still := context.WithCancel(ctx)
	var life sync.WaitGroup
	life.Go(func() { shop.Live(living, s.Rate, nil) })
	defer life.Wait()
	defer still()
	connected, err := running.Connect(ctx, stores.Connection{URL: shop.URL, Key: shop.Key, Secret: shop.Secret,
		Name: "demo-shop"})
	if err != nil {
		return err
	}
	s.Say("Copying %s, which goes on living", connected.Store.Name)
	_, _, err = running.Subscriptions.Create(ctx, feed.NewSubscription{Name: "erp",
		Selection: feed.Selection{Resources: []storage.Resource{storage.Orders}}, Reach: sink.Reach{URL: receiver}})
	if err != nil {
		return err
	}
	if err := s.story(ctx, running, shop, connected.Store); err != nil && ctx.Err() == nil {
		return err
	}
	<-ctx.Done()
	return nil
}
