package woo

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/woo/internal/oauth1"
)

// checkSignature verifies a request the way WooCommerce does, for a store that believes to live at home.
func checkSignature(r *http.Request, home, secret string) bool {
	var kept []string
	for p := range strings.SplitSeq(r.URL.RawQuery, "&") {
		if !strings.HasPrefix(p, "oauth_") {
			kept = append(kept, p)
		}
	}
	q := r.URL.Query()
	at, _ := strconv.ParseInt(q.Get("oauth_timestamp"), 10, 64)
	stamp := oauth1.Stamp{
		Nonce: q.Get("oauth_nonce"), At: time.Unix(at, 0), SHA1: q.Get("oauth_signature_method") == "HMAC-SHA1",
	}
	signed := oauth1.Sign(testCred.Key, secret, stamp, r.Method, home+r.URL.EscapedPath(), strings.Join(kept, "&"))
	want, err := url.ParseQuery(signed)
	return err == nil && time.Since(stamp.At).Abs() < 15*time.Minute && len(stamp.Nonce) >= 16 &&
		want.Get("oauth_signature") == q.Get("oauth_signature")
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
		_, err := c.Do(context.Background(), Request{Path: "orders", Query: url.Values{
			"include[]": {"1", "2"}, "search": {"Müller & Söhne +~%"},
		}})
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
		if base := "http://shop.internal/eshop" +
			strings.TrimPrefix(r.URL.EscapedPath(), "/public"); !checkSignedAddress(r, base) {
			t.Errorf("not signed for %s", base)
		}
		answerJSON(w, 200, `[]`)
	})
	c, err := New(s.URL+"/public", testCred, s.trust(), WithAuth(AuthOAuth1),
		WithSignedHome("http://shop.internal/eshop/"))
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
		{"", "/?rest_route=/", ""}, {"", "/index.php?rest_route=/", "/index.php"},
		{"/laden", "/?rest_route=/", "/laden"},
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
