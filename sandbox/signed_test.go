package sandbox_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox"
)

// signedGet asks for a path with OAuth 1.0a in the query.
func signedGet(t *testing.T, s *sandbox.Server, path, nonce string) (int, string) {
	t.Helper()
	query := url.Values{
		"oauth_consumer_key": {s.Key}, "oauth_nonce": {nonce}, "oauth_signature_method": {"HMAC-SHA256"},
		"oauth_timestamp": {strconv.FormatInt(s.Now().Unix(), 10)},
	}
	escape := func(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }
	mac := hmac.New(sha256.New, []byte(s.Secret+"&"))
	mac.Write([]byte("GET&" + escape(s.URL+path) + "&" + escape(query.Encode())))
	query.Set("oauth_signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path+"?"+query.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := s.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func TestAnArgumentThatTheServerAddsSpoilsSignatures(t *testing.T) {
	t.Parallel()
	s := sandbox.Start(t, sandbox.WithPlainHTTP())
	const path = "/wp-json/wc/v3/orders"
	if status, body := signedGet(t, s, path, "one"); status != http.StatusOK {
		t.Fatalf("unbroken it answers %d %s", status, body)
	}
	if err := s.Break("oauth-extra-param"); err != nil {
		t.Fatal(err)
	}
	status, body := signedGet(t, s, path, "two")
	if status != http.StatusUnauthorized || !strings.Contains(body, "woocommerce_rest_authentication_error") {
		t.Errorf("broken it answers %d %s", status, body)
	}
	s.Mend("oauth-extra-param")
	if status, body := signedGet(t, s, path, "three"); status != http.StatusOK {
		t.Errorf("mended it answers %d %s", status, body)
	}
}
