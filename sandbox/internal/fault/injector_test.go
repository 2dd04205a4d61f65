package fault

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// shop answers with the number of times it acted.
func shop(t *testing.T) (*Injector, *httptest.Server, *atomic.Int64) {
	t.Helper()
	var acted atomic.Int64
	i := NewInjector(1)
	server := httptest.NewServer(i.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		acted.Add(1)
		w.Header().Set("X-WP-Total", "1")
		w.Header().Set("X-Seen", r.Header.Get("Authorization")+"|"+r.URL.RawQuery+"|"+r.Method)
		_, _ = io.WriteString(w, `{"orders":1}`)
	})))
	t.Cleanup(func() { server.Close(); i.Close() })
	return i, server, &acted
}

func send(
	t *testing.T, server *httptest.Server, method string,
) (status int, header http.Header, body string, err error) {
	t.Helper()
	req, err := http.NewRequestWithContext(
		t.Context(), method, server.URL+"/wp-json/wc/v3/orders?page=2", strings.NewReader("{}"),
	)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Basic x")
	answer, err := server.Client().Do(req)
	if err != nil {
		return 0, nil, "", err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	return answer.StatusCode, answer.Header, string(raw), err
}

func add(t *testing.T, i *Injector, f Fault) string {
	t.Helper()
	id, err := i.Add(f)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestALostRequestDoesNothingAndALostAnswerDoes(t *testing.T) {
	t.Parallel()
	i, server, acted := shop(t)
	id := add(t, i, Fault{Drop: BeforeCommit})
	if _, _, _, err := send(t, server, "POST"); err == nil || acted.Load() != 0 {
		t.Errorf("before: %v, acted %d times", err, acted.Load())
	}
	i.Remove(id)
	add(t, i, Fault{Drop: AfterCommit})
	if _, _, _, err := send(t, server, "POST"); err == nil || acted.Load() != 1 {
		t.Errorf("after: %v, acted %d times", err, acted.Load())
	}
}

func TestAStoreCanActLongAfterTheClientLeft(t *testing.T) {
	t.Parallel()
	i, server, acted := shop(t)
	add(t, i, Fault{Drop: AfterCommit, Late: Duration(time.Hour)})
	if _, _, _, err := send(t, server, "POST"); err == nil || acted.Load() != 0 {
		t.Fatalf("%v, acted %d times at once", err, acted.Load())
	}
	i.Close() // the hour is over
	if acted.Load() != 1 {
		t.Errorf("acted %d times in the end", acted.Load())
	}
}

func TestWhatAFaultDoesToRequestAndAnswer(t *testing.T) {
	t.Parallel()
	cut := -4
	tests := []struct {
		name  string
		fault Fault
		check func(status int, header http.Header, body string, err error) bool
	}{
		{
			"strips a header", Fault{StripHeaders: []string{"authorization"}},
			func(_ int, h http.Header, _ string, _ error) bool { return h.Get("X-Seen") == "|page=2|GET" },
		},
		{
			"drops the query", Fault{DropQuery: true},
			func(_ int, h http.Header, _ string, _ error) bool { return h.Get("X-Seen") == "Basic x||GET" },
		},
		{
			"rewrites the method", Fault{Method: "POST"},
			func(_ int, h http.Header, _ string, _ error) bool { return h.Get("X-Seen") == "Basic x|page=2|POST" },
		},
		{"cuts the body", Fault{Cut: &cut}, func(_ int, _ http.Header, b string, err error) bool {
			return b == `{"orders` && errors.Is(err, io.ErrUnexpectedEOF)
		}},
		{
			"prints before the body", Fault{Before: "<br />\n"},
			func(_ int, _ http.Header, b string, _ error) bool { return b == "<br />\n{\"orders\":1}" },
		},
		{"takes headers away", Fault{RemoveHeaders: []string{"X-WP-*"}}, func(_ int, h http.Header, _ string,
			_ error) bool {
			return h.Get("X-WP-Total") == "" && h.Get("X-Seen") != ""
		}},
		{"answers in place of the store",
			Fault{Answer: &Answer{Status: 301, Header: map[string]string{
				"Location": "https://www.{host}{path}{query}",
			}}}, func(s int, h http.Header, _ string, _ error) bool {
				return s == 301 && strings.HasSuffix(h.Get("Location"), "/wp-json/wc/v3/orders?page=2")
			}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			i, server, _ := shop(t)
			server.Client().CheckRedirect = func(*http.Request,
				[]*http.Request) error {
				return http.ErrUseLastResponse
			}
			add(t, i, test.fault)
			status, header, body, err := send(t, server, "GET")
			if !test.check(status, header, body, err) {
				t.Errorf("got %d %v %q %v", status, header, body, err)
			}
		})
	}
}

func TestAFaultHappensAsOftenAsItSays(t *testing.T) {
	t.Parallel()
	i, server, _ := shop(t)
	add(t, i, Fault{Match: Match{Methods: []string{"GET"}, Path: "/orders$", Skip: 1, Times: 2}, Status: 500})
	var got []int
	for range 5 {
		status, _, _, err := send(t, server, "GET")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, status)
	}
	if want := []int{200, 500, 500, 200, 200}; !equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if list := i.List(); len(list) != 1 || list[0].Happened != 2 {
		t.Errorf("list %+v", list)
	}
}

func equal(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestACacheAnswersWithTheFirstAnswer(t *testing.T) {
	t.Parallel()
	i, server, acted := shop(t)
	add(t, i, Fault{Remember: true})
	for range 3 {
		if _, _, _, err := send(t, server, "GET"); err != nil {
			t.Fatal(err)
		}
	}
	if acted.Load() != 1 {
		t.Errorf("the store acted %d times behind the cache", acted.Load())
	}
}

func TestABadFaultIsRefused(t *testing.T) {
	t.Parallel()
	i := NewInjector(1)
	for _, f := range []Fault{{Match: Match{Path: "("}}, {Drop: "sometimes"}, {Match: Match{Probability: 2}}} {
		if _, err := i.Add(f); err == nil {
			t.Errorf("%+v was taken", f)
		}
	}
}
