package sandbox_test

import (
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox"
)

// browser follows no redirects and keeps cookies.
type browser struct {
	*http.Client
	home string
}

func newBrowser(t *testing.T, s *sandbox.Server) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := s.Client()
	client.Jar = jar
	return &browser{client, s.URL}
}

// open gets a page, or posts a form to it.
func (b *browser) open(t *testing.T, address string, form url.Values) (status int, location, page string) {
	t.Helper()
	method, body := http.MethodGet, ""
	if form != nil {
		method, body = http.MethodPost, form.Encode()
	}
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := b.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header.Get("Location"), string(text)
}

// application takes keys and answers with status.
func application(t *testing.T, status int) (rules http.RoundTripper, address string, keys <-chan map[string]any) {
	t.Helper()
	got := make(chan map[string]any, 10)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var key map[string]any
		if err := json.NewDecoder(r.Body).Decode(&key); err != nil {
			return
		}
		got <- key
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server.Client().Transport, server.URL + "/keys", got
}

func (b *browser) authorize(callback string) string {
	return b.home + "/wc-auth/v1/authorize?" + url.Values{
		"app_name": {"Packer"}, "scope": {"read"}, "user_id": {"shop-7"}, "return_url": {"https://app.example/back"},
		"callback_url": {callback},
	}.Encode()
}

// linkTo finds a link of a page by a class.
func linkTo(t *testing.T, page, class string) string {
	t.Helper()
	m := regexp.MustCompile(`<a href="([^"]*)" class="[^"]*` + class).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no link %s on\n%s", class, page)
	}
	return html.UnescapeString(m[1])
}

// field finds the value of a hidden field.
func field(t *testing.T, page, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no field %s on\n%s", name, page)
	}
	return html.UnescapeString(m[1])
}

// logIn goes the way of a person: from the application to the login page and on to the approval page.
func (b *browser) logIn(t *testing.T, callback, login string) (status int, approval string) {
	t.Helper()
	_, loginPage, _ := b.open(t, b.authorize(callback), nil)
	_, _, page := b.open(t, loginPage, nil)
	form := url.Values{
		"username": {login}, "password": {"wrong"}, "login": {"Login"},
		"woocommerce-login-nonce": {field(t, page, "woocommerce-login-nonce")},
		"redirect":                {field(t, page, "redirect")},
	}
	if status, _, page := b.open(t, loginPage, form); status != 200 ||
		!strings.Contains(page, "password is incorrect") {
		t.Fatalf("with a wrong password: %d %s", status, page)
	}
	form.Set("password", "pw-"+login)
	status, next, _ := b.open(t, loginPage, form)
	if status != 302 || !strings.HasPrefix(next, b.home+"/wc-auth/v1/authorize/") {
		t.Fatalf("after the login: %d %s", status, next)
	}
	status, _, approval = b.open(t, next, nil)
	return status, approval
}

func TestApprovedApplicationGetsAKeyThatWorks(t *testing.T) {
	t.Parallel()
	transport, callback, keys := application(t, 200)
	s := sandbox.Start(t, sandbox.WithReceivers(), sandbox.WithTransport(transport))
	b := newBrowser(t, s)
	status, page := b.logIn(t, callback, "sm")
	if status != 200 || !strings.Contains(page, "<strong>Packer</strong>") ||
		!strings.Contains(page, "<li>View products</li>") {
		t.Fatalf("the approval page: %d %s", status, page)
	}
	if deny := linkTo(t, page, "wc-auth-deny"); deny != "https://app.example/back?success=0&user_id=shop-7" {
		t.Errorf("deny leads to %s", deny)
	}
	status, back, _ := b.open(t, linkTo(t, page, "wc-auth-approve"), nil)
	if status != 302 || back != "https://app.example/back?success=1&user_id=shop-7" {
		t.Fatalf("approved: %d %s", status, back)
	}
	key := <-keys
	if key["user_id"] != "shop-7" || key["key_permissions"] != "read" {
		t.Errorf("handed over %v", key)
	}
	r, err := http.NewRequestWithContext(t.Context(), "GET", s.URL+"/wp-json/wc/v3/orders", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(key["consumer_key"].(string), key["consumer_secret"].(string))
	response, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != 200 {
		t.Errorf("the key gets %d", response.StatusCode)
	}
	// Logging out ends it.
	if status, _, _ := b.open(t, linkTo(t, page, "wc-auth-logout"), nil); status != 302 {
		t.Errorf("logging out: %d", status)
	}
	if status, next, _ := b.open(t, b.authorize(callback), nil); status != 302 || !strings.Contains(next, "/login/") {
		t.Errorf("logged out, the page is %d %s", status, next)
	}
}

func TestKeyThatTheApplicationDoesNotTakeIsGone(t *testing.T) {
	t.Parallel()
	for _, answer := range []int{201, 204, 404, 500} {
		transport, callback, keys := application(t, answer)
		s := sandbox.Start(t, sandbox.WithReceivers(), sandbox.WithTransport(transport))
		b := newBrowser(t, s)
		_, page := b.logIn(t, callback, "adm")
		if status, _, refusal := b.open(t, linkTo(t, page, "wc-auth-approve"), nil); status != 401 ||
			!strings.Contains(refusal, "<title>Access denied</title>") {
			t.Errorf("the application answered %d: %d %s", answer, status, refusal)
		}
		key := <-keys
		r, err := http.NewRequestWithContext(t.Context(), "GET", s.URL+"/wp-json/wc/v3/orders", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(key["consumer_key"].(string), key["consumer_secret"].(string))
		response, err := s.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != 401 {
			t.Errorf("the application answered %d, but its key gets %d", answer, response.StatusCode)
		}
	}
}

func TestOnlyShopManagersMayApprove(t *testing.T) {
	t.Parallel()
	_, callback, _ := application(t, 200)
	s := sandbox.Start(t)
	customer := newBrowser(t, s)
	if status, page := customer.logIn(t, callback, "cust"); status != 401 || !strings.Contains(page, "permission") {
		t.Errorf("a customer sees %d %s", status, page)
	}
	manager := newBrowser(t, s)
	_, page := manager.logIn(t, callback, "sm")
	stolen := linkTo(t, page, "wc-auth-approve")
	other := newBrowser(t, s)
	other.logIn(t, callback, "adm")
	if status, _, page := other.open(t, stolen, nil); status != 401 || !strings.Contains(page, "nonce") {
		t.Errorf("with the nonce of another: %d %s", status, page)
	}
}

func TestForgedCookieLogsNobodyIn(t *testing.T) {
	t.Parallel()
	_, callback, _ := application(t, 200)
	s := sandbox.Start(t)
	b := newBrowser(t, s)
	b.logIn(t, callback, "sm")
	home, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	forged := 0
	for _, cookie := range b.Jar.Cookies(home) {
		if strings.HasPrefix(cookie.Name, "wordpress_logged_in_") {
			b.Jar.SetCookies(home, []*http.Cookie{{
				Name: cookie.Name, Value: strings.Replace(cookie.Value, "sm", "adm", 1), Path: "/",
			}})
			forged++
		}
	}
	if forged != 1 {
		t.Fatalf("%d cookies of a login", forged)
	}
	if status, next, _ := b.open(t, b.authorize(callback), nil); status != 302 || !strings.Contains(next, "/login/") {
		t.Errorf("got %d %s", status, next)
	}
}

func TestQueryVariablesLeadToTheAuthorizationToo(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t)
	b := newBrowser(t, s)
	good := "app_name=App&scope=read&user_id=1&return_url=https://app.example/r&callback_url=https://app.example/cb"
	for _, visit := range []struct {
		path   string
		status int
	}{
		{"/?wc-auth-version=1&wc-auth-route=authorize&" + good, 302},
		{"/?wc-auth-version=1&wc-auth-route=authorize", 401},
		{"/?wc-auth-route=authorize&" + good, 200},
		{"/wc-auth/v1/authorize?" + good, 302},
		{"/wc-auth/v1/nope?" + good, 401},
		{"/wc-auth/v1/?" + good, 404},
		{"/wc-auth/v1?" + good, 404},
	} {
		if status, _, page := b.open(t, s.URL+visit.path, nil); status != visit.status {
			t.Errorf("%s answers %d, want %d as measured: %.200s", visit.path, status, visit.status, page)
		}
	}
}
