package dashboard_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/dashboard/frame"
)

// nobody is a gate at which nobody is signed in.
type nobody struct{}

func (nobody) Who(*http.Request) (frame.Session, bool) { return frame.Session{}, false }

func (nobody) SignIn(to string) string { return "/signin?to=" + to }

func TestAPageIsServedBesideTheAPI(t *testing.T) {
	t.Parallel()
	b := setup(t, frame.Open{Session: everything})
	page := b.ask(http.MethodGet, "/", "")
	if page.status != http.StatusOK || !strings.Contains(page.text, "No shop is connected yet") {
		t.Fatalf("the overview is %d %s", page.status, page.text)
	}
	policy := page.header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("the policy is %q", policy)
	}
	for path, want := range map[string]string{"/docs": "text/html", "/openapi.json": "application/json",
		"/v1/nothing": "application/problem+json", "/nothing": "text/html", "/livez": "text/plain"} {
		if got := b.ask(http.MethodGet, path, "").header.Get("Content-Type"); !strings.HasPrefix(got, want) {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
	for _, file := range regexp.MustCompile(`/static/[^"]+`).FindAllString(page.text, -1) {
		got := b.ask(http.MethodGet, file, "")
		if got.status != http.StatusOK || !strings.Contains(got.header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s is %d, %q", file, got.status, got.header.Get("Cache-Control"))
		}
	}
	seen := page.header.Get("X-Seen")
	if again := b.ask(http.MethodGet, "/", "", "X-Seen", seen); again.status != http.StatusNoContent {
		t.Errorf("a page that has not changed is sent again: %d", again.status)
	}
}

func TestWhoIsNotSignedInIsLedToSignIn(t *testing.T) {
	t.Parallel()
	b := setup(t, nobody{})
	page := b.ask(http.MethodGet, "/?state=act", "")
	if page.status != http.StatusSeeOther || page.header.Get("Location") != "/signin?to=/?state=act" {
		t.Errorf("the overview is %d, leads to %q", page.status, page.header.Get("Location"))
	}
	if live := b.ask(http.MethodGet, "/live", ""); live.status != http.StatusUnauthorized {
		t.Errorf("the stream of changes is %d", live.status)
	}
}
