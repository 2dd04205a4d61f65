package rest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// sink is a ResponseWriter that keeps nothing.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) Write(p []byte) (int, error) { return len(p), nil }
func (s *sink) WriteHeader(int)             {}

func (b *bundle) serve(r *http.Request, path string) {
	b.server.ServeVisit(&sink{header: http.Header{}}, r, Visit{
		Path: path, Base: "https://shop.example", SignedBase: "https://shop.example", SSL: true, Prefix: "wp-json",
		Authorization: r.Header.Get("Authorization"), Query: ParseQuery(r.URL.RawQuery),
	})
}

// bigItems registers a collection of 100 records of a real order's size.
func (b *bundle) bigItems() {
	raw := Raw(`{"id":1,"status":"processing","line_items":[` + strings.Repeat(`{"id":1,"name":"A \"product\"","total":"10.00","meta_data":[]},`, 40) +
		`{"id":2}],"note":"x","_end":true}`)
	b.server.Register(Route{Pattern: `/wc/v3/bench`, Endpoints: []Endpoint{{Methods: Readable, Args: &Object{},
		Handler: func(r *Request) (*Response, error) {
			items := make(List, 100)
			for i := range items {
				id := itoa(int64(i))
				items[i] = Item{Data: raw, Links: []Link{
					{Rel: "self", Href: r.RESTURL("/wc/v3/orders/" + id)}, {Rel: "collection", Href: r.RESTURL("/wc/v3/orders")},
				}}
			}
			return &Response{Body: items}, nil
		}}}})
}

func benchmark(b *testing.B, target string) {
	k := setup(b)
	k.server.config.Observe = nil
	k.bigItems()
	r := httptest.NewRequest("GET", "https://shop.example/wp-json"+target, nil)
	r.SetBasicAuth("ck_boss", "cs")
	path, _, _ := strings.Cut(target, "?")
	b.ReportAllocs()
	for b.Loop() {
		k.serve(r, path)
	}
}

func BenchmarkSingleRecord(b *testing.B)       { benchmark(b, "/wc/v3/orders/5") }
func BenchmarkPageOf100(b *testing.B)          { benchmark(b, "/wc/v3/bench") }
func BenchmarkPageOf100TwoFields(b *testing.B) { benchmark(b, "/wc/v3/bench?_fields=id,status") }
func BenchmarkPageOf100ManyFields(b *testing.B) {
	benchmark(b, "/wc/v3/bench?_fields=id,line_items,note")
}
func BenchmarkRefusalOfAnonymous(b *testing.B) { benchmark(b, "/wc/v3/orders?per_page=abc") }
