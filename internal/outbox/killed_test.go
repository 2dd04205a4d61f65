package outbox_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"runtime/debug"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
	"github.com/waybillhq/waybill/internal/storage/storagetest"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// worker is what the child of TestAKilledProcess… needs to know.
type worker struct {
	Database, URL, Key, Secret string
	Authority                  []byte
	StoreID                    int64
}

// speed is how much faster than real time the clocks of the killed processes run.
const speed = 100

var started = time.Now()

func fastNow() time.Time { return started.Add(time.Since(started) * speed) }

// fastDate shows the store's clock in its answers, which runs as fast as ours.
type fastDate struct{ http.RoundTripper }

func (f fastDate) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := f.RoundTripper.RoundTrip(r)
	if err == nil {
		answer.Header.Set("Date", fastNow().UTC().Format(http.TimeFormat))
	}
	return answer, err
}

const workerVariable = "WAYBILL_OUTBOX_WORKER"

func TestMain(m *testing.M) {
	if text := os.Getenv(workerVariable); text != "" {
		if err := work(context.Background(), text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	// Each test has a store and a database of its own, which are garbage when it ends: collect less often.
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

func killedOptions() outbox.Options {
	return outbox.Options{StoreLimit: storeLimit, BatchSize: 3, MaxAttempts: 1000, Silences: 1000, Deaths: 1000,
		Now: fastNow}
}

// work empties the outbox, as a process of its own.
func work(ctx context.Context, text string) error {
	var w worker
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		return err
	}
	db, err := databasetest.At(w.Database).Open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	block, _ := pem.Decode(w.Authority)
	authority, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AddCert(authority)
	shop, err := woo.New(w.URL, woo.Credentials{Key: w.Key, Secret: w.Secret}, woo.WithRetries(0),
		woo.WithHTTPClient(&http.Client{
			Transport: fastDate{&http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots,
				MinVersion: tls.VersionTLS12}}}}))
	if err != nil {
		return err
	}
	box := outbox.New(ledger.New(db), killedOptions())
	for {
		round, err := box.Step(ctx, w.StoreID, shop)
		if err != nil {
			return err
		}
		if round.Next.IsZero() {
			return nil
		}
		time.Sleep(max(round.Next.Sub(fastNow())/speed, time.Millisecond))
	}
}

func TestAKilledProcessLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	kills := 20
	if testing.Short() {
		kills = 4
	}
	store := sandbox.Start(t)
	// Slow enough that a process dies before, in and after its requests.
	if _, err := store.AddFault(sandbox.Fault{Match: sandbox.Match{Methods: []string{"POST"}},
		Delay: sandbox.Duration(10 * time.Millisecond)}); err != nil {
		t.Fatal(err)
	}
	place := databasetest.Fresh(t)
	opened, err := place.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	db := ledger.New(opened)
	calm, err := woo.New(store.URL, woo.Credentials{Key: store.Key, Secret: store.Secret},
		woo.WithHTTPClient(store.Client()))
	if err != nil {
		t.Fatal(err)
	}
	g := ground{store: store.Store, db: db, calm: calm}
	st := g.connect(t, "killed")
	var writes []outbox.Write
	for i := range 60 {
		body := fmt.Sprintf(`{"customer_note":"killed create %d"}`, i)
		writes = append(writes, outbox.Write{StoreID: st.ID, Key: fmt.Sprintf("c%d", i), Action: outbox.Create,
			Resource: storage.Orders, Body: json.RawMessage(body)})
	}
	accepted, err := outbox.New(db, killedOptions()).AcceptAll(t.Context(), writes)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	task, err := json.Marshal(worker{Database: place.Address, URL: store.URL, Key: store.Key, Secret: store.Secret,
		Authority: store.CertificatePEM(), StoreID: st.ID})
	if err != nil {
		t.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(11, 0))
	for n := 0; ; n++ {
		child := exec.CommandContext(t.Context(), os.Args[0])
		child.Env = append(os.Environ(), workerVariable+"="+string(task))
		child.Stderr = os.Stderr
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- child.Wait() }()
		if n >= kills {
			if err := <-ended; err != nil {
				t.Fatalf("the last process failed: %v", err)
			}
			break
		}
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("process %d failed: %v", n, err)
			}
		case <-time.After(time.Duration(20+chance.IntN(250)) * time.Millisecond):
			_ = child.Process.Kill()
			<-ended
		}
	}
	g.db = ledger.New(storagetest.Open(t, place))
	checkRun(t, g, st, "killed", accepted)
}
