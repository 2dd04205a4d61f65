package sandbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/sandbox"
)

// ask sends a request to the store as one of its users; "" is nobody.
func ask(t *testing.T, s *sandbox.Server, method, path, login, body string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if login != "" {
		credentials, err := s.Credentials(login)
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(credentials.Key, credentials.Secret)
	}
	response, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(text)
}

func TestFreshStoreServesOverTLSWithItsOwnCertificate(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t)
	if !strings.HasPrefix(s.URL, "https://127.0.0.1:") || s.Key == "" || s.Secret == "" {
		t.Fatalf("URL %s, key %q", s.URL, s.Key)
	}
	r, body := ask(t, s, "GET", "/wp-json/wc/v3/orders", "adm", "")
	if r.StatusCode != 200 || body != "[]" || r.Header.Get("X-WP-Total") != "0" {
		t.Errorf("got %d %s %v", r.StatusCode, body, r.Header)
	}
	if _, err := http.Get(s.URL); err == nil { //nolint:noctx // must fail before anything is sent
		t.Error("a client that does not know the certificate got through")
	}
}

func TestEveryUserMayDoWhatItsRoleAndKeyAllow(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t)
	for login, want := range map[string]string{
		"adm": "200 201", "sm": "200 201", "smread": "200 401", "smwrite": "401 201", "author": "403 403",
		"cust": "403 403", "sub": "403 403", "seedrole": "200 201", "seed5": "200 403", "seed10": "200 403",
		"": "401 401",
	} {
		read, _ := ask(t, s, "GET", "/wp-json/wc/v3/orders", login, "")
		write, _ := ask(t, s, "POST", "/wp-json/wc/v3/orders", login, "{}")
		if got := read.Status[:3] + " " + write.Status[:3]; got != want {
			t.Errorf("%q: read and create gave %s, want %s", login, got, want)
		}
	}
}

func TestPlainHTTPTakesNoKeys(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t, sandbox.WithPlainHTTP())
	r, _ := ask(t, s, "GET", "/wp-json/wc/v3/orders", "adm", "")
	if !strings.HasPrefix(s.URL, "http://") || r.StatusCode != 401 {
		t.Errorf("%s: %d", s.URL, r.StatusCode)
	}
}

func TestClockAndTimeZoneDateRecords(t *testing.T) {
	t.Parallel()
	clock := sandbox.NewClock(time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC))
	s := sandbox.Start(t, sandbox.WithClock(clock.Now), sandbox.WithTimeZone("America/New_York"))
	clock.Advance(time.Hour)
	_, body := ask(t, s, "POST", "/wp-json/wc/v3/orders", "adm", "{}")
	var order struct {
		DateCreated    string `json:"date_created"`
		DateCreatedGMT string `json:"date_created_gmt"`
	}
	if err := json.Unmarshal([]byte(body), &order); err != nil {
		t.Fatal(err)
	}
	if order.DateCreated != "2026-07-01T09:00:00" || order.DateCreatedGMT != "2026-07-01T13:00:00" {
		t.Errorf("created %s, GMT %s", order.DateCreated, order.DateCreatedGMT)
	}
}

func TestResetForgetsEverything(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t)
	_, first := ask(t, s, "POST", "/wp-json/wc/v3/orders", "adm", "{}")
	s.Reset()
	r, body := ask(t, s, "GET", "/wp-json/wc/v3/orders", "adm", "")
	if body != "[]" || r.Header.Get("X-WP-Total") != "0" || s.RequestCount() != 1 {
		t.Errorf("after a reset: %s, %d requests", body, s.RequestCount())
	}
	_, again := ask(t, s, "POST", "/wp-json/wc/v3/orders", "adm", "{}")
	if id(t, first) != id(t, again) {
		t.Errorf("ids do not start over: %d, then %d", id(t, first), id(t, again))
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func id(t *testing.T, body string) int64 {
	t.Helper()
	var record struct {
		ID int64 `json:"id"`
	}
	if err := json.Unmarshal([]byte(body), &record); err != nil {
		t.Fatal(err)
	}
	return record.ID
}

func TestRequestLogSaysWhoAskedWhatAndWhyItWasRefused(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t, sandbox.WithLogSize(2))
	ask(t, s, "GET", "/wp-json/wc/v3/products", "adm", "")
	ask(t, s, "GET", "/wp-json/wc/v3/orders?search=x", "cust", "")
	ask(t, s, "GET", "/wp-json/wc/v3/orders", "", "")
	log := s.Requests()
	if len(log) != 2 || s.RequestCount() != 3 {
		t.Fatalf("%d entries of %d", len(log), s.RequestCount())
	}
	refused, anonymous := log[0], log[1]
	if refused.User != "cust" || refused.Status != 403 || refused.Code != "woocommerce_rest_cannot_view" ||
		refused.Path != "/wp-json/wc/v3/orders?search=x" || refused.Route != "/wc/v3/orders" {
		t.Errorf("refusal logged as %+v", refused)
	}
	if anonymous.User != "" || anonymous.Status != 401 || !strings.HasPrefix(anonymous.Reason, "no credentials") {
		t.Errorf("anonymous request logged as %+v", anonymous)
	}
}
