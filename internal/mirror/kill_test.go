package mirror_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
	"github.com/waybillhq/waybill/internal/storage/storagetest"
	"github.com/waybillhq/waybill/woo"
)

// The environment that turns the test binary into a process that syncs.
const (
	childAddress   = "WAYBILL_TEST_SYNC_ADDRESS"
	childAuthority = "WAYBILL_TEST_SYNC_AUTHORITY"
	childDatabase  = "WAYBILL_TEST_SYNC_DATABASE"
	childStore     = "WAYBILL_TEST_SYNC_STORE"
)

func TestMain(m *testing.M) {
	if address := os.Getenv(childAddress); address != "" {
		if err := syncInChild(address); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	// Each test has a store and a database of its own, which are garbage when it ends: collect less often.
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

func childOptions() mirror.Options {
	return mirror.Options{PerPage: 10, InFlight: 4, Window: 60, RetryPause: time.Millisecond}
}

func syncInChild(address string) error {
	ctx := context.Background()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(os.Getenv(childAuthority)))
	client, err := woo.New(
		address, woo.Credentials{Key: "ck_test", Secret: "cs_test"}, woo.WithRootCAs(pool), woo.WithRetries(0),
	)
	if err != nil {
		return err
	}
	db, err := databasetest.At(os.Getenv(childDatabase)).Open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	store, err := strconv.ParseInt(os.Getenv(childStore), 10, 64)
	if err != nil {
		return err
	}
	m := mirror.New(ledger.New(db), childOptions())
	for since := time.Now(); ; {
		// Short steps, so that the seams between them are hit as well. The shop deletes a large part of its orders
		// while this goes on.
		result, err := m.Pull(ctx, store, client, mirror.Budget{Since: since, Requests: 9, AcceptLoss: true})
		if err != nil || result.Idle {
			return err
		}
	}
}

func TestAProcessKilledAnywhereLosesNothing(t *testing.T) {
	t.Parallel()
	kills := 200
	if testing.Short() {
		kills = 15
	}
	shop := newShop(t)
	shop.fill(t, 300)
	place := databasetest.Fresh(t)
	store := withDatabase(t, place, func(db *ledger.Ledger) storage.Store {
		store, err := ledger.AddStore(t.Context(), db,
			storage.Store{Name: "shop", HomeURL: shop.server.URL, Auth: storage.AuthBasic})
		if err != nil {
			t.Fatal(err)
		}
		return store
	})
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: shop.server.Certificate().Raw})
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	next := int64(100000)
	for killed := 0; killed < kills; {
		for range random.IntN(4) {
			shop.disturb(t, random.IntN(4), 1000+3*random.Int64N(300), &next)
		}
		shop.tick(time.Duration(random.IntN(20)) * time.Second)
		child := exec.CommandContext(t.Context(), os.Args[0])
		child.Env = append(os.Environ(), childAddress+"="+shop.server.URL, childAuthority+"="+string(authority),
			childDatabase+"="+place.Address, childStore+"="+strconv.FormatInt(store.ID, 10))
		if killAfter(t, shop, child, 1+random.IntN(30), time.Duration(random.IntN(4000))*time.Microsecond) {
			killed++
		}
	}
	withDatabase(t, place, func(db *ledger.Ledger) storage.Store {
		m := mirror.New(db, childOptions())
		client := clientOf(t, shop)
		for since := time.Now(); ; {
			result, err := m.Pull(t.Context(), store.ID, client, mirror.Budget{Since: since, AcceptLoss: true})
			if err != nil {
				t.Fatal(err)
			}
			if result.Idle {
				break
			}
		}
		b := &bundle{t: t, shop: shop, client: client, db: db, store: store, mirror: m}
		b.equal()
		return store
	})
}

func withDatabase(
	t *testing.T, place storagetest.Place, use func(*ledger.Ledger) storage.Store,
) storage.Store {
	t.Helper()
	db, err := place.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	return use(ledger.New(db))
}

// killAfter runs a process and kills it a moment after its n-th request. It says whether the process was killed before
// it was done.
func killAfter(t *testing.T, shop *shop, child *exec.Cmd, n int, moment time.Duration) bool {
	t.Helper()
	var complaints bytes.Buffer
	child.Stderr = &complaints
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	shop.requests() // counts from here
	shop.mu.Lock()
	shop.meddle = func(count int, _ *http.Request) {
		if count >= n {
			once.Do(func() { time.AfterFunc(moment, func() { _ = child.Process.Kill() }) })
		}
	}
	shop.mu.Unlock()
	err := child.Wait()
	shop.mu.Lock()
	shop.meddle = nil
	shop.mu.Unlock()
	if err != nil && complaints.Len() > 0 {
		t.Fatalf("a sync failed: %s", complaints.String())
	}
	return err != nil
}
