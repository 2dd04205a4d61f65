package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/postgres"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
)

// checkSecrets makes an index of every secret that was planted or made in the story, and looks for each of them
// wherever something is kept or shown: what all processes have said, their metrics, every answer of the API that is
// read, the doctor's report, the database with its journal, all files of the data directory, a backup without a
// passphrase, and the database that comes of it. What is sealed is found nowhere, since it is looked for as it is.
func (s *story) checkSecrets() {
	s.Helper()
	index := s.index()
	places := map[string][]byte{"what was said": s.said.Bytes()}
	s.answers(places)
	forms := []string{"--markdown"} // of the same report
	if os.Getenv("WAYBILL_TEST_ALL") == "long" {
		forms = append(forms, "--json", "--junit", "--curl")
	}
	for _, form := range forms {
		out, err := s.command(nil, "doctor", "shop", form).CombinedOutput()
		if len(out) < 200 {
			s.Errorf("waybill doctor %s: %v %s", form, err, out)
		}
		places["doctor "+form] = out
	}
	for _, list := range []string{"stores list", "status", "outbox list", "subscriptions list", "stores webhooks shop"} {
		out, _ := s.command(nil, strings.Fields(list)...).CombinedOutput() // a status is an answer, too
		places["waybill "+list] = out
	}
	if s.database() == "" { // PostgreSQL is backed up by its own means
		backup, again := filepath.Join(s.TempDir(), "all.backup"), filepath.Join(s.TempDir(), "restored")
		places["what backup says"] = []byte(s.waybill(nil, "backup", backup))
		s.waybill(nil, "restore", backup, "--data", again)
		s.files(places, filepath.Dir(backup))
		s.files(places, again)
	} else {
		s.tables(places)
	}
	s.files(places, s.data)

	for place, text := range places {
		for name, secret := range index {
			if bytes.Contains(text, []byte(secret)) {
				s.Errorf("%s is in %s", name, place)
			}
		}
	}
	s.Logf("%d secrets are in none of %d places", len(index), len(places))
}

// database is the address of the database; empty for the file in the data directory.
func (s *story) database() string {
	for _, variable := range s.env {
		if address, found := strings.CutPrefix(variable, "WAYBILL_DATABASE_URL="); found {
			return address
		}
	}
	return ""
}

// index names every secret of the story.
func (s *story) index() map[string]string {
	s.Helper()
	index := map[string]string{}
	for n, secret := range s.secrets {
		index[fmt.Sprintf("planted secret %d", n)] = secret
	}
	key, err := os.ReadFile(filepath.Join(s.data, "master.key"))
	s.must(err)
	index["the master key"] = strings.TrimSpace(string(key))
	if u, err := url.Parse(s.database()); err == nil && u.User != nil {
		if password, set := u.User.Password(); set && password != "" {
			index["the password of the database"] = password
		}
	}
	var hook struct{ Current string }
	keys, err := shop.OpenKeys(s.data, func(name string) string { return config.Lookup(s.env, name) }, "")
	s.must(err)
	for _, st := range s.stores() {
		plain, err := keys.OpenHook(st)
		s.must(err)
		s.must(json.Unmarshal(plain, &hook))
		index["the secret of the webhooks"] = hook.Current
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.signed) < 2 {
		s.Errorf("of %d signatures", len(s.signed))
	}
	for n, signature := range s.signed {
		index[fmt.Sprintf("signature %d", n)] = strings.TrimPrefix(signature, "v1,")
	}
	for name, secret := range index {
		if len(secret) < 12 {
			s.Errorf("%s is %q, which is too short to look for", name, secret)
		}
	}
	return index
}

// stores reads the stores from the database itself.
func (s *story) stores() []storage.Store {
	s.Helper()
	var db storage.Database
	var err error
	if address := s.database(); address != "" {
		db, err = postgres.Open(s.Context(), address, postgres.Options{})
	} else {
		db, err = sqlite.Open(s.Context(), filepath.Join(s.data, "waybill.db"), sqlite.Options{})
	}
	s.must(err)
	defer func() { _ = db.Close() }()
	all, err := db.Stores(s.Context())
	s.must(err)
	if len(all) == 0 {
		s.Error("there are no stores")
	}
	return all
}

// endless are operations whose answer has no end; list-changes gives the same.
var endless = []string{"stream-changes"}

// answers asks everything that the document says can be read, and the metrics.
func (s *story) answers(places map[string][]byte) {
	s.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "openapi.json"))
	s.must(err)
	var document struct {
		Paths map[string]map[string]struct{ OperationID string }
	}
	s.must(json.Unmarshal(text, &document))
	var writes struct{ Writes []struct{ ID string } }
	_, answer := s.call(http.MethodGet, "/v1/stores/shop/writes?limit=1", "")
	s.must(json.Unmarshal(answer, &writes))
	var deliveries struct{ Deliveries []struct{ ID string } }
	_, answer = s.call(http.MethodGet, "/v1/subscriptions/erp/deliveries?limit=1", "")
	s.must(json.Unmarshal(answer, &deliveries))
	var orders struct{ Records []struct{ ID json.Number } }
	_, answer = s.call(http.MethodGet, "/v1/stores/shop/records/orders?limit=1", "")
	s.must(json.Unmarshal(answer, &orders))
	if len(writes.Writes) == 0 || len(deliveries.Deliveries) == 0 || len(orders.Records) == 0 {
		s.Fatalf("there is nothing to look at: %d writes, %d deliveries, %d orders", len(writes.Writes),
			len(deliveries.Deliveries), len(orders.Records))
	}
	s.call(http.MethodPost, "/v1/consumers", `{"name":"reader"}`)
	order := orders.Records[0].ID.String()
	fill := strings.NewReplacer("{store}", "shop", "{resource}", "orders", "{order}", order, "{id}", order, "{write}",
		writes.Writes[0].ID, "{subscription}", "erp", "{delivery}", deliveries.Deliveries[0].ID, "{consumer}", "reader")
	answered := 0
	for path, methods := range document.Paths {
		operation, reads := methods["get"]
		if !reads || slices.Contains(endless, operation.OperationID) {
			continue
		}
		address := fill.Replace(path)
		switch operation.OperationID {
		case "trace-order":
			address += "?order=" + order
		case "get-order":
			address += "?by=id"
		case "list-receipts":
			address += "?subscription=erp"
		}
		status, answer := s.call(http.MethodGet, address, "")
		switch {
		case status == http.StatusOK:
			answered++
		case status/100 != 4: // of some kinds there is nothing in this story, and a refusal is an answer, too
			s.Errorf("GET %s is answered with %d: %s", address, status, answer)
		}
		places["GET "+address] = answer
	}
	if answered < 20 {
		s.Errorf("only %d operations were answered", answered)
	}
	for _, address := range []string{"/metrics", "/readyz", "/livez", "/openapi.json", "/docs",
		"/v1/subscriptions/erp/deliveries?limit=1000", "/v1/changes?limit=1000", "/v1/audit?limit=500"} {
		status, answer := s.call(http.MethodGet, address, "")
		if status != http.StatusOK {
			s.Errorf("GET %s is answered with %d: %s", address, status, answer)
		}
		places["GET "+address] = answer
	}
	if !bytes.Contains(places["GET /metrics"], []byte("waybill_")) {
		s.Errorf("the metrics are %.200s", places["GET /metrics"])
	}
	for _, request := range [][3]string{{http.MethodPost, "/v1/stores/shop/diagnosis", `{}`},
		{http.MethodPost, "/v1/subscriptions/erp/test", ``}, {http.MethodPatch, "/v1/subscriptions/erp", `{"thin":true}`},
		{http.MethodPost, "/v1/stores", `{"url":"` + s.shop.URL + `","key":"` + s.shop.Key + `","secret":"cs_wrong"}`}} {
		_, answer := s.call(request[0], request[1], request[2])
		places[request[0]+" "+request[1]] = answer
	}
}

// files adds every file below a directory but those that are secret as a whole: the master key, and the authorities
// that the test itself has put there.
func (s *story) files(places map[string][]byte, dir string) {
	s.Helper()
	s.must(filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || entry.Name() == "master.key" {
			return err
		}
		places[path], err = os.ReadFile(path)
		return err
	}))
}

// tables adds every row of every table of the database.
func (s *story) tables(places map[string][]byte) {
	s.Helper()
	conn, err := pgx.Connect(s.Context(), s.database())
	s.must(err)
	defer func() { _ = conn.Close(s.Context()) }()
	rows, err := conn.Query(s.Context(), `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name)
		FROM information_schema.tables WHERE table_type = 'BASE TABLE'
		AND table_schema NOT IN ('pg_catalog', 'information_schema')`)
	s.must(err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	s.must(err)
	if len(names) < 10 {
		s.Errorf("there are the tables %v", names)
	}
	for _, name := range names {
		var text *string
		s.must(conn.QueryRow(s.Context(), "SELECT string_agg(t::text, E'\\n') FROM "+name+" t").Scan(&text))
		if text != nil {
			places["table "+name] = []byte(*text)
		}
	}
}
