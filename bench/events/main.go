package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/sandbox"
)

type options struct {
	n        int
	poll     bool
	database string
}

func main() {
	var o options
	flag.IntVar(&o.n, "n", 1000, "changes in each round")
	flag.BoolVar(&o.poll, "poll", false, "let the shop be polled in place of telling of its changes")
	flag.StringVar(&o.database, "database", "", "an empty PostgreSQL database in place of a file")
	flag.Parse()
	if err := run(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// event is what a subscriber gets, and when.
type event struct {
	At     time.Time `json:"at"`
	Record struct {
		Note string `json:"customer_note"`
	} `json:"record"`
	came time.Time
}

func run(ctx context.Context, o options) error {
	shop, err := sandbox.Serve("127.0.0.1:0")
	if err != nil {
		return err
	}
	defer shop.Close()
	dir, err := os.MkdirTemp("", "waybill-events")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	flags := map[string]string{"data": dir, "pace.mode": "full", "subscriptions.private_networks": "127.0.0.1",
		"sync.poll_min": "1h", "sync.poll_max": "1h"}
	if o.poll {
		flags["sync.poll_min"], flags["sync.poll_max"] = "1s", "1s"
	}
	if o.database != "" {
		flags["database.url"] = o.database
	}
	cfg, err := config.Load(config.Sources{Flags: flags, Env: []string{"HOME=" + dir}})
	if err != nil {
		return err
	}
	trust := x509.NewCertPool()
	trust.AddCert(shop.CertificateAuthority)
	s, err := service.Open(ctx, service.Options{Config: cfg, Authorities: trust})
	if err != nil {
		return err
	}
	defer s.Close()
	made, err := s.Connect(ctx, stores.Connection{URL: shop.URL, Key: shop.Key, Secret: shop.Secret, Name: "shop"})
	if err != nil {
		return err
	}
	if _, err := s.SyncOnce(ctx, made.Store, nil); err != nil {
		return err
	}
	if err := s.Start(ctx, service.Process{Role: "bench"}); err != nil {
		return err
	}
	return errors.Join(rounds(ctx, o, shop, s), s.Stop(ctx))
}

// rounds measures alone, then beside subscribers that do not answer.
func rounds(ctx context.Context, o options, shop *sandbox.Server, s *service.Service) error {
	came := make(chan event, o.n)
	address, err := listen(ctx, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var e event
		if json.NewDecoder(r.Body).Decode(&e) == nil {
			e.came = time.Now()
			came <- e
		}
	}))
	if err != nil {
		return err
	}
	over := make(chan struct{})
	defer close(over)
	hangs, err := listen(ctx, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "\tshop to log p50\tp95\tlog to event p50\tp95\twhole p50\tp95\tmax")
	for _, round := range []struct {
		what string
		also map[string]string
	}{{"alone", nil}, {"one hangs, one is down", map[string]string{"hangs": hangs, "down": "http://127.0.0.1:1"}}} {
		if round.also == nil {
			round.also = map[string]string{"measured": address}
		}
		for name, url := range round.also {
			_, _, err := s.Subscribe(ctx, access.Local(""), service.WantedSubscription{Name: name, URL: url,
				Kinds: []string{"created"}, Filter: `resource == "orders"`})
			if err != nil {
				return err
			}
		}
		if err := measure(ctx, o, shop, s, came, round.what, table); err != nil {
			return err
		}
	}
	return table.Flush()
}

// measure changes the shop so many times, one change after the other.
func measure(
	ctx context.Context, o options, shop *sandbox.Server, s *service.Service, came <-chan event, what string,
	to io.Writer,
) error {
	var first, second, whole []time.Duration
	client := shop.Client()
	for n := range o.n {
		note := fmt.Sprintf("%s %d", what, n)
		body, err := json.Marshal(map[string]string{"customer_note": note})
		if err != nil {
			return err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, shop.URL+"/wp-json/wc/v3/orders", bytes.NewReader(body))
		if err != nil {
			return err
		}
		req.SetBasicAuth(shop.Key, shop.Secret)
		req.Header.Set("Content-Type", "application/json")
		res, err := client.Do(req)
		if err != nil {
			return err
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusCreated {
			return fmt.Errorf("the shop answers %s", res.Status)
		}
		changed := time.Now()
		if !o.poll {
			if _, err := s.Resume(ctx, "shop"); err != nil { // it is not paused, so this only wakes it
				return err
			}
		}
		for e := range came {
			if e.Record.Note == note {
				first = append(first, e.At.Sub(changed))
				second = append(second, e.came.Sub(e.At))
				whole = append(whole, e.came.Sub(changed))
				break
			}
		}
	}
	fmt.Fprintf(to, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", what, at(first, 50), at(first, 95), at(second, 50),
		at(second, 95), at(whole, 50), at(whole, 95), at(whole, 100))
	return nil
}

// at is the time within which so many of a hundred were.
func at(took []time.Duration, percent int) time.Duration {
	slices.Sort(took)
	return took[min(len(took)*percent/100, len(took)-1)].Round(100 * time.Microsecond)
}

// listen serves a handler on a port of its own until the program ends.
func listen(ctx context.Context, handler http.Handler) (address string, err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	go func() { _ = http.Serve(listener, handler) }() //nolint:gosec // it ends with the program
	return "http://" + listener.Addr().String(), nil
}
