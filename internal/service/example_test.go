package service_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"log"
	"os"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/export"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/sandbox"
)

// Mirror the orders of a shop, write to one of them, and see both in the change log. The shop is a sandbox; a real one
// needs its address, key and secret, and no authority of its own.
func Example() {
	ctx := context.Background()
	shop, err := sandbox.Serve("127.0.0.1:0", sandbox.WithSeed(1), sandbox.WithOrders(1))
	if err != nil {
		log.Fatal(err)
	}
	defer shop.Close()
	dir, err := os.MkdirTemp("", "waybill-example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	cfg, err := config.Load(config.Sources{Env: []string{"HOME=" + dir}})
	if err != nil {
		log.Fatal(err)
	}
	authorities := x509.NewCertPool()
	authorities.AddCert(shop.CertificateAuthority)
	s, err := service.Open(ctx, service.Options{Config: cfg, Getenv: os.Getenv, Authorities: authorities})
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()

	// Connect proves that the key works, and SyncOnce copies everything it may read.
	connected, err := s.Connect(ctx, stores.Connection{URL: shop.URL, Key: shop.Key, Secret: shop.Secret,
		Name: "shop"})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := s.SyncOnce(ctx, connected.Store, nil); err != nil {
		log.Fatal(err)
	}
	var order storage.Record
	for record, err := range s.Records(ctx, storage.Query{StoreID: connected.Store.ID, Resource: storage.Orders}) {
		if err != nil {
			log.Fatal(err)
		}
		order = record
	}
	last, err := s.LastChange(ctx)
	if err != nil {
		log.Fatal(err)
	}

	// A write is on the disk before Submit returns, and is sent exactly once.
	accepted, err := s.Submit(ctx, connected.Store, []outbox.Write{{
		Key: "picked-1", Action: outbox.Update, Resource: storage.Orders, RecordID: order.ID,
		Body: []byte(`{"customer_note":"Picked by Sam"}`),
	}})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := s.Deliver(ctx, connected.Store, []string{accepted[0].ID}, follow.Delivery{}); err != nil {
		log.Fatal(err)
	}
	written, err := s.Record(ctx, connected.Store, order.Ref)
	if err != nil {
		log.Fatal(err)
	}
	fields, err := export.ReadFields(written.Raw)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the mirror has:", fields.Text("customer_note"))
	err = s.EachChange(ctx, storage.ChangeQuery{After: last}, false, func(c records.NamedChange) error {
		fmt.Println("change:", c.Store, c.Resource, c.Kind, c.Origin)
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// the mirror has: Picked by Sam
	// change: shop orders updated own
}
