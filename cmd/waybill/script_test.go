package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/internal/storage/postgres/pgtest"
	"github.com/waybillhq/waybill/sandbox"
)

func TestMain(m *testing.M) {
	// The scripts wait for stores more than they compute.
	_ = flag.Set("test.parallel", "8")
	testscript.Main(m, map[string]func(){"waybill": main})
}

// TestScripts runs testdata/script/*.txtar: the program end to end, against a store in memory over TLS. A script has,
// besides testscript's own commands:
//
//	shop [ORDERS]             start a store; sets SHOP_URL, WAYBILL_KEY, WAYBILL_SECRET, SSL_CERT_FILE
//	shop-api METHOD PATH BODY change the store behind Waybill's back; sets ID
//	shop-role SCOPES          let the key's user do what the smallest role for some scopes may, and no more
//	shop-break ID, shop-mend ID  break the store in a way it knows by name, and end that
//	exits STATUS PROGRAM …    run a program and check its exit status
//	json ARGUMENT…            run waybill with --json and hold what it prints against docs/json.md
//	database FILE STATEMENT…  change a database that no process has open, as another version may have left it
//	await FILE                wait until another program has made a file
//	no-secrets                fail if the last output or any file shows the key or the secret in clear
func TestScripts(t *testing.T) {
	t.Parallel()
	runScripts(t, "script", "")
}

// TestScriptsWithPostgreSQL runs the scripts that need a server: POSTGRES_URL is an empty database.
func TestScriptsWithPostgreSQL(t *testing.T) {
	t.Parallel()
	runScripts(t, "postgres", pgtest.EmptyURL(t))
}

func runScripts(t *testing.T, dir, database string) {
	t.Helper()
	var shops sync.Map // of a script's working directory to *sandbox.Server
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", dir),
		Setup: func(env *testscript.Env) error {
			env.Setenv("POSTGRES_URL", database)
			env.Setenv("WAYBILL_DATA", filepath.Join(env.WorkDir, "data"))
			env.Setenv("HOME", env.WorkDir)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"shop": func(ts *testscript.TestScript, _ bool, args []string) {
				shops.Store(ts.Getenv("WORK"), startShop(ts, args))
			},
			"shop-api": shopAPI,
			"shop-break": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(shopOf(ts, &shops).Break(args[0]))
			},
			"shop-mend": func(ts *testscript.TestScript, _ bool, args []string) { shopOf(ts, &shops).Mend(args[0]) },
			"shop-role": func(ts *testscript.TestScript, _ bool, args []string) {
				shopRole(ts, shopOf(ts, &shops), args[0])
			},
			"json":       checkJSON,
			"database":   changeDatabase,
			"exits":      exits,
			"no-secrets": noSecrets,
			"await":      await,
		},
	})
}

// shopOf is the store that the script has started.
func shopOf(ts *testscript.TestScript, shops *sync.Map) *sandbox.Server {
	shop, ok := shops.Load(ts.Getenv("WORK"))
	if !ok {
		ts.Fatalf("no shop was started")
	}
	return shop.(*sandbox.Server)
}

func startShop(ts *testscript.TestScript, args []string) *sandbox.Server {
	orders := 0
	if len(args) > 0 {
		n, err := strconv.Atoi(args[0])
		ts.Check(err)
		orders = n
	}
	shop, err := sandbox.Serve("127.0.0.1:0", sandbox.WithOrders(orders), sandbox.WithName("Script Shop"))
	ts.Check(err)
	ts.Defer(shop.Close)
	ca := filepath.Join(ts.Getenv("WORK"), "ca.pem")
	ts.Check(os.WriteFile(ca, shop.CertificatePEM(), 0o600))
	for name, value := range map[string]string{
		"SHOP_URL": shop.URL, "WAYBILL_KEY": shop.Key, "WAYBILL_SECRET": shop.Secret, "SSL_CERT_FILE": ca,
	} {
		ts.Setenv(name, value)
	}
	return shop
}

// shopRole gives the owner of the key the role that waybill role writes.
func shopRole(ts *testscript.TestScript, shop *sandbox.Server, scopes string) {
	wanted, err := capability.ParseScopes(scopes)
	ts.Check(err)
	site := capability.Site{Storage: capability.AnyStorage}
	ts.Check(shop.GiveRole("adm", capability.Role{Name: "waybill_integration", Caps: site.Minimal(wanted).Caps()}))
}

func shopAPI(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: shop-api METHOD PATH BODY")
	}
	req, err := http.NewRequestWithContext(context.Background(), args[0],
		ts.Getenv("SHOP_URL")+"/wp-json/wc/v3/"+args[1], strings.NewReader(args[2]))
	ts.Check(err)
	req.SetBasicAuth(ts.Getenv("WAYBILL_KEY"), ts.Getenv("WAYBILL_SECRET"))
	req.Header.Set("Content-Type", "application/json")
	client := clientTrusting(ts)
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	ts.Check(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	ts.Check(err)
	if res.StatusCode >= 300 {
		ts.Fatalf("the store answered %d: %s", res.StatusCode, body)
	}
	if _, after, found := bytes.Cut(body, []byte(`"id":`)); found {
		id, _, _ := bytes.Cut(after, []byte(","))
		ts.Setenv("ID", string(id))
	}
}

func exits(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: exits STATUS PROGRAM [ARGUMENT…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var failed *exec.ExitError
		if !errors.As(err, &failed) {
			ts.Fatalf("%v", err)
		}
		got = failed.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

func await(ts *testscript.TestScript, _ bool, args []string) {
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
	}
	ts.Fatalf("%s was not made", args[0])
}

func noSecrets(ts *testscript.TestScript, _ bool, _ []string) {
	secrets := []string{ts.Getenv("WAYBILL_KEY"), ts.Getenv("WAYBILL_SECRET")}
	show := func(where string, content []byte) {
		if slices.ContainsFunc(secrets, func(s string) bool { return s != "" && bytes.Contains(content, []byte(s)) }) {
			ts.Fatalf("%s shows a secret", where)
		}
	}
	for _, stream := range []string{"stdout", "stderr"} {
		show(stream, []byte(ts.ReadFile(stream)))
	}
	ts.Check(filepath.WalkDir(ts.Getenv("WAYBILL_DATA"), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		show(path, content)
		return err
	}))
}

func clientTrusting(ts *testscript.TestScript) *http.Client {
	pem, err := os.ReadFile(ts.Getenv("SSL_CERT_FILE"))
	ts.Check(err)
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		ts.Fatalf("SSL_CERT_FILE holds no certificate")
	}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool,
		MinVersion: tls.VersionTLS12}}}
}

// changeDatabase runs statements on a file that no process has open, as another version of Waybill may have left it.
func changeDatabase(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer func() { ts.Check(db.Close()) }()
	for _, statement := range args[1:] {
		_, err := db.ExecContext(context.Background(), statement)
		ts.Check(err)
	}
}
