package service_test

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
	"github.com/waybillhq/waybill/internal/storage/postgres/pgtest"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/sandbox"
)

func TestMain(m *testing.M) {
	// These tests wait for stores more than they compute.
	_ = flag.Set("test.parallel", "8")
	goleak.VerifyTestMain(m)
}

// bundle is a data directory of its own and a store to connect.
type bundle struct {
	dir   string
	shop  *sandbox.Server
	env   map[string]string
	trust *x509.CertPool
	// database is the address of one on a server; empty for a file in dir.
	database string
}

func setup(t *testing.T, options ...sandbox.Option) *bundle {
	t.Helper()
	b := &bundle{dir: t.TempDir(), shop: sandbox.Start(t, options...), env: map[string]string{}}
	if place := databasetest.Fresh(t); strings.HasPrefix(place.Address, "postgres:") {
		b.database = place.Address
	}
	if ca := b.shop.CertificateAuthority; ca != nil {
		b.trust = x509.NewCertPool()
		b.trust.AddCert(ca)
	}
	return b
}

func (b *bundle) options(t *testing.T, flags map[string]string) service.Options {
	t.Helper()
	all := map[string]string{"data": b.dir, "pace.mode": "full"}
	if b.database != "" {
		all["database.url"] = b.database
	}
	for key, value := range flags {
		all[key] = value
	}
	cfg, err := config.Load(config.Sources{Env: []string{"HOME=" + b.dir}, Flags: all})
	if err != nil {
		t.Fatal(err)
	}
	return service.Options{Config: cfg, Getenv: func(name string) string { return b.env[name] }, Authorities: b.trust}
}

// open opens the directory for the rest of the test, or until closed.
func (b *bundle) open(t *testing.T) *service.Service {
	t.Helper()
	s, err := service.Open(t.Context(), b.options(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

func (b *bundle) connect(t *testing.T, s *service.Service) stores.Connected {
	t.Helper()
	connected, err := s.Connect(t.Context(), stores.Connection{URL: b.shop.URL, Key: b.shop.Key, Secret: b.shop.Secret,
		Name: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	return connected
}

// order makes an order on the store and gives its id.
func (b *bundle) order(t *testing.T, body string) int64 {
	t.Helper()
	return b.call(t, http.MethodPost, "orders", body)
}

// mirrored connects the store, and copies it with its one order.
func (b *bundle) mirrored(t *testing.T, s *service.Service) storage.Store {
	t.Helper()
	st := b.connect(t, s).Store
	b.order(t, `{}`)
	if _, err := s.SyncOnce(t.Context(), st, nil); err != nil {
		t.Fatal(err)
	}
	return st
}

// call asks the store's API behind Waybill's back and gives the record's id.
func (b *bundle) call(t *testing.T, method, path, body string) int64 {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, b.shop.URL+"/wp-json/wc/v3/"+path,
		strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(b.shop.Key, b.shop.Secret)
	req.Header.Set("Content-Type", "application/json")
	client := b.shop.Client()
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var answer struct {
		ID int64 `json:"id"`
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || res.StatusCode >= 300 {
		t.Fatalf("%s %s: status %d, %v", method, path, res.StatusCode, err)
	}
	return answer.ID
}

func code(err error) problem.Code {
	if err == nil {
		return ""
	}
	return problem.From(err).Code
}

func TestReadingBeforeAnythingIsConnectedSaysWhatToDo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if b.database != "" {
		b.database = pgtest.EmptyURL(t)
	}
	_, err := service.OpenReader(t.Context(), b.options(t, nil))
	if code(err) != problem.StoreNotFound || !strings.Contains(problem.From(err).Hint, "waybill connect") {
		t.Errorf("err = %v", err)
	}
}

func TestStoreIsFoundByNameOrBeingTheOnlyOne(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.open(t)
	if _, err := s.Store(t.Context(), ""); code(err) != problem.StoreNotFound {
		t.Errorf("none connected: %v", err)
	}
	b.connect(t, s)
	if st, err := s.Store(t.Context(), ""); err != nil || st.Name != "shop" {
		t.Errorf("the only one: %v, %v", st, err)
	}
	if _, err := s.Store(t.Context(), "other"); code(err) != problem.StoreNotFound ||
		!strings.Contains(problem.From(err).Hint, "shop") {
		t.Errorf("unknown: %v", err)
	}
	second := setup(t)
	b.trust.AddCert(second.shop.CertificateAuthority)
	if _, err := s.Connect(t.Context(), stores.Connection{URL: second.shop.URL, Key: second.shop.Key,
		Secret: second.shop.Secret}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Store(t.Context(), ""); code(err) != problem.StoreAmbiguous {
		t.Errorf("two, none named: %v", err)
	}
}

func TestPausedStoreIsLeftAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.open(t)
	b.connect(t, s)
	if _, err := s.Pause(t.Context(), "shop"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", "shop"} {
		if _, err := s.Selected(t.Context(), name); code(err) != problem.StorePaused {
			t.Errorf("Selected(%q): %v", name, err)
		}
	}
	if _, err := s.Resume(t.Context(), "shop"); err != nil {
		t.Fatal(err)
	}
	if stores, err := s.Selected(t.Context(), ""); err != nil || len(stores) != 1 {
		t.Errorf("after resume: %v, %v", stores, err)
	}
}

func TestRemovedStoreIsForgottenWithItsMirror(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.open(t)
	b.mirrored(t, s)
	if _, _, err := s.Remove(t.Context(), "shop"); err != nil {
		t.Fatal(err)
	}
	rows, err := s.Query(t.Context(),
		`SELECT (SELECT count(*) FROM records) + (SELECT count(*) FROM changes) + (SELECT count(*) FROM store_credentials)`, 0)
	if err != nil {
		t.Fatal(err)
	}
	if rows.Values[0][0] != int64(0) {
		t.Errorf("%v rows are left", rows.Values[0][0])
	}
	b.connect(t, s) // the name and the address are free again
}

// filesUnder is every byte of every file below a directory.
func filesUnder(t *testing.T, dir string) []byte {
	t.Helper()
	var all bytes.Buffer
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		fmt.Fprintf(&all, "\n%s\n", path)
		all.Write(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.Bytes()
}
