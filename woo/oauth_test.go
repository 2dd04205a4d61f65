package woo

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// recordedSignature is one OAuth request to a real store (WooCommerce 10.0.2) and what it said.
type recordedSignature struct {
	ID         string            `json:"id"`
	Method     string            `json:"method"`
	Address    string            `json:"address"`
	Query      string            `json:"query"`
	Params     map[string]string `json:"params"`
	Secret     string            `json:"secret"`
	BaseString string            `json:"base_string"`
	Signature  string            `json:"signature"`
	Status     int               `json:"status"`
}

func (r recordedSignature) rawQuery() string {
	args := url.Values{}
	for name, value := range r.Params {
		args.Set(name, value)
	}
	return strings.TrimPrefix(r.Query+"&"+args.Encode(), "&")
}

func recordedSignatures(t *testing.T) map[string]recordedSignature {
	t.Helper()
	raw, err := os.ReadFile("testdata/oauth.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []recordedSignature
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	byID := map[string]recordedSignature{}
	for _, r := range list {
		byID[r.ID] = r
	}
	return byID
}

func TestSignaturesAreThoseARealStoreAccepted(t *testing.T) {
	t.Parallel()
	accepted := 0
	for id, r := range recordedSignatures(t) {
		base := oauthBaseString(r.Method, r.Address, r.rawQuery())
		signature := oauthSignature(r.Params["oauth_signature_method"], r.Secret, base)
		if r.Status < 300 {
			accepted++
			if base != r.BaseString || signature != r.Signature {
				t.Errorf("%s: signed over\n%s\nthe store accepted\n%s", id, base, r.BaseString)
			}
		} else if signature == r.Signature {
			t.Errorf("%s: made a signature that the store refused", id)
		}
	}
	if accepted < 12 {
		t.Errorf("only %d accepted requests were compared", accepted)
	}
}

func TestArgumentsAreSignedAsPHPReadsThem(t *testing.T) {
	t.Parallel()
	recorded := recordedSignatures(t)
	// The store refused include[] and accepted include[0] for the very same query.
	empty := recorded["oauth-array-empty-brackets"]
	if base := oauthBaseString(empty.Method, empty.Address, empty.rawQuery()); !strings.Contains(base, "include%255B0%255D%3D11") {
		t.Errorf("include[] is signed as %s", base)
	}
	twice := recorded["oauth-duplicate-param"]
	if base := oauthBaseString(twice.Method, twice.Address, twice.rawQuery()); strings.Contains(base, "pending") || !strings.Contains(base, "status%3Dcompleted") {
		t.Errorf("a repeated argument is signed as %s", base)
	}
	for raw, want := range map[string]string{
		"b=2&a=1":                 "a%3D1%26b%3D2",
		"a.b=1":                   "a_b%3D1",
		"a[]=x&a[]=y":             "a%255B0%255D%3Dx%26a%255B1%255D%3Dy",
		"a[5]=x&a[]=y":            "a%255B5%255D%3Dx%26a%255B6%255D%3Dy",
		"a[k][]=x&a[k][]=y":       "a%255Bk%255D%255B0%255D%3Dx%26a%255Bk%255D%255B1%255D%3Dy",
		"a=1&a[]=2":               "a%255B0%255D%3D2",
		"v=%25&w=a+b":             "v%3D%2525%26w%3Da%2520b",
		"rest_route=/wc/v3&&x":    "rest_route%3D%252Fwc%252Fv3%26x%3D",
		"waybill=wp-json/wc/&a=~": "a%3D~%26waybill%3Dwp-json%252Fwc%252F",
	} {
		if got := oauthBaseString("GET", "http://x/", raw); got != "GET&http%3A%2F%2Fx%2F&"+want {
			t.Errorf("%s is signed as %s, want …&%s", raw, got, want)
		}
	}
}

// checkSignature verifies a request the way WooCommerce does, for a store that believes to live at home.
func checkSignature(r *http.Request, home, secret string) bool {
	pairs := strings.Split(r.URL.RawQuery, "&")
	var kept []string
	for _, p := range pairs {
		if !strings.HasPrefix(p, "oauth_signature=") {
			kept = append(kept, p)
		}
	}
	base := oauthBaseString(r.Method, home+r.URL.EscapedPath(), strings.Join(kept, "&"))
	q := r.URL.Query()
	stamp, _ := strconv.ParseInt(q.Get("oauth_timestamp"), 10, 64)
	age := time.Since(time.Unix(stamp, 0)).Abs()
	return age < 15*time.Minute && len(q.Get("oauth_nonce")) >= 16 &&
		oauthSignature(q.Get("oauth_signature_method"), secret, base) == q.Get("oauth_signature")
}

func TestSignedRequestsNeverCarryTheSecretAndUseEachNonceOnce(t *testing.T) {
	t.Parallel()
	for _, method := range []AuthMethod{AuthOAuth1, AuthOAuth1SHA1} {
		nonces := map[string]bool{}
		s := newPlainShop(t, func(w http.ResponseWriter, r *http.Request) {
			if !checkSignature(r, "http://"+r.Host, testSecret) {
				t.Errorf("%s: wrong signature: %s", method, r.RequestURI)
			}
			if strings.Contains(r.RequestURI, testSecret) || r.Header.Get("Authorization") != "" {
				t.Errorf("%s: the secret travels: %s", method, r.RequestURI)
			}
			nonces[r.URL.Query().Get("oauth_nonce")] = true
			answerJSON(w, 503, `{}`)
		})
		c := s.client(t, WithAuth(method), WithRetries(2), WithRetryPause(0, 0))
		_, err := c.Do(context.Background(), Request{Path: "orders", Query: url.Values{"include[]": {"1", "2"}, "search": {"Müller & Söhne +~%"}}})
		wantNoSecrets(t, wantError(t, err, KindAPI))
		if len(nonces) != 3 {
			t.Errorf("%s: %d nonces in 3 attempts", method, len(nonces))
		}
	}
}

func TestSignaturesCanBeMadeForTheAddressTheStoreBelievesIn(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
		// Behind a proxy the path arrives without the proxy's own prefix.
		if base := "http://shop.internal/eshop" + strings.TrimPrefix(r.URL.EscapedPath(), "/public"); !checkSignedAddress(r, base) {
			t.Errorf("not signed for %s", base)
		}
		answerJSON(w, 200, `[]`)
	})
	c, err := New(s.URL+"/public", testCred, s.trust(), WithAuth(AuthOAuth1), WithSignedHome("http://shop.internal/eshop/"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := get(t, c, "orders"); err != nil {
		t.Fatal(err)
	}
}

func TestTheHomePageIsSignedWithoutItsSlash(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ dir, root, want string }{
		{"", "/?rest_route=/", ""}, {"", "/index.php?rest_route=/", "/index.php"}, {"/laden", "/?rest_route=/", "/laden"},
	} {
		s := newPlainShop(t, func(w http.ResponseWriter, r *http.Request) {
			if !checkSignedAddress(r, "http://"+r.Host+tt.want) {
				t.Errorf("%s%s is not signed for %s", tt.dir, tt.root, tt.want)
			}
			answerJSON(w, 200, `[]`)
		})
		c, err := New(s.URL+tt.dir, testCred, WithAuth(AuthOAuth1), WithRoot(tt.root))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := get(t, c, "orders"); err != nil {
			t.Fatal(err)
		}
	}
}

func checkSignedAddress(r *http.Request, address string) bool {
	clone := *r
	u := *r.URL
	u.Path, u.RawPath = "", ""
	clone.URL = &u
	return checkSignature(&clone, address, testSecret)
}
