package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"time"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
	"github.com/waybillhq/waybill/woo"
)

// senderVariable tells a child process that it is one, and what to send.
const senderVariable = "WAYBILL_EXACTLYONCE_SENDER"

// sender is what the process that empties the outbox needs to know.
type sender struct {
	Database, URL, Key, Secret string
	Authority                  []byte
	StoreID                    int64
	Limit, Patience            time.Duration
	Batch                      int
}

// sendAndKill lets processes send, kills them one after the other, and leaves the last one alone.
func (s storm) sendAndKill(ctx context.Context, job sender) error {
	task, err := json.Marshal(job)
	if err != nil {
		return err
	}
	chance := rand.New(rand.NewPCG(s.seed, 1))
	for n := 0; ; n++ {
		child := exec.CommandContext(ctx, os.Args[0])
		child.Env = append(os.Environ(), senderVariable+"="+string(task))
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			return err
		}
		ended := make(chan error, 1)
		go func() { ended <- child.Wait() }()
		if n >= s.kills {
			return <-ended
		}
		select {
		case err := <-ended:
			return errors.Join(err, fmt.Errorf("everything was sent before kill %d: give it more to do", n+1))
		case <-time.After(time.Duration(1000+chance.IntN(7000)) * time.Millisecond):
			_ = child.Process.Kill()
			<-ended
			fmt.Printf("  killed, %d of %d\n", n+1, s.kills)
		}
	}
}

// send empties the outbox.
func send(ctx context.Context, text string) error {
	var s sender
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return err
	}
	db, err := sqlite.Open(ctx, s.Database, sqlite.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	block, _ := pem.Decode(s.Authority)
	authority, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AddCert(authority)
	shop, err := woo.New(s.URL, woo.Credentials{Key: s.Key, Secret: s.Secret}, woo.WithTimeout(s.Patience),
		woo.WithHTTPClient(&http.Client{
			Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}))
	if err != nil {
		return err
	}
	box := outbox.New(ledger.New(db), outbox.Options{StoreLimit: s.Limit, BatchSize: s.Batch, MaxAttempts: 50,
		Silences: 50, Deaths: 50, Patience: s.Patience})
	for {
		round, err := box.Step(ctx, s.StoreID, shop)
		if err != nil {
			return err
		}
		if !round.Idle {
			fmt.Printf("  done %d, unknown %d, waiting %d, rejected %d, parked %d\n", round.Done, round.Unknown,
				round.Waiting, round.Rejected, round.Parked)
		}
		if round.Next.IsZero() {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(max(time.Until(round.Next), 50*time.Millisecond)):
		}
	}
}
