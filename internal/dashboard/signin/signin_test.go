package signin_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/people/peopletest"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestFirstAdministratorComesIn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	w := b.browser()
	w.wants(w.open("/account"), "/sign-in?to=%2Faccount", "There is no user yet", "Sign in")
	link, err := b.service.FirstLink(t.Context())
	b.ok(err)
	if !strings.HasPrefix(link, "http://localhost:") {
		t.Errorf("the link is %s", link)
	}
	link = link[strings.Index(link, "/welcome/"):]
	for range 2 { // whatever fetches links ahead uses none up
		w.wants(w.open(link), link, "become the administrator")
	}
	fields := []string{"email", email, "name", "<b>Sam</b>", "password", password, "again", password}
	w.wants(w.send(link, append(fields[:6:6], "again", "another")...), link, "The two passwords differ", "&lt;b&gt;Sam")
	w.wants(w.send(link, "email", "sam", "password", password, "again", password), link, "no e-mail address")

	p := w.wants(w.send(link, fields...), "/account", "One thing before you begin")
	w.wants(w.open("/"), "/account", "One thing before you begin") // nothing else before that
	p = w.wants(w.send("/account/code"), "/account/code", `<path class="qr-ink" d="M`)
	ticket, seed := p.field(t, "ticket"), regexp.MustCompile(`<p class="mono">([A-Z2-7]+)</p>`).
		FindStringSubmatch(p.text)[1]
	p = w.wants(w.send("/account/code/finish", "ticket", ticket, "code", "000000"), "/account/code/finish",
		"The code is wrong",
		seed)
	p = w.wants(w.send("/account/code/finish", "ticket", ticket, "code", peopletest.Code(t, seed, time.Now())), "/",
		"asked for a code", "&lt;b&gt;Sam", "administrator")
	if strings.Contains(p.text, "<b>Sam") {
		t.Error("a name is HTML")
	}
	w.wants(w.open("/account"), "/account", "Your account", email, "Do without codes")
	w.wants(w.send("/account/code/drop"), "/account/code/drop", "need a code or a passkey")

	w.wants(w.open(link), link, "not good any more")
	w.wants(w.send("/sign-out"), "/sign-in", "You are signed out")
	w.wants(w.open("/account"), "/sign-in?to=%2Faccount")

	w.wants(w.send("/sign-in", "email", email, "password", "wrong words here", "to", "/account"), "/sign-in",
		"The e-mail address or the password is wrong", `value="/account"`, `value="sam@example.com"`)
	w.wants(w.send("/sign-in", "email", email, "password", password, "to", "/account"), "/sign-in/code?to=%2Faccount",
		"Code of your device")
	w.wants(w.open("/account"), "/sign-in?to=%2Faccount") // half a sign-in is none
	w.wants(w.send("/sign-in/code", "code", "000000", "to", "/account"), "/sign-in/code", "The code is wrong")
	w.wants(w.send("/sign-in/code", "code", peopletest.Code(t, seed, time.Now().Add(30*time.Second)), "to", "/account"),
		"/account", "Your account")

	for _, secret := range []string{password, seed, link[len("/welcome/"):], ticket, "wrong words here"} {
		if strings.Contains(b.log.String(), secret) {
			t.Errorf("%q was logged", secret)
		}
	}
	entries, err := b.service.Audit(t.Context(), access.Local("test"), storage.AuditQuery{})
	b.ok(err)
	noted := ""
	for _, e := range entries {
		noted += e.Actor + " " + e.Action + " " + e.Object + "\n"
		if strings.Contains(e.Object, link[len("/welcome/"):]) {
			t.Errorf("the audit log holds a link: %+v", e)
		}
	}
	for _, want := range []string{"accept-first", "set-code", "sign-out", "sign-in by password and code"} {
		if !strings.Contains(noted, email+" "+want) {
			t.Errorf("%s is not in the audit log:\n%s", want, noted)
		}
	}
}

func TestSessionSurvivesARestart(t *testing.T) {
	t.Parallel()
	b := setup(t, "sign_in.second_factor", "nobody")
	b.user(email, access.Viewer)
	w := b.browser()
	w.wants(w.send("/sign-in", "email", email, "password", password, "to", "/account"), "/account", "Your account")
	at := b.service.Listening()
	b.stop()
	b.start(at)
	w.wants(w.open("/account"), "/account", "Your account", email)
	other := b.browser()
	other.wants(other.open("/account"), "/sign-in?to=%2Faccount")
}

func TestCookieIsKeptFromOthers(t *testing.T) {
	t.Parallel()
	b := setup(t, "sign_in.second_factor", "nobody")
	b.user(email, access.Viewer)
	w := b.browser()
	w.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	form := url.Values{"email": {email}, "password": {password}}
	port := b.url[strings.LastIndexByte(b.url, ':')+1:]
	for host, want := range map[string]string{
		"waybill.example.com": "__Host-waybill_session=",
		"192.0.2.7:9713":      "__Host-waybill_session=",
		"127.0.0.1:" + port:   "waybill_session_" + port + "=",
		"localhost:" + port:   "waybill_session_" + port + "=",
		"[::1]:" + port:       "waybill_session_" + port + "=",
	} {
		p := w.do(http.MethodPost, "/sign-in", form, "Host", host)
		c := p.header.Get("Set-Cookie")
		bound := strings.Contains(c, "; Secure") && !strings.Contains(c, "Domain")
		if !strings.HasPrefix(c, want) || !strings.Contains(c, "; HttpOnly") ||
			!strings.Contains(c, "; SameSite=Lax") ||
			!strings.Contains(c, "; Path=/;") || strings.HasPrefix(want, "__Host-") != bound {
			t.Errorf("asked as %s the cookie is %q", host, c)
		}
	}
	// A browser that keeps no such cookie is told why, and one that tells nothing is warned before.
	p := w.open("/sign-in/done", "Host", "waybill.example.com")
	w.wants(p, "/sign-in/done", "kept no session", "reverse proxy with TLS")
	w.wants(w.open("/sign-in", "Host", "waybill.example.com"), "/sign-in", "came over the network without TLS")
	p = w.open("/sign-in", "Host", "waybill.example.com", "Sec-Fetch-Mode", "navigate")
	if strings.Contains(p.text, "without TLS") {
		t.Error("a browser behind TLS is warned")
	}
}

func TestSignInLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	b := setup(t, "sign_in.second_factor", "nobody")
	b.user(email, access.Viewer)
	for _, to := range []string{"https://evil.example/", "//evil.example/", `/\evil.example/`, "javascript:alert(1)",
		"",
		"/\t/evil.example"} {
		w := b.browser()
		w.client.CheckRedirect = func(r *http.Request, via []*http.Request) error {
			if r.URL.Host != strings.TrimPrefix(b.url, "http://") {
				t.Errorf("%q leads to %s", to, r.URL)
				return http.ErrUseLastResponse
			}
			return nil
		}
		if p := w.send("/sign-in", "email", email, "password", password, "to", to); p.path != "/" {
			t.Errorf("%q leads to %s", to, p.path)
		}
	}
	w := b.browser()
	p := w.send("/sign-in", "email", `"><script>alert(1)</script>`, "password", "x", "to",
		`"><script>alert(2)</script>`)
	if strings.Contains(p.text, "<script>alert") {
		t.Error("what was typed is HTML")
	}
}

func TestWhoGuessesWaits(t *testing.T) {
	t.Parallel()
	b := setup(t, "sign_in.second_factor", "nobody")
	b.user(email, access.Viewer)
	w := b.browser()
	for range 40 {
		p := w.send("/sign-in", "email", email, "password", "wrong words here")
		if p.status == http.StatusTooManyRequests && strings.Contains(p.text, "Too many sign-ins failed") {
			w.wants(w.send("/sign-in", "email", email, "password", password), "/sign-in", "Too many sign-ins failed")
			return
		}
	}
	t.Error("forty guesses were tried at once")
}

func TestAccountIsTheUsersOwn(t *testing.T) {
	t.Parallel()
	b := setup(t, "sign_in.second_factor", "nobody")
	b.user(email, access.Viewer)
	w, elsewhere := b.browser(), b.browser()
	for _, one := range []*browser{w, elsewhere} {
		one.wants(one.send("/sign-in", "email", email, "password", password, "to", "/account"), "/account")
	}
	w.wants(w.send("/account/name", "name", "Samantha"), "/account", "Samantha")
	w.wants(w.send("/account/password", "old", "wrong", "password", "other words are enough", "again",
		"other words are enough"), "/account/password", "The present password is another one")
	w.wants(w.send("/account/password", "old", password, "password", "other words are enough", "again",
		"other words are enough"), "/account", "Your password was changed")
	elsewhere.wants(elsewhere.open("/account"), "/sign-in?to=%2Faccount")
	elsewhere.wants(elsewhere.send("/sign-in", "email", email, "password", "other words are enough", "to", "/account"),
		"/account", "(this one)")
	w.wants(w.send("/account/sessions"), "/account", "Other browsers are signed out")
	elsewhere.wants(elsewhere.open("/account"), "/sign-in?to=%2Faccount")
	if p := elsewhere.send("/account/name", "name", "Eve"); p.status != http.StatusUnauthorized {
		t.Errorf("a form of who is not signed in: %d", p.status)
	}
}
