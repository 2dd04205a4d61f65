package sandbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/sandbox"
)

// administer makes a request to the administration and reads the answer into into.
func administer(t *testing.T, s *sandbox.Server, method, path, body string, into any) (status int, raw string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+sandbox.AdminPath+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	answer, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatalf("%s %s answers %d %s: %v", method, path, answer.StatusCode, text, err)
		}
	}
	return answer.StatusCode, string(text)
}

func TestFaultsAreSwitchedFromOutside(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t)
	var added struct{ ID string }
	status, _ := administer(
		t, s, "POST", "faults", `{"name":"busy","match":{"path":"/orders"},"answer":{"status":503}}`, &added,
	)
	if status != http.StatusCreated || added.ID == "" {
		t.Fatalf("adding answers %d %+v", status, added)
	}
	if status, _, _ := get(t, s, "/wp-json/wc/v3/orders"); status != http.StatusServiceUnavailable {
		t.Errorf("with the fault orders answer %d", status)
	}
	var list []sandbox.ArmedFault
	administer(t, s, "GET", "faults", "", &list)
	if len(list) != 1 || list[0].Name != "busy" || list[0].Happened != 1 {
		t.Errorf("in force are %+v", list)
	}
	if status, _ := administer(t, s, "DELETE", "faults/"+added.ID, "", nil); status != http.StatusOK {
		t.Errorf("removing answers %d", status)
	}
	if status, _ := administer(t, s, "DELETE", "faults/"+added.ID, "", nil); status != http.StatusNotFound {
		t.Errorf("removing again answers %d", status)
	}
	if status, _, _ := get(t, s, "/wp-json/wc/v3/orders"); status != http.StatusOK {
		t.Errorf("without it orders answer %d", status)
	}
}

func TestAMisspeltFaultIsRefused(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t)
	for _, body := range []string{`{"dely":"2s"}`, `{"match":{"path":"("}}`, `{"drop":"sometimes"}`, `[]`} {
		if status, _ := administer(t, s, "POST", "faults", body, nil); status != http.StatusBadRequest {
			t.Errorf("%s answers %d", body, status)
		}
	}
}

func TestTheStoreIsBrokenAndMendedFromOutside(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t)
	for _, id := range []string{"key-read-only", "cf-challenge"} {
		if status, raw := administer(t, s, "POST", "break/"+id, "", nil); status != http.StatusOK {
			t.Fatalf("breaking answers %d %s", status, raw)
		}
	}
	var state sandbox.State
	administer(t, s, "GET", "state", "", &state)
	if got := strings.Join(state.Broken, " "); got != "cf-challenge key-read-only" {
		t.Errorf("broken are %q", got)
	}
	if status, _ := administer(t, s, "POST", "break/no-such-thing", "", nil); status != http.StatusNotFound {
		t.Errorf("an unknown breakage answers %d", status)
	}
	administer(t, s, "DELETE", "faults", "", nil)
	if broken := s.Broken(); len(broken) != 0 {
		t.Errorf("after clearing %v are broken", broken)
	}
}

func TestTheStateTellsNoSecret(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t)
	if status, _, _ := get(
		t, s, "/wp-json/wc/v3/orders?consumer_key="+s.Key+"&consumer_secret="+s.Secret,
	); status != http.StatusOK {
		t.Fatalf("orders answer %d", status)
	}
	for _, path := range []string{"state", "requests", "breakages", "faults", ""} {
		status, raw := administer(t, s, "GET", path, "", nil)
		if status != http.StatusOK {
			t.Errorf("%s answers %d", path, status)
		}
		for _, secret := range []string{s.Key, s.Secret, "pw-adm"} {
			if strings.Contains(raw, secret) {
				t.Errorf("%q shows %s", path, secret)
			}
		}
	}
}

func TestThePageShowsUsersKeysRequestsAndFaults(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t, sandbox.WithName("<Shop & Sons>"))
	_, _, _ = get(t, s, "/wp-json/wc/v3/orders?search=%3Cscript%3E")
	if err := s.Break("maintenance-core"); err != nil {
		t.Fatal(err)
	}
	_, page := administer(t, s, "GET", "", "", nil)
	for _, want := range []string{
		"&lt;Shop &amp; Sons&gt;", "smread", s.Key[len(s.Key)-7:], "/wc/v3/orders", "maintenance-core",
		"prefers-color-scheme: dark", "viewport",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	if strings.Contains(page, "<script") {
		t.Error("the page has a script")
	}
}

func TestAButtonOfThePageComesBackToThePage(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t)
	req, err := http.NewRequestWithContext(
		t.Context(), http.MethodPost, s.URL+sandbox.AdminPath+"break",
		strings.NewReader(url.Values{"id": {"rate-limit"}}.Encode()),
	)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", s.URL)
	answer, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != sandbox.AdminPath ||
		len(s.Broken()) != 1 {
		t.Errorf("answers %d to %q, broken %v", answer.StatusCode, answer.Header.Get("Location"), s.Broken())
	}
}

func TestTheAdministrationRefusesForeignPagesAndNames(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t)
	for name, change := range map[string]func(*http.Request){
		"another site's page":  func(r *http.Request) { r.Header.Set("Origin", "https://elsewhere.example") },
		"an opaque origin":     func(r *http.Request) { r.Header.Set("Origin", "null") },
		"a rebound name":       func(r *http.Request) { r.Host = "elsewhere.example" },
		"a cross-site request": func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+sandbox.AdminPath+"reset", nil)
		if err != nil {
			t.Fatal(err)
		}
		change(req)
		answer, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusForbidden {
			t.Errorf("%s gets %d", name, answer.StatusCode)
		}
	}
}

func TestAStoreThatIsNotServedHasNoAdministration(t *testing.T) {
	t.Parallel()
	answer := httptest.NewRecorder()
	sandbox.New().ServeHTTP(answer, httptest.NewRequest(
		http.MethodPost, "https://localhost"+sandbox.AdminPath+"reset", nil,
	))
	if answer.Code == http.StatusOK {
		t.Errorf("answers %d", answer.Code)
	}
}

func TestTheClockIsMovedFromOutside(t *testing.T) {
	t.Parallel()
	clock := sandbox.NewClock(testTime)
	s := sandbox.Start(t, sandbox.WithClock(clock.Now))
	if status, raw := administer(t, s, "POST", "clock", `{"advance":"36h"}`, nil); status != http.StatusOK {
		t.Fatalf("answers %d %s", status, raw)
	}
	if now := s.Now(); !now.Equal(testTime.Add(36 * time.Hour)) {
		t.Errorf("the clock shows %s", now)
	}
	if _, body, _ := get(t, s, "/wp-json/wc/v3/orders"); body != "[]" {
		t.Errorf("orders are %s", body)
	}
}

// TestNoFaultOfTLSLocksTheAdministrationOut: clients that say that they administer meet a sound server.
func TestNoFaultOfTLSLocksTheAdministrationOut(t *testing.T) {
	t.Parallel()
	for _, fault := range []sandbox.TLSFault{
		sandbox.TLSExpired, sandbox.TLSSelfSigned, sandbox.TLSNameMismatch, sandbox.TLSIncompleteChain,
		sandbox.TLSOldVersion,
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			s := sandbox.Start(t, sandbox.WithTLSFault(fault))
			client := s.Client()
			client.Transport.(*http.Transport).TLSClientConfig.NextProtos = []string{sandbox.AdminProtocol, "http/1.1"}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, s.URL+sandbox.AdminPath+"faults",
				nil)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := client.Do(req)
			if err != nil {
				t.Fatalf("the fault cannot be ended: %v", err)
			}
			defer answer.Body.Close()
			if answer.StatusCode != http.StatusOK || len(s.Broken()) != 0 {
				t.Errorf("ending it answers %d, broken is %v", answer.StatusCode, s.Broken())
			}
			if status, _, err := get(t, s, "/wp-json/wc/v3/orders"); status != http.StatusOK {
				t.Errorf("then a client gets %d %v", status, err)
			}
		})
	}
}

// TestCurlNeedsNoContentType: curl -d calls a body a form, whatever it is.
func TestCurlNeedsNoContentType(t *testing.T) {
	t.Parallel()
	clock := sandbox.NewClock(testTime)
	s := sandbox.Start(t, sandbox.WithClock(clock.Now))
	for _, c := range []struct {
		path, body string
		status     int
		says       string
	}{
		{"clock", `{"advance":"36h"}`, http.StatusOK, `"now"`},
		{"clock", `advance 36h`, http.StatusBadRequest, `{\"advance\": \"36h\"}`},
		{"clock", `{"advanced":"36h"}`, http.StatusBadRequest, `known ones are advance`},
		{"clock", `{"advance"`, http.StatusBadRequest, "ends early"},
		{"faults", `{"match":{"path":"/orders"},"answer":{"status":503}}`, http.StatusCreated, `"id"`},
		{"faults", `{"match":{"pfad":"/orders"}}`, http.StatusBadRequest, "match.path"},
		{"faults", `path=/orders`, http.StatusBadRequest, "sent as JSON"},
		{"reset", `{}`, http.StatusOK, `"reset"`},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+sandbox.AdminPath+c.path,
			strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != c.status || !strings.Contains(string(text), c.says) {
			t.Errorf("%s of %s answers %d %s, %v", c.body, c.path, answer.StatusCode, text, err)
		}
	}
	if now := s.Now(); now.Before(testTime.Add(36 * time.Hour)) {
		t.Errorf("the clock shows %s", now)
	}
}
