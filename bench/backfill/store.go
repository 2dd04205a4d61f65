package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// The store is n orders, one a minute, computed when asked for: order i (from 0) has id i+1 and one of the recorded
// bodies.
type store struct {
	n       int
	bodies  []template
	started time.Time // when the first order was created
}

// template is an order's JSON in pieces between its id and its dates.
type template struct {
	pieces [][]byte
	fields []string // what goes behind each piece but the last
}

const (
	stampForm       = "2006-01-02T15:04:05"
	certificateFile = "store.pem"
)

// play serves the store until the process is ended, after saying where.
func play(o options) error {
	bodies, err := templates(o.bodies)
	if err != nil {
		return err
	}
	s := &store{n: o.n, bodies: bodies, started: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}
	server := httptest.NewUnstartedServer(s)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(filepath.Join(o.dir, certificateFile), certificate, 0o600); err != nil {
		return err
	}
	fmt.Println(server.URL)
	select {}
}

// templates cuts recorded orders into pieces.
func templates(name string) ([]template, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var all []template
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		t, err := cut(lines.Bytes())
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s holds no orders", name)
	}
	return all, lines.Err()
}

func cut(order []byte) (template, error) {
	var t template
	var known struct {
		ID       int64
		Created  string `json:"date_created_gmt"`
		Modified string `json:"date_modified_gmt"`
	}
	if err := json.Unmarshal(order, &known); err != nil {
		return t, err
	}
	rest := order
	for _, place := range []struct{ before, value, field string }{
		{`"id":`, strconv.FormatInt(known.ID, 10), "id"},
		{`"date_created_gmt":"`, known.Created, "date"},
		{`"date_modified_gmt":"`, known.Modified, "date"},
	} {
		at := bytes.Index(rest, []byte(place.before+place.value))
		if at < 0 {
			continue // members come in an order of their own: what stands before is left as it was
		}
		t.pieces = append(t.pieces, bytes.Clone(rest[:at+len(place.before)]))
		t.fields = append(t.fields, place.field)
		rest = rest[at+len(place.before)+len(place.value):]
	}
	if len(t.fields) != 3 {
		return t, fmt.Errorf("order %d does not begin with its id and its dates", known.ID)
	}
	t.pieces = append(t.pieces, bytes.Clone(rest))
	// Refunds would have to be listed as well.
	return t, nil
}

func (s *store) created(i int) time.Time { return s.started.Add(time.Duration(i) * time.Minute) }

// position is how many orders were created before a moment.
func (s *store) position(at time.Time) int {
	return min(max(0, int((at.Sub(s.started)+time.Minute-1)/time.Minute)), s.n)
}

func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	path := strings.TrimPrefix(strings.TrimSuffix(r.URL.Path, "/"), "/wp-json")
	query := r.URL.Query()
	switch {
	case !strings.HasPrefix(r.URL.Path, "/wp-json"):
		w.Header().Set("Link", fmt.Sprintf(`<https://%s/wp-json/>; rel="https://api.w.org/"`, r.Host))
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	case path == "":
		home := "https://" + r.Host
		_ = json.NewEncoder(w).Encode(map[string]any{"name": "Bench", "url": home, "home": home, "gmt_offset": 0,
			"timezone_string": "",
			"namespaces":      []string{"wp/v2", "wc/v3"}, "authentication": map[string]any{},
			"routes": map[string]any{}})
	case path == "/wc/v3/orders" && query.Get("status") != "trash":
		s.orders(w, query)
	case strings.HasPrefix(path, "/wc/v3/orders/") && path != "/wc/v3/orders/statuses":
		s.order(w, strings.TrimPrefix(path, "/wc/v3/orders/"))
	case path == "/wc/v3/system_status":
		_, _ = io.WriteString(w, `{"environment":{"version":"10.0.2"},"settings":{"currency":"EUR"}}`)
	default:
		w.Header().Set("X-WP-Total", "0")
		w.Header().Set("X-WP-TotalPages", "0")
		_, _ = io.WriteString(w, "[]")
	}
}

// orders answers the list as WooCommerce selects, orders and pages it.
func (s *store) orders(w http.ResponseWriter, q url.Values) {
	from, to := 0, s.n
	bound := func(name string, step time.Duration) (int, bool) {
		at, err := time.Parse(stampForm, q.Get(name))
		return s.position(at.Add(step)), err == nil
	}
	if at, ok := bound("after", time.Second); ok {
		from = max(from, at)
	}
	if at, ok := bound("modified_after", time.Second); ok {
		from = max(from, at)
	}
	if at, ok := bound("before", 0); ok {
		to = min(to, at)
	}
	if ids := q.Get("include"); ids != "" {
		s.included(w, strings.Split(ids, ","))
		return
	}
	total := max(0, to-from)
	size := number(q, "per_page", 10)
	skip := number(q, "offset", (number(q, "page", 1)-1)*size)
	w.Header().Set("X-WP-Total", strconv.Itoa(total))
	w.Header().Set("X-WP-TotalPages", strconv.Itoa((total+size-1)/size))
	var page bytes.Buffer
	page.Grow(size * 4000)
	page.WriteByte('[')
	for k := skip; k < min(skip+size, total); k++ {
		i := from + k
		if q.Get("order") != "asc" {
			i = to - 1 - k
		}
		if page.Len() > 1 {
			page.WriteByte(',')
		}
		s.print(&page, i)
	}
	page.WriteByte(']')
	w.Header().Set("Content-Length", strconv.Itoa(page.Len()))
	_, _ = w.Write(page.Bytes())
}

// included answers the list with the orders named, which are in the order of their ids.
func (s *store) included(w http.ResponseWriter, ids []string) {
	page := bytes.NewBufferString("[")
	for _, id := range ids {
		if n, err := strconv.Atoi(id); err == nil && n >= 1 && n <= s.n {
			if page.Len() > 1 {
				page.WriteByte(',')
			}
			s.print(page, n-1)
		}
	}
	page.WriteByte(']')
	_, _ = w.Write(page.Bytes())
}

// order answers with one order.
func (s *store) order(w http.ResponseWriter, id string) {
	n, err := strconv.Atoi(id)
	if err != nil || n < 1 || n > s.n {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w,
			`{"code":"woocommerce_rest_shop_order_invalid_id","message":"Invalid ID.","data":{"status":404}}`)
		return
	}
	var page bytes.Buffer
	s.print(&page, n-1)
	_, _ = w.Write(page.Bytes())
}

// print writes order i. With _fields a store sends less; the mirror may not depend on that.
func (s *store) print(page *bytes.Buffer, i int) {
	t := &s.bodies[i%len(s.bodies)]
	for k, piece := range t.pieces {
		page.Write(piece)
		if k == len(t.fields) {
			break
		}
		if t.fields[k] == "id" {
			page.Write(strconv.AppendInt(page.AvailableBuffer(), int64(i+1), 10))
		} else {
			page.Write(s.created(i).AppendFormat(page.AvailableBuffer(), stampForm))
		}
	}
}

func number(q url.Values, name string, otherwise int) int {
	if n, err := strconv.Atoi(q.Get(name)); err == nil {
		return n
	}
	return otherwise
}
