package woo

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// listOf serves total records by page and per_page, as WooCommerce does.
func listOf(total int, totals bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		perPage, page := atoi(r.URL.Query().Get("per_page")), atoi(r.URL.Query().Get("page"))
		if perPage == 0 {
			perPage = 10
		}
		var items []string
		for n := (page-1)*perPage + 1; n <= min(page*perPage, total); n++ {
			items = append(items, fmt.Sprintf(`{"id":%d}`, n))
		}
		if totals {
			shown := total
			if len(items) == 0 {
				shown = 0 // recording: orders beyond the last page
			}
			w.Header().Set("X-WP-Total", strconv.Itoa(shown))
			w.Header().Set("X-WP-TotalPages", strconv.Itoa((shown+perPage-1)/perPage))
		}
		answerJSON(w, 200, "["+strings.Join(items, ",")+"]")
	}
}

func TestAllReadsEveryRecordOnceWithTheFewestRequests(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		total, perPage int
		totals         bool
		requests       int
	}{
		{0, 0, true, 1}, {1, 0, true, 1}, {100, 0, true, 1}, {101, 0, true, 2}, {250, 0, true, 3}, {20, 10, true, 2},
		{0, 0, false, 1}, {99, 0, false, 1}, {100, 0, false, 2}, {250, 0, false, 3}, {20, 10, false, 3},
	} {
		s := newShop(t, listOf(tt.total, tt.totals))
		var ids []int64
		for o, err := range s.client(t).Orders().All(t.Context(), OrderOptions{
			ListOptions: ListOptions{PerPage: tt.perPage},
		}) {
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, o.ID)
		}
		if len(ids) != tt.total || len(s.requests()) != tt.requests {
			t.Errorf("%+v: %d records in %d requests", tt, len(ids), len(s.requests()))
		}
		for i, id := range ids {
			if id != int64(i+1) {
				t.Fatalf("%+v: record %d has id %d", tt, i, id)
			}
		}
	}
}

func TestPagesTellTotalsAndStopWhenTheCallerDoes(t *testing.T) {
	t.Parallel()
	s := newShop(t, listOf(250, true))
	pages := 0
	for page, err := range s.client(t).Orders().Pages(t.Context(), OrderOptions{ListOptions: ListOptions{Page: 2}}) {
		if err != nil || page.Total != 250 || page.TotalPages != 3 || page.Number != 2 || page.Items[0].ID != 101 {
			t.Fatalf("page = %+v, %v", page, err)
		}
		pages++
		break
	}
	if pages != 1 || len(s.requests()) != 1 {
		t.Errorf("%d pages, %d requests", pages, len(s.requests()))
	}
}

func TestAnEmptyListIsOneEmptyPage(t *testing.T) {
	t.Parallel()
	s := newShop(t, listOf(0, true))
	pages := 0
	for page, err := range s.client(t).Orders().Pages(t.Context(), OrderOptions{}) {
		if err != nil || len(page.Items) != 0 || page.Total != 0 {
			t.Fatalf("page = %+v, %v", page, err)
		}
		pages++
	}
	if pages != 1 {
		t.Errorf("%d pages", pages)
	}
}

func TestAListThatShrinksWhileItIsReadEndsWithoutAnEmptyPage(t *testing.T) {
	t.Parallel()
	total := 250
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
		listOf(total, true)(w, r)
		total = 150 // records leave the filter after the first page was read
	})
	var ids []int64
	for o, err := range s.client(t).Orders().All(t.Context(), OrderOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, o.ID)
	}
	if len(ids) != 150 || len(s.requests()) != 2 {
		t.Errorf("%d records in %d requests", len(ids), len(s.requests()))
	}
}

func TestAPageThatBecameEmptyIsNotGivenOut(t *testing.T) {
	t.Parallel()
	total := 250
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
		listOf(total, true)(w, r)
		total = 50
	})
	for page, err := range s.client(t).Orders().Pages(t.Context(), OrderOptions{}) {
		if err != nil || page.Total != 250 {
			t.Errorf("page = %+v, %v", page, err)
		}
	}
	if len(s.requests()) != 2 {
		t.Errorf("%d requests", len(s.requests()))
	}
}

func TestAStoreThatIgnoresThePageArgumentIsFoundOut(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
		answerJSON(w, 200, `[{"id":1},{"id":2}]`)
	})
	var err error
	for _, err = range s.client(t).Orders().All(t.Context(), OrderOptions{ListOptions: ListOptions{PerPage: 2}}) {
	}
	if e := wantError(t, err, KindShape); !errors.Is(e, errSamePage) || len(s.requests()) != 2 {
		t.Errorf("error = %v after %d requests", err, len(s.requests()))
	}
}

func TestAnErrorEndsTheIteration(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("page") == "2" {
			answerJSON(w, 502, `{}`)
			return
		}
		listOf(300, true)(w, r)
	})
	n, failures := 0, 0
	for _, err := range s.client(t).Orders().All(t.Context(), OrderOptions{}) {
		if err != nil {
			failures++
			continue
		}
		n++
	}
	if n != 100 || failures != 1 || len(s.requests()) != 2 {
		t.Errorf("%d records, %d errors, %d requests", n, failures, len(s.requests()))
	}
}

func TestCountAsksForOneIDOnly(t *testing.T) {
	t.Parallel()
	s := newShop(t, listOf(4321, true))
	n, err := s.client(t).Orders().Count(t.Context(), OrderOptions{Status: []string{"processing"}})
	if err != nil || n != 4321 {
		t.Errorf("count = %d, %v", n, err)
	}
	if got := s.requests()[0].uri; got != "/wp-json/wc/v3/orders?_fields=id&page=1&per_page=1&status=processing" {
		t.Errorf("asked %s", got)
	}
	silent := newShop(t, listOf(5, false))
	if _, err := silent.client(t).Orders().Count(t.Context(), OrderOptions{}); !errors.Is(err, ErrNoTotal) {
		t.Errorf("error = %v", err)
	}
}

func TestListsThatArriveAsObjectsAreReadInOrder(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 200, `{"1":{"id":5},"7":{"id":6}}`) })
	page, err := s.client(t).Orders().List(t.Context(), OrderOptions{})
	if err != nil || len(page.Items) != 2 || page.Items[1].ID != 6 {
		t.Errorf("page = %+v, %v", page, err)
	}
	items, err := page.Response.Items()
	if err != nil || len(items) != 2 || string(items[0]) != `{"id":5}` {
		t.Errorf("items = %s, %v", items, err)
	}
}

func TestAnAnswerOfAnotherShapeIsAnErrorThatSaysSo(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 200, `"maintenance"`) })
	_, err := s.client(t).Orders().List(t.Context(), OrderOptions{})
	if e := wantError(t, err, KindShape); e.Executed != NotExecuted {
		t.Errorf("error = %+v", e)
	}
	_, err = s.client(t).Orders().Create(t.Context(), Order{})
	if e := wantError(t, err, KindShape); e.Executed != WasExecuted || string(e.Body) != `"maintenance"` {
		t.Errorf("error = %+v", e)
	}
}

func TestStrayOutputStillGivesTheRecords(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
		body := `{"id":5}`
		if r.Method == http.MethodGet {
			body = "[" + body + "]"
		}
		answerJSON(w, 200, "\uFEFF"+body)
	})
	c := s.client(t)
	page, err := c.Orders().List(t.Context(), OrderOptions{})
	wantError(t, err, KindStrayOutput)
	if page == nil || page.Items[0].ID != 5 {
		t.Errorf("page = %+v", page)
	}
	order, err := c.Orders().Create(t.Context(), Order{})
	if e := wantError(t, err, KindStrayOutput); order == nil || order.ID != 5 || e.Executed != WasExecuted {
		t.Errorf("order = %+v, %+v", order, e)
	}
}

func TestOptionsAreSentAsTheStoreReadsThem(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("store", 3*3600)
	guest, top, no, two := int64(0), int64(0), false, 2
	for want, opts := range map[string]any{
		"": OrderOptions{},
		"after=2026-07-01T09:00:00Z&customer=0&dates_are_gmt=true&dp=2&include=3,1&order=asc&orderby=modified&per_page=50&status=pending,wc-custom": OrderOptions{
			ListOptions: ListOptions{PerPage: 50, Include: []int64{3, 1}, Order: Ascending, OrderBy: "modified"},
			DateRange:   DateRange{After: time.Date(2026, 7, 1, 12, 0, 0, 0, zone)},
			Status:      []string{"pending", "wc-custom"}, Customer: &guest, Decimals: &two,
		},
		"dates_are_gmt=true&modified_after=2026-01-02T03:04:05Z&modified_before=2026-01-02T03:04:06Z": ProductOptions{
			DateRange: DateRange{
				ModifiedAfter:  time.Date(2026, 1, 2, 3, 4, 5, 999, time.UTC),
				ModifiedBefore: time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC),
			},
		},
		"category=1,2&max_price=9.90&on_sale=false": ProductOptions{
			Category: []int64{1, 2}, OnSale: &no, MaxPrice: NewMoney("9.90"),
		},
		"hide_empty=true&parent=0":  TermOptions{HideEmpty: true, Parent: &top},
		"after=2026-07-01T12:00:00": ReviewOptions{After: NewLocalTime(time.Date(2026, 7, 1, 12, 0, 0, 0, zone))},
		"lang=de&page=2&search=a b": CustomerOptions{ListOptions: ListOptions{
			Page: 2, Search: "a b", More: url.Values{"lang": {"de"}},
		}},
		"_fields=id,billing.email&role=all": CustomerOptions{
			ListOptions: ListOptions{Fields: []string{"id", "billing.email"}}, Role: "all",
		},
	} {
		query, err := encodeOptions(opts)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := url.QueryUnescape(query.Encode()); got != want {
			t.Errorf("sends %s\nwant  %s", got, want)
		}
	}
	_, err := encodeOptions(OrderOptions{Status: []string{"on hold,x"}})
	wantError(t, err, KindUsage)
}

func BenchmarkReadAPageOverHTTP(b *testing.B) {
	page := benchmarkPage(b)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(page)))
		_, _ = w.Write(page)
	}))
	defer server.Close()
	c, err := New(server.URL, testCred, WithAuth(AuthOAuth1))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		res, err := c.Do(b.Context(), Request{Path: "orders", Query: url.Values{"per_page": {"100"}}})
		if err != nil {
			b.Fatal(err)
		}
		if items, err := res.Items(); err != nil || len(items) != 100 {
			b.Fatal(len(items), err)
		}
	}
}
