package sandbox

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
)

// discard is a ResponseWriter that only remembers the status.
type discard struct {
	header http.Header
	status int
	bytes  int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { d.bytes += len(p); return len(p), nil }
func (d *discard) WriteHeader(status int)      { d.status = status }

// call sends a request straight to a store's handler, as Shop Manager.
func (s *Store) call(tb testing.TB, method, path, body string) *discard {
	tb.Helper()
	w := &discard{header: http.Header{}}
	s.ServeHTTP(w, s.request(tb, method, path, body))
	return w
}

func (s *Store) request(tb testing.TB, method, path, body string) *http.Request {
	tb.Helper()
	credentials := credentialsOf("sm")
	address, err := url.ParseRequestURI(path)
	if err != nil {
		tb.Fatal(err)
	}
	header := http.Header{
		"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(credentials.Key+":"+credentials.Secret))},
		"Content-Type":  {"application/json"},
	}
	r := &http.Request{
		Method: method, URL: address, RequestURI: path, Host: "127.0.0.1:8450", Header: header, Proto: "HTTP/1.1",
		Body: http.NoBody, TLS: loopbackTLS,
	}
	if body != "" {
		r.Body = readCloser{strings.NewReader(body)}
	}
	return r
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

// withOrders returns a store with n orders of the usual size.
func withOrders(tb testing.TB, n int) *Store {
	tb.Helper()
	s := New()
	for i := range n {
		body := fmt.Sprintf(`{"status":"processing","billing":{"first_name":"Ann","last_name":"Müller %d","email":"ann%d@example.test",`+
			`"address_1":"Hauptstraße 1","city":"Köln","postcode":"50667","country":"DE","phone":"+49 221 1"},`+
			`"fee_lines":[{"name":"Packing","total":"3.00"},{"name":"Wrapping","total":"2.50"},{"name":"Express","total":"12.00"}],`+
			`"shipping_lines":[{"method_id":"flat_rate","method_title":"Flat rate","total":"5.00"}],`+
			`"meta_data":[{"key":"erp_id","value":"E-%d"},{"key":"gift","value":{"wrap":true,"note":"Grüße"}}]}`, i, i,
			i)
		if w := s.call(tb, "POST", "/wp-json/wc/v3/orders", body); w.status != http.StatusCreated {
			tb.Fatalf("creating order %d: %d", i, w.status)
		}
	}
	return s
}

func BenchmarkSingleOrder(b *testing.B) {
	s := withOrders(b, 1000)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		if w := s.call(b, "GET", fmt.Sprintf("/wp-json/wc/v3/orders/%d", 10+i%1000), ""); w.status != http.StatusOK {
			b.Fatal(w.status)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "orders/s")
}

func benchmarkPages(b *testing.B, query string) {
	s := withOrders(b, 2000)
	b.ReportAllocs()
	i, bytes := 0, 0
	for b.Loop() {
		i++
		w := s.call(b, "GET", fmt.Sprintf("/wp-json/wc/v3/orders?per_page=100&page=%d%s", 1+i%20, query), "")
		if w.status != http.StatusOK {
			b.Fatal(w.status)
		}
		bytes += w.bytes
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
	b.ReportMetric(float64(bytes)/float64(b.N)/1000, "kB/page")
}

func BenchmarkPageOf100Orders(b *testing.B)     { benchmarkPages(b, "") }
func BenchmarkPageOf100Changes(b *testing.B)    { benchmarkPages(b, "&_fields=id,date_modified_gmt") }
func BenchmarkPageOf100OrdersById(b *testing.B) { benchmarkPages(b, "&orderby=id&order=asc") }
func BenchmarkCreateOrder(b *testing.B) {
	s := withOrders(b, 1)
	for b.Loop() {
		if w := s.call(
			b, "POST", "/wp-json/wc/v3/orders", `{"fee_lines":[{"name":"Packing","total":"3.00"}]}`,
		); w.status != http.StatusCreated {
			b.Fatal(w.status)
		}
	}
}

// BenchmarkMemoryPerOrder shows what an order costs to keep, rendered once.
func BenchmarkMemoryPerOrder(b *testing.B) {
	const n = 5000
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		s := withOrders(b, n)
		for page := range n / 100 {
			s.call(b, "GET", fmt.Sprintf("/wp-json/wc/v3/orders?per_page=100&page=%d", page+1), "")
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/n, "B/order")
		runtime.KeepAlive(s)
	}
}

// BenchmarkPagesOverTLS includes what a client costs on the same machine: two ends of TLS, reading the body.
func BenchmarkPagesOverTLS(b *testing.B) {
	benchmarkOverTLS(b, "/wp-json/wc/v3/orders?per_page=100&page=%d")
}
func BenchmarkSingleOrderOverTLS(b *testing.B) { benchmarkOverTLS(b, "/wp-json/wc/v3/orders/%d") }

func benchmarkOverTLS(b *testing.B, form string) {
	s := Start(b)
	for i := range 500 {
		s.call(b, "POST", "/wp-json/wc/v3/orders", fmt.Sprintf(
			`{"fee_lines":[{"name":"Packing %d","total":"3.00"}],"billing":{"city":"Köln"}}`, i,
		))
	}
	client := s.Client()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			n := 1 + i%5
			if !strings.Contains(form, "per_page") {
				n = 10 + i%500
			}
			r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, s.URL+fmt.Sprintf(form, n), nil)
			if err != nil {
				b.Error(err)
				return
			}
			r.SetBasicAuth(s.Key, s.Secret)
			response, err := client.Do(r)
			if err != nil {
				b.Error(err)
				return
			}
			if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode != http.StatusOK {
				b.Errorf("%d: %v", response.StatusCode, err)
			}
			_ = response.Body.Close()
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}
