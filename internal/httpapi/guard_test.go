package httpapi_test

import (
	"bufio"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/access"
)

func TestOnlyListedNetworksMayAsk(t *testing.T) {
	t.Parallel()
	b := setup(t, map[string]string{"serve.allow": "192.0.2.0/24, 2001:db8::/32", "serve.trusted_proxies": "127.0.0.1"})
	for header, want := range map[string]int{
		"":                             403, // the proxy itself
		"192.0.2.7":                    200,
		"2001:db8::1":                  200,
		"198.51.100.1, 192.0.2.7":      200, // what stands before the proxy's word is the caller's own
		"192.0.2.7, 198.51.100.1":      403,
		"192.0.2.7, 127.0.0.1":         200, // two proxies
		"192.0.2.7, nobody, 127.0.0.1": 403,
		"::ffff:192.0.2.7":             200,
	} {
		a := b.call(b.root, http.MethodGet, "/v1/stores", "", "X-Forwarded-For", header)
		if a.status != want || want == 403 && a.code() != "address_refused" {
			t.Errorf("from %q: %d %s", header, a.status, a.text)
		}
	}
	if a := b.call("", http.MethodGet, "/openapi.json", "", "X-Forwarded-For", "198.51.100.1"); a.status != 403 {
		t.Errorf("the document: %d", a.status)
	}
}

func TestAForwardedAddressIsNotBelievedOfAnybody(t *testing.T) {
	t.Parallel()
	b := setup(t, map[string]string{"serve.allow": "192.0.2.0/24"})
	if a := b.call(b.root, http.MethodGet, "/v1/stores", "", "X-Forwarded-For", "192.0.2.7"); a.status != 403 {
		t.Errorf("without a trusted proxy: %d %s", a.status, a.text)
	}
}

func TestWhoAsksTooOftenIsToldWhenToAskAgain(t *testing.T) {
	t.Parallel()
	b := setup(t, map[string]string{"serve.rate": "3"})
	other := b.token(access.NewToken{Scopes: []access.Scope{access.StoresRead}})
	for i := range 4 {
		a := b.call(b.root, http.MethodGet, "/v1/stores", "")
		if limit := a.header.Get("RateLimit-Policy"); limit != `"token";q=3;w=60` {
			t.Errorf("the policy is %s", limit)
		}
		left := fmt.Sprintf(`"token";r=%d;t=`, max(2-i, 0))
		if !strings.HasPrefix(a.header.Get("RateLimit"), left) {
			t.Errorf("request %d: RateLimit %s, want %s", i+1, a.header.Get("RateLimit"), left)
		}
		if want := []int{200, 200, 200, 429}[i]; a.status != want {
			t.Errorf("request %d: %d %s", i+1, a.status, a.text)
		}
		if i == 3 {
			wait, err := strconv.Atoi(a.header.Get("Retry-After"))
			if err != nil || wait < 1 || wait > 20 || a.code() != "too_many_requests" {
				t.Errorf("Retry-After %s, %s", a.header.Get("Retry-After"), a.text)
			}
		}
	}
	if a := b.call(other, http.MethodGet, "/v1/stores", ""); a.status != 200 {
		t.Errorf("another token: %d", a.status)
	}
	for i := range 4 {
		if a := b.call("", http.MethodGet, "/v1/stores", ""); a.status != []int{401, 401, 401, 429}[i] {
			t.Errorf("request %d without a token: %d", i+1, a.status)
		}
	}
}

func TestABodyIsBounded(t *testing.T) {
	t.Parallel()
	b := setup(t, map[string]string{"serve.body_limit": "2000"})
	a := b.call(b.root, http.MethodPost, "/v1/tokens", `{"name":"`+strings.Repeat("x", 3000)+`"}`)
	if a.status != 413 || a.code() != "body_too_large" {
		t.Errorf("got %d %s", a.status, a.text)
	}
}

func TestARequestKeepsTheNameItWasGiven(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for given, kept := range map[string]bool{"abc-1.2_3": true, "two words": false, strings.Repeat("x", 65): false} {
		a := b.call(b.root, http.MethodGet, "/v1/stores/none", "", "X-Request-Id", given)
		id := a.header.Get("X-Request-Id")
		if (id == given) != kept || id == "" || !strings.Contains(a.text, `"request_id":"`+id+`"`) {
			t.Errorf("%q became %q: %s", given, id, a.text)
		}
	}
}

func TestMetricsAreForThisMachineAndForTokens(t *testing.T) {
	t.Parallel()
	b := setup(t, map[string]string{"serve.trusted_proxies": "127.0.0.1"})
	reader := b.token(access.NewToken{Scopes: []access.Scope{access.MetricsRead}})
	other := b.token(access.NewToken{Scopes: []access.Scope{access.StoresRead}})
	for _, c := range []struct {
		token, from string
		want        int
	}{{"", "", 200}, {"", "198.51.100.1", 401}, {other, "198.51.100.1", 403}, {reader, "198.51.100.1", 200}} {
		var headers []string
		if c.from != "" {
			headers = []string{"X-Forwarded-For", c.from}
		}
		a := b.call(c.token, http.MethodGet, "/metrics", "", headers...)
		if a.status != c.want || a.status == 200 && !strings.Contains(a.text, "waybill_build_info") {
			t.Errorf("from %q: %d", c.from, a.status)
		}
	}
	for _, path := range []string{"/livez", "/readyz"} {
		if a := b.call("", http.MethodGet, path, "", "X-Forwarded-For", "198.51.100.1"); a.status != 200 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

func TestThePageLoadsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	a := b.call("", http.MethodGet, "/docs", "")
	if a.status != 200 || !strings.Contains(a.header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Fatalf("%d %v", a.status, a.header)
	}
	for _, want := range []string{"/v1/stores/{store}/orders/{order}", "Idempotency-Key", "writes:write",
		`id="precondition_failed"`} {
		if !strings.Contains(a.text, want) {
			t.Errorf("the page does not show %s", want)
		}
	}
	for _, foreign := range []string{"<script", "src=", "@import", `href="http`, "url("} {
		if strings.Contains(a.text, foreign) {
			t.Errorf("the page holds %s", foreign)
		}
	}
}

// TestAStreamGoesOnWhereItEnded: events come in order, each once, also over a broken connection; a server that stops
// ends it.
func TestAStreamGoesOnWhereItEnded(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	b.connect("shop")
	last, _ := b.follow("0", 5)
	var ids []int64
	for i := range 3 {
		ids = append(ids, b.order(fmt.Sprintf(`{"customer_note":"%d"}`, i)))
	}
	b.want(200, http.MethodPost, "/v1/stores/shop/sync", "", "Prefer", "wait=40")
	all, events := b.follow(last, -1)
	for _, id := range ids {
		if n := strings.Count(strings.Join(events, "\n"), fmt.Sprintf(`"resource":"orders","id":%d,`, id)); n != 1 {
			t.Errorf("order %d came %d times", id, n)
		}
	}
	if all == last {
		t.Error("nothing came")
	}
}

// follow reads a stream after a change: so many events, or for a negative number up to the newest change. It gives the
// last id and the data of each.
func (b *bundle) follow(after string, most int) (last string, events []string) {
	b.Helper()
	var page struct{ Last int64 }
	b.want(200, http.MethodGet, "/v1/changes?limit=1000&after="+after, "").into(b.T, &page)
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, b.url+"/v1/changes/stream", nil)
	b.ok(err)
	req.Header.Set("Authorization", "Bearer "+b.root)
	req.Header.Set("Last-Event-ID", after)
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	b.ok(err)
	defer res.Body.Close()
	if kind := res.Header.Get("Content-Type"); res.StatusCode != 200 || kind != "text/event-stream" {
		b.Fatalf("the stream answered %s, %s", res.Status, kind)
	}
	last = after
	lines := bufio.NewScanner(res.Body)
	if !lines.Scan() || lines.Text() != ": following changes after "+after {
		b.Fatalf("the stream begins with %q", lines.Text())
	}
	for lines.Scan() {
		if id, found := strings.CutPrefix(lines.Text(), "id: "); found {
			if number(b, id) <= number(b, last) {
				b.Fatalf("change %s came after %s", id, last)
			}
			last = id
		}
		if data, found := strings.CutPrefix(lines.Text(), "data: "); found {
			events = append(events, data)
			if len(events) == most || most < 0 && number(b, last) >= page.Last {
				return last, events
			}
		}
	}
	b.Fatalf("the stream ended after %d events: %v", len(events), lines.Err())
	return last, events
}

func number(b *bundle, text string) int64 {
	b.Helper()
	n, err := strconv.ParseInt(text, 10, 64)
	b.ok(err)
	return n
}
